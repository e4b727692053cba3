"""What every page shows around its content: navigation, unread notices, the last seal, theme and language."""

from math import ceil

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.departures import helpers
from accounts.models import Departure
from accounts.notices import unread_count
from accounts.paging import MOST_COUNTED
from approvals.models import Approver
from audit.break_glass.using import people_told
from audit.models import Entry


def frame(request):
    person = getattr(request, "user", None)
    known = bool(person and person.is_authenticated)
    return {
        "navigation": navigation(request) if known else [],
        "unread": SimpleLazyObject(lambda: unread_count(person)) if known else 0,  # fragments do not ask
        "leaving": _leaving(person) if person and known and person.is_leaving else None,
        "seal": _last_entry() if known else None,
        "break_glass": _break_glass(person) if known else None,
        "theme": (request.user.theme if known else request.COOKIES.get("theme", "")),
        "language": get_language(),
    }


def _break_glass(person):
    """What the banner says as long as it is open; asks for nothing when it is not."""
    if (use := person.break_glass) is None:
        return None
    told = ", ".join(people_told(use).values_list("name", flat=True))
    return {"use": use, "told": told, "minutes": max(1, ceil((use.until - timezone.now()).total_seconds() / 60))}


def navigation(request):
    """Sections of links this person's role has a use for."""
    sections = [_daily(request.user), _oversight(request.user), _for_everybody()]
    links = [link for section in sections for link in section]
    here = max((link["url"] for link in links if request.path.startswith(link["url"])), key=len, default="")
    for link in links:
        link["current"] = link["url"] == here
    return [section for section in sections if section]


def _daily(person):
    if not person.may("customers.read"):
        return []
    customers = reverse("customers:list")
    links = [{"url": customers, "icon": "building-2", "label": _("Customers"), "key": "g c"}]
    if person.sells:
        links.append({"url": reverse("customers:pool"), "icon": "waves", "label": _("Public pool"), "key": "g p"})
    links.append(_approvals(person))
    if person.sells:
        links.append({"url": reverse("customers:imports"), "icon": "upload", "label": _("Imports"), "key": "g i"})
    if person.may("customers.take_out"):
        links.append({"url": reverse("customers:exports"), "icon": "download", "label": _("Exports"), "key": "g x"})
    return links


def _approvals(person):
    """With the number of requests that wait for this person."""
    count = Approver.objects.live().filter(person=person).order_by()[:MOST_COUNTED].count()
    return {"url": reverse("approvals:inbox"), "icon": "stamp", "label": _("Approvals"), "key": "g a", "count": count}


def _oversight(person):
    links = []
    if person.may("accounts.read_people"):
        links.append({"url": reverse("accounts:people"), "icon": "users", "label": _("People"), "key": "g e"})
    if not person.may("customers.read"):
        links.append(_approvals(person))
    if person.is_owner or person.may("accounts.break_glass") or person.may("accounts.break_glass_reviews"):
        links.append(
            {"url": reverse("break_glass:list"), "icon": "siren", "label": _("Break-glass access"), "key": "g b"}
        )
    if person.may("accounts.departures") or person.is_auditor:
        links.append({"url": reverse("accounts:departures"), "icon": "log-out", "label": _("Departures"), "key": "g o"})
    if person.may("accounts.jobs"):
        links.append({"url": reverse("accounts:dead_letters"), "icon": "inbox", "label": _("Jobs"), "key": "g j"})
    if person.may("approvals.read_policies"):
        links.append(
            {"url": reverse("approvals:policies"), "icon": "list-checks", "label": _("Approval policies"), "key": "g y"}
        )
    if person.may("accounts.reviews") or person.is_auditor:
        links.append(
            {"url": reverse("audit:reviews"), "icon": "list-restart", "label": _("Access reviews"), "key": "g v"}
        )
    if person.may("audit.read"):
        links.append({"url": reverse("audit:ledger"), "icon": "scroll-text", "label": _("Ledger"), "key": "g l"})
    return links


def _for_everybody():
    """Last, because the first section becomes the tabs of the phone, which has its bell at the top."""
    notices = {"url": reverse("accounts:notices"), "icon": "bell", "label": _("Notices"), "key": "g n"}
    return [notices | {"counts_unread": True}]


def _leaving(person):
    """What somebody in departure mode is told on his pages: since when, who helps, and where it stands. Nobody else is asked."""
    departure = Departure.objects.live().filter(person=person).first()
    return {
        "date": departure.notice_on if departure else "",
        "names": pgettext("between people who all help", ", ").join(each.name for each in helpers(person)),
        "url": reverse("accounts:departure", args=[departure.pk]) if departure else "",
    }


def _last_entry():
    entry = Entry.objects.order_by("-id").only("id", "recorded_at").first()
    return {"time": entry.recorded_at, "number": entry.pk} if entry else None

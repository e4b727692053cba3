"""What every page shows around its content: navigation, figures, the last entry, who looks by break-glass or leaves, theme
and language."""

from functools import lru_cache
from math import ceil

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.departures import helpers
from accounts.models import Departure
from audit.break_glass.using import people_told
from crm.figures import figures_of
from customers.day import has_a_day

TABS = 4  # on the phone, beside "More": the links that say so, or the first ones
address_of = lru_cache(reverse)  # of pages, not of rows: the same for everybody; found anew it costs more than its link


def frame(request):
    person = getattr(request, "user", None)
    known = bool(person and person.is_authenticated)
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request)) if known else [],
        "figures": SimpleLazyObject(lambda: figures_of(person)) if known else None,  # fragments do not ask
        "leaving": _leaving(person) if person and known and person.is_leaving else None,
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


def _leaving(person):
    """What somebody in departure mode is told on his pages: since when, who helps, and where it stands. Nobody else is asked."""
    departure = Departure.objects.live().filter(person=person).first()
    return {
        "date": departure.notice_on if departure else "",
        "names": pgettext("between people who all help", ", ").join(each.name for each in helpers(person)),
        "url": reverse("accounts:departure", args=[departure.pk]) if departure else "",
    }


def navigation(request):
    """Sections of links this person's role has a use for."""
    sections = [_daily(request.user), _oversight(request.user), _for_everybody()]
    links = [link for section in sections for link in section]
    here = max((link["url"] for link in links if request.path.startswith(link["url"])), key=len, default="")
    for link in links:
        link["current"] = link["url"] == here
    sections = [section for section in sections if section]
    for link in [each for each in sections[0] if each.get("tab")] or sections[0][:TABS]:
        link["is_tab"] = True
    return sections


def _link(name, icon, label, key, **more):
    return {"url": address_of(name), "icon": icon, "label": label, "key": key, **more}


def _daily(person):
    if not person.may("customers.read"):
        return []
    links = [_link("customers:list", "building-2", _("Customers"), "g c", tab=has_a_day(person))]
    if has_a_day(person):
        links.insert(0, _link("customers:day", "calendar", _("My day"), "g d", tab=True))
        links.append(_link("customers:log", "pencil", pgettext("command", "Log"), "l", tab=True))
    if person.sells:
        links.append(_link("customers:pool", "waves", _("Public pool"), "g p"))
    links.append(_approvals() | {"tab": has_a_day(person)})
    if person.sells:
        links.append(_link("customers:imports", "upload", _("Imports"), "g i"))
        links.append(_link("customers:holds", "hourglass", _("Holds"), "g h"))
        links.append(_link("customers:probe", "scan-search", _("Check"), "g j"))
        links.append(_link("customers:followed", "eye", _("Dealt with before"), "g f"))
    if person.sells or person.is_auditor:
        links.append(_link("customers:cases", "scale", _("Collision cases"), "g k"))
    if person.may("customers.work"):
        links.append(_link("customers:mail", "mail", _("Incoming mail"), "g m"))
    if person.may("customers.take_out"):
        links.append(_link("customers:exports", "download", _("Exports"), "g x"))
    if person.may("customers.verify"):
        links.append(_link("customers:verification", "clipboard-check", _("Verification"), "g w"))
    if person.may("customers.reconcile"):
        links.append(_link("customers:reconciliations", "arrow-left-right", _("Reconciliation"), "g g"))
    if person.may("customers.review_duplicates"):
        links.append(_link("customers:duplicates", "link", _("Possible duplicates"), "g r"))
    if person.may("customers.deliver_confirmations"):
        links.append(_link("customers:confirmations_to_deliver", "qr-code", _("Questions to deliver"), "g q"))
    return links


def _approvals():
    """With the number of requests that wait for this person."""
    return _link("approvals:inbox", "stamp", _("Approvals"), "g a", counts="waiting")


def _oversight(person):
    """Where people, rights and the ledger are looked after; each for whose role has the verb."""
    breaks_glass = person.is_owner or person.may("accounts.break_glass") or person.may("accounts.break_glass_reviews")
    offered = [
        (person.may("accounts.read_people"), ("accounts:people", "users", _("People"), "g e")),
        (person.may("accounts.departures") or person.is_auditor,
         ("accounts:departures", "log-out", _("Departures"), "g o")),
        (person.may("customers.sampling"), ("customers:verification", "clipboard-check", _("Verification"), "g w")),
        (person.may("customers.scan_duplicates") and not person.may("customers.review_duplicates"),
         ("customers:duplicates", "link", _("Possible duplicates"), "g r")),
        (person.may("accounts.jobs"), ("accounts:dead_letters", "inbox", _("Jobs"), "g j")),
        (person.may("approvals.read_policies"),
         ("approvals:policies", "list-checks", _("Approval policies"), "g y")),
        (person.may("customers.pools"), ("customers:pools", "waves", _("Public pools"), "g p")),
        (person.may("accounts.reviews") or person.is_auditor,
         ("audit:reviews", "list-restart", _("Access reviews"), "g v")),
        (person.may("customers.trace"), ("customers:trace", "file-search", _("Found lists"), "g 1")),
        (breaks_glass, ("break_glass:list", "siren", _("Break-glass access"), "g b")),
        (person.may("customers.bring_calls") or person.is_auditor,
         ("customers:calls", "phone", _("Call logs"), "g t")),
        (person.may("customers.read_answers"),
         ("customers:confirmation_answers", "message-square-quote", _("What customers say"), "g z")),
        (person.may("customers.probing"), ("customers:probe_terms", "scan-search", _("Blind conflict check"), "g 2")),
        (person.may("customers.standard"), ("customers:standard", "clipboard-check", _("Records"), "g s")),
        (person.may("audit.read"), ("audit:ledger", "scroll-text", _("Ledger"), "g l")),
    ]  # fmt: skip
    links = [_link(*entry) for is_his, entry in offered if is_his]
    if not person.may("customers.read"):  # whoever has no customers has his requests here
        links.insert(1 if person.may("accounts.read_people") else 0, _approvals())
    return links


def _for_everybody():
    """Last, because the tabs of the phone come from the first section, and it has its bell at the top."""
    rules = _link("customers:ownership_rules", "file-text", _("Ownership rules"), "g u")
    return [rules, _link("accounts:notices", "bell", _("Notices"), "g n", counts="unread")]

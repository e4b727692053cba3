"""What every page shows around its content: navigation, figures, the last entry, theme and language."""

from functools import lru_cache

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.figures import figures_of

address_of = lru_cache(
    reverse
)  # of pages, not of rows: the same for everybody, and found anew it costs more than its link


def frame(request):
    person = getattr(request, "user", None)
    known = bool(person and person.is_authenticated)
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request)) if known else [],
        "figures": SimpleLazyObject(lambda: figures_of(person)) if known else None,  # fragments do not ask
        "theme": (request.user.theme if known else request.COOKIES.get("theme", "")),
        "language": get_language(),
    }


def navigation(request):
    """Sections of links this person's role has a use for."""
    sections = [_daily(request.user), _oversight(request.user), _for_everybody()]
    links = [link for section in sections for link in section]
    here = max((link["url"] for link in links if request.path.startswith(link["url"])), key=len, default="")
    for link in links:
        link["current"] = link["url"] == here
    return [section for section in sections if section]


def _daily(person):
    if not person.sells and not person.is_auditor:
        return []
    customers = address_of("customers:list")
    links = [{"url": customers, "icon": "building-2", "label": _("Customers"), "key": "g c"}]
    if person.sells:
        links.append({"url": address_of("customers:pool"), "icon": "waves", "label": _("Public pool"), "key": "g p"})
    links.append(_approvals())
    if person.sells:
        links.append({"url": address_of("customers:imports"), "icon": "upload", "label": _("Imports"), "key": "g i"})
    return [*links, {"url": address_of("customers:exports"), "icon": "download", "label": _("Exports"), "key": "g x"}]


def _approvals():
    """With the number of requests that wait for this person."""
    return {
        "url": address_of("approvals:inbox"), "icon": "stamp", "label": _("Approvals"), "key": "g a", "counts": "waiting",
    }  # fmt: skip


def _oversight(person):
    links = []
    if person.is_administrator:
        links += [
            {"url": address_of("accounts:people"), "icon": "users", "label": _("People"), "key": "g e"},
            _approvals(),
            {"url": address_of("accounts:dead_letters"), "icon": "inbox", "label": _("Jobs"), "key": "g j"},
        ]
    if person.is_administrator or person.is_manager or person.is_auditor:
        links.append(
            {
                "url": address_of("approvals:policies"),
                "icon": "list-checks",
                "label": _("Approval policies"),
                "key": "g y",
            }
        )
    if person.is_auditor:
        links.append({"url": address_of("audit:ledger"), "icon": "scroll-text", "label": _("Ledger"), "key": "g l"})
    return links


def _for_everybody():
    """Last, because the first section becomes the tabs of the phone, which has its bell at the top."""
    notices = {"url": address_of("accounts:notices"), "icon": "bell", "label": _("Notices"), "key": "g n"}
    return [notices | {"counts": "unread"}]

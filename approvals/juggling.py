"""What was given and taken back within a day: the database writes it into the ledger, and this tells who has to know."""

from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.duties import handed_over_by
from accounts.models import User
from accounts.notices import sentences, tell
from audit.models import Entry

WHAT = "accounts.role_juggling"
sentences(
    {
        "accounts.brief_role": _("%(name)s had the role %(of)s for less than a day: %(since)s to %(until)s."),
        "accounts.brief_lead": _("%(name)s led the team %(of)s for less than a day: %(since)s to %(until)s."),
        "accounts.brief_right": _("The role %(of)s had wider rights for less than a day: %(since)s to %(until)s."),
    }
)


@handed_over_by
def tell_of_person(person, by):
    tell_of(person)


def tell_of(subject):
    """The last entry about this subject, if there is one: to auditors and the owner, once, in facts."""
    entry = Entry.objects.filter(about_id=str(subject.pk), action=WHAT).order_by("-id").first()
    if entry is None:
        return
    people = User.objects.active().select_related("organization")
    for reader in people.filter(role=User.Role.AUDITOR) | people.filter(is_owner=True):
        with translation.override(reader.language or reader.organization.language):
            what, words = _said(entry.after)
        tell([reader], what, url=reverse("approvals:rights"), key=f"{WHAT}:{entry.pk}", **words)


def _said(told):
    """(sentence, words) from what the entry holds."""
    words = {"since": _moment(told["since"]), "until": _moment(told["until"]), "name": told.get("name") or ""}
    if "team" in told:
        return "accounts.brief_lead", words | {"of": told["team"]}
    if "role" in told:
        return "accounts.brief_role", words | {"of": User.Role(told["role"]).label}
    return "accounts.brief_right", words | {"of": User.Role(told["rights_of"]).label}


def _moment(text):
    return formats.date_format(timezone.localtime(parse_datetime(text)), "SHORT_DATETIME_FORMAT")

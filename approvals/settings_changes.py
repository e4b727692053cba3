"""Four eyes on the rules of an organisation: how long the access log is kept."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organization
from accounts.rules import rule
from accounts.verbs import verb
from approvals.carrying_out import carried_out
from approvals.kinds import SECURITY, CannotTakeEffect, Kind, a_second_person, register

LABELS = {
    "access_log_days": gettext_lazy("Days for which the access log is kept"),
}


@register
class Settings(Kind):
    """The rules of the organisation, which hold for everybody in it."""

    name = "accounts.settings"
    label = gettext_lazy("Rules of the organisation")
    subject = "accounts.Organization"
    policy = a_second_person(SECURITY, hours=24)
    administration = True

    def title(self, approval):
        return _("Other rules of the organisation")

    def lines(self, approval):
        asked, before = approval.asked, approval.asked["before"]
        return [
            (str(LABELS[name]), None if before[name] == asked[name] else days(before[name]), days(asked[name]))
            for name in Organization.RULES
        ]

    def url(self, approval):
        return reverse("approvals:settings")

    def take_effect(self, approval, *, by):
        rules = {name: approval.asked[name] for name in Organization.RULES}
        try:
            with transaction.atomic():
                Organization.objects.get().set_rules(by=by, reason=approval.reason, **rules)
        except IntegrityError as refused:
            raise CannotTakeEffect(_("The database refuses these values. Nothing was changed.")) from refused


def asked_of_settings(organization, values) -> dict:
    """The copy for `ask`: what was, and what is to be."""
    before = {name: getattr(organization, name) for name in Organization.RULES}
    return {"name": organization.name, "before": before, **{name: values[name] for name in Organization.RULES}}


def key_of(organization) -> UUID:
    """A request's subject has a key of 128 bits; an organisation has a number."""
    return UUID(int=organization.pk)


def days(number):
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


verb(
    "accounts.organization", gettext_lazy("Name the organisation, and ask for other rules of it"),
    "accounts.see_settings", "accounts.describe_organization", "accounts.settings",
    given_to=["administrator"],
)  # fmt: skip


@rule("accounts.see_settings", "accounts.describe_organization", "accounts.settings")
def administers(user, organization):
    """His role carries the verb; about the rules a second person decides."""
    return True


@rule("accounts.set_rules")
def was_approved(user, organization):
    return carried_out("accounts.settings", key_of(organization))

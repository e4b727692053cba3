"""Another version of the ownership rules: asked for with its replay, decided from another reporting line, told to all who sell."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tenancy
from accounts.models import Organization, User
from accounts.notices import sentences, tell
from accounts.rules import rule
from accounts.verbs import verb
from approvals.administration import WAITS
from approvals.asking import ask
from approvals.carrying_out import carried_out
from approvals.kinds import SECURITY, CannotTakeEffect, Kind, a_second_person, register
from approvals.settings_changes import key_of
from audit.deeds import allow, stamped
from customers.models import OwnershipRules, Replay
from customers.ownership.replay import EFFECTS, Outcome
from customers.ownership.versions import holding, standing
from customers.ownership.wording import label_of, said

FRESH = timedelta(hours=24)
sentences(
    {
        "customers.ownership_rules": gettext_lazy(
            "Version %(number)s of the ownership rules holds from %(date)s on. What was claimed before goes on under the rules it began with."
        )
    }
)
WAITS["customers.ownership_rules"] = gettext_lazy("Other ownership rules wait for %(people)s.")
verb(
    "customers.ownership", gettext_lazy("Replay and ask for other ownership rules"),
    "customers.ownership_rules", "customers.replay",
    given_to=["administrator"],
)  # fmt: skip


@register
class RulesChange(Kind):
    """The next version. It begins now or later, and reaches back to nothing."""

    name = "customers.ownership_rules"
    label = gettext_lazy("Ownership rules")
    subject = "accounts.Organization"
    policy = a_second_person(SECURITY, hours=24)
    administration = True

    def title(self, approval):
        return _("Other ownership rules")

    def lines(self, approval):
        asked = approval.asked
        before, after = asked["before"], asked["rules"]
        told = [
            (label_of(name), None if before[name] == after[name] else said(name, before[name]), said(name, after[name]))
            for name in after
        ]
        if asked["instead_of"]:
            told.append((_("Instead of"), None, _("Version %(number)s, which then never begins") % {"number": asked["instead_of"]}))  # fmt: skip
        return [
            *told,
            (_("In force from"), None, _begins(asked)),
            (_("SHA-256 of the replay"), None, asked["replay_sha256"]),
        ]

    def background(self, approval):
        """Whom it would have favoured in the last 90 days; the page of the replay says more."""
        outcome = Outcome(Replay.objects.get(pk=approval.asked["replay"]))
        rows = [(_("Last 90 days: all"), outcome.total), (_("The author's own team"), outcome.own), (_("Everybody else"), outcome.others)]  # fmt: skip
        return [(label, _told(row)) for label, row in rows]

    def url(self, approval):
        return reverse("customers:replay", args=[approval.asked["replay"]])

    def url_to_ask(self, approval):
        return reverse("customers:propose_rules") + f"?as={approval.asked['replay']}"

    def take_effect(self, approval, *, by):
        organization = Organization.objects.get()
        allow(by, "customers.write_ownership_rules", organization)
        begins = parse_datetime(approval.asked["effective_from"])
        try:
            with transaction.atomic(), stamped("customers.write_ownership_rules", by=by, reason=approval.reason):
                written = OwnershipRules.objects.create(**approval.asked["rules"], effective_from=begins)
        except IntegrityError as refused:
            raise CannotTakeEffect(_("The database refuses these values. Nothing was changed.")) from refused
        written.refresh_from_db()
        _tell_sellers(written, organization)


def _begins(asked):
    if asked["at_once"]:
        return _("as soon as it is approved")
    return formats.date_format(timezone.localtime(parse_datetime(asked["effective_from"])), "DATETIME_FORMAT")


def _told(row):
    effects = [f"{label}: {row.effects[what]}" for what, label in EFFECTS.items() if row.effects[what]]
    return " · ".join([_("held: %(number)s") % {"number": row.held}, *effects])


def _tell_sellers(written, organization):
    with timezone.override(organization.time_zone):
        begins = timezone.localtime(written.effective_from)
    sellers = User.objects.active().filter(rights__verbs__contains=["customers.sell"])
    tell(
        sellers, RulesChange.name, url=reverse("customers:ownership_rules"), key=str(written.pk),
        number=written.number, date=f"{begins:%Y-%m-%d %H:%M}",
    )  # fmt: skip


def ask_for_rules(replay, *, by, reason):
    """What was replayed, exactly; raises AlreadyAsked when other rules wait already, CannotTakeEffect when the replay is old."""
    if not is_fresh(replay):
        raise CannotTakeEffect(_("The replay is older than a day. Replay it once more; nothing was asked for."))
    organization = Organization.objects.get()
    return ask(RulesChange.name, organization, by=by, reason=reason, **asked_of_rules(replay))


def is_fresh(replay):
    return replay.finished_at is not None and replay.finished_at > tenancy.now() - FRESH


def asked_of_rules(replay) -> dict:
    """The copy: what is proposed, beside what would hold then without it."""
    begins = replay.effective_from or tenancy.now()
    return {
        "rules": replay.rules,
        "before": compared_with(replay).as_asked,
        "effective_from": begins.isoformat(),
        "at_once": replay.effective_from is None,
        "instead_of": replay.instead_of,
        "replay": str(replay.pk),
        "replay_sha256": replay.sha256,
    }


def compared_with(replay) -> OwnershipRules:
    """The version it would replace: the one named, or the one that would hold from that day on."""
    stands = standing()
    named = stands.numbered(replay.instead_of) if replay.instead_of else None
    begins = max(replay.effective_from or stands.now, stands.now)
    return (named or holding(stands.versions, begins)).rules


def key_of_rules():
    return key_of(Organization.objects.get())


@rule("customers.see_ownership_rules")
def everybody(user, organization):
    """They hold for all, so all may read them."""
    return True


@rule("customers.ownership_rules")
def looks_after_the_rules(user, organization):
    """His role carries the verb; a second person decides."""
    return True


@rule("customers.write_ownership_rules")
def was_approved(user, organization):
    return carried_out(RulesChange.name, key_of(organization))

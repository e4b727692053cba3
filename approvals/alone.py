"""Where nobody else administers: what was asked waits a day and then takes effect, and everybody who may hear of it does.

The database decides whether it is so (`approvals_administers_alone`), and whether it was so for the whole day.
"""

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts import mailing
from accounts.models import User
from accounts.notices import sentences
from accounts.the_clock import CLOCK
from approvals import mail_link, telling
from approvals.kinds import CannotTakeEffect
from approvals.models import Approval

sentences(
    {
        "approvals.alone": _("Nobody else administers, so this takes effect in 24 hours: %(request)s. %(who)s asks."),
        "approvals.took_effect": _("Took effect after 24 hours, nobody else administers: %(request)s"),
    }
)


def administers_alone(person) -> bool:
    """Would a request of this person about rights find nobody, because nobody else administers?"""
    return _database_says("approvals_administers_alone(%s, %s, clock_timestamp())", person.organization_id, person.pk)


def waits_alone(approval) -> bool:
    """Will this request take effect by the clock, as things stand?"""
    return (
        approval.state == Approval.State.PENDING
        and approval.kind_of.administration
        and not approval.approvers.live().exists()
        and _database_says(
            "approvals_administers_alone(%s, %s, %s)",
            approval.organization_id, approval.requested_by_id, approval.opened_at,
        )
    )  # fmt: skip


def announce(approval):
    """A letter to the owner at once, with what is asked and a link that stops it; notices to who audits or administers."""
    if waits_alone(approval):
        for owner in User.objects.active().filter(is_owner=True).select_related("organization"):
            _write(approval, owner)
        _tell(approval, "approvals.alone")


def take_effect(approval) -> bool:
    """By the clock, a day after it was asked. False when the database or the subject says otherwise: nothing was changed."""
    try:
        with transaction.atomic():
            approval.grant_alone(by=CLOCK)
            approval.kind_of.take_effect(approval, by=approval.requested_by)
    except (IntegrityError, CannotTakeEffect):
        return False
    _tell(approval, "approvals.took_effect")
    return True


def _write(approval, owner):
    language = owner.language or owner.organization.language
    with translation.override(language), timezone.override(owner.organization.time_zone):
        lines = [
            {"label": str(label), "before": str(before or ""), "after": str(after)}
            for label, before, after in approval.kind_of.lines(approval)
        ]
        at = formats.date_format(timezone.localtime(approval.lapses_at), "DATETIME_FORMAT")
        request = str(approval.title)
    mailing.write(
        "alone", to=owner.email, language=language, organization=owner.organization, name=owner.name, request=request,
        who=approval.requested_by.name, reason=approval.reason, lines=lines, at=at, link=mail_link.to(approval, owner),
    )  # fmt: skip


def _tell(approval, what):
    """Whoever audits, administers or owns."""
    roles = [User.Role.AUDITOR, User.Role.ADMINISTRATOR, User.Role.SECURITY]
    people = {person.pk: person for person in User.objects.active().filter(role__in=roles)}
    people |= {person.pk: person for person in User.objects.active().filter(is_owner=True)}
    who = approval.requested_by.name
    telling.tell_people(approval, people.values(), what, url=reverse("approvals:rights"), who=who)


def _database_says(call, *values):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}", values)
        return cursor.fetchone()[0]

"""Rules about reading the ledger."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.tenancy import now
from accounts.verbs import verb

verb("audit.read", _("Read the ledger"), "audit.read_ledger", given_to=["auditor"])


@rule("audit.read_ledger")
def audits(user, organization):
    return True


verb(
    "accounts.reviews", _("Open access reviews, set how often there are some"), "audit.open_review", "audit.review_terms",
    given_to=["administrator", "security"],
)  # fmt: skip


@rule("audit.open_review", "audit.review_terms")
def reviews(user, subject):
    """His role carries the verb; more is not asked."""
    return True


@rule("audit.confirm_access", "audit.refuse_access", no=_("Only the reviewer answers, and never for himself."))
def is_asked(user, item):
    return item.reviewer_id == user.pk and item.person_id != user.pk


@rule("audit.lapse_access")
def may_end(user, item):
    """What is no role ends when its reviewer does not confirm it; everything else when the time is over."""
    return _is_over(item) or (item.state == item.State.REFUSED and item.kind != "role" and is_asked(user, item))


@rule("audit.leave_overdue")
def is_over(user, item):
    return _is_over(item)


def _is_over(item):
    return item.review.closed_at is None and item.review.due_at <= now()

"""How many customers somebody may claim, and which: asked of the database, which asks itself again when the claim is written."""

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "daily_claims": _(
        "You have claimed as many companies from the pool today as the rules allow. From midnight on there are new ones."
    ),
    "holding_limit": _(
        "You hold as many customers as the rules allow. Release one that you do not work on, or ask your manager."
    ),
    "holds_at_once": _(
        "As many of your claims wait for evidence as the rules allow. Bring evidence for one of them, or release it."
    ),
    "lapses": _(
        "Several of your holds have lapsed without evidence in the last 30 days, so your manager decides about the next one."
    ),
    "not_a_member": _(
        "This company is in a pool of other teams, and its members claim from it. Your pools are named above the list."
    ),
    "not_open_yet": _("This company opens later. Until then you can say that you want it, and then it is drawn."),
    "drawn": _("Somebody wanted this company before it opened, so the draw decides. That takes a moment."),
    "may_not": _("Who leaves, has another duty or is denied a company, does not take part in its draw."),
    "cooldown": _(
        "You or somebody of your group had this customer not long ago. Until the cooldown is over, others come first."
    ),
}


class NotClaimable(PermissionDenied):
    """The rules do not let this person claim this company now. Nothing was changed."""

    action = "customers.claim"

    def __init__(self, why):
        super().__init__(why)
        self.why = why

    @property
    def sentence(self):
        return str(SENTENCES[self.why])


def refusal_of(claimant, way, customer=None) -> str:
    """Why the rules do not let him, as a code; empty when they do. Until the transaction ends, his claims wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_claim_refusal(%s, %s, %s)", [claimant.pk, way, customer and customer.pk])
        return cursor.fetchone()[0] or ""


def may_claim(claimant, way, customer=None):
    """Raise NotClaimable when the rules say no."""
    if why := refusal_of(claimant, way, customer):
        raise NotClaimable(why)


def terms_of_new_claim() -> tuple:
    """(end of its protection, whether it is a provisional hold) of a claim by who enters a company now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT until, is_held FROM customers_terms_of_new_claim()")
        return cursor.fetchone()

"""Who verifies and reconciles. Nobody what is or was his own, and nobody changes anything by it."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule, while_leaving
from accounts.verbs import verb
from customers.models import Claim
from customers.rules import works_on

verb(
    "customers.verify", _("Verify customers against a source"),
    "customers.open_round", "customers.view_round", "customers.verify", "customers.reveal_to_verify",
    given_to=["manager", "assistant", "auditor"], possible_for=["service"],
)  # fmt: skip
verb(
    "customers.reconcile", _("Compare customers with another system’s list"),
    "customers.start_reconciliation", "customers.view_reconciliation", "customers.reconcile", "customers.export_reconciliation",
    given_to=["manager", "auditor"],
)  # fmt: skip
verb(
    "customers.sampling", _("Set how often and how many customers are picked at random"), "customers.verification_terms",
    given_to=["administrator"],
)  # fmt: skip
while_leaving(
    _("verifying and comparing lists"),
    "customers.open_round", "customers.verify", "customers.start_reconciliation", "customers.reconcile",
    "customers.export_reconciliation",
)  # fmt: skip


@rule("customers.open_round", "customers.start_reconciliation", "customers.verification_terms")
def does_so_at_all(user, organization):
    return True


@rule("customers.verify", no=_("It is verified by somebody who sees it by his place and has never owned it."))
def verifies(user, customer):
    """As far as his role sees, and not by a share; never what is or was his own."""
    return user.reaches("view", customer.owner_id) and not has_owned(user, customer)


def has_owned(user, customer) -> bool:
    return customer.owner_id == user.pk or Claim.objects.filter(customer=customer, claimant=user).exists()


@rule("customers.reveal_to_verify")
def verifies_the_company(user, contact):
    return verifies(user, contact.customer)


@rule("customers.view_round")
def takes_part(user, opened):
    """What chance has picked, whoever verifies; a list who picked it, his managers, auditors."""
    picked = opened.opened_by_id
    return user.is_auditor or picked is None or picked == user.pk or user.manages(picked)


@rule(
    "customers.accept_correction", "customers.decline_correction",
    no=_("Whoever keeps the record answers, and not who proposed it."),
)  # fmt: skip
def answers_for_the_record(user, correction):
    return works_on(user, correction.customer) and correction.verification.verified_by_id != user.pk


@rule("customers.view_reconciliation")
def sees_comparison(user, batch):
    return batch.created_by_id == user.pk or user.is_auditor or user.manages(batch.created_by_id)


@rule("customers.reconcile")
def brought_the_list(user, batch):
    return batch.created_by_id == user.pk


@rule(
    "customers.export_reconciliation", no=_("Who brought the list takes the report out, if his role takes lists out.")
)
def takes_the_report(user, batch):
    return batch.created_by_id == user.pk and user.may("customers.take_out")

"""What the ledger says about verification and reconciliation."""

from django.utils.translation import gettext_lazy as _

from audit.words import read_as, words
from customers.models import Import, Verification
from customers.standards import FIELDS

words(
    {
        "customers.verification_terms": _("set how customers are picked at random"),
        "customers.commit_sample": _("committed the seed of a random sample"),
        "customers.draw_sample": _("revealed the seed of a random sample"),
        "customers.open_round": _("opened a verification round"),
        "customers.view_round": _("read a verification round"),
        "customers.verify": _("verified the customer"),
        "customers.reveal_to_verify": _("revealed a contact's details to verify them"),
        "customers.accept_correction": _("accepted a correction of the customer"),
        "customers.decline_correction": _("did not accept a correction of the customer"),
        "customers.rise_correction": _("told the manager of a correction that nobody answered"),
        "customers.start_reconciliation": _("uploaded a list to compare"),
        "customers.reconcile": _("compared a list"),
        "customers.view_reconciliation": _("read a reconciliation"),
        "customers.export_reconciliation": _("took out the report of a reconciliation"),
    }
)

read_as("customers_verification.field", lambda name: FIELDS.get(name, name))
read_as("customers_verification.result", lambda code: dict(Verification.Result.choices).get(code, code))
read_as("customers_verification.source", lambda code: dict(Verification.Source.choices).get(code, code))
read_as("customers_reconciliation.problem", lambda code: dict(Import.Problem.choices).get(code, code))

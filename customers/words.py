"""What the ledger says about customers."""

from django.utils.translation import gettext_lazy as _

from audit.words import read_as, words
from customers import countries
from customers.models import Import

words(
    {
        "customers.view": _("read the customer"),
        "customers.history": _("read the history"),
        "customers.list": _("saw customers in a list"),
        "customers.create": _("created the customer"),
        "customers.claim": _("claimed the customer"),
        "customers.contest": _("came too late for the customer"),
        "customers.release": _("released the customer to the pool"),
        "customers.edit": _("changed the customer"),
        "customers.add_credit_code": _("added the credit code"),
        "customers.follow_up": _("logged a follow-up"),
        "customers.add_contact": _("added a contact"),
        "customers.transfer": _("asked to transfer the customer"),
        "customers.pass_on": _("transferred the customer as approved"),
        "customers.handover": _("asked for the handover of a departure"),
        "customers.offer_handover": _("offered a customer for handover as approved"),
        "customers.accept_handover": _("accepted a customer that was handed over"),
        "customers.decline_handover": _("declined a customer that was handed over"),
        "customers.lapse_handover": _("closed a handover that nobody accepted"),
        "customers.take_over": _("passed the customer on in a handover"),
        "customers.claim_while_leaving": _("asked to claim the customer in departure mode"),
        "customers.claim_as_approved": _("claimed the customer in departure mode as approved"),
        "customers.look_while_leaving": _("opened the customer in departure mode"),
        "customers.over_budget": _("met the daily budget of departure mode"),
        "customers.identity": _("asked to change what identifies the customer"),
        "customers.rename": _("changed what identifies the customer as approved"),
        "customers.share": _("shared the customer with a colleague"),
        "customers.lapse_share": _("let a share lapse that was not confirmed"),
        "customers.take_back": _("took a share of the customer back"),
        "customers.deny": _("denied somebody access to the customer"),
        "customers.lift": _("lifted a denial of access to the customer"),
        "customers.reveal": _("revealed a contact's details"),
        "customers.import": _("imported a list"),
        "customers.start_import": _("uploaded a list"),
        "customers.import_fail": _("could not read a list"),
        "customers.import_try": _("tried an import"),
        "customers.import_tried": _("tried an import to the end"),
        "customers.import_confirm": _("confirmed an import"),
        "customers.import_written": _("wrote an import"),
        "customers.import_undo": _("undid an import"),
        "customers.import_undone": _("undid an import to the end"),
        "customers.import_errors": _("took lines of a list to correct them"),
        "customers.view_import": _("read an import"),
        "customers.export": _("exported a list"),
        "customers.download_export": _("downloaded an export"),
        "customers.trace_list": _("asked whose a list is that was found"),
        "customers.canary_hit": _("came across a canary record of a list"),
        "customers.add_canary_phones": _("entered phone numbers for canary contacts"),
        "customers.remove_canary_phone": _("removed a phone number for canary contacts"),
        "customers.save_view": _("saved a view of the list"),
        "customers.change_view": _("changed a saved view"),
        "customers.remove_view": _("removed a saved view"),
    }
)

read_as("customers_customer.country", countries.name_of)
read_as("customers_import.problem", lambda code: dict(Import.Problem.choices).get(code, code))

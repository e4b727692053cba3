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
        "customers.replay": _("replayed the last 90 days under other ownership rules"),
        "customers.ownership_rules": _("asked for other ownership rules"),
        "customers.write_ownership_rules": _("put another version of the ownership rules in force as approved"),
        "customers.recycle": _("recycled customers whose protection was over"),
        "customers.want": _("entered the draw for a customer"),
        "customers.renew_entry": _("entered the draw for a customer again"),
        "customers.withdraw_entry": _("withdrew from the draw for a customer"),
        "customers.prepare_draw": _("prepared draws and committed to their seeds"),
        "customers.reveal_draw": _("showed the seed of a draw that opened"),
        "customers.draw": _("drew lots for the customer"),
        "customers.pool": _("asked for other public pools"),
        "customers.set_pool": _("changed the public pools as approved"),
        "customers.sort_pools": _("sorted customers into the changed pools"),
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
        "customers.commit_confirmations": _("committed to the seed of a day of confirmations"),
        "customers.reveal_confirmations": _("showed the seed of a day of confirmations"),
        "customers.ask_customer": _("asked the customer to confirm a contact"),
        "customers.show_confirmation": _("looked at a link for a customer"),
        "customers.answer": _("answered as the customer"),
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
    }
)

read_as("customers_customer.country", countries.name_of)
read_as("customers_import.problem", lambda code: dict(Import.Problem.choices).get(code, code))

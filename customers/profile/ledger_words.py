"""What the ledger says about the record of a customer."""

from django.utils.translation import gettext_lazy as _

from audit.words import read_as, words
from customers import countries

words(
    {
        "customers.add_address": _("added an address"),
        "customers.edit_address": _("changed an address"),
        "customers.end_address": _("took an address out of use"),
        "customers.edit_contact": _("changed a contact"),
        "customers.contact_left": _("marked a contact as left"),
        "customers.contact_back": _("marked a contact as back"),
        "customers.add_contact_point": _("added a phone or e-mail"),
        "customers.end_contact_point": _("took a phone or e-mail out of use"),
        "customers.make_tag": _("made a tag"),
        "customers.archive_tag": _("archived a tag"),
        "customers.restore_tag": _("took an archived tag back into use"),
        "customers.tag": _("put a tag on the customer"),
        "customers.untag": _("took a tag off the customer"),
        "customers.name_key_account": _("named the customer a key account"),
        "customers.end_key_account": _("ended the customer as a key account"),
        "customers.terms": _("asked for payment terms"),
        "customers.set_terms": _("set payment terms as approved"),
        "customers.group": _("asked to change the group of the customer"),
        "customers.regroup": _("changed the group of the customer as approved"),
        "customers.seek_parent": _("looked for a parent company that is not there"),
        "customers.source": _("asked to change the source of the customer"),
        "customers.correct_source": _("changed the source of the customer as approved"),
        "customers.set_standard": _("set what counts as a complete record"),
    }
)

read_as("customers_address.country", countries.name_of)

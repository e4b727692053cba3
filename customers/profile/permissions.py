"""Who may do what to the record of a customer, to tags, and to the standard of records."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.verbs import verb
from approvals.carrying_out import carried_out
from customers.rules import owns, works_on

verb(
    "customers.key_accounts", _("Say which customers are key accounts"),
    "customers.name_key_account", "customers.end_key_account",
    given_to=["manager"],
)  # fmt: skip
verb(
    "customers.tags", _("Make tags and archive them"), "customers.make_tag", "customers.archive_tag", "customers.restore_tag",
    given_to=["manager", "administrator"],
)  # fmt: skip
verb(
    "customers.standard", _("Set what counts as a complete record"), "customers.set_standard",
    given_to=["administrator"],
)  # fmt: skip

rule(
    "customers.add_contact_point", "customers.add_address", "customers.tag", "customers.untag",
    no=_("Only the owner works on it, who keeps the records of his team, and with whom he shares it to be worked on."),
)(works_on)  # fmt: skip


@rule(
    "customers.edit_contact", "customers.contact_left", "customers.contact_back", "customers.end_contact_point",
    "customers.edit_address", "customers.end_address",
    no=_("Only who works on the customer changes what stands in its record."),
)  # fmt: skip
def works_on_its_customer(user, part):
    return works_on(user, part.customer)


@rule("customers.terms", no=_("Only the owner asks for payment terms."))
def asks_for_terms(user, customer):
    return owns(user, customer)


@rule("customers.group", no=_("Only the owner asks for a change of the group."))
def asks_for_group(user, customer):
    return owns(user, customer)


@rule("customers.source", no=_("Only the owner asks for another source."))
def asks_for_source(user, customer):
    return owns(user, customer)


@rule("customers.set_terms")
def sets_terms_as_approved(user, customer):
    return carried_out("customers.terms", customer)


@rule("customers.regroup")
def regroups_as_approved(user, customer):
    return carried_out("customers.group", customer)


@rule("customers.correct_source")
def corrects_the_source_as_approved(user, customer):
    return carried_out("customers.source", customer)


@rule("customers.name_key_account", no=_("A manager above the owner says what is a key account."))
def stands_above_the_owner(user, customer):
    return customer.owner_id is not None and user.manages(customer.owner_id)


@rule("customers.end_key_account", no=_("A manager above the owner says what is a key account no longer."))
def stands_above_its_owner(user, key_account):
    return stands_above_the_owner(user, key_account.customer)


@rule(
    "customers.make_tag",
    "customers.archive_tag",
    "customers.restore_tag",
    no=_("Managers and administrators make tags."),
)
def keeps_the_vocabulary(user, subject):
    return True


@rule("customers.set_standard", no=_("Administrators set what counts as complete."))
def sets_the_standard(user, subject):
    return True

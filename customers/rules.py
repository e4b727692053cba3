"""Who may do what to a customer. A manager sees his people's customers and edits none of them."""

from accounts.rules import rule
from approvals.carrying_out import carried_out


@rule("customers.view")
def sees(user, customer):
    """The owner, his managers up the tree, and auditors. Administrators have no standing right to content."""
    return user.is_auditor or customer.owner_id == user.pk or (customer.owner_id and user.manages(customer.owner_id))


@rule(
    "customers.edit", "customers.release", "customers.follow_up", "customers.add_contact", "customers.add_credit_code"
)
def owns(user, customer):
    return customer.owner_id is not None and customer.owner_id == user.pk


@rule("customers.transfer")
def owns_or_manages(user, customer):
    return owns(user, customer) or (customer.owner_id is not None and user.manages(customer.owner_id))


@rule("customers.identity")
def owns_what_is_named(user, customer):
    return owns(user, customer)


@rule("customers.pass_on")
def passes_on_what_was_approved(user, customer):
    return carried_out("customers.transfer", customer)


@rule("customers.rename")
def renames_as_approved(user, customer):
    return carried_out("customers.identity", customer)


@rule("customers.reveal")
def owns_the_contacts(user, contact):
    return owns(user, contact.customer)


@rule("customers.claim")
def sells(user, customer):
    """Anybody who sells may claim; whether the customer is still free is for the database to say."""
    return user.sells


@rule("customers.create", "customers.start_import")
def sells_for(user, organization):
    return user.sells


@rule("customers.export")
def takes_out(user, organization):
    return user.sells or user.is_auditor


@rule("customers.view_export")
def asked_for_it(user, export):
    return export.requested_by_id == user.pk or user.is_auditor


@rule("customers.view_import")
def sees_import(user, batch):
    return batch.created_by_id == user.pk or user.is_auditor or user.manages(batch.created_by_id)


@rule(
    "customers.import",
    "customers.import_fail",
    "customers.import_try",
    "customers.import_tried",
    "customers.import_confirm",
    "customers.import_written",
    "customers.import_undo",
    "customers.import_undone",
)
def brought_it(user, batch):
    return batch.created_by_id == user.pk and user.sells

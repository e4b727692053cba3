"""Who may do what to a customer. A manager sees his people's customers and edits none of them."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import denial, rule
from accounts.verbs import verb
from approvals.carrying_out import carried_out
from approvals.models import Approval
from customers.collaborators import Way, is_shared
from customers.denials import stands_above
from customers.models import Customer, Denial

SELLERS = ("rep", "manager")

verb(
    "customers.read", _("Read customers"), "customers.view",
    given_to=[*SELLERS, "assistant", "service", "auditor"], opens_in_emergency=True,
)  # fmt: skip
verb(
    "customers.work", _("Log follow-ups, keep records and contacts, look at phones and mail addresses"),
    "customers.edit", "customers.follow_up", "customers.add_contact", "customers.add_credit_code", "customers.reveal",
    "customers.bring_evidence", "customers.renew_mail_address", "customers.sort_mail", "customers.discard_mail",
    "customers.correct_follow_up", "customers.plan_step", "customers.finish_step", "customers.drop_step", "customers.move_step",
    "customers.open_calendar", "customers.close_calendar",
    "customers.edit_contact", "customers.contact_left", "customers.contact_back", "customers.add_contact_point",
    "customers.end_contact_point", "customers.add_address", "customers.edit_address", "customers.end_address",
    "customers.tag", "customers.untag",
    "customers.accept_correction", "customers.decline_correction",
    given_to=[*SELLERS, "assistant"],
)  # fmt: skip
verb(
    "customers.sell", _("Claim customers, bring them in, own them"),
    "customers.claim", "customers.create", "customers.probe", "customers.release", "customers.transfer", "customers.identity",
    "customers.terms", "customers.group", "customers.source",
    "customers.start_import", "customers.import", "customers.import_try", "customers.import_confirm", "customers.import_undo",
    "customers.claim_while_leaving", "customers.claim_after_lapses", "customers.accept_handover", "customers.decline_handover",
    "customers.want", "customers.renew_entry", "customers.withdraw_entry",
    given_to=SELLERS,
)  # fmt: skip
verb(
    "customers.take_out", _("Export lists"), "customers.export",
    given_to=[*SELLERS, "auditor"], possible_for=["assistant"],
)  # fmt: skip
verb(
    "customers.share", _("Share customers with colleagues, to look at or to work on"),
    "customers.share", "customers.take_back",
    given_to=SELLERS,
)  # fmt: skip
verb(
    "customers.deny", _("Deny somebody access to a customer"), "customers.deny", "customers.lift",
    given_to=["manager", "administrator"],
)  # fmt: skip


@denial
def is_denied(user, subject):
    """A named person is denied a named customer, and whatever hangs on it. Without the mark nothing is looked up."""
    customer = _customer_of(subject)
    return (
        customer is not None
        and customer.has_denials
        and Denial.objects.live().filter(person=user, customer=customer).exists()
    )


def _customer_of(subject) -> Customer | None:
    match subject:
        case Customer():
            return subject
        case Approval():
            is_about_one = subject.kind_of.subject == Customer._meta.label
            return Customer(pk=subject.subject_id, has_denials=True) if is_about_one else None
    return getattr(subject, "customer", None)


@rule("customers.view", no=_("The owner is nobody whose customers this role sees, and it is not shared."))
def sees(user, customer):
    """As far as his role sees: own, team, subtree, organisation; and what is shared. Administrators have no standing right
    to content."""
    return user.reaches("view", customer.owner_id) or is_shared(user, customer)


@rule(
    "customers.edit", "customers.follow_up", "customers.add_contact", "customers.add_credit_code",
    no=_("Only the owner works on it, who keeps the records of his team, and with whom he shares it to be worked on."),
)  # fmt: skip
def works_on(user, customer):
    """The owner, who keeps the records of his team, and whom the owner lets work on it. A manager sees his people's
    customers and edits none of them."""
    return customer.owner_id is not None and (
        user.reaches("edit", customer.owner_id) or is_shared(user, customer, Way.EDIT)
    )


@rule("customers.release", no=_("Only the owner releases it, and not while it is in dispute."))
def releases(user, customer):
    return owns(user, customer) and not customer.in_dispute


def owns(user, customer):
    return customer.owner_id is not None and customer.owner_id == user.pk


@rule("customers.transfer", no=_("Only the owner and his managers ask for a transfer, and not while it is in dispute."))
def transfers(user, customer):
    return owns_or_manages(user, customer) and not customer.in_dispute


def owns_or_manages(user, customer):
    return owns(user, customer) or (customer.owner_id is not None and user.manages(customer.owner_id))


@rule(
    "customers.identity", no=_("Only the owner asks for another name or credit code, and not while it is in dispute.")
)
def owns_what_is_named(user, customer):
    return releases(user, customer)


@rule("customers.share", no=_("Only the owner shares it, and his managers to look at."))
def shares(user, customer):
    return owns_or_manages(user, customer)


@rule(
    "customers.take_back",
    no=_("Who shared it takes it back, the owner, and his managers; never what a verdict shared."),
)
def takes_back(user, collaborator):
    if collaborator.is_by_verdict:
        return False
    return collaborator.given_by_id == user.pk or owns_or_manages(user, collaborator.customer)


@rule("customers.deny", no=_("Who stands above the owner denies access, or the owner of the organisation."))
def denies(user, customer):
    return user.is_owner or (customer.owner_id is not None and user.manages(customer.owner_id))


@rule("customers.lift", no=_("Who set it lifts it, or whoever stands above him."))
def lifts(user, denied):
    """As far as he could still set it. What a superior denied, stays."""
    if user.pk == denied.person_id:
        return False
    if user.is_owner or stands_above(user, denied.denied_by):
        return True
    owner = denied.customer.owner_id
    return denied.denied_by_id == user.pk and (owner is None or user.manages(owner))


@rule("customers.pass_on")
def passes_on_what_was_approved(user, customer):
    return carried_out("customers.transfer", customer)


@rule("customers.rename")
def renames_as_approved(user, customer):
    return carried_out("customers.identity", customer)


@rule("customers.reveal")
def works_with_the_contacts(user, contact):
    return works_on(user, contact.customer)


@rule("customers.claim", no=_("It is in dispute: nobody claims it before the case is closed."))
def sells(user, customer):
    """Anybody who sells may claim; whether the customer is still free is for the database to say. What a verdict has put into
    the pool is nobody's until the case is closed."""
    return customer.owner_id is not None or not customer.in_dispute


@rule("customers.create", "customers.start_import")
def sells_for(user, organization):
    return True


@rule("customers.export", no=_("This role takes out nobody's customers."))
def takes_out(user, organization):
    return user.reach("export") != frozenset()


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

"""Who may bring evidence, sort what came in, and bring the logs of the telephone system."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.verbs import verb
from customers.models import CollisionCase
from customers.rules import works_on

verb(
    "customers.bring_calls", _("Bring call logs of the telephone system"),
    "customers.bring_calls", "customers.match_calls", "customers.extension",
    given_to=["manager", "administrator"],
)  # fmt: skip


@rule(
    "customers.bring_evidence",
    no=_("Who works on the customer brings evidence, and who contests it for his own contacts."),
)
def works_on_its_customer(user, follow_up):
    return works_on(user, follow_up.customer) or (
        follow_up.author_id == user.pk and _contests(user, follow_up.customer)
    )


def _contests(user, customer):
    return customer.in_dispute and CollisionCase.objects.open().filter(customer=customer, party_b=user).exists()


@rule("customers.renew_mail_address", "customers.sort_mail", "customers.discard_mail")
def is_his(user, received):
    return received.person_id == user.pk


@rule("customers.bring_calls")
def brings_calls(user, organization):
    return True


@rule("customers.match_calls")
def brought_them(user, call_log):
    return call_log.brought_by_id == user.pk


@rule("customers.extension", no=_("Who leads somebody says which extension is his, and who administers."))
def says_whose_it_is(user, person):
    """Nobody says it of himself: calls are shown by somebody else."""
    return person.pk != user.pk and (user.is_administrator or user.manages(person))

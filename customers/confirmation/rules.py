"""Who asks customers, who brings links to them, who reads what they say."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.verbs import verb

verb(
    "customers.ask_customers", _("Ask customers to confirm own contacts"), "customers.ask_customer",
    given_to=["rep", "manager", "assistant"],
)  # fmt: skip
verb(
    "customers.deliver_confirmations", _("Bring questions to customers who have no mail address of their own"),
    "customers.see_questions", "customers.show_confirmation",
    given_to=["service"],
)  # fmt: skip
verb(
    "customers.read_answers", _("Read what customers answer about contacts"), "customers.see_answers",
    given_to=["manager", "auditor"],
)  # fmt: skip


@rule(
    "customers.ask_customer",
    no=_("Only who had a contact in person asks for its confirmation, while he works on the customer."),
)
def had_the_contact(user, follow_up):
    is_his = follow_up.author_id == user.pk and follow_up.can_be_asked_about
    return is_his and user.has_perm("customers.follow_up", follow_up.customer)


@rule("customers.see_questions", "customers.see_answers")
def whose_role_it_is(user, organization):
    return True


@rule("customers.show_confirmation", no=_("The service desk brings it to the customer, and never who had the contact."))
def brings_it(user, confirmation):
    return user.pk not in (confirmation.follow_up.author_id, confirmation.customer.owner_id)

"""Rules about lists that were found. Who asks whose they are is no judge of it: the page shows what speaks for it."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.verbs import verb

verb(
    "customers.trace", _("Ask whose a list is that was found"), "customers.trace_list",
    given_to=["auditor", "administrator"], possible_for=["security"],
)  # fmt: skip
verb(
    "customers.canary_phones", _("Enter phone numbers for canary contacts"),
    "customers.add_canary_phones", "customers.remove_canary_phone",
    given_to=["administrator"], possible_for=["security"],
)  # fmt: skip


@rule("customers.trace_list", "customers.add_canary_phones", "customers.remove_canary_phone")
def looks_after_lists(user, subject):
    """His role carries the verb; more is not asked."""
    return True

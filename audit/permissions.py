"""Rules about reading the ledger."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.verbs import verb

verb("audit.read", _("Read the ledger"), "audit.read_ledger", given_to=["auditor"])


@rule("audit.read_ledger")
def audits(user, organization):
    return True

"""Rules about reading the ledger."""

from accounts.rules import rule


@rule("audit.read_ledger")
def audits(user, organization):
    return user.is_auditor

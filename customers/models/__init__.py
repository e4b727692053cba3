"""Customers, the people in them, who may call them his own, and what was done for them."""

from customers.models.claim import Claim, ContestedClaim
from customers.models.collaborator import Collaborator
from customers.models.contact import Contact
from customers.models.customer import Customer
from customers.models.denial import Denial
from customers.models.follow_up import FollowUp
from customers.models.handover import Handover, HandoverItem
from customers.models.keys import EvidenceKey, IdentityKey, SearchTerm
from customers.models.reconciliation import ReconciledRow, Reconciliation
from customers.models.sample import Sample, VerificationTerms
from customers.models.staging import ImportKey, ImportRow
from customers.models.transfer import Export, Import
from customers.models.verification import (
    Correction,
    Verification,
    VerificationItem,
    VerificationRound,
    VerifiedField,
)

__all__ = [
    "Claim",
    "Collaborator",
    "Contact",
    "ContestedClaim",
    "Correction",
    "Customer",
    "Denial",
    "EvidenceKey",
    "Export",
    "FollowUp",
    "Handover",
    "HandoverItem",
    "IdentityKey",
    "Import",
    "ImportKey",
    "ImportRow",
    "ReconciledRow",
    "Reconciliation",
    "Sample",
    "SearchTerm",
    "Verification",
    "VerificationItem",
    "VerificationRound",
    "VerificationTerms",
    "VerifiedField",
]

"""Customers, the people in them, who may call them his own, and what was done for them."""

from customers.models.claim import Claim, ContestedClaim
from customers.models.collaborator import Collaborator
from customers.models.contact import Contact
from customers.models.customer import Customer
from customers.models.denial import Denial
from customers.models.follow_up import FollowUp
from customers.models.handover import Handover, HandoverItem
from customers.models.keys import EvidenceKey, IdentityKey, SearchTerm
from customers.models.marks import Canary, CanaryHit, CanaryPhone, ExportedRow, Planting
from customers.models.saved_view import SavedView
from customers.models.staging import ImportKey, ImportRow
from customers.models.transfer import Export, Import

__all__ = [
    "Canary",
    "CanaryHit",
    "CanaryPhone",
    "Claim",
    "Collaborator",
    "Contact",
    "ContestedClaim",
    "Customer",
    "Denial",
    "EvidenceKey",
    "Export",
    "ExportedRow",
    "FollowUp",
    "Handover",
    "HandoverItem",
    "IdentityKey",
    "Import",
    "ImportKey",
    "ImportRow",
    "Planting",
    "SavedView",
    "SearchTerm",
]

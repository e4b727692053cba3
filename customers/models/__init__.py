"""Customers, the people in them, who may call them his own, and what was done for them."""

from customers.models.address import Address
from customers.models.claim import Claim, ContestedClaim
from customers.models.collaborator import Collaborator
from customers.models.contact import Contact
from customers.models.contact_point import ContactPoint
from customers.models.customer import Customer
from customers.models.denial import Denial
from customers.models.follow_up import FollowUp
from customers.models.handover import Handover, HandoverItem
from customers.models.key_account import KeyAccount
from customers.models.keys import EvidenceKey, IdentityKey, SearchTerm
from customers.models.staging import ImportKey, ImportRow
from customers.models.standard import RecordStandard
from customers.models.tag import CustomerTag, Tag
from customers.models.transfer import Export, Import

__all__ = [
    "Address",
    "Claim",
    "Collaborator",
    "Contact",
    "ContactPoint",
    "ContestedClaim",
    "Customer",
    "CustomerTag",
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
    "KeyAccount",
    "RecordStandard",
    "SearchTerm",
    "Tag",
]

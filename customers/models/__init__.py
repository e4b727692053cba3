"""Customers, the people in them, who may call them his own, and what was done for them."""

from customers.models.address import Address
from customers.models.arbitration import ArbiterDraw, SealedStatement, Verdict
from customers.models.assignment import Assignment, AssignmentRule
from customers.models.calendar_feed import CalendarFeed
from customers.models.call_log import CallLog, Extension
from customers.models.claim import Claim, ContestedClaim
from customers.models.collaborator import Collaborator
from customers.models.collision import CollisionCase
from customers.models.confirmation import Confirmation, ConfirmationAnswer, ConfirmationDay
from customers.models.contact import Contact
from customers.models.contact_point import ContactPoint
from customers.models.customer import Customer
from customers.models.denial import Denial
from customers.models.duplicate_scan import DuplicateBlock, DuplicateScan
from customers.models.duplicates import DuplicateKey, DuplicatePair, DuplicateRecord
from customers.models.evidence import Evidence
from customers.models.follow_up import FollowUp, FollowUpFile
from customers.models.handover import Handover, HandoverItem
from customers.models.inbound_mail import InboundMail, MailAddress
from customers.models.key_account import KeyAccount
from customers.models.keys import EvidenceKey, IdentityKey, SearchTerm
from customers.models.marks import Canary, CanaryHit, CanaryPhone, ExportedRow, Planting
from customers.models.merge import Merge
from customers.models.next_step import NextStep
from customers.models.ownership import OwnershipRules
from customers.models.pool import Draw, DrawEntry, Pool, PoolMember
from customers.models.probe import ConflictProbe, ProbeTerms
from customers.models.reconciliation import ReconciledRow, Reconciliation
from customers.models.replay import Replay
from customers.models.sample import Sample, VerificationTerms
from customers.models.saved_view import SavedView
from customers.models.staging import ImportKey, ImportRow
from customers.models.standard import RecordStandard
from customers.models.tag import CustomerTag, Tag
from customers.models.touch import Touch
from customers.models.transfer import Export, Import
from customers.models.verification import (
    Correction,
    Verification,
    VerificationItem,
    VerificationRound,
    VerifiedField,
)

__all__ = [
    "Address",
    "ArbiterDraw",
    "Assignment",
    "AssignmentRule",
    "CalendarFeed",
    "CallLog",
    "Canary",
    "CanaryHit",
    "CanaryPhone",
    "Claim",
    "Collaborator",
    "CollisionCase",
    "Confirmation",
    "ConfirmationAnswer",
    "ConfirmationDay",
    "ConflictProbe",
    "Contact",
    "ContactPoint",
    "ContestedClaim",
    "Correction",
    "Customer",
    "CustomerTag",
    "Denial",
    "Draw",
    "DrawEntry",
    "DuplicateBlock",
    "DuplicateKey",
    "DuplicatePair",
    "DuplicateRecord",
    "DuplicateScan",
    "Evidence",
    "EvidenceKey",
    "Export",
    "ExportedRow",
    "Extension",
    "FollowUp",
    "FollowUpFile",
    "Handover",
    "HandoverItem",
    "IdentityKey",
    "Import",
    "ImportKey",
    "ImportRow",
    "InboundMail",
    "KeyAccount",
    "MailAddress",
    "Merge",
    "NextStep",
    "OwnershipRules",
    "Planting",
    "Pool",
    "PoolMember",
    "ProbeTerms",
    "ReconciledRow",
    "Reconciliation",
    "RecordStandard",
    "Replay",
    "Sample",
    "SavedView",
    "SealedStatement",
    "SearchTerm",
    "Tag",
    "Touch",
    "Verdict",
    "Verification",
    "VerificationItem",
    "VerificationRound",
    "VerificationTerms",
    "VerifiedField",
]

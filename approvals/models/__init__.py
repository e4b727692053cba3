"""Policies, requests, their steps and decisions."""

from approvals.models.approval import Approval, CannotDecide
from approvals.models.delegation import Delegation
from approvals.models.policy import ApprovalPolicy, HousePolicy
from approvals.models.selecting import ApprovalQuerySet
from approvals.models.step import ApprovalStep, Approver, Decision
from approvals.models.talk import Attachment, Comment, Interest, Opening

__all__ = [
    "Approval", "ApprovalPolicy", "ApprovalQuerySet", "ApprovalStep", "Approver", "Attachment", "CannotDecide", "Comment",
    "Decision", "Delegation", "HousePolicy", "Interest", "Opening",
]  # fmt: skip

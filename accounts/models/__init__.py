"""The ground floor's records: organisations, people, and the machinery that needs no business."""

from accounts.models.machinery import OnceKey, Outbox, Progress, Schedule, StoredFile
from accounts.models.notices import Notice
from accounts.models.organizations import Organization, PersonKey, Team
from accounts.models.people import Invitation, User

__all__ = [
    "Invitation",
    "Notice",
    "OnceKey",
    "Organization",
    "Outbox",
    "PersonKey",
    "Progress",
    "Schedule",
    "StoredFile",
    "Team",
    "User",
]

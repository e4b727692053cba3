"""The ground floor's records: organisations, people, how they sign in, and the machinery that needs no business."""

from accounts.models.break_glass import BreakGlass
from accounts.models.departure import Departure
from accounts.models.machinery import OnceKey, Outbox, Progress, Schedule, StoredFile
from accounts.models.notices import Notice
from accounts.models.organizations import Organization, PersonKey, Team
from accounts.models.people import Invitation, User
from accounts.models.roles import PermissionTemplate, Role
from accounts.models.second_factors import RecoveryCode, SecondFactor
from accounts.models.sessions import Device, Session
from accounts.models.sign_in import SignInPolicy

__all__ = [
    "BreakGlass",
    "Departure",
    "Device",
    "Invitation",
    "Notice",
    "OnceKey",
    "Organization",
    "Outbox",
    "PermissionTemplate",
    "PersonKey",
    "Progress",
    "RecoveryCode",
    "Role",
    "Schedule",
    "SecondFactor",
    "Session",
    "SignInPolicy",
    "StoredFile",
    "Team",
    "User",
]

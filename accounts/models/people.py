"""People: who signs in, what they are, and how they were invited."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import duties, rules, tenancy, verbs
from accounts.deeds import deed
from accounts.models.break_glass import VERB, BreakGlass
from accounts.models.organizations import Team
from accounts.models.roles import Reach, RoleCode
from accounts.tenancy import InOrganization, OrganizationOwned


class UserQuerySet(tenancy.WalledQuerySet):
    def active(self):
        return self.filter(is_active=True)

    def with_break_glass(self):
        """Each with his live break-glass access, in the same statement."""
        return self.annotate(live_break_glass=models.Subquery(BreakGlass.objects.live_of("pk")))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """People of the organisation in scope; of all organisations only while somebody is signing in."""

    def get_queryset(self):
        scope = tenancy.current()
        found = super().get_queryset()
        if scope is not None and scope.signing_in and scope.organization_id is None:
            return found
        return found.filter(organization_id=tenancy.organization_id())

    def newcomer(self):
        """Somebody who is about to be written, with his id: he stands in the ledger as the one who came."""
        return self.model(pk=tenancy.fresh_ids(1)[0])

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(force_insert=True)
        return user


class User(AbstractBaseUser, OrganizationOwned):
    """A person who signs in by e-mail and belongs to one organisation. Nobody is above the rules."""

    unrecorded_fields = {"password": "secret"}
    opens_at_sign_in = True
    live_break_glass = None
    grants = "SELECT, INSERT, UPDATE"  # people are deactivated; ledger, claims and decisions go on naming them

    Role = RoleCode

    class MailNotices(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day, in the morning")
        NONE = "none", pgettext_lazy("notices by mail", "Never")

    WATCHING = (Role.ADMINISTRATOR, Role.SECURITY)  # who is told of a sign-in that looks wrong

    last_login = None
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=80)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.REP)
    rights: Any = models.ForeignObject(  # one role a person, by a foreign key in the database (`accounts.roles`)
        "accounts.Role",
        models.DO_NOTHING,
        from_fields=["organization", "role"],
        to_fields=["organization", "code"],
        related_name="+",
        null=True,  # it has no column of its own that could be filled
        editable=False,
    )
    team = InOrganization("accounts.Team", null=True, blank=True, verbose_name=_("team"))
    language = models.CharField(_("language"), max_length=10, default="zh-hans", blank=True)  # blank until he comes
    theme = models.CharField(_("theme"), max_length=5, blank=True)
    shortcuts = models.BooleanField(_("single-letter shortcuts"), default=True)
    mail_notices = models.CharField(
        _("notices by mail"), max_length=10, choices=MailNotices.choices, default=MailNotices.AT_ONCE
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_owner = models.BooleanField(_("owner of the organisation"), default=False, editable=False)
    leaving_from = models.DateTimeField(_("departure mode from"), null=True, editable=False)  # kept by a trigger
    joined_at = tenancy.recorded_at_field()
    deactivated_at = models.DateTimeField(_("deactivated"), null=True, editable=False)  # set by a trigger
    password_changed_at = models.DateTimeField(_("password changed"), db_default=tenancy.Clock(), editable=False)

    session: Any = None  # the one that a request came in, put here where it is read

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("person")
        indexes = [models.Index(fields=["organization", "team"], name="user_in_team")]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower"),
            models.UniqueConstraint(fields=["organization"], condition=models.Q(is_owner=True), name="one_owner"),
        ]

    def __str__(self):
        return self.name

    def has_perm(self, action, subject=None):
        return rules.allows(self, action, subject)

    def has_perms(self, actions, subject=None):
        return all(self.has_perm(action, subject) for action in actions)

    def may(self, verb) -> bool:
        """Does his role do such things at all, or the glass that he broke? Whether to this record, the rules say."""
        return verb in self.rights.verbs or (verbs.opens_in_emergency(verb) and self.break_glass is not None)

    @cached_property
    def break_glass(self) -> BreakGlass | None:
        """His live break-glass access, as long as his role carries the right to it. Asks only where there is one."""
        if self.live_break_glass is None or VERB not in self.rights.verbs:
            return None
        return BreakGlass.objects.live().filter(pk=self.live_break_glass).first()

    @cached_property
    def is_leaving(self) -> bool:
        """Is he in departure mode? The database's clock is asked only about those whose departure is announced."""
        return self.leaving_from is not None and self.leaving_from <= tenancy.now()

    @property
    def is_manager(self):
        return self.role == self.Role.MANAGER

    @property
    def is_administrator(self):
        return self.role == self.Role.ADMINISTRATOR

    @property
    def is_security_administrator(self):
        return self.role == self.Role.SECURITY

    @property
    def is_auditor(self):
        return self.role == self.Role.AUDITOR

    @property
    def looks_after_sign_ins(self):
        """Sees how people sign in, ends their sessions, and asks for other rules about it."""
        return self.may("accounts.sign_ins")

    @property
    def sells(self):
        """May own customers."""
        return self.may("customers.sell")

    @cached_property
    def people_below(self) -> frozenset:
        """Ids of everybody in this manager's teams, down the whole tree."""
        return Team.people_below(self) if self.is_manager else frozenset()

    @cached_property
    def colleagues(self) -> frozenset:
        """Ids of everybody in his own team, himself included."""
        if self.team_id is None:
            return frozenset([self.pk])
        return frozenset(User.objects.filter(team=self.team_id).values_list("pk", flat=True)) | {self.pk}

    def scope_of(self, way) -> str:
        """How far this person views, edits or exports: as his role does; in an emergency he views everybody's."""
        return Reach.ORGANIZATION if way == "view" and self.break_glass else getattr(self.rights, way)

    def reach(self, way) -> frozenset | None:
        """Ids of those whose customers this person may `view`, `edit` or `export`; None for everybody's, the pool too."""
        match self.scope_of(way):
            case Reach.NONE:
                return frozenset()
            case Reach.TEAM:
                return self.colleagues
            case Reach.SUBTREE:
                return self.people_below | {self.pk}
            case Reach.ORGANIZATION:
                return None
            case _:
                return frozenset([self.pk])

    def reaches(self, way, owner_id) -> bool:
        """Does this person view, edit or export customers of that owner? None is the pool's."""
        within = self.reach(way)
        return within is None or owner_id in within

    def manages(self, other) -> bool:
        return getattr(other, "pk", other) in self.people_below

    @deed("accounts.deactivate")
    def deactivate(self, *, by):
        """From the next request on nobody is signed in as this person. What he did stays his."""
        self.is_active = False
        self.save(update_fields=["is_active"])
        duties.hand_over(self, by=by)
        duties.end_access(self, by=by)

    @deed("accounts.let_back_in")
    def reactivate(self, *, by, reason=""):
        """What a second person approved; a trigger refuses anything else."""
        self.is_active = True

    @deed("accounts.take_position")
    def take_position(self, *, by, role, team_id, reason=""):
        """What a second person approved; a trigger refuses anything else."""
        self.role, self.team_id = role, team_id

    @deed("accounts.preferences")
    def prefer(self, *, by, language="", theme=None, mail_notices=""):
        """How the pages look to oneself, and when notices come by mail; what is not given stays as it is."""
        self.language = language or self.language
        self.mail_notices = mail_notices or self.mail_notices
        self.theme = self.theme if theme is None else theme

    @deed("accounts.change_password")
    def change_password(self, *, by, password):
        self.set_password(password)
        self.password_changed_at = tenancy.now()


class InvitationQuerySet(tenancy.WalledQuerySet):
    def open(self):
        """Neither accepted nor too old nor taken back, by the database's clock."""
        return self.filter(accepted_at=None, expires_at__gt=tenancy.Clock())


class Invitation(OrganizationOwned):
    """A single-use link by which an administrator lets somebody in. Only the token's hash is kept; as long as a second
    person has to decide, there is none, and nobody can come in."""

    LIFE = timedelta(days=7)

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=User.Role.choices, default=User.Role.REP)
    team = InOrganization("accounts.Team", null=True, blank=True, verbose_name=_("team"))
    invited_by = InOrganization("accounts.User", verbose_name=_("invited by"))
    token_hash = models.CharField(max_length=64, null=True, editable=False)
    invited_at = tenancy.recorded_at_field()
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("accepted by"))

    objects = tenancy.OrganizationManager.from_queryset(InvitationQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("invitation")
        constraints = [models.UniqueConstraint(fields=["organization", "token_hash"], name="invitation_token_once")]

    def __str__(self):
        return self.email

    @staticmethod
    def hash(token):
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(cls, **fields):
        """The invitation and its token; the token is shown once and never stored."""
        token = secrets.token_urlsafe(32)
        expires = tenancy.now() + cls.LIFE
        return cls.objects.create(token_hash=cls.hash(token), expires_at=expires, **fields), token

    @property
    def waits(self):
        """Does a second person have to decide before a letter goes out?"""
        return self.token_hash is None

    @deed("accounts.send_invitation")
    def release(self, *, by, reason="") -> str:
        """The token, now that a second person approved; a trigger refuses one that nobody did. Shown to nobody, only mailed."""
        token = secrets.token_urlsafe(32)
        self.token_hash, self.expires_at = self.hash(token), tenancy.now() + self.LIFE
        return token

    @deed("accounts.revoke")
    def revoke(self, *, by):
        """Take it back: the link ends now."""
        self.expires_at = tenancy.now()

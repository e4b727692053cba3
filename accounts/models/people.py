"""People: who signs in, what they are, and how they were invited."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import duties, rules, tenancy
from accounts.deeds import deed
from accounts.models.organizations import Team
from accounts.tenancy import InOrganization, OrganizationOwned


class UserQuerySet(tenancy.WalledQuerySet):
    def active(self):
        return self.filter(is_active=True)


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

    class Role(models.TextChoices):
        REP = "rep", _("Rep")
        MANAGER = "manager", _("Manager")
        ADMINISTRATOR = "administrator", _("Administrator")
        AUDITOR = "auditor", _("Auditor")

    class MailNotices(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day, in the morning")
        NONE = "none", pgettext_lazy("notices by mail", "Never")

    last_login = None
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=80)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.REP)
    team = InOrganization("accounts.Team", null=True, blank=True, verbose_name=_("team"))
    language = models.CharField(_("language"), max_length=10, default="zh-hans", blank=True)  # blank until he comes
    theme = models.CharField(_("theme"), max_length=5, blank=True)
    shortcuts = models.BooleanField(_("single-letter shortcuts"), default=True)
    mail_notices = models.CharField(
        _("notices by mail"), max_length=10, choices=MailNotices.choices, default=MailNotices.AT_ONCE
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_owner = models.BooleanField(_("owner of the organisation"), default=False, editable=False)
    joined_at = tenancy.recorded_at_field()

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("person")
        indexes = [models.Index(fields=["organization", "team"], name="user_in_team")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["rep", "manager", "administrator", "auditor"]), name="user_role_known"
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower"),
            models.UniqueConstraint(fields=["organization"], condition=models.Q(is_owner=True), name="one_owner"),
        ]

    def __str__(self):
        return self.name

    def has_perm(self, action, subject=None):
        return rules.allows(self, action, subject)

    def has_perms(self, actions, subject=None):
        return all(self.has_perm(action, subject) for action in actions)

    @property
    def is_rep(self):
        return self.role == self.Role.REP

    @property
    def is_manager(self):
        return self.role == self.Role.MANAGER

    @property
    def is_administrator(self):
        return self.role == self.Role.ADMINISTRATOR

    @property
    def is_auditor(self):
        return self.role == self.Role.AUDITOR

    @property
    def sells(self):
        """May own customers."""
        return self.is_rep or self.is_manager

    @cached_property
    def people_below(self) -> frozenset:
        """Ids of everybody in this manager's teams, down the whole tree."""
        return Team.people_below(self) if self.is_manager else frozenset()

    def manages(self, other) -> bool:
        return getattr(other, "pk", other) in self.people_below

    @deed("accounts.deactivate")
    def deactivate(self, *, by):
        """From the next request on nobody is signed in as this person. What he did stays his."""
        self.is_active = False
        self.save(update_fields=["is_active"])
        duties.hand_over(self, by=by)

    @deed("accounts.reactivate")
    def reactivate(self, *, by):
        self.is_active = True

    @deed("accounts.take_position")
    def take_position(self, *, by, role, team_id):
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


class InvitationQuerySet(tenancy.WalledQuerySet):
    def open(self):
        """Neither accepted nor too old nor taken back, by the database's clock."""
        return self.filter(accepted_at=None, expires_at__gt=tenancy.Clock())


class Invitation(OrganizationOwned):
    """A single-use link by which an administrator lets somebody in. Only the token's hash is kept."""

    LIFE = timedelta(days=7)

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=User.Role.choices, default=User.Role.REP)
    team = InOrganization("accounts.Team", null=True, blank=True, verbose_name=_("team"))
    invited_by = InOrganization("accounts.User", verbose_name=_("invited by"))
    token_hash = models.CharField(max_length=64, editable=False)
    invited_at = tenancy.recorded_at_field()
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)

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

    @deed("accounts.revoke")
    def revoke(self, *, by):
        """Take it back: the link ends now."""
        self.expires_at = tenancy.now()

"""Organisations, their teams and their keys."""

from base64 import b64decode, b64encode

from django.db import connection, models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import arrays, keys, tenancy
from accounts.deeds import deed
from accounts.tenancy import InOrganization, OrganizationOwned


class OrganizationManager(models.Manager):
    """The organisation in scope, and no other."""

    def get_queryset(self):
        return super().get_queryset().filter(pk=tenancy.organization_id())

    def next_id(self):
        """An id before the row: the row can only be written inside its own scope."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_organization', 'id'))")
            return cursor.fetchone()[0]


class Organization(models.Model):
    """A company that uses Candor. Everything else belongs to exactly one."""

    unrecorded_fields = {"wrapped_key": "key material"}

    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    access_log_days = models.PositiveSmallIntegerField(_("days for which the access log is kept"), default=400)
    wrapped_key = models.BinaryField(editable=False)
    created_at = tenancy.recorded_at_field()
    founded_in = models.BigIntegerField(null=True, editable=False)  # the database's transaction, set by a trigger

    RULES = ("access_log_days",)  # they change only with four eyes
    LEAST_LOG_DAYS = 200  # who looked at what stays readable for half a year at least

    objects = OrganizationManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("organisation")
        constraints = [
            models.CheckConstraint(condition=models.Q(access_log_days__gte=200), name="access_log_is_kept"),
        ]

    def __str__(self):
        return self.name

    @deed("accounts.describe_organization")
    def describe(self, *, by, name, language, time_zone):
        """How it is called, and how its letters and times are written."""
        self.name, self.language, self.time_zone = name, language, time_zone

    @deed("accounts.set_rules")
    def set_rules(self, *, by, access_log_days, reason=""):
        """What a second person approved; a trigger refuses anything else."""
        self.access_log_days = access_log_days

    @cached_property
    def key(self) -> bytes:
        return keys.organization_key(bytes(self.wrapped_key), self.pk)

    def digest(self, kind, value) -> bytes:
        return keys.digest(self.key, kind, value)

    def seal(self, place, text: str) -> str:
        """Text that must wait somewhere without being readable there."""
        return b64encode(keys.seal(self.key, text.encode(), place)).decode()

    def unseal(self, place, sealed: str) -> str:
        return keys.unseal(self.key, b64decode(sealed), place).decode()


PEOPLE_BELOW = """
WITH RECURSIVE led AS (
    SELECT id FROM accounts_team WHERE organization_id = %(organization)s AND manager_id = %(manager)s
    UNION
    SELECT team.id FROM accounts_team AS team JOIN led ON team.parent_id = led.id
    WHERE team.organization_id = %(organization)s
)
SELECT id FROM accounts_user
WHERE organization_id = %(organization)s AND team_id IN (SELECT id FROM led) AND id <> %(manager)s
"""


class Team(OrganizationOwned):
    """A node in the tree of teams; its manager sees everything below it."""

    name = models.CharField(_("name"), max_length=80)
    parent = InOrganization("self", null=True, blank=True, verbose_name=_("part of"))
    manager = InOrganization("accounts.User", null=True, blank=True, verbose_name=_("manager"))

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("team")
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="team_name_once")]

    def __str__(self):
        return self.name

    @deed("accounts.change_team")
    def rename(self, *, by, name):
        self.name = name

    @deed("accounts.move_team")
    def move(self, *, by, manager_id, parent_id, reason=""):
        """What a second person approved. Triggers refuse anything else, and a circle."""
        self.manager_id, self.parent_id = manager_id, parent_id

    @staticmethod
    def people_below(manager) -> frozenset:
        """Ids of the people in the teams this person leads and in every team below them, without himself. One query."""
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE_BELOW, {"organization": tenancy.organization_id(), "manager": manager.pk})
            return frozenset(pk for (pk,) in cursor.fetchall())

    def is_above(self, other) -> bool:
        """Is the other this team, or part of it over any number of steps?"""
        parents = dict(Team.objects.values_list("pk", "parent_id"))
        step = other.pk
        while step is not None and step != self.pk:
            step = parents.get(step)
        return step is not None


class PersonKey(OrganizationOwned):
    """The key of one natural person's data. When it is destroyed, his data is gone everywhere, and every hash stays valid."""

    unrecorded_fields = {"wrapped": "key material: the ledger must not be able to open what was erased"}

    wrapped = models.BinaryField(null=True, editable=False)
    destroyed_at = models.DateTimeField(_("destroyed"), null=True, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("personal data key")

    @cached_property
    def key(self) -> bytes | None:
        if self.wrapped is None:
            return None
        return keys.unseal(self.organization.key, self.wrapped, f"person:{self.organization_id}")

    @classmethod
    def create(cls, organization):
        return cls.create_many(organization, 1)[0]

    @classmethod
    def create_many(cls, organization, count):
        """Keys for so many people in one statement; each is written before anything is sealed under it."""
        return arrays.insert(cls._drawn(pk, organization) for pk in tenancy.fresh_ids(count))

    @classmethod
    def _drawn(cls, pk, organization):
        key = keys.new_key()
        drawn = cls(
            pk=pk, organization=organization, wrapped=keys.seal(organization.key, key, f"person:{organization.pk}")
        )
        drawn.key = key
        return drawn

    def seal(self, place, value: str) -> bytes:
        if self.key is None:
            raise ValueError("This person's key was destroyed; nothing more can be sealed under it.")
        return keys.seal(self.key, value.encode(), f"{place}:{self.pk}")

    def unseal(self, place, sealed) -> str:
        """The value, or an empty string once the key was destroyed."""
        return keys.unseal(self.key, sealed, f"{place}:{self.pk}").decode() if self.key and sealed else ""

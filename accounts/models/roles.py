"""What a role may do in an organisation: how far it sees, changes and takes out, and which verbs it carries."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.deeds import deed
from accounts.tenancy import OrganizationOwned


class RoleCode(models.TextChoices):
    """The roles there are. One person has one: the last three are duties that never meet in one person."""

    REP = "rep", _("Rep")
    MANAGER = "manager", _("Manager")
    ASSISTANT = "assistant", _("Assistant")
    SERVICE = "service", _("Service")
    ADMINISTRATOR = "administrator", _("Administrator")
    SECURITY = "security", _("Security administrator")
    AUDITOR = "auditor", _("Auditor")


class Reach(models.TextChoices):
    """Whose customers: from nobody's to everybody's, each including the one before."""

    NONE = "none", pgettext_lazy("whose customers", "nobody's")
    OWN = "own", pgettext_lazy("whose customers", "own")
    TEAM = "team", pgettext_lazy("whose customers", "the own team's")
    SUBTREE = "subtree", pgettext_lazy("whose customers", "all teams below")
    ORGANIZATION = "organization", pgettext_lazy("whose customers", "the whole organisation's")


REACHES = list(Reach.values)


def reach_field(label):
    return models.CharField(label, max_length=12, choices=Reach.choices)


class Rights(models.Model):
    """How far a role sees, changes and exports customers, and the verbs it carries."""

    view = reach_field(_("sees customers of"))
    edit = reach_field(_("changes customers of"))
    export = reach_field(_("exports customers of"))
    verbs = ArrayField(models.CharField(max_length=60), verbose_name=_("may"), default=list)

    SCOPES = ("view", "edit", "export")

    class Meta:
        abstract = True

    @classmethod
    def label_of(cls, scope) -> str:
        return str(cls._meta.get_field(scope).verbose_name)  # type: ignore[union-attr]

    @property
    def written(self) -> dict:
        """As an approval keeps it."""
        return {name: getattr(self, name) for name in self.SCOPES} | {"verbs": sorted(self.verbs)}


class PermissionTemplate(Rights):
    """A role as the house ships it, the same for everybody, and the most an organisation may make of it (`most`)."""

    code = models.CharField(primary_key=True, max_length=20)
    most = models.JSONField()

    class Meta:
        verbose_name = _("permission template")


class Role(Rights, OrganizationOwned):
    """A role in one organisation. It begins as its template; a second person decides every change."""

    grants = "SELECT, INSERT, UPDATE"

    code = models.CharField(_("role"), max_length=20, choices=RoleCode.choices, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("role")
        constraints = [models.UniqueConstraint(fields=["organization", "code"], name="role_once")]

    def __str__(self):
        return str(RoleCode(self.code).label)

    @deed("accounts.adapt_role")
    def adapt(self, *, by, view, edit, export, verbs, reason=""):
        """What a second person approved; a trigger refuses anything else."""
        self.view, self.edit, self.export, self.verbs = view, edit, export, verbs

"""What an organisation asks of everybody who signs in. One row each; it changes only as a second person approved."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.deeds import deed
from accounts.tenancy import OrganizationOwned, organization_in_scope

MAY_BE_EXEMPT = ("rep", "assistant", "service")  # who decides about others, or reads everything, is never exempt


def reps() -> list[str]:
    return ["rep"]


def _between(least, most):
    return [MinValueValidator(least), MaxValueValidator(most)]


class SignInPolicy(OrganizationOwned):
    """Passwords, second factors, sessions and networks, for a whole organisation."""

    grants = "SELECT, INSERT, UPDATE"
    FIELDS = ("exempt_roles", "password_length", "password_days", "idle_minutes", "absolute_hours", "networks")

    organization = models.OneToOneField(
        "accounts.Organization",
        models.PROTECT,
        related_name="sign_in_policy",
        default=organization_in_scope,
        editable=False,
        verbose_name=_("organisation"),
    )
    exempt_roles = models.JSONField(_("roles without a second factor"), default=reps, blank=True)
    password_length = models.PositiveSmallIntegerField(
        _("least characters of a password"), default=10, validators=_between(10, 64)
    )
    password_days = models.PositiveSmallIntegerField(
        _("days until a password must be changed"), null=True, blank=True, validators=_between(30, 730)
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("minutes without work until somebody is signed out"), default=120, validators=_between(5, 1440)
    )
    absolute_hours = models.PositiveSmallIntegerField(
        _("hours after which somebody signs in again"), default=24, validators=_between(1, 336)
    )
    networks = models.JSONField(_("networks a role may come from"), default=dict, blank=True)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("sign-in policy")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(exempt_roles__contained_by=list(MAY_BE_EXEMPT)), name="sign_in_exempts_few"
            ),
            models.CheckConstraint(condition=models.Q(password_length__range=(10, 64)), name="sign_in_password_length"),
            models.CheckConstraint(condition=models.Q(password_days__range=(30, 730)), name="sign_in_password_days"),
            models.CheckConstraint(condition=models.Q(idle_minutes__range=(5, 1440)), name="sign_in_idle_minutes"),
            models.CheckConstraint(condition=models.Q(absolute_hours__range=(1, 336)), name="sign_in_absolute_hours"),
        ]

    def __str__(self):
        return str(self._meta.verbose_name)

    def asks_second_factor_of(self, role) -> bool:
        return role not in self.exempt_roles

    def networks_of(self, role) -> list[str]:
        """Where somebody of this role may come from; empty is everywhere."""
        return self.networks.get(role, [])

    def as_asked(self) -> dict:
        """What it says, as a request copies it."""
        return {name: getattr(self, name) for name in self.FIELDS}

    @deed("accounts.change_sign_in_policy")
    def change(self, *, by, **said):
        """What a second person approved; a trigger refuses anything else."""
        for name in self.FIELDS:
            setattr(self, name, said[name])

"""The secret address under which a calendar reads somebody's next steps."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class CalendarFeedQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(ended_at=None)

    def of_token(self, token):
        """The live feed that this token opens. What is kept of a token is its hash."""
        return self.live().filter(token_hash=CalendarFeed.hash(token))


class CalendarFeed(OrganizationOwned):
    """Read without signing in by whoever has the address; one a person, until it is renewed, switched off or he leaves."""

    grants = "SELECT, INSERT, UPDATE"
    unrecorded_fields = {"token_hash": "whoever reads the ledger must not try tokens against it"}

    person = InOrganization("accounts.User", editable=False)
    token_hash = models.CharField(max_length=64, editable=False)
    made_at = tenancy.recorded_at_field()
    read_at = models.DateTimeField(_("last read"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(CalendarFeedQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("calendar address")
        constraints = [
            models.UniqueConstraint(fields=["organization", "token_hash"], name="calendar_token_once"),
            models.UniqueConstraint(
                fields=["organization", "person"], condition=models.Q(ended_at=None), name="calendar_of_person_once"
            ),
        ]

    def __str__(self):
        return str(self.person)

    @staticmethod
    def hash(token) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @deed("customers.close_calendar")
    def close(self, *, by):
        """From now on the address answers nobody."""
        self.ended_at = tenancy.now()

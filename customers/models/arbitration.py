"""What belongs to a collision case: statements that are sealed, who was drawn to decide it, and what he decided."""

import hashlib
import json
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.models import Organization
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class SealedStatement(OrganizationOwned):
    """What one party says. Its hash is kept when it is filed; its words are there when both have filed, or after two days."""

    grants = "SELECT, INSERT, UPDATE"
    unrecorded_fields = {
        "sealed": "the words, before they may be read",
        "salt": "it seals them, and is read beside them",
    }

    case = InOrganization("customers.CollisionCase", related_name="statements")
    person = InOrganization("accounts.User", verbose_name=_("party"))
    digest = models.BinaryField(_("SHA-256 of salt and statement"), max_length=32)
    sealed = models.TextField(editable=False)
    filed_at = tenancy.recorded_at_field()
    salt = models.BinaryField(_("salt"), null=True, max_length=16)
    words = models.TextField(_("statement"), blank=True, max_length=4000)
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("sealed statement")
        constraints = [models.UniqueConstraint(fields=["organization", "case", "person"], name="statement_once")]

    def __str__(self):
        return self.digest_hex

    @classmethod
    def file(cls, case, *, by, words):
        """Sealed under the organisation's key; a trigger lets it be filed once, in one's own name, before any is opened."""
        salt = secrets.token_bytes(16)
        digest = hashlib.sha256(salt + words.encode()).digest()
        content = json.dumps({"salt": salt.hex(), "words": words})
        sealed = Organization.objects.get().seal(cls._place(digest), content)
        return cls.objects.create(case=case, person=by, digest=digest, sealed=sealed)

    def open_seal(self):
        """The database compares what comes out with the hash, and lets it out at no other moment."""
        content = json.loads(self.organization.unseal(self._place(self.digest), self.sealed))
        self.salt, self.words = bytes.fromhex(content["salt"]), content["words"]
        self.save(update_fields=["salt", "words"])

    @staticmethod
    def _place(digest) -> str:
        return f"statement:{bytes(digest).hex()}"

    @property
    def digest_hex(self) -> str:
        return bytes(self.digest).hex()

    @property
    def is_intact(self) -> bool:
        return hashlib.sha256(bytes(self.salt or b"") + self.words.encode()).digest() == bytes(self.digest)


class ArbiterDrawQuerySet(tenancy.WalledQuerySet):
    def live(self):
        """Who decides now."""
        return self.filter(drawn_at__isnull=False, ended_at=None)

    def prepared(self):
        """Committed to, for the next time somebody is needed."""
        return self.filter(drawn_at=None)


class ArbiterDraw(OrganizationOwned):
    """One drawing of an arbiter. Its seed was committed to before it was needed; who can be drawn, and who is, says the database."""

    grants = "SELECT, INSERT, UPDATE"
    unrecorded_fields = {"sealed": "the seed, before it is drawn with"}

    class End(models.TextChoices):
        DECIDED = "decided", _("decided")
        RECUSED = "recused", _("stepped back")
        LATE = "late", _("let the time pass")
        GONE = "gone", _("could not decide any more")

    class Way(models.TextChoices):
        DRAWN = "drawn", _("outside both reporting lines")
        RISEN = "risen", _("above both parties, because nobody outside their lines could")
        OWNER = "owner", _("the owner of the organisation, because nobody else could")

    case = InOrganization("customers.CollisionCase", related_name="draws")
    turn = models.PositiveSmallIntegerField(editable=False, db_default=0)
    commitment = models.BinaryField(_("SHA-256 of the seed"), max_length=32)
    sealed = models.TextField(editable=False)
    nonce = models.UUIDField(editable=False, db_default=models.Func(function="gen_random_uuid"))
    committed_at = tenancy.recorded_at_field()
    seed = models.BinaryField(_("seed"), null=True, max_length=32)
    candidates = models.JSONField(null=True, editable=False)
    way = models.CharField(_("why he"), max_length=6, choices=Way.choices, blank=True, editable=False)
    person = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("arbiter"))
    drawn_at = models.DateTimeField(_("drawn"), null=True, editable=False)
    until = models.DateTimeField(_("until"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    ended_as = models.CharField(_("how it ended"), max_length=8, choices=End.choices, blank=True)
    note = models.CharField(_("reason"), max_length=500, blank=True)

    objects = tenancy.OrganizationManager.from_queryset(ArbiterDrawQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("drawing of an arbiter")
        constraints = [
            models.UniqueConstraint(fields=["organization", "case", "turn"], name="arbiter_turn_once"),
            models.UniqueConstraint(
                fields=["organization", "case"], condition=models.Q(drawn_at=None), name="one_draw_prepared"
            ),
            models.UniqueConstraint(
                fields=["organization", "case"],
                condition=models.Q(drawn_at__isnull=False, ended_at=None),
                name="one_arbiter_at_once",
            ),
        ]

    def __str__(self):
        return f"{self.case_id} {self.turn}"

    @classmethod
    def prepare(cls, case):
        """A seed for the next time an arbiter is needed: its hash is in the ledger from now on."""
        seed = secrets.token_bytes(32)
        commitment = hashlib.sha256(seed).digest()
        sealed = Organization.objects.get().seal(cls._place(commitment), seed.hex())
        return cls.objects.create(case=case, commitment=commitment, sealed=sealed)

    @deed("customers.draw_arbiter")
    def draw(self, *, by):
        """The seed is shown, and with it the database finds one of those who can decide now."""
        self.seed = bytes.fromhex(Organization.objects.get().unseal(self._place(self.commitment), self.sealed))

    @deed("customers.end_arbiter")
    def end(self, *, by, ended_as, note=""):
        self.ended_as, self.note = ended_as, note

    @deed("customers.recuse")
    def recuse(self, *, by, reason):
        """He has a share in it, or other grounds to step back; he is not drawn again in this case."""
        self.ended_as, self.note = self.End.RECUSED, reason

    @staticmethod
    def _place(commitment) -> str:
        return f"arbiter:{bytes(commitment).hex()}"


class Verdict(OrganizationOwned):
    """What an arbiter decided, by which version of the ownership rules, and what both read. Written once."""

    grants = "SELECT, INSERT"

    class Reason(models.TextChoices):
        FIRST = "first", _("First claim with outside evidence")
        SEPARATE = "separate", _("Two separate needs, joint service")
        LAPSED = "lapsed", _("Protection had lapsed")
        NOTHING = "nothing", _("Not enough evidence on either side")

    class Outcome(models.TextChoices):
        PARTY_A = "a", _("Party A owns the customer")
        PARTY_B = "b", _("Party B owns the customer")
        JOINT = "joint", _("Party A owns it and Party B works on it, too")
        POOL = "pool", _("It goes to the public pool")

    case = InOrganization("customers.CollisionCase", related_name="verdicts")
    for_appeal = models.BooleanField(_("on the appeal"), default=False, editable=False)
    arbiter = InOrganization("accounts.User", verbose_name=_("arbiter"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    outcome = models.CharField(_("what happens"), max_length=5, choices=Outcome.choices)
    share_a = models.PositiveSmallIntegerField(_("Party A"))
    share_b = models.PositiveSmallIntegerField(_("Party B"))
    words = models.TextField(_("what both will read"), max_length=2000)
    rules = InOrganization("customers.OwnershipRules", null=True, editable=False, verbose_name=_("rules"))
    decided_at = tenancy.recorded_at_field()
    made_in = models.BigIntegerField(editable=False, db_default=0)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("verdict")
        constraints = [
            models.UniqueConstraint(fields=["organization", "case", "for_appeal"], name="verdict_once"),
            models.CheckConstraint(
                condition=models.Q(share_a=100 - models.F("share_b"), share_b__lte=100),
                name="verdict_shares_are_a_hundred",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="joint") | models.Q(share_a__gt=0, share_b__gt=0),
                name="verdict_joint_shares",
            ),
            models.CheckConstraint(condition=~models.Q(words=""), name="verdict_says_why"),
        ]
        indexes = [
            models.Index(fields=["organization", "arbiter"], name="verdict_of_arbiter"),
            models.Index(fields=["organization", "made_in"], name="verdict_of_transaction"),
        ]

    def __str__(self):
        return str(self.get_reason_display())

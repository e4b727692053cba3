"""Notices: what the product tells a person, kept as a code and the words it needs, and said in the reader's language."""

from django.db import models
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.paging import capped
from accounts.tenancy import InOrganization, OrganizationOwned

MOST_COUNTED = 99


def is_ours(url) -> bool:
    """A path within the product. Browsers take "//" and "/\\" for the beginning of somebody else's address."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


class NoticeQuerySet(tenancy.WalledQuerySet):
    def visible_to(self, user):
        """A notice is for one person; not even a manager reads another's."""
        return self.filter(person=user)

    def unread(self):
        return self.filter(read_at=None)

    def waiting(self):
        """Neither read nor mailed: what the next daily letter is about, if its person wants one."""
        return self.unread().filter(mailed_at=None)

    def counted(self):
        """How many, at most: "99+" tells enough and costs little."""
        return capped(self.order_by()[: MOST_COUNTED + 1].count(), MOST_COUNTED)


class Notice(OrganizationOwned):
    """One thing one person is told once. Its words are plain text; templates escape them."""

    unrecorded = "machinery: what a notice tells about is recorded as what it is"
    sentences: dict = {}  # code: a lazily translated sentence; filled by `accounts.notices.sentences`

    person = InOrganization("accounts.User")
    what = models.CharField(max_length=80)
    words = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    key = models.CharField(max_length=120)
    recorded_at = tenancy.recorded_at_field()
    read_at = models.DateTimeField(null=True, editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(NoticeQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("notice")
        constraints = [models.UniqueConstraint(fields=["organization", "person", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["organization", "person", "-id"], name="notice_newest"),
            models.Index(
                fields=["organization", "person", "-id"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
            models.Index(
                fields=["organization", "person", "id"],
                name="notice_waiting",
                condition=models.Q(mailed_at__isnull=True, read_at__isnull=True),
            ),
            models.Index(  # for the sweep, which comes every hour
                fields=["organization", "read_at"], name="notice_read", condition=models.Q(read_at__isnull=False)
            ),
        ]

    def __str__(self):
        return self.what

    @property
    def sentence(self) -> str:
        """In the language of the moment; the bare code when nobody says it any more."""
        return str(self.sentences[self.what]) % self.words if self.what in self.sentences else self.what

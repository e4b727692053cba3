"""What stands beside a request: who has a share in it, what was said, what was attached and who opened it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from approvals.independence import REASONS


class Interest(OrganizationOwned):
    """Somebody who cannot decide a request, because its outcome is also his own."""

    grants = "SELECT, INSERT"
    recorded_about = "approval_id"

    approval = InOrganization("approvals.Approval", related_name="interests")
    person = InOrganization("accounts.User", verbose_name=_("person"))
    why = models.CharField(
        _("reason"), max_length=10, choices=[(why, REASONS[why]) for why in ("party", "declared", "detected")]
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("interest")
        constraints = [models.UniqueConstraint(fields=["organization", "approval", "person"], name="interest_once")]


class Comment(OrganizationOwned):
    """A remark on a request. It is kept as it was written."""

    grants = "SELECT, INSERT"
    recorded_about = "approval_id"

    approval = InOrganization("approvals.Approval", related_name="comments")
    author = InOrganization("accounts.User", verbose_name=_("author"))
    text = models.CharField(_("comment"), max_length=2000)
    written_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("comment")
        indexes = [models.Index(fields=["organization", "approval", "written_at"], name="comment_of_approval")]


class Attachment(OrganizationOwned):
    """A file that belongs to what is asked: its hash is part of the approval seal."""

    grants = "SELECT, INSERT"
    recorded_about = "approval_id"

    approval = InOrganization("approvals.Approval", related_name="attachments")
    file = InOrganization("accounts.StoredFile", verbose_name=_("file"))

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("attachment")
        constraints = [models.UniqueConstraint(fields=["organization", "approval", "file"], name="attached_once")]

    def __str__(self):
        return str(self.file)


class Opening(OrganizationOwned):
    """Somebody opened an attachment before deciding, or did not."""

    grants = "SELECT, INSERT"
    recorded_about = "approval_id"

    approval = InOrganization("approvals.Approval", related_name="openings")
    attachment = InOrganization("approvals.Attachment", related_name="openings")
    person = InOrganization("accounts.User", verbose_name=_("opened by"))
    opened_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("opening")
        constraints = [models.UniqueConstraint(fields=["organization", "attachment", "person"], name="opened_once")]

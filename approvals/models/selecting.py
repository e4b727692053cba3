"""Which requests: those that wait, those somebody may read, those a sum counts."""

from django.db import models

from accounts import tenancy
from approvals.models.step import Approver

PENDING, APPROVED = "pending", "approved"  # as `Approval.State`


class ApprovalQuerySet(tenancy.WalledQuerySet):
    def pending(self):
        return self.filter(state=PENDING)

    def visible_to(self, user):
        """Who asked, his managers, everybody who ever sat at a step, auditors."""
        if user.is_auditor:
            return self
        seated = Approver.objects.filter(approval=models.OuterRef("pk"), person=user)
        return self.filter(models.Q(requested_by__in=[user.pk, *user.people_below]) | models.Exists(seated))

    def waiting_for(self, user):
        """What this person is asked to decide now, once for each of his seats, as a list shows it."""
        seat = {"approvers__person": user, "approvers__ended_at": None}
        return (
            self.filter(**seat, approvers__organization=tenancy.organization_id())
            .in_a_list()
            .annotate(
                seat=models.F("approvers__id"),
                seated_at=models.F("approvers__seated_at"),
                due_at=models.F("approvers__due_at"),
                absent=models.F("approvers__instead_of__name"),
                bulk=models.F("terms__bulk"),
            )
        )

    def in_a_list(self):
        """What a list shows. The policy as it was, measures and reasons are most of a request, and stay behind."""
        return self.only("kind", "asked", "seal", "state", "opened_at").annotate(asker=models.F("requested_by__name"))

    def counting(self):
        """What a rolling sum counts: what waits, and what was approved and stands."""
        return self.filter(state__in=[PENDING, APPROVED])

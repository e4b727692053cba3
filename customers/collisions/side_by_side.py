"""What both sides have to show, in one order: when the database recorded it, the oldest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from audit.models import Entry
from customers.models import Claim, ContestedClaim, Evidence, FollowUp

MOST = 200


@dataclass
class Exhibit:
    """One thing that one side has to show. `proved` is what the ledger or the customer says; the rest a person typed."""

    side: str
    at: datetime
    what: Any
    pk: Any
    proved: bool = True
    note: str = ""
    words: str = ""
    outside: bool = False
    first: bool = False
    after: bool = False
    entry: int | None = None


class SideBySide:
    """The exhibits of a case for one reader: what the other side wrote down is its own, until somebody else decides."""

    def __init__(self, case, reader):
        self.case, self.reader = case, reader
        self.records = [pk for pk in (case.customer_id, case.other_customer_id) if pk]
        self.sides = {case.party_a_id: "a", case.party_b_id: "b"}

    def exhibits(self) -> list[Exhibit]:
        found = [*self._follow_ups(), *self._evidence(), *self._claims(), *self._attempts()]
        found.sort(key=lambda each: (each.at, str(each.pk)))
        numbers = self._numbers(found)
        for each in found:
            each.after = each.at > self.case.opened_at
            each.entry = numbers.get(str(each.pk))
        for first in self._firsts(found).values():
            first.first = True
        return found

    @staticmethod
    def _firsts(found) -> dict:
        """{side: its first outside evidence}."""
        firsts: dict = {}
        for each in found:
            if each.outside:
                firsts.setdefault(each.side, each)
        return firsts

    def _of(self, model, person, order):
        mine = {f"{person}__in": list(self.sides), "customer__in": self.records}
        return model.objects.filter(**mine).order_by(order)[:MOST]

    def _follow_ups(self):
        for said in self._of(FollowUp, "author", "recorded_at"):
            side = self.sides[said.author_id]
            yield Exhibit(
                side, said.recorded_at, said.get_kind_display(), said.pk, False, _about(said), self._words(side, said)
            )

    def _words(self, side, said) -> str:
        """Each party reads its own, and who decides, leads or audits reads both."""
        hides = self.case.is_party(self.reader) and self.sides[self.reader.pk] != side
        return "" if hides else said.content

    def _evidence(self):
        rows = Evidence.objects.filter(follow_up__author__in=self.sides, customer__in=self.records)
        for shown in rows.select_related("follow_up").order_by("gathered_at")[:MOST]:
            side = self.sides[shown.follow_up.author_id]
            yield Exhibit(
                side, shown.gathered_at, shown.said, shown.pk, shown.counts, _happened(shown), outside=shown.counts
            )

    def _claims(self):
        for claim in self._of(Claim, "claimant", "claimed_at"):
            side = self.sides[claim.claimant_id]
            yield Exhibit(side, claim.claimed_at, _("Claim: %(way)s") % {"way": claim.get_way_display()}, claim.pk)
            if claim.confirmed_at:
                yield Exhibit(side, claim.confirmed_at, _("Claim confirmed by evidence"), claim.pk)
            if claim.won_at:
                yield Exhibit(side, claim.won_at, _("First deal won"), claim.pk)
            if claim.released_at:
                yield Exhibit(
                    side, claim.released_at, _("Claim ended: %(how)s") % {"how": claim.get_ended_as_display()}, claim.pk
                )

    def _attempts(self):
        for tried in self._of(ContestedClaim, "claimant", "attempted_at"):
            yield Exhibit(
                self.sides[tried.claimant_id], tried.attempted_at, _("Attempt that came too late, kept"), tried.pk
            )

    def _numbers(self, found) -> dict:
        """{id: the number of its first entry in the ledger}. One statement for all."""
        about = Q(about_id__in=[str(pk) for pk in self.records])
        entries = Entry.objects.filter(about, op="I", row_id__in=[str(each.pk) for each in found])
        return dict(entries.order_by("pk").values_list("row_id", "pk"))


def _about(said) -> str:
    """A person says when it was; the database says when he wrote it down."""
    if said.is_late:
        return _("about %(day)s") % {"day": formats.date_format(timezone.localtime(said.occurred_at))}
    return ""


def _happened(shown) -> str:
    at = formats.date_format(timezone.localtime(shown.happened_at), "SHORT_DATETIME_FORMAT")
    return _("of %(at)s") % {"at": at}

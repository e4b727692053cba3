"""Merging and undoing: at once where it concerns one owner and his manager does it, otherwise asked for and decided by a
second person who stands above neither of two owners alone."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.hierarchy import superiors
from accounts.models import User
from approvals.asking import ask
from approvals.kinds import MANAGER, CannotTakeEffect, Kind, a_second_person, register
from audit.deeds import allow, stamped
from customers.denials import denied_to
from customers.duplicates.storing import forget, renew
from customers.merging.comparing import CannotMerge, compared, directly, is_over, label_of, may_merge
from customers.merging.finding import asked_for
from customers.merging.rules import undoes_directly
from customers.merging.telling import SENTENCES, sentence_of, tell_merged, tell_undone
from customers.models import Merge


class OfTwo(Kind):
    """What both kinds have: two records, their owners as they were, and who stands on one side only."""

    subject = "customers.Merge"
    policy = a_second_person(MANAGER)

    def interested(self, subject, asked):
        """The owners, who stands above one of them and not above the other, and who is denied one of the records."""
        owners = list(User.objects.filter(pk__in=[each for each in asked["owners"] if each]))
        one_sided: set = set()
        if len(owners) == 2:
            first, second = ({each.pk for each in superiors(owner)} for owner in owners)
            one_sided = first ^ second
        denied = denied_to(subject.winner) | denied_to(subject.loser)
        return {owner.pk for owner in owners} | one_sided | denied

    def shows_subject_to(self, reader, subject):
        return reader.has_perm("customers.view", subject.winner)

    def url(self, approval):
        return reverse("customers:merge_page", args=[approval.subject_id])

    def head(self, asked):
        return [
            (_("Stays"), None, asked["winner_name"]),
            (_("Passes into it"), None, asked["loser_name"]),
        ]


@register
class MergeKind(OfTwo):
    """Two records become one; the request says field by field what stays, and who owns it."""

    name = "customers.merge"
    label = gettext_lazy("Merge of two customers")

    def title(self, approval):
        asked = approval.asked
        return _("Merge %(loser)s into %(winner)s") % {"loser": asked["loser_name"], "winner": asked["winner_name"]}

    def lines(self, approval):
        asked = approval.asked
        both = asked["merge"]["compared"]
        lines = [
            *self.head(asked),
            (_("Owner"), " / ".join(asked["owner_names"]), asked["owner_name"] or _("the public pool")),
        ]
        for name in asked["merge"]["chosen"]:
            lines.append((label_of(name), both["winner"][name], both["loser"][name] or _("empty")))
        return lines + [(each["label"], None, each["number"]) for each in asked["moves"]]

    def url_to_ask(self, approval):
        pair = approval.asked["merge"]
        return reverse("customers:merge") + f"?first={pair['winner']}&second={pair['loser']}"

    def take_effect(self, approval, *, by):
        merge = Merge.objects.select_related("winner", "loser", "owner").get(pk=approval.subject_id)
        try:
            _carry_out(merge, by=by, reason=approval.reason)
        except CannotMerge as refusal:
            raise CannotTakeEffect(_("%(why)s Reject the request or return it.") % {"why": refusal}) from None


@register
class UnmergeKind(OfTwo):
    """A merge is taken back: the records part again, with exactly what was moved."""

    name = "customers.unmerge"
    label = gettext_lazy("Undoing a merge")

    def title(self, approval):
        asked = approval.asked
        return _("Undo the merge of %(loser)s into %(winner)s") % {
            "loser": asked["loser_name"],
            "winner": asked["winner_name"],
        }

    def lines(self, approval):
        return self.head(approval.asked)

    def take_effect(self, approval, *, by):
        merge = Merge.objects.select_related("winner", "loser", "owner").get(pk=approval.subject_id)
        try:
            _undo(merge, by=by, reason=approval.reason)
        except CannotMerge as refusal:
            raise CannotTakeEffect(_("%(why)s Reject the request or return it.") % {"why": refusal}) from None


@transaction.atomic
def merge(winner, loser, *, by, owner, chosen, reason, moves=()) -> Merge:
    """The merge, done (`merge.stands`) or asked for; raises CannotMerge, Refused or AlreadyAsked. `chosen`: fields whose value is
    the loser's. `owner`: one of the two owners, or None when both are in the pool."""
    wanted = Merge(winner=winner, loser=loser, owner=owner, asked_by=by, reason=reason, chosen=[*chosen],
                   compared={"winner": compared(winner), "loser": compared(loser)})  # fmt: skip
    allow(by, MergeKind.name, wanted)
    if sentence := may_merge(winner, loser, owner):
        raise CannotMerge(sentence)
    with stamped("customers.merge", by=by, reason=reason):
        wanted.save(force_insert=True)
    if directly(by, winner.owner_id, loser.owner_id):
        return _carry_out(wanted, by=by, reason=reason)
    if asked_for(by, winner, loser):
        raise CannotMerge(_("A merge of one of them waits for a decision already. It is decided or withdrawn first."))
    ask(MergeKind.name, wanted, by=by, reason=reason, **asked_of(wanted, moves))
    return wanted


def asked_of(wanted, moves=()) -> dict:
    """What a request keeps: the row as the database compares it, and the names of that moment."""
    winner, loser = wanted.winner, wanted.loser
    owners = [each.owner for each in (winner, loser) if each.owner_id]
    return {
        "merge": {"winner": str(winner.pk), "loser": str(loser.pk), "owner": str(wanted.owner_id) if wanted.owner_id else None,
                  "chosen": wanted.chosen, "compared": wanted.compared},
        "winner_name": winner.name, "loser_name": loser.name, "owner_name": wanted.owner.name if wanted.owner else "",
        "owners": sorted({str(each.pk) for each in owners}), "owner_names": sorted({each.name for each in owners}),
        "moves": [{"label": str(label), "number": str(number)} for label, number in moves],
    }  # fmt: skip


@transaction.atomic
def undo(done, *, by, reason) -> Merge:
    """Undone, or asked for (`merge.stands` tells); raises CannotMerge, Refused or AlreadyAsked."""
    allow(by, UnmergeKind.name, done)
    if not done.stands:
        raise CannotMerge(_("This merge does not stand any more. Nothing was changed."))
    if is_over(done):
        raise CannotMerge(str(SENTENCES["undone_in_time"]))
    if undoes_directly(by, done):
        return _undo(done, by=by, reason=reason)
    ask(
        UnmergeKind.name, done, by=by, reason=reason, winner_name=done.winner.name, loser_name=done.loser.name,
        owners=sorted({each for each in (str(done.winner.owner_id or ""), done.compared["loser"]["owner"]) if each}),
    )  # fmt: skip
    return done


def _carry_out(wanted, *, by, reason):
    if sentence := may_merge(wanted.winner, wanted.loser, wanted.owner):
        raise CannotMerge(sentence)
    with _answered():
        wanted.carry_out(by=by, reason=reason)
    wanted.refresh_from_db()
    forget([wanted.loser_id])
    renew([wanted.winner_id])
    tell_merged(wanted, by=by)
    return wanted


def _undo(done, *, by, reason):
    with _answered():
        done.undo(by=by, reason=reason)
    done.refresh_from_db()
    renew([done.winner_id, done.loser_id])
    tell_undone(done, by=by, reason=reason)
    return done


@contextmanager
def _answered():
    """What the database refuses, in a sentence; what it has no sentence for stays an error."""
    try:
        yield
    except IntegrityError as error:
        if sentence := sentence_of(error):
            raise CannotMerge(sentence) from error
        raise

"""Who is told what about a request: in the page and by mail."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.notices import sentences, tell
from approvals import mail_link

sentences(
    {
        "approvals.asked": _("%(who)s asks: %(request)s"),
        "approvals.reminded": _("Still waiting for you: %(request)s"),
        "approvals.approved": _("Approved: %(request)s"),
        "approvals.rejected": _("Rejected by %(who)s: %(request)s"),
        "approvals.returned": _("Returned by %(who)s: %(request)s"),
        "approvals.lapsed": _("Nobody decided within 24 hours, so nothing was changed. You can ask anew: %(request)s"),
        "approvals.void": _("What it stood on has changed, so this request no longer applies: %(request)s"),
        "approvals.commented": _("%(who)s commented: %(request)s"),
    }
)


def tell_approvers(approval, what="approvals.asked", steps=None, number=""):
    """Everybody who may decide now; those who were told before (this time, if it has a number) are not told again."""
    seats = approval.approvers.live().select_related("person")
    if steps is not None:
        seats = seats.filter(step__in=steps)
    _tell(approval, [seat.person for seat in seats], what, who=approval.requested_by.name, number=number)


def tell_requester(approval):
    """How it ended, and who said so."""
    if approval.state == approval.State.WITHDRAWN:
        return
    last = approval.decisions.select_related("person").order_by("-decided_at").first()
    if last:
        _tell(approval, [approval.requested_by], f"approvals.{approval.state}", who=last.person.name)


def tell_lapsed(approval):
    """Nobody decided about rights within a day."""
    _tell(approval, [approval.requested_by], "approvals.lapsed", who=approval.requested_by.name)


def tell_people(approval, people, what, *, url, who):
    """Several people about a request that not all of them may open."""
    _tell(approval, people, what, who, url=url)


def tell_of_comment(approval, comment):
    """Who asked and who decides, without the author himself."""
    people = {seat.person_id: seat.person for seat in approval.approvers.live().select_related("person")}
    people[approval.requested_by_id] = approval.requested_by
    people.pop(comment.author_id, None)
    _tell(approval, people.values(), "approvals.commented", who=comment.author.name, number=str(comment.pk))


def _tell(approval, people, what, who, number="", url=""):
    """To the request; or to `url`, and then the letter leads there too."""
    people, own = list(people), reverse("approvals:detail", args=[approval.pk])
    for language in {person.language for person in people}:
        with translation.override(language or None):
            request = str(approval.title)
        tell(
            [person for person in people if person.language == language], what, url=url or own, key=f"{what}:{approval.pk}:{number}",
            link=None if url else lambda reader: mail_link.to(approval, reader), who=who, request=request,
        )  # fmt: skip

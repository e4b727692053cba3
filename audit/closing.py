"""How a review goes on by itself: opened when it is time, reminded, closed when the time to answer is over."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts import tenancy
from accounts.duties import handed_over_by
from accounts.models import Organization, User
from accounts.notices import sentences, tell
from accounts.schedules import every
from audit.deeds import stamped
from audit.evidence import keep_evidence
from audit.models import AccessItem, AccessReview, ReviewTerms
from audit.review_kinds import CannotEnd
from audit.reviewing import administrators, open_review, reviewers_of, sort_of

State = AccessItem.State
UNCONFIRMED = gettext_lazy("Access review: not confirmed in time.")
sentences(
    {
        "audit.review_opened": gettext_lazy("An access review waits for you: %(number)s items until %(date)s."),
        "audit.review_reminded": gettext_lazy(
            "Of an access review %(number)s items still wait for you, until %(date)s."
        ),
        "audit.access_refused": gettext_lazy(
            "%(who)s did not confirm role and team of %(name)s. Unless that changes, the account is closed on %(date)s."
        ),
        "audit.access_overdue": gettext_lazy(
            "Nobody answered for role and team of %(number)s people in the access review."
        ),
    }
)


@every("audit.access_reviews", timedelta(hours=6))
def watch():
    """One step for each organisation: close what is due, remind, open what is time."""
    review = AccessReview.objects.open().select_related("answerable").first()
    if review is None:
        if tenancy.now() >= next_at():
            tell_reviewers(open_review(), "audit.review_opened")
    elif review.due_at <= tenancy.now():
        close(review)
    elif review.due_at - tenancy.now() < timedelta(days=3):
        tell_reviewers(review, "audit.review_reminded")


def next_at():
    """When the calendar opens the next one: a period after the last, or after the organisation was founded."""
    period = timedelta(days=ReviewTerms.of_organization().period_days)
    last = AccessReview.objects.order_by("-opened_at").values_list("opened_at", flat=True).first()
    return (last or Organization.objects.get().created_at) + period


def tell_reviewers(review, what):
    """Everybody who has something to answer, once a review and occasion."""
    numbers = dict(review.items.open().order_by().values_list("reviewer").annotate(Count("pk")))
    for person in User.objects.active().filter(pk__in=[pk for pk in numbers if pk]):
        tell([person], what, url=_url(review), key=f"{what} {review.pk}", number=numbers[person.pk], date=_date(review))


def _url(review):
    return reverse("audit:review", args=[review.pk])


def _date(review):
    return f"{review.due_at:%Y-%m-%d}"


@transaction.atomic
def answer(items, *, by, confirmed, note=""):
    """What a reviewer says about these items. What is not a role ends at once when he does not confirm it."""
    for item in items:
        if confirmed:
            item.confirm(by=by, reason=note)
            continue
        item.refuse(by=by, reason=note)
        if item.kind == "role":
            _tell_of_refusal(item, by)
        else:
            _end(item, by, note)


def _tell_of_refusal(item, by):
    """The person himself, and who decides on rights: there is time until the end of the review to change it."""
    deciders = User.objects.active().filter(role=User.Role.SECURITY)
    people = {each.pk: each for each in [item.person, item.review.answerable, *deciders] if each.pk != by.pk}
    tell(
        people.values(), "audit.access_refused", url=reverse("accounts:people"), key=f"refused {item.pk}",
        who=by.name, name=item.person.name, date=_date(item.review),
    )  # fmt: skip


def _end(item, by, reason):
    """It lapses; its own deed ends it in the same transaction."""
    item.lapse(by=by, reason=reason)
    sort_of(item).end(item, by)


@transaction.atomic
def close(review):
    """What nobody confirmed ends in the name of who answers for the review; then the evidence is written and kept."""
    review = AccessReview.objects.select_for_update(of=("self",)).select_related("answerable").get(pk=review.pk)
    by = who_answers(review)
    left = review.items.filter(state__in=[State.OPEN, State.REFUSED]).select_related(
        "person__team", "person__rights", "review"
    )
    for item in left.order_by("pk"):
        _settle(item, by)
    overdue = review.items.filter(state=State.OVERDUE).count()
    if overdue:
        deciders = User.objects.active().filter(role__in=[User.Role.SECURITY, User.Role.ADMINISTRATOR])
        tell(deciders, "audit.access_overdue", url=_url(review), key=f"overdue {review.pk}", number=overdue)
    with stamped("audit.close_review", by=by):
        review.file = keep_evidence(review, by=by)
        review.closed_at = tenancy.now()
        review.save(update_fields=["file", "closed_at"])


def who_answers(review):
    """In whose name it closes: who answered for it from the beginning, or another administrator when he has left."""
    person = review.answerable
    return person if person.is_active and person.is_administrator else administrators()[0]


def _settle(item, by):
    if item.kind == "role" and not (item.person.is_active and _is_as_it_was(item)):
        item.lapse(by=by, reason=str(UNCONFIRMED))  # gone, or has another role by now: nothing is left to end
    elif item.kind == "role" and (item.person_id == by.pk or not _ends(item)):
        item.leave_overdue(by=by)
    else:
        try:
            with transaction.atomic():
                _end(item, by, str(UNCONFIRMED))
        except CannotEnd:
            item.leave_overdue(by=by)


def _is_as_it_was(item):
    team = item.person.team.name if item.person.team else ""
    return (item.person.role, team) == (item.facts["role"], item.facts["team"])


def _ends(item):
    """A role ends when its reviewer refused it, when nobody comes any more, or when nobody answered twice in a row."""
    if item.state == State.REFUSED or item.dormant:
        return True
    before = AccessItem.objects.filter(kind="role", person=item.person_id, review__opened_at__lt=item.review.opened_at)
    last = before.order_by("-review__opened_at").first()
    return last is not None and last.state == State.OVERDUE


@handed_over_by
def pass_on(person, by):
    """What he was asked about is asked somebody else."""
    if person.is_active:
        return
    waiting = AccessItem.objects.open().filter(reviewer=person, review__closed_at=None).select_related("person")
    items = list(waiting.order_by("pk"))
    reviewers = reviewers_of(item.person for item in items)
    with stamped("audit.ask_another"):
        for item in items:
            item.reviewer = reviewers[item.person_id]
            item.save(update_fields=["reviewer"])

"""How a case begins: by who came too late, by the scan, by what a customer says, or by hand."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.models import User
from accounts.refusals import constraint_of
from accounts.the_clock import CLOCK
from audit.deeds import allow, stamped
from customers.collisions.telling import tell_parties
from customers.confirmation.answering import when_telling
from customers.models import ArbiterDraw, Collaborator, CollisionCase, ContestedClaim, FollowUp, Touch

Origin, Way = CollisionCase.Origin, ContestedClaim.Way
WINDOW, LATELY, AGAIN = timedelta(days=30), timedelta(days=90), timedelta(days=180)
MOST_SHOWN = 50
# The same sentence for whatever stands in the way of a contest: another would tell whose the company is, or to whom denied.
NOT_NOW = _(
    "This company cannot be contested now: a case about it may be open, it may have no owner any more, or you have contested it before."
)
TOO_MANY = _("You contest three companies already. Wait for one of these cases to be decided.")
SENTENCES = {
    "case_by_who_may": _("Who audits, or leads one of the two, opens a case by hand. Ask one of them."),
    "case_of_two_sellers": _("A case is between the owner and an active colleague who sells. Choose somebody else."),
}


class CannotOpen(Exception):
    """There is no case now; says why in a sentence. Nothing was written."""


@transaction.atomic
def open_case(customer, *, by, party_b, origin, other_customer=None, attempt=None, reason="") -> CollisionCase:
    """The case between the owner and this colleague; the customer is frozen from now on, and both are told. `by` is the clock
    for what the scan finds and a customer says. Raises CannotOpen."""
    if attempt is None:
        allow(by, "customers.open_case", customer)
    else:
        allow(by, "customers.contest_claim", attempt)
    with stamped("customers.open_case", by=by, reason=reason):
        case = _begun(
            customer=customer, party_b=party_b, origin=origin, other_customer=other_customer, attempt=attempt,
            reason=reason,
        )  # fmt: skip
    with stamped("customers.prepare_arbiter", by=CLOCK):
        ArbiterDraw.prepare(case)
    names = {"a": case.party_a.name, "b": case.party_b.name}
    tell_parties(case, "customers.case_opened", until=case.statements_until, **names)
    return case


def _begun(**fields):
    try:
        with transaction.atomic():
            case = CollisionCase.objects.create(**fields)
    except IntegrityError as refusal:
        name = constraint_of(refusal)
        if not name.startswith("case_"):
            raise
        raise CannotOpen(_said_of(name, is_contest=fields["attempt"] is not None)) from refusal
    return CollisionCase.objects.select_related("customer", "party_a", "party_b").get(pk=case.pk)


def _said_of(name, *, is_contest) -> str:
    if is_contest:
        return str(TOO_MANY if name == "case_three_at_once" else NOT_NOW)
    return str(SENTENCES.get(name, NOT_NOW))


@transaction.atomic
def contest(attempt, *, by, reason) -> CollisionCase:
    """Who lost says that he was first. Whose the company is he learns in the case, and not before."""
    customer = attempt.customer if attempt.customer_id else None
    return open_case(customer, by=by, party_b=by, origin=Origin.CONTESTED, attempt=attempt, reason=reason)


def contestable(user) -> list[ContestedClaim]:
    """His attempts of the last 30 days, one a company that he has not contested lately, by the name he knows. Nothing here tells
    what became of the company."""
    lately = ContestedClaim.objects.filter(claimant=user, way__in=[Way.CLAIM, Way.FORM, Way.EDIT],
                                           attempted_at__gt=tenancy.now() - WINDOW)  # fmt: skip
    before = CollisionCase.objects.filter(party_b=user, opened_at__gt=tenancy.now() - AGAIN).values("customer")
    latest = lately.exclude(customer__in=before).order_by("customer", "-attempted_at").distinct("customer")
    names = dict(
        Touch.objects.filter(person=user, customer__in=[each.customer_id for each in latest]).values_list(
            "customer", "name"
        )
    )
    for each in latest:
        each.known_as = each.written or names.get(each.customer_id, "")
    return sorted(latest, key=lambda each: each.attempted_at, reverse=True)[:MOST_SHOWN]


@when_telling
def customer_said(answer):
    """ "Others of you were here": with whom the customer has to do is looked for among those who tried to claim it or logged
    something there. Where nobody is found, those above read the answer and may open a case by hand."""
    customer = answer.customer
    if not answer.others or customer.owner_id is None or customer.in_dispute:
        return
    if other := _other_of_us(customer):
        try:
            open_case(customer, by=CLOCK, party_b=other, origin=Origin.CUSTOMER)
        except CannotOpen:
            return


def _other_of_us(customer) -> User | None:
    """The one of the last 90 days, whom the owner does not let work on it anyhow."""
    since = tenancy.now() - LATELY
    tried = ContestedClaim.objects.filter(customer=customer, attempted_at__gt=since).order_by("-attempted_at")
    said = FollowUp.objects.filter(customer=customer, recorded_at__gt=since).order_by("-recorded_at")
    shared = Collaborator.objects.filter(content_object=customer).values_list("user", flat=True)
    ids = [*tried.values_list("claimant", flat=True)[:9], *said.values_list("author", flat=True)[:MOST_SHOWN]]
    people = User.objects.active().exclude(pk__in=[customer.owner_id, *shared]).select_related("rights").in_bulk(ids)
    return next((people[pk] for pk in ids if pk in people and people[pk].sells), None)

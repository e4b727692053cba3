"""A case from its statements to its last verdict: each step a transaction, whoever or whatever brings it about."""

from datetime import timedelta

from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.the_clock import CLOCK
from audit.deeds import allow, locked, stamped
from customers.collisions import telling
from customers.evidence.gathering import bring, found_in
from customers.models import ArbiterDraw, Claim, Collaborator, CollisionCase, FollowUp, SealedStatement, Verdict

End, Outcome = ArbiterDraw.End, Verdict.Outcome
JOINT = timedelta(days=180)  # as long as any share


class NotNow(Exception):
    """The step cannot be taken; says why in a sentence. Nothing was changed."""


# Statements


@transaction.atomic
def file_statement(case, *, by, words) -> SealedStatement:
    """Once, and sealed. When it is the second one, both are opened in this transaction."""
    allow(by, "customers.file_statement", case)
    try:
        with stamped("customers.file_statement", by=by), transaction.atomic():
            filed = SealedStatement.file(case, by=by, words=words)
    except IntegrityError as refusal:
        raise NotNow(_("Your statement is filed already, or the time is over. Nothing was changed.")) from refusal
    hear_if_due(case)
    return filed


def hear_if_due(case):
    """Open what was sealed, and draw who decides."""
    if CLOCK.has_perm("customers.open_statements", case):
        case.hear(by=CLOCK)
        draw_arbiter(case)


# Who decides


def draw_arbiter(case) -> bool:
    """Somebody decides from now on; False when nobody can, of which auditors are told."""
    draw = case.draws.prepared().first() or _prepare(case)
    if not CLOCK.has_perm("customers.draw_arbiter", draw):
        telling.tell_nobody_decides(case)
        return False
    draw.draw(by=CLOCK)
    _prepare(case)
    drawn = case.draws.live().select_related("person").get()
    case.refresh_from_db(fields=["arbiter", "arbiter_until"])
    telling.tell_arbiter(case, drawn)
    return True


def _prepare(case):
    with stamped("customers.prepare_arbiter", by=CLOCK):
        return ArbiterDraw.prepare(case)


@transaction.atomic
def recuse(case, *, by, reason):
    """He steps back, and the next one is drawn at once."""
    seat = case.draws.live().filter(person=by).first()
    if seat is None:
        raise NotNow(_("You do not decide this case any more. Nothing was changed."))
    seat.recuse(by=by, reason=reason)
    draw_arbiter(case)


@transaction.atomic
def move_on(case, ended_as):
    """Whoever let the time pass, or cannot decide any more, is replaced by another draw."""
    seat = case.draws.live().select_related("person").get()
    seat.end(by=CLOCK, ended_as=ended_as)
    if ended_as == End.LATE:
        telling.say([seat.person], case, "customers.case_moved", step=seat.turn)
    draw_arbiter(case)


# What he decides


@transaction.atomic
def decide(case, *, by, **said) -> Verdict:
    """The verdict and all it brings about."""
    heir = _heir(case, said["outcome"])
    if heir and not (heir.is_active and heir.sells):
        raise NotNow(_("%(name)s no longer works with customers. Choose another outcome.") % {"name": heir.name})
    is_last = case.state == CollisionCase.State.APPEALED
    verdict = case.decide(by=by, **said)
    _take_effect(verdict, case, heir, by)
    case.refresh_from_db(fields=["appeal_until", "decided_at"])
    if is_last:
        telling.tell_parties(case, "customers.case_final")
    else:
        telling.tell_parties(case, "customers.case_decided", until=case.appeal_until)
    return verdict


def _heir(case, outcome):
    return {Outcome.PARTY_B: case.party_b, Outcome.POOL: None}.get(outcome, case.party_a)


def _take_effect(verdict, case, heir, by):
    """The customer is where the verdict says at the end of the transaction, or there is no verdict (`verdict_took_effect`)."""
    with stamped("customers.give_by_verdict", by=by, reason=case.number):
        customer = locked(case.customer)
        if customer.owner_id != (heir.pk if heir else None):
            _move(customer, heir, by, case.number)
    _share(case, is_joint=verdict.outcome == Outcome.JOINT)


def _move(customer, heir, by, number):
    if customer.owner_id:
        ended_as = Claim.End.PASSED if heir else Claim.End.RELEASED
        Claim.objects.live().get(customer=customer).end(by=by, reason=number, ended_as=ended_as)
    if heir:
        customer.belong_to(heir, Claim.begin(customer, heir))
    else:
        customer.go_to_pool()
    customer.save(update_fields=["owner", "protected_until", "pooled_at", "is_held"])


def _share(case, *, is_joint):
    """Joint: the owner's customer, on which the other works, too. What an earlier verdict shared ends with the next."""
    with stamped("customers.share_by_verdict", by=CLOCK, reason=case.number):
        for share in Collaborator.objects.filter(content_object=case.customer, user=case.party_b):
            if is_joint or share.reason == case.number:
                share.ended_at = tenancy.now()
                share.save(update_fields=["ended_at"])
        if is_joint:
            Collaborator.objects.create(
                content_object=case.customer, user=case.party_b, way=Collaborator.Way.EDIT, reason=case.number,
                permission=Permission.objects.get(content_type__app_label="customers", codename="change_customer"),
                until=tenancy.now() + JOINT, given_by=case.party_a,
            )  # fmt: skip


@transaction.atomic
def appeal(case, *, by, reason):
    """Once: another one is drawn, who decides last."""
    case.appeal(by=by, reason=reason)
    other = [person for person in case.parties if person.pk != by.pk]
    telling.say(other, case, "customers.case_appealed", who=by.name)
    draw_arbiter(case)


@transaction.atomic
def withdraw(case, *, by, reason):
    case.withdraw(by=by, reason=reason)
    _nobody_decides(case)
    telling.tell_parties(case, "customers.case_dismissed")


def _nobody_decides(case):
    """A case that is over needs no arbiter."""
    for seat in case.draws.live().select_related("person"):
        seat.end(by=CLOCK, ended_as=End.GONE)
        telling.say([seat.person], case, "customers.case_dismissed")


@transaction.atomic
def dismiss(case, *, reason):
    """One of the two is gone: what was decided stands, what was not is decided no more."""
    if case.state == CollisionCase.State.DECIDED:
        case.close(by=CLOCK)
    elif case.state != CollisionCase.State.APPEALED:
        case.dismiss(by=CLOCK, reason=reason)
        _nobody_decides(case)
        telling.tell_parties(case, "customers.case_dismissed")


@transaction.atomic
def log(case, *, by, content, kind, occurred_at, evidence=None) -> FollowUp:
    """What the contester does for the customer meanwhile, with a mail or an invitation that shows it. He reads no more of the
    record than before. Raises Unusable when the file shows nothing."""
    allow(by, "customers.log_in_case", case)
    file = evidence.read() if evidence else b""
    if evidence and occurred_at is None:
        occurred_at = min(found_in(file, case.customer).artefact.happened_at, tenancy.now())
    with stamped("customers.follow_up", by=by):
        said = {"content": content, "kind": kind, "occurred_at": occurred_at or tenancy.now()}
        entry = FollowUp.objects.create(customer=case.customer, author=by, **said)
    if evidence:
        bring(entry, evidence.name, file, by=by)
    return entry

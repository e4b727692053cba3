"""Asking for an approval: the copy is made and sealed, measured, and sent to whom the policy names."""

from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Sum

from accounts import tenancy
from approvals import alone
from approvals.kinds import kind_named
from approvals.models import Approval, ApprovalPolicy, ApprovalStep, Attachment, HousePolicy, Interest
from approvals.policies import wanted
from audit.deeds import allow, stamped


class AlreadyAsked(Exception):
    """The same is being asked for this subject already. Carries that request."""

    def __init__(self, approval):
        super().__init__(str(approval.pk))
        self.approval = approval


@transaction.atomic
def ask(name, subject, /, *, by, reason, files=(), **asked) -> Approval:
    """A request of this kind, pending or, where the policy asks for nobody, approved at once. One at a time for a subject."""
    kind = kind_named(name)
    allow(by, name, subject)
    _one_at_a_time(name, subject.pk)
    if pending := Approval.objects.pending().filter(kind=name, subject_id=subject.pk).first():
        raise AlreadyAsked(pending)
    with stamped(name, by=by, reason=reason):
        approval = _write(kind, subject, by, reason, asked, files)
        approval.move_on(by=by)
        alone.announce(approval)
    return approval


def returned(name, subject, by) -> Approval | None:
    """What this person asked for last, if it was returned to him: the request that a new one follows."""
    last = Approval.objects.filter(kind=name, subject_id=subject.pk, requested_by=by).order_by("-opened_at").first()
    return last if last and last.state == Approval.State.RETURNED else None


def _write(kind, subject, by, reason, asked, files):
    approval = Approval(
        kind=kind.name, subject=subject, requested_by=by, reason=reason, asked=asked, follows=returned(kind.name, subject, by),
        group=kind.group(subject, asked), **terms_of(kind),
    )  # fmt: skip
    if kind.rolling:
        _one_at_a_time(kind.name, approval.group)
    approval.measures, approval.weight = measured(kind, subject, asked)
    approval.seal = approval.sealed_with(file.sha256 for file in files)
    approval.save(force_insert=True)
    Attachment.objects.bulk_create(Attachment(approval=approval, file=file) for file in files)
    Interest.objects.bulk_create(parties(approval, subject))
    ApprovalStep.objects.bulk_create(
        ApprovalStep(approval=approval, line=step.line, place=step.place, turn=step.turn, spec=step.spec)
        for step in wanted(approval.terms, approval.measures)
    )
    return approval


def parties(approval, subject) -> list[Interest]:
    """Who has a share in it by its nature; who asked cannot decide anyway."""
    people = approval.kind_of.interested(subject, approval.asked) - {approval.requested_by_id}
    return [Interest(approval=approval, person_id=pk, why="party") for pk in people]


def terms_of(kind) -> dict:
    """{policy, terms}: the version in force, or the house's own."""
    policy = ApprovalPolicy.objects.in_force(kind.name)
    return {"policy": policy, "terms": policy.content if policy else HousePolicy.objects.get(pk=kind.name).content}


def measured(kind, subject, asked):
    """({measure: number as text}, what this request adds to its rolling sum or None), as things stand."""
    found = {name: _written(value) for name, value in kind.measure(subject, asked).items()}
    rolling = kind.rolling
    if rolling is None:
        return found, None
    # Who takes away with one request gives no room to another.
    weight = max(Decimal(0), Decimal(found[rolling.measure]))
    found[rolling.name] = _written(weight + before(kind, kind.group(subject, asked), subject))
    return found, weight


def before(kind, group, subject) -> Decimal:
    """What was asked for in this group within the window, and counts."""
    counted = in_window(kind, group)
    if kind.rolling.once:
        counted = counted.exclude(subject_id=subject.pk)
    return counted.aggregate(sum=Sum("weight"))["sum"] or Decimal(0)


def in_window(kind, group):
    """The requests whose weights a rolling sum counts."""
    since = tenancy.now() - timedelta(days=kind.rolling.days)
    counted = Approval.objects.counting().filter(kind=kind.name, group=group, opened_at__gte=since)
    if kind.rolling.once:
        heaviest = counted.exclude(Exists(_replacing())).order_by("subject_id", "-weight").distinct("subject_id")
        counted = counted.filter(pk__in=heaviest.values("pk"))
    return counted


def _replacing():
    """What took the place of an earlier request on the same subject: only what was carried out after it. A request that
    waits may still be withdrawn, and one that was not carried out become void, and the earlier one stands again."""
    return Approval.objects.counting().filter(
        kind=OuterRef("kind"), group=OuterRef("group"), subject_id=OuterRef("subject_id"),
        carried_out_at__gt=OuterRef("carried_out_at"),
    )  # fmt: skip


def _written(number) -> str:
    return format(Decimal(str(number)).normalize(), "f")


def _one_at_a_time(*words):
    """Two requests of one group wait for each other, so that each sees the other in its sum; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))",
            ["|".join(map(str, words)), tenancy.organization_id()],
        )

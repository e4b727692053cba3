"""Handing over: the list with its counts, sealed and decided by a second person, accepted item by item."""

from collections import Counter
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.departures import CannotComplete
from accounts.duties import disposed_by
from accounts.models import Departure, User
from accounts.notices import sentences, tell
from accounts.rules import rule
from approvals.asking import ask
from approvals.kinds import MANAGER, CannotTakeEffect, Kind, Measure, a_second_person, register
from approvals.models import Approval
from approvals.sealing import seal_of
from audit.deeds import Refused, allow, stamped
from customers.models import Contact, Customer, FollowUp, Handover, HandoverItem

POOL = ""
sentences(
    {
        "customers.handed_over": gettext_lazy(
            "%(who)s hands over to you what %(name)s leaves behind: accept it item by item."
        )
    }
)
_counts: dict = {}


def counted(name, label):
    """Register a function `(ids of customers) -> {id: how many}`: what hangs on a customer and passes on with it."""

    def register_count(count):
        _counts[name] = (label, count)
        return count

    return register_count


@counted("contacts", gettext_lazy("contacts"))
def contacts_of(ids):
    return grouped(Contact.objects.filter(customer__in=ids), "customer")


@counted("follow_ups", gettext_lazy("follow-ups"))
def follow_ups_of(ids):
    return grouped(FollowUp.objects.filter(customer__in=ids), "customer")


@counted("requests", gettext_lazy("open requests"))
def requests_of(ids):
    return grouped(Approval.objects.pending().filter(subject_id__in=ids), "subject_id")


def grouped(rows, field):
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))


def listed(person) -> list[dict]:
    """What he would leave behind, one entry a customer, as a request can seal it. The same number of queries for any length."""
    customers = list(Customer.objects.filter(owner=person).order_by("name", "pk"))
    ids = [customer.pk for customer in customers]
    counts = {name: count(ids) for name, (_label, count) in _counts.items()}
    unreachable: dict = {}
    silent = Contact.objects.filter(customer__in=ids, phone_sealed=None, email_sealed=None).order_by("pk")
    for customer_id, name in silent.values_list("customer", "name"):
        unreachable.setdefault(customer_id, []).append(name)
    return [
        {
            "customer": str(customer.pk),
            "name": customer.name,
            "protected_until": until.isoformat(),
            "unreachable": unreachable.get(customer.pk, []),
            **{name: found.get(customer.pk, 0) for name, found in counts.items()},
        }
        for customer in customers
        if (until := customer.protected_until)  # who owns a customer has a protection period
    ]


def hash_of(items) -> str:
    """SHA-256 over the list: two readers can tell whether they read the same."""
    return seal_of(items=items)


def in_words(item) -> str:
    """The counts of an item in a line, then what has to be known about it."""
    said = [
        _("%(what)s: %(number)s") % {"what": label, "number": item[name]}
        for name, (label, _count) in _counts.items()
        if item.get(name)
    ]
    until = formats.date_format(timezone.localtime(parse_datetime(item["protected_until"])))
    said.append(_("protected until %(date)s") % {"date": until})
    if item["unreachable"]:
        said.append(_("without phone and mail: %(names)s") % {"names": ", ".join(item["unreachable"])})
    return " · ".join(said)


@register
class HandoverKind(Kind):
    """Who takes over what, and where the rest goes. Nobody's customer yet: each successor accepts for himself."""

    name = "customers.handover"
    label = gettext_lazy("Handover")
    subject = "customers.Handover"
    policy = a_second_person(MANAGER)
    measures = {"customers": Measure(gettext_lazy("customers"))}

    def measure(self, subject, asked):
        return {"customers": len(asked.get("items", ()))}

    def interested(self, subject, asked):
        """Who leaves, and everybody who gets something."""
        return {
            UUID(each) for each in (asked["person"], asked["rest"], *(item["to"] for item in asked["items"])) if each
        }

    def title(self, approval):
        number = len(approval.asked["items"])
        return ngettext(
            "Hand over %(number)s customer of %(person)s", "Hand over %(number)s customers of %(person)s", number
        ) % {"number": formats.number_format(number), "person": approval.asked["person_name"]}

    def lines(self, approval):
        asked = approval.asked
        rest = asked["rest_name"] or _("the public pool")
        head = [(_("Leaves"), None, asked["person_name"]), (_("What nobody accepts goes to"), None, rest),
                (_("SHA-256 of the list"), None, asked["list_sha256"])]  # fmt: skip
        return head + [(item["name"], in_words(item), item["to_name"]) for item in asked["items"]]

    def url(self, approval):
        return reverse("accounts:departure", args=[approval.asked["departure"]])

    def take_effect(self, approval, *, by):
        asked = approval.asked
        if not Departure.objects.live().filter(pk=asked["departure"]).exists():
            raise CannotTakeEffect(_("The departure is over, so there is nothing to hand over."))
        handover = Handover.objects.get(pk=approval.subject_id)
        with stamped("customers.offer_handover", by=by, reason=approval.reason):
            HandoverItem.objects.bulk_create(
                HandoverItem(handover=handover, customer_id=UUID(item["customer"]), successor_id=UUID(item["to"]))
                for item in asked["items"]
            )
        successors = User.objects.filter(pk__in={item["to"] for item in asked["items"]})
        tell(
            successors, "customers.handed_over", url=reverse("customers:handed_over"), key=str(approval.pk),
            who=approval.requested_by.name, name=asked["person_name"],
        )  # fmt: skip


def heirs(person):
    """Who may come after him: active, sells, stays, and is not he himself."""
    sellers = User.objects.active().filter(rights__verbs__contains=["customers.sell"], leaving_from=None)
    return sellers.exclude(pk=person.pk).select_related("team").order_by("name", "pk")


@transaction.atomic
def ask_for_handover(departure, *, by, successors, rest, reason):
    """The list as it is now with `{customer id: successor}`, sealed; raises AlreadyAsked when one waits."""
    allow(by, "customers.hand_over", departure)
    person = departure.person
    items = [item | _to(successors[item["customer"]]) for item in listed(person)]
    if not items:
        raise CannotTakeEffect(
            _("%(name)s owns no customers, so there is nothing to hand over.") % {"name": person.name}
        )
    with stamped("customers.handover", by=by, reason=reason):
        handover = Handover.objects.create(departure=departure, prepared_by=by)
        handover.approval = ask(
            HandoverKind.name, handover, by=by, reason=reason, departure=str(departure.pk), person=str(person.pk),
            person_name=person.name, items=items, list_sha256=hash_of(items),
            rest=str(rest.pk) if rest else POOL, rest_name=rest.name if rest else "",
        )  # fmt: skip
        handover.save(update_fields=["approval"])
    return handover.approval


def _to(successor):
    return {"to": str(successor.pk), "to_name": successor.name}


@transaction.atomic
def accept(item, *, by):
    """The customer passes to him who accepts it. The departure is locked first: its end and an acceptance take turns."""
    Departure.objects.select_for_update(of=("self",)).get(pk=item.handover.departure_id)
    item.accept(by=by)
    item.customer.take_over(
        by=by, to=by, reason=_("Handover of %(name)s") % {"name": item.handover.departure.person.name}
    )


def accept_all(items, *, by) -> Counter:
    """Each for itself: what meanwhile belongs to somebody else stays where it is. {True: accepted, False: not}."""
    done: Counter = Counter()
    for item in items:
        try:
            accept(item, by=by)
            done[True] += 1
        except Refused:
            done[False] += 1
    return done


@disposed_by
def dispose(departure, by):
    """What nobody has accepted when somebody goes: to the pool or to the manager, as the last approved handover says."""
    person = departure.person
    items = HandoverItem.objects.open().filter(handover__departure=departure)
    for item in items.order_by("pk"):
        item.lapse(by=by)
    rest = list(Customer.objects.filter(owner=person).order_by("pk"))
    heir = _rest_goes_to(departure, len(rest)) if rest else None
    for customer in rest:
        customer.take_over(by=by, to=heir, reason=_("Departure of %(name)s") % {"name": person.name})


def _rest_goes_to(departure, number):
    handover = Handover.objects.approved().filter(departure=departure).select_related("approval").first()
    if handover is None:
        words = ngettext(
            "%(name)s owns %(number)s customer that no approved handover names. Prepare the handover first; nothing was changed.",
            "%(name)s owns %(number)s customers that no approved handover names. Prepare the handover first; nothing was changed.",
            number,
        )
        raise CannotComplete(words % {"name": departure.person.name, "number": number})
    if handover.approval.asked["rest"] == POOL:
        return None
    heir = User.objects.get(pk=UUID(handover.approval.asked["rest"]))
    if not (heir.is_active and heir.sells) or heir.leaving_from:
        raise CannotComplete(
            _("%(name)s, to whom the rest was to go, no longer takes over customers. Ask for the handover anew.")
            % {"name": heir.name}
        )
    return heir


@rule(
    "customers.hand_over",
    "customers.handover",
    no=_("His managers and administrators hand over what he leaves behind."),
)
def answers_for_the_departure(user, subject):
    """His managers, and who administers people; never who leaves."""
    departure = subject.departure if isinstance(subject, Handover) else subject
    return departure.is_live and departure.person_id != user.pk and (
        user.is_administrator or user.manages(departure.person_id)
    )  # fmt: skip


@rule("customers.accept_handover", "customers.decline_handover")
def is_offered_to(user, item):
    return item.successor_id == user.pk and item.handover.departure.is_live


@rule("customers.lapse_handover")
def whose_departure_is_over(user, item):
    return item.handover.departure.completed_at is not None


@rule("customers.take_over")
def takes_over_what_is_handed_over(user, customer):
    """Accepted by himself, or left behind by somebody whose departure is completed: in this very transaction."""
    if customer.owner_id in (None, user.pk):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customers_passes_now(%s, %s) AND (NOT %s OR accounts_departs_now(%s))",
            [customer.pk, customer.owner_id, customer.in_dispute, customer.owner_id],
        )
        return cursor.fetchone()[0]

"""Assigning what nobody has: the first rule that fits decides, in turns or to who holds fewest, and every assignment says why."""

from collections import Counter

from django.db import transaction
from django.db.models import Count, Max

from accounts.models import User
from accounts.outbox import enqueue, job
from audit.deeds import locked, stamped
from customers.denials import denied_to
from customers.models import Assignment, AssignmentRule, Claim, Customer, OwnershipRules

SLICE = 200


def fitting(rules, values) -> AssignmentRule | None:
    """The first rule whose conditions these values ({column: text}) meet; one without conditions takes everything."""
    return next((rule for rule in rules if _fits(rule, values)), None)


def _fits(rule, values):
    return all(str(values.get(column, "")) in wanted for column, wanted in rule.conditions.items() if wanted)


def values_of(customer) -> dict:
    return {column: getattr(customer, column) for column in AssignmentRule.COLUMNS}


def takes_from(creator, values) -> bool:
    """Is a company like this one that the rules give to others, whoever enters it?"""
    rule = fitting(AssignmentRule.objects.live(), values)
    return rule is not None and rule.takes_new and creator.pk not in rule.people


@job("customers.assign_imported")
def assign_imported(batch, after):
    """What an import brought, a slice at a time. Nobody's job: it acts for the organisation."""
    waiting = Customer.objects.filter(imported_in=batch, owner=None, merged_into=None, pk__gt=after).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True)[:SLICE])
    assign_all(ids)
    if len(ids) == SLICE:
        later(batch, ids[-1])


def later(batch, after):
    enqueue(
        "customers.assign_imported", dedupe_key=f"{batch} {after}", queue="bulk", batch=str(batch), after=str(after)
    )


@job("customers.assign_new")
def assign_new(customer):
    assign_all([customer])


def assign_all(ids) -> int:
    """Assign these as the rules say; how many. What somebody claimed meanwhile stays his."""
    ring = Ring(list(AssignmentRule.objects.live()))
    return sum(_assign(pk, ring) for pk in ids) if ring.rules else 0


@transaction.atomic
def _assign(pk, ring):
    found = Customer.objects.filter(pk=pk, merged_into=None).first()
    customer = locked(found) if found else None
    if customer is None or customer.owner_id is not None or customer.in_dispute:
        return False
    rule = fitting(ring.rules, values_of(customer))
    if not rule:
        return False
    person, explanation = ring.next_of(rule, denied_to(customer))
    if person is None:
        return False
    with stamped("customers.assign_by_rule"):
        explanation |= {"matched": {column: str(getattr(customer, column)) for column in rule.conditions}}
        Assignment.objects.create(
            customer=customer, act=Assignment.Act.ASSIGNED, to=person, rule=rule, explanation=explanation
        )
        customer.belong_to(person, Claim.begin(customer, person, way=Claim.Way.ASSIGNED))
        customer.save(update_fields=["owner", "protected_until", "pooled_at", "is_held"])
    return True


class Ring:
    """The people of the rules, how much each holds, and whose turn it is. Read once; each assignment moves it on."""

    def __init__(self, rules):
        self.rules = rules
        people = {pk for rule in rules for pk in rule.people}
        self.people = User.objects.filter(pk__in=people).select_related("rights", "organization").in_bulk()
        held = Claim.objects.live().filter(claimant__in=people).order_by().values_list("claimant").annotate(Count("pk"))
        self.held = Counter(dict(held))
        self.limit = OwnershipRules.objects.in_force().holding_limit
        last = Assignment.objects.filter(rule__in=rules).order_by().values_list("rule", "to").annotate(Max("made_at"))
        self.turns = {
            (rule, person): number for number, (rule, person, _at) in enumerate(sorted(last, key=lambda row: row[2]))
        }
        self.next_turn = len(self.turns)

    def next_of(self, rule, denied) -> tuple:
        """(whose turn it is, why): or (None, why) when nobody of the rule can take it."""
        passed_over, fit = [], []
        for pk in rule.people:
            why = self._unfit(pk, denied)
            if why:
                passed_over.append({"person": str(pk), "why": why})
            else:
                fit.append(pk)
        if not fit:
            return None, {"passed_over": passed_over}
        chosen = min(fit, key=lambda pk: self._place(rule, pk))
        explanation = {"method": rule.method, "held": self.held[chosen], "passed_over": passed_over}
        self.held[chosen] += 1
        self.turns[rule.pk, chosen] = self.next_turn
        self.next_turn += 1
        return self.people[chosen], explanation

    def _place(self, rule, pk):
        """Who was never asked comes first, then who was asked longest ago; by load, whoever holds fewest before that."""
        turn = (self.turns.get((rule.pk, pk), -1), rule.people.index(pk))
        return (self.held[pk], *turn) if rule.method == AssignmentRule.Method.LOAD else turn

    def _unfit(self, pk, denied):
        person = self.people.get(pk)
        if person is None or not person.is_active or not person.sells:
            return "gone"
        if person.is_leaving:
            return "leaving"
        if pk in denied:
            return "denied"
        return "full" if self.held[pk] >= self.limit else ""

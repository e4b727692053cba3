"""An organisation in which two people dispute a customer, committed, so that time can pass over it."""

from accounts import tenancy
from customers.collisions import deadlines, deciding, opening
from customers.models import ArbiterDraw, CollisionCase, ContestedClaim, Customer, SealedStatement
from tests.clocks import time_passes
from tests.factories import TeamFactory, UserFactory, customer_of, founding

VERDICT = {
    "reason": "first",
    "outcome": "a",
    "share_a": 80,
    "share_b": 20,
    "words": "A was first with outside evidence.",
}


def attempt_of(person, customer):
    """He enters a company that another has."""
    Customer.objects.get(pk=customer.pk).claim(by=person)
    return ContestedClaim.objects.filter(claimant=person, customer=customer).latest("pk")


def again(case):
    """As a request finds it."""
    found = CollisionCase.objects.select_related("customer", "other_customer", "party_a", "party_b", "arbiter")
    return found.get(pk=case.pk)


def both_file(case):
    for person in case.parties:
        deciding.file_statement(again(case), by=person, words=f"{person.name} was there first.")
    return again(case)


class Dispute:
    """Wang of the East, led by Mei, owns; Li of the West contests. He and Gao lead teams outside both lines, Shen audits, and
    Qian owns the organisation."""

    def __init__(self):
        with founding(name="Dispute") as self.organization:
            self.mei, self.he, self.gao = (self._person(name, role="manager") for name in ("Mei", "He", "Gao"))
            east, west = TeamFactory(name="East", manager=self.mei), TeamFactory(name="West")
            self.south = TeamFactory(name="South", manager=self.he)
            TeamFactory(name="North", manager=self.gao)
            self.wang, self.li = self._person("Wang", team=east), self._person("Li", team=west)
            self.shen = self._person("Shen", role="auditor")
            self.qian = self._person("Qian", role="administrator", is_owner=True)
            self.customer = customer_of(self.wang, "Zhuoran Logistics Ltd")
            self.case = opening.contest(attempt_of(self.li, self.customer), by=self.li, reason="I was there in August")

    def _person(self, name, **fields):
        return UserFactory(name=name, organization=self.organization, **fields)

    def of(self, person=None):
        return tenancy.scope(self.organization, user=person, source="test")

    def passes(self, **span):
        """So much time, and what the clock then brings about."""
        time_passes(self.organization, **span)
        with self.of():
            deadlines.watch()
        return self.now()

    def now(self):
        with self.of():
            return again(self.case)

    def file(self, person):
        with self.of(person):
            return deciding.file_statement(self.now(), by=person, words=f"{person.name} was there first.")

    def heard(self):
        with self.of():
            both_file(self.case)
        return self.now()

    def decide(self, **said):
        case = self.now()
        with self.of(case.arbiter):
            return deciding.decide(case, by=case.arbiter, **VERDICT | said)

    def owner(self):
        with self.of():
            return Customer.objects.select_related("owner").get(pk=self.customer.pk).owner

    def drawn(self):
        """[(who, how it ended)] of every drawing."""
        with self.of():
            draws = ArbiterDraw.objects.filter(case=self.case, drawn_at__isnull=False).order_by("turn")
            return [(each.person.name, each.ended_as) for each in draws.select_related("person")]

    def statements(self):
        with self.of():
            return {
                each.person.name: each
                for each in SealedStatement.objects.filter(case=self.case).select_related("person")
            }

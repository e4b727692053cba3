"""Whoever sits at a step: for random houses, the same people as a plain reading of the rules names (R12, R28)."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.hierarchy import superiors
from accounts.models import User
from approvals.absences import announce
from approvals.models import Approval, Interest
from approvals.routing import Router
from tests.factories import TeamFactory, UserFactory

STEPS = st.one_of(
    st.builds(lambda level: {"who": "manager", "level": level}, st.integers(1, 4)),
    st.builds(lambda need: {"who": "role", "role": "administrator", "need": need}, st.integers(1, 3)),
    st.builds(lambda people, need: {"who": "people", "people": people, "need": need},
              st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True), st.sampled_from([1, "all"])),
)  # fmt: skip
HOUSES = st.fixed_dictionaries(
    {
        "depth": st.integers(0, 3),
        "gone": st.sets(st.integers(0, 6), max_size=2),
        "away": st.dictionaries(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 6)), max_size=2),
        "interested": st.sets(st.integers(0, 6), max_size=2),
        "owner": st.one_of(st.none(), st.integers(4, 6)),
        "requester": st.sampled_from(["rep", 0, 1, 2]),
    }
)


class House:
    """People 0 to 3 lead teams one above the other, 4 to 6 administer; a rep works at the foot."""

    def __init__(self, organization, plan):
        self.plan = plan
        self.people = [UserFactory(organization=organization, role=User.Role.MANAGER) for _ in range(4)]
        self.people += [
            UserFactory(organization=organization, role=User.Role.ADMINISTRATOR, is_owner=plan["owner"] == n)
            for n in (4, 5, 6)
        ]
        team = None
        self.led = list(range(plan["depth"] + 1))
        for number in self.led:
            team = TeamFactory(organization=organization, manager=self.people[number], parent=team)
        self.rep = UserFactory(organization=organization, team=team)
        asks = plan["requester"]
        self.requester = self.rep if asks == "rep" else self.people[asks]
        for number in plan["gone"]:
            self._without_last(number)
        for number, delegate in plan["away"].items():
            if self.people[number].is_active and delegate != number:
                self._absent(number, delegate)

    def _without_last(self, number):
        """The last administrator stays, whoever the plan says is gone."""
        person = self.people[number]
        others = [each for each in self.people[4:] if each.is_active and each != person]
        if person != self.requester and (number < 4 or others):
            person.is_active = False
            person.save()

    def _absent(self, number, delegate):
        now = timezone.now()
        other = self.people[delegate] if delegate is not None else None
        announce(by=self.people[number], begins_at=now, ends_at=now + timedelta(days=1), delegate=other)

    def request(self):
        approval = Approval(kind="customers.transfer", requested_by=User.objects.get(pk=self.requester.pk))
        approval.interested = {self.people[n].pk: Interest(why="party") for n in self.plan["interested"]}
        return approval

    # The rules, read plainly

    def can(self, person):
        number = self.people.index(person) if person in self.people else None
        asks = self.people.index(self.requester) if self.requester in self.people else None
        is_below = asks in self.led and person == self.rep
        return (
            person.is_active and person != self.requester and not is_below
            and number not in self.plan["interested"] and not self.is_away(person)
        )  # fmt: skip

    def is_away(self, person):
        number = self.people.index(person) if person in self.people else None
        return number in self.plan["away"] and self.plan["away"][number] != number

    def sits(self, person):
        """Who sits in this person's place: he himself, his delegate, or nobody."""
        if self.can(person):
            return person
        number = self.people.index(person)
        delegate = self.plan["away"].get(number)
        if person.is_active and self.is_away(person) and delegate is not None and self.can(self.people[delegate]):
            return self.people[delegate]
        return None

    def line(self, person):
        """Managers above from the nearest to the top, then the owner, then the other administrators."""
        if person == self.rep:
            above = self.led[::-1]
        else:
            number = self.people.index(person)
            above = self.led[:number][::-1] if number in self.led else []
        last = sorted((4, 5, 6), key=lambda n: (n != self.plan["owner"], n))
        found = [self.people[n] for n in [*above, *last]]
        return [each for each in found if each.is_active and each != person]

    def first(self, ladder):
        return next((seat for each in ladder if (seat := self.sits(each))), None)

    def expected(self, spec):
        """(who has to be among those seated, how many at least)."""
        if spec["who"] == "manager":
            managers = [each for each in self.line(self.requester) if each in self.people[:4]]
            ladder = self.line(self.requester)[min(spec["level"] - 1, len(managers)) :]
            seated = {self.first(ladder)}
            need = 1
        elif spec["who"] == "role":
            seated, need = {each for each in self.people[4:] if self.can(each)}, spec["need"]
        else:
            named = [self.people[n] for n in spec["people"]]
            seated = {self.first([each, *self.line(each)] if each.is_active else self.line(each)) for each in named}
            need = 1
        return seated - {None}, need


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=HOUSES, spec=STEPS)
def test_the_people_of_a_random_house_are_found_as_the_rules_say(acme, plan, spec):
    with transaction.atomic():
        house = House(acme, plan)
        wanted, need = house.expected(spec)
        asked = spec | {"people": [str(house.people[n].pk) for n in spec.get("people", [])]}
        seats = Router(house.request()).seats(asked, at_least=need)
        found = {seat.person for seat in seats}

        assert wanted <= found
        assert all(house.can(User.objects.get(pk=person.pk)) for person in found)
        assert len(found) == len(seats)
        possible = {seat for each in house.line(house.requester) if (seat := house.sits(each))} | wanted
        assert len(found) == max(len(wanted), min(need, len(possible)))
        assert house.requester not in {seat.person for seat in seats}
        assert superiors(house.requester) == [each for each in house.line(house.requester) if each in house.people[:4]]
        transaction.set_rollback(True)
    assert connection.in_atomic_block

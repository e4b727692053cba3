"""Building the demo through the product's own doors, so that history and ledger tell of it as of everything."""

from datetime import timedelta

from django.utils import timezone

from accounts import invitations, tenancy
from accounts.deeds import stamped
from accounts.founding import found
from accounts.models import User
from accounts.teams import create as create_team
from crm.demo import (
    assignment,
    confirmations,
    evidence,
    lists,
    next_steps,
    ownership,
    pools,
    records,
    requests,
    rules,
    verification,
)
from crm.demo.companies import companies, contact
from crm.demo.follow_ups import WORDS
from crm.demo.people import ADMINISTRATOR, FOUNDER, HOST, PEOPLE, SECOND, STRANGER, TEAMS
from customers.follow_ups import log
from customers.models import ContestedClaim, Customer
from customers.registration import Draft, register


def is_built() -> bool:
    """Looked for where sign-in looks, for no organisation is in scope yet."""
    with tenancy.anonymous(source="shell", signing_in=True):
        return User.objects.filter(email=ADMINISTRATOR.email).exists()


def build():
    """Huaxin Tech and the stranger's organisation. Nobody can sign in yet: passwords come afterwards."""
    founder = _founded("Huaxin Tech 华信科技", FOUNDER)
    with tenancy.inside(founder.organization_id, user=founder):
        _staff(founder, [ADMINISTRATOR, *PEOPLE])
        people = {
            person.email.removesuffix(f"@{HOST}"): person for person in User.objects.select_related("organization")
        }
        with stamped("accounts.create_organization"):
            ownership.as_it_was()
            pools.are_cut()
        _customers(people)
        _work(people)
        assignment.are_agreed_on(people)
        assignment.assign_some(people, _customer)
        ownership.as_it_is(people)
        pools.is_wanted(people, _customer(34))
        evidence.show_some(people, _customer)
        confirmations.ask_some(people, _customer)
        next_steps.plan_some(people, _customer)
        records.fill_in(people, _customer)
        requests.ask_for_some(people, _customer)
        rules.propose_some(people)
        verification.verify_some(people, _customer)
        lists.look_and_take(people)
    _stranger()


def _founded(name, person):
    """Everybody here keeps the language he first comes in, the administrator too."""
    own = {"administrator": person.name, "email": person.email, "password": None, "speaks": ""}
    return found(name=name, language="zh-hans", **own)


def _staff(founder, people):
    """Teams first, then an invitation for everybody, as long as the founder is alone and needs no second person for it; then
    the managers of the teams, as the administrator asks and the security administrator approves."""
    teams = {}
    for name, (parent, _) in TEAMS.items():
        teams[name] = create_team(name, parent=teams.get(parent), manager=None, by=founder)
    _all_join(founder, [(person, teams.get(person.team)) for person in people])
    by, second = (User.objects.get(email=person.email) for person in (ADMINISTRATOR, SECOND))
    for name, (_, manager) in TEAMS.items():
        if manager:
            requests.name_manager(teams[name], User.objects.get(email=manager), by=by, decided_by=second)


def _all_join(founder, people):
    tokens = [invitations.issue(person.email, role=person.role, team=team, by=founder) for person, team in people]
    for token, (person, _team) in zip(tokens, people, strict=True):
        invitations.accept(token, name=person.name, password=None, language="")


def _customers(people):
    drafts = {}
    for number, (owner, name, fields) in enumerate(companies()):
        drafts.setdefault(owner, []).append(Draft(name, fields, contact(number)))
    for owner, batch in drafts.items():
        register(batch, by=people[owner or "he.lin"], way=ContestedClaim.Way.FORM, claimed=bool(owner))


def _work(people):
    """Follow-ups, one lost race, one lost registration, one customer given back."""
    now = timezone.now()
    for name, days, kind, content, place in WORDS:
        log(
            _customer(place),
            by=people[name],
            kind=kind,
            content=content,
            occurred_at=now - timedelta(days=days, minutes=37 * place),
        )
    _customer(0).claim(by=people["chen.chen"])
    register([Draft("苏州恒川医疗器械有限公司")], by=people["zhao.min"], way=ContestedClaim.Way.FORM, claimed=True)
    _customer(35).release(by=people["zhao.min"], reason="转做批发，暂不需要 · Moved to wholesale, no need for now")
    _customer(40).claim(by=people["li.wei"])


def _customer(place):
    """The customer of a line of the list."""
    return Customer.objects.get(name=NAMES[place])


def _stranger():
    """Another organisation. Its administrator never gets a password; its manager does."""
    owner = type(STRANGER)("Administrator", "administrator@tashan.example", User.Role.ADMINISTRATOR)
    administrator = _founded("Tashan Trading 他山贸易", owner)
    with tenancy.inside(administrator.organization_id, user=administrator):
        _all_join(administrator, [(STRANGER, None)])


NAMES = [name for _owner, name, _fields in companies()]

"""Role x verb x how the record stands to the person: own, somebody's below, a team mate's, a peer's, shared, denied, in the
pool, another organisation's; tried through the page, the deed and SQL as crm_app (R5, R6, R29, R33, R42, R48, R72)."""

from contextlib import contextmanager
from copy import copy
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Team, User
from customers import changing, contacts, denials, follow_ups
from customers.denials import deny
from customers.identity_changes import ask_for_identity
from customers.models import Contact, Customer
from customers.profile import addresses, contact_points
from customers.profile.groups import ask_for_group
from customers.profile.key_accounts import name_key_account
from customers.profile.sources import ask_for_source
from customers.profile.terms import ask_for_terms
from customers.transfers import ask_for_transfer
from tests.approved import lead
from tests.factories import TeamFactory, UserFactory, customer_of, pool_customer, shared

SIGHT, CLAIM = {"view"}, {"claim"}
WORK = {"edit", "follow_up", "add_contact", "reveal", "add_address", "add_point"}
OWN = SIGHT | CLAIM | WORK | {"release", "transfer", "identity", "share", "terms", "group", "source"}
EVERY_VERB = OWN | {"deny", "key_account"}
ACTIONS = {"key_account": "customers.name_key_account", "add_point": "customers.add_contact_point"}
TABLE = {  # (role, how the record stands to him): what he may do
    ("rep", "own"): OWN,
    ("rep", "mate's"): CLAIM,
    ("rep", "peer's"): CLAIM,
    ("rep", "shared to view"): SIGHT | CLAIM,
    ("rep", "shared to edit"): SIGHT | CLAIM | WORK,
    ("rep", "shared, over"): CLAIM,
    ("rep", "denied"): set(),
    ("rep", "denied in the pool"): set(),
    ("rep", "in the pool"): CLAIM,
    ("rep", "elsewhere"): set(),
    ("manager", "own"): OWN,
    ("manager", "below"): SIGHT | CLAIM | {"transfer", "share", "deny", "key_account"},
    ("manager", "peer's"): CLAIM,
    ("manager", "shared to view"): SIGHT | CLAIM,
    ("manager", "shared to edit"): SIGHT | CLAIM | WORK,
    ("manager", "denied"): set(),
    ("manager", "in the pool"): CLAIM,
    ("manager", "elsewhere"): set(),
    ("assistant", "mate's"): SIGHT | WORK,
    ("assistant", "peer's"): set(),
    ("assistant", "shared to view"): SIGHT,
    ("assistant", "shared to edit"): SIGHT | WORK,
    ("assistant", "denied"): set(),
    ("assistant", "in the pool"): set(),
    ("assistant", "elsewhere"): set(),
    ("service", "peer's"): SIGHT,
    ("service", "shared to view"): SIGHT,
    ("service", "denied"): set(),
    ("service", "in the pool"): SIGHT,
    ("service", "denied in the pool"): set(),
    ("service", "elsewhere"): set(),
    ("auditor", "peer's"): SIGHT,
    ("auditor", "in the pool"): SIGHT,
    ("auditor", "elsewhere"): set(),
    ("administrator", "peer's"): set(),
    ("administrator", "in the pool"): set(),
    ("administrator", "denied"): set(),
    ("administrator", "elsewhere"): set(),
    ("security", "peer's"): set(),
    ("security", "in the pool"): set(),
    ("security", "elsewhere"): set(),
}
CONTACT = {"name": "Chen", "phone": "+8613800138000"}


@pytest.fixture
def house(acme, mei, wang, li, an, fu, shen, zhao, sun, outsider):
    """Everybody by role, the rep beside Wang in the East; the chief leads what East is part of."""
    chief = UserFactory(name="Chief", organization=acme, role=User.Role.MANAGER)
    everything = TeamFactory(organization=acme, name="All", manager=chief)
    _place_east_below(everything, zhao, sun, mei)
    rep = UserFactory(name="Rong", organization=acme, team=wang.team)
    customer_of(li, contact=CONTACT)
    return {"rep": rep, "manager": mei, "assistant": an, "service": fu, "auditor": shen, "administrator": zhao,
            "security": sun, "wang": wang, "li": li, "chief": chief, "outsider": outsider}  # fmt: skip


def _place_east_below(everything, zhao, sun, mei):
    """The tree changes by four eyes, before the test as well."""
    lead(Team.objects.get(name="East"), mei, parent=everything, by=zhao, decided_by=sun)


def fresh(customer):
    """As a request finds it."""
    with tenancy.inside(customer.organization_id):
        return Customer.objects.select_related("organization").get(pk=customer.pk)


def record(relation, person, house) -> Customer:
    """A customer that stands to this person as the table says."""
    wang, li, chief = house["wang"], house["li"], house["chief"]
    match relation:
        case "own":
            return customer_of(person, contact=CONTACT)
        case "below" | "mate's":
            return customer_of(wang, contact=CONTACT)
        case "peer's":
            return customer_of(li, contact=CONTACT)
        case "shared to view" | "shared to edit":
            customer = customer_of(li, contact=CONTACT)
            shared(customer, by=li, person=person, way=relation.rpartition(" ")[2])
            return customer
        case "shared, over":
            customer = customer_of(li, contact=CONTACT)
            shared(customer, by=li, person=person, way="edit").take_back(by=li)
            return customer
        case "denied" | "denied in the pool":
            customer = customer_of(wang, contact=CONTACT)
            if person.may("customers.work") and not person.is_manager:
                shared(customer, by=wang, person=person, way="edit")
            deny(customer, by=chief, person=person, reason="his brother works there")
            if relation == "denied in the pool":
                customer.release(by=wang, reason="nobody wants it")
            return customer
        case "in the pool":
            return pool_customer(wang)
    with tenancy.scope(house["outsider"].organization_id, source="test"):
        return customer_of(house["outsider"], contact=CONTACT)


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(("role", "relation"), TABLE, ids=lambda part: part.replace(" ", "_"))
def test_page_deed_and_database_say_the_same(role, relation, house, sign_in):
    person = house[role]
    customer = fresh(record(relation, person, house))
    allowed = TABLE[role, relation]
    person = User.objects.get(pk=person.pk)

    assert by_rule(person, customer) == allowed
    assert by_page(sign_in(person), customer, sees="view" in allowed) == allowed
    assert by_deed(person, customer, house) == allowed - {"view"}
    assert by_sql(person, customer, house) == in_sql(relation, allowed)


# By the rules and the lists


def by_rule(person, customer):
    contact = customer_contact(customer)
    subject = {verb: contact if verb == "reveal" else customer for verb in EVERY_VERB}
    found = {
        verb
        for verb in EVERY_VERB
        if subject[verb] and person.has_perm(ACTIONS.get(verb, f"customers.{verb}"), subject[verb])
    }
    assert Customer.objects.visible_to(person).filter(pk=customer.pk).exists() == ("view" in found)
    return found


def customer_contact(customer):
    with tenancy.inside(customer.organization_id):
        return Contact.objects.filter(customer=customer).select_related("customer").first()


# Through the pages

PAGES = (
    "edit",
    "add_contact",
    "transfer",
    "identity",
    "share",
    "deny",
    "terms",
    "group",
    "source",
    "add_address",
    "add_point",
    "key_account",
)


def by_page(client, customer, *, sees):
    contact = customer_contact(customer)
    requests = {
        "view": lambda: client.get(at("detail", customer)),
        "follow_up": lambda: client.post(at("follow_up", customer), {"content": "x", "kind": "call"}),
        "release": lambda: client.post(at("release", customer), {"reason": "x"}),
        "claim": lambda: client.post(at("claim", customer)),
    } | {page: (lambda page=page: client.get(at(page, customer))) for page in PAGES}
    if contact:
        requests["reveal"] = lambda: client.post(at("reveal", customer, contact.pk))
    done = set()
    for verb, ask in requests.items():
        with undone():
            status = ask().status_code
        if status in (200, 302):
            done.add(verb)
        else:
            assert status == (403 if sees else 404) or (verb, status) == ("claim", 403), verb
    return done


def at(name, customer, *more):
    return reverse(f"customers:{name}", args=[customer.pk, *more])


# Through the deeds


def by_deed(person, customer, house):
    contact = customer_contact(customer)
    until = timezone.now() + timedelta(days=3)
    deeds = {
        "edit": lambda: changing.change(copy(customer), by=person, industry="Optics"),
        "follow_up": lambda: follow_ups.log(customer, by=person, content="x", occurred_at=timezone.now()),
        "add_contact": lambda: contacts.add(customer, by=person, name="Lin"),
        "reveal": lambda: contacts.reveal(contact, by=person),
        "release": lambda: copy(customer).release(by=person, reason="x"),
        "transfer": lambda: ask_for_transfer(customer, by=person, to=house["chief"], reason="x"),
        "identity": lambda: ask_for_identity(customer, by=person, name="Another Name Ltd", code="", reason="x", files=()),
        "share": lambda: share_it(customer, person, house, until),
        "deny": lambda: denials.deny(customer, by=person, person=house["service"], reason="x"),
        "claim": lambda: copy(customer).claim(by=person),
        "add_address": lambda: addresses.add(customer, by=person, kind="office", lines="8 Road"),
        "add_point": lambda: contact_points.add(customer, by=person, kind="phone", value="+8651266668888"),
        "key_account": lambda: name_key_account(customer, by=person, reason="x"),
        "terms": lambda: ask_for_terms(customer, by=person, reason="x", files=(), credit_limit=None, currency="", payment_days=30),
        "group": lambda: ask_for_group(customer, by=person, reason="x", files=(), parent_id=None, parent="", relation=""),
        "source": lambda: ask_for_source(customer, by=person, reason="x", files=(), source="x", source_number=""),
    }  # fmt: skip
    return {verb for verb, do in deeds.items() if contact or verb != "reveal" if is_done(do, person)}


def share_it(customer, person, house, until):
    other = next(each for each in (house["service"], house["chief"]) if each.pk != person.pk)
    return shared(customer, by=person, person=other)


def is_done(do, person):
    with tenancy.inside(person.organization_id, user=person), undone():
        try:
            do()
        except (PermissionDenied, ObjectDoesNotExist):
            return False
        return True


# With SQL as crm_app, app.user_id set


def in_sql(relation, allowed):
    """Whose customers one sees is asked in Python, but for denials; in the pool what describes a company is everybody's."""
    seen = set() if relation in ("elsewhere",) or relation.startswith("denied") else {"view"}
    pool = {"edit", "add_contact"} if relation == "in the pool" else set()
    return seen | pool | (allowed & set(STATEMENTS))


def by_sql(person, customer, house):
    return {verb for verb, statement in STATEMENTS.items() if rows_done(statement, person, customer, house)}


STATEMENTS = {
    "view": "UPDATE accounts_user SET name = name WHERE id = %(me)s AND EXISTS (SELECT FROM customers_customer WHERE id = %(customer)s)",
    "edit": "UPDATE customers_customer SET industry = 'x' WHERE id = %(customer)s",
    "follow_up": "INSERT INTO customers_followup (organization_id, customer_id, author_id, kind, content, occurred_at)"
    " VALUES (%(organization)s, %(customer)s, %(me)s, 'call', 'x', now())",
    "add_contact": "INSERT INTO customers_contact (organization_id, customer_id, person_key_id, name, title, created_by_id)"
    " SELECT organization_id, %(customer)s, id, 'Lin', '', %(me)s FROM accounts_personkey LIMIT 1",
    "release": "UPDATE customers_customer SET owner_id = NULL, protected_until = NULL, pooled_at = now()"
    " WHERE id = %(customer)s AND owner_id IS NOT NULL",
    "add_address": "INSERT INTO customers_address (organization_id, customer_id, kind, country, region, city, lines, postcode, added_by_id)"
    " VALUES (%(organization)s, %(customer)s, 'office', '', '', '', 'x', '', %(me)s)",
    "key_account": "INSERT INTO customers_keyaccount (organization_id, customer_id, reason, named_by_id)"
    " VALUES (%(organization)s, %(customer)s, 'x', %(me)s)",
    "share": "INSERT INTO customers_collaborator (organization_id, customer_id, person_id, permission_id, way, until, reason, given_by_id)"
    " SELECT %(organization)s, %(customer)s, %(other)s, p.id, 'view', now() + interval '3 days', 'x', %(me)s"
    " FROM auth_permission p WHERE codename = 'view_customer'",
    "deny": "INSERT INTO customers_denial (organization_id, customer_id, person_id, reason, denied_by_id)"
    " VALUES (%(organization)s, %(customer)s, %(other)s, 'x', %(me)s)",
}  # fmt: skip


def rows_done(statement, person, customer, house):
    other = next(each for each in (house["service"], house["chief"]) if each.pk != person.pk)
    with tenancy.inside(person.organization_id, user=person), undone():
        names = {"me": person.pk, "customer": customer.pk, "organization": person.organization_id, "other": other.pk}
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, names)
                return bool(cursor.rowcount)
        except DatabaseError:
            return False

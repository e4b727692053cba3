"""Two records with everything on them that can hang on a customer, for tests; and everything that stands in them."""

from accounts import tenancy
from audit.deeds import stamped
from customers import follow_ups, next_steps
from customers.denials import deny
from customers.evidence.gathering import log_with
from customers.merging import asking
from customers.merging.comparing import compared
from customers.models import ContestedClaim, Merge
from customers.next_steps import today
from customers.profile import addresses, contact_points, tags
from customers.profile.key_accounts import name_key_account
from tests.artefacts import CONTACT, a_mail
from tests.databases import catalogue
from tests.factories import customer_of, shared

TABLES = (
    "customer", "address", "claim", "collaborator", "confirmation", "contact", "contactpoint", "contestedclaim", "customertag",
    "denial", "evidence", "evidencekey", "followup", "followupfile", "identitykey", "keyaccount", "nextstep", "searchterm",
    "touch", "verifiedfield", "assignment", "drawentry", "verification",
)  # fmt: skip


def merged(winner, loser, *, by, owner="winner's", chosen=(), reason="one company, entered twice"):
    """The merge, done or asked for."""
    owner = (winner.owner or loser.owner) if owner == "winner's" else owner
    return asking.merge(again(winner), again(loser), by=by, owner=owner, chosen=chosen, reason=reason)


def asked_to_merge(winner, loser, *, by, reason="one company, entered twice") -> Merge:
    """A row that nothing came of, past the doors."""
    both = {"winner": compared(winner), "loser": compared(loser)}
    with stamped("customers.merge", by=by):
        return Merge.objects.create(
            winner=winner, loser=loser, owner=winner.owner, asked_by=by, reason=reason, compared=both
        )


def again(customer):
    return type(customer).objects.select_related("owner", "organization").get(pk=customer.pk)


def filled(owner, name, *, manager, denied, tag_names, colleague, **fields):
    """A customer with a row of everything that moves."""
    customer = customer_of(owner, name, contact=CONTACT | {"name": f"Chen of {name}"}, **fields)
    contact = customer.contacts.get()
    contact_points.add(customer, by=owner, kind="phone", value="+862150001234", contact=contact)
    addresses.add(customer, by=owner, kind="office", country="CN", city="上海", lines=f"{name} Road 1")
    for tag_name in tag_names:
        tags.put(customer, tags.make(tag_name, by=manager) or tags.named(tag_name), by=owner)
    mail = a_mail(subject=name, message_id=f"<{customer.pk}@hengchuan.example>")
    log_with(
        customer, "mail.eml", mail, by=owner, kind="mail", content="They want drawings.", occurred_at=tenancy.now()
    )
    follow_ups.log(customer, by=owner, content="Called them.", occurred_at=tenancy.now())
    next_steps.plan(customer, by=owner, what="Call back", due_on=today())
    shared(customer, by=owner, person=colleague)
    deny(again(customer), by=manager, person=denied, reason="his brother works there")
    ContestedClaim.keep([(customer.pk, name)], by=colleague, way="form")
    name_key_account(again(customer), by=manager, reason="large")
    return again(customer)


def everything(*customers) -> dict:
    """{(table, id): row as text} of all that stands in these customers."""
    found = {}
    ids = [customer.pk for customer in customers]
    for table in TABLES:
        column = "id" if table == "customer" else "customer_id"
        rows = catalogue(f"SELECT to_jsonb(t)::text FROM customers_{table} t WHERE {column} = ANY (%s)", ids)
        found |= {(table, text): None for (text,) in rows}
    return found

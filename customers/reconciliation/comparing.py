"""Line by line: which of our customers is it, may its reader know, and what differs. A slice asks each question once."""

from django.db.models import Count, Prefetch

from audit.deeds import allow
from customers.duplicates.fields import of_draft
from customers.duplicates.finding import matches
from customers.duplicates.together import MOST
from customers.importing.rows import Checker
from customers.importing.slices import in_slices
from customers.models import Contact, Customer, IdentityKey, ReconciledRow, Reconciliation
from customers.registration import identity_of, likely, states_of
from customers.verification.values import is_the_same

Outcome, State = ReconciledRow.Outcome, Reconciliation.State
COMPARED = ("name", "credit_code", "other_name", "short_name", "website", "country", "region", "industry")
ASSERTIVE = (
    IdentityKey.Kind.CREDIT_CODE,
    IdentityKey.Kind.NAME,
)  # the code decides, where name and code name two companies


def close(batch):
    counts = dict(batch.rows.order_by().values_list("outcome").annotate(Count("pk")))
    batch.finish(by=batch.created_by, counts=counts | {"here": here_only(batch, batch.created_by).count()})


def here_only(batch, user):
    """What this person sees and the list does not have."""
    seen = Customer.objects.open_to(user).within(user.reach("view")).owned()
    named = batch.rows.filter(outcome__in=[Outcome.SAME, Outcome.DIFFERS, Outcome.REPEATED], customer__isnull=False)
    return seen.exclude(pk__in=named.values("customer"))


@in_slices("customers.compare_rows", State.COMPARING, of=lambda batch: batch.rows, then=close, model=Reconciliation)
def compare_rows(batch, rows):
    """Who brought the list learns of what he sees, and of the rest its state."""
    allow(batch.created_by, "customers.reconcile", batch)
    drafts = _drafts(batch, rows)
    holders = _holders({row: set(identity_of(draft, batch.organization)) for row, draft in drafts.items()})
    likes = _alike({row: of_draft(draft, batch.organization) for row, draft in drafts.items() if row not in holders})
    seen = _seen({*holders.values(), *likes.values()}, batch.created_by)
    states = states_of(set(holders.values()) - seen.keys(), by=batch.created_by)
    there_already = _compared_before(batch, rows, holders.values())
    for row, draft in drafts.items():
        holder = seen.get(holders.get(row))
        if row in holders and holder is None:
            row.outcome, row.state = Outcome.CLOSED, states[holders[row]]
        elif holder is not None:
            _compare(row, draft, holder, there_already)
        else:
            row.customer = seen.get(likes.get(row))
            row.outcome = Outcome.PERHAPS if row.customer else Outcome.THERE_ONLY
    ReconciledRow.objects.settle(rows)


def _drafts(batch, rows):
    """{row: draft} of the valid ones."""
    checker, drafts = Checker(batch), {}
    for row in rows:
        row.batch = batch
        row.outcome, row.state, row.fields, row.customer = Outcome.INVALID, "", [], None
        if draft := checker.draft(row):
            drafts[row] = _as_written(draft, row, batch.mapping.get("contact_name"))
    return drafts


def _as_written(draft, row, place):
    """Without the name that the form of customers gives to a contact who has none."""
    if draft.contact and (place is None or not row.cells[place].strip()):
        draft.contact["name"] = ""
    return draft


def _holders(wanted) -> dict:
    """{row: id of the customer that has its credit code, or else its name}."""
    keys = set().union(*wanted.values())
    held = IdentityKey.objects.filter(kind__in=ASSERTIVE, digest__among=[digest for _kind, digest in keys])
    holder_of = {(kind, bytes(digest)): pk for kind, digest, pk in held.values_list("kind", "digest", "customer")}
    found = {}
    for row, own in wanted.items():
        ordered = sorted(own, key=lambda key: ASSERTIVE.index(key[0]))
        if holder := next((holder_of[key] for key in ordered if key in holder_of), None):
            found[row] = holder
    return found


def _alike(records) -> dict:
    """{row: id of the customer it is most like}."""
    found = {row: likely(each) for row, each in matches(records, most=MOST).items()}
    return {row: each[0].customer for row, each in found.items() if each}


def _seen(ids, user) -> dict:
    """{id: customer} of those that this person sees by his place; what is only shared with him is not compared by the list."""
    contacts = Prefetch(
        "contacts", Contact.objects.only("id", "organization", "customer", "name", "phone_index", "email_index")
    )
    seen = Customer.objects.open_to(user).within(user.reach("view")).filter(pk__among=ids)
    return {customer.pk: customer for customer in seen.prefetch_related(contacts)}


def _compared_before(batch, rows, holders) -> set:
    """Customers that an earlier line of the list named."""
    earlier = batch.rows.filter(customer__in=set(holders), line__lt=rows[0].line)
    return set(earlier.values_list("customer", flat=True))


def _compare(row, draft, customer, there_already):
    row.customer = customer
    if customer.pk in there_already:
        row.outcome = Outcome.REPEATED
        return
    there_already.add(customer.pk)
    row.fields = differing(draft, customer)
    row.outcome = Outcome.DIFFERS if row.fields else Outcome.SAME


def differing(draft, customer) -> list[str]:
    """Names of the fields of which the list says something else. What it leaves empty says nothing."""
    said = {"name": draft.name, **draft.fields}
    found = [name for name in COMPARED if said.get(name) and not is_the_same(name, said[name], getattr(customer, name))]
    return found + _differing_contact(draft.contact, customer)


def _differing_contact(contact, customer):
    """A person is the same when any contact of the customer has the same name, number or address."""
    ours, digest = list(customer.contacts.all()), customer.organization.digest
    found = []
    if contact.get("name") and not any(is_the_same("contact", contact["name"], each.name) for each in ours):
        found.append("contact")
    for kind in ("phone", "email"):
        value = contact.get(kind, "")
        index = digest(kind, value.lower() if kind == "email" else value) if value else None
        if index and not any(bytes(getattr(each, f"{kind}_index") or b"") == index for each in ours):
            found.append(kind)
    return found

"""The one way a company comes in: form and import alike. Identity keys go first; who inserts them has won.

A batch is written in a handful of statements, whatever its size. Keys are inserted in order of their digests, so that
two batches that want the same companies wait for each other and never deadlock.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts import arrays, tenancy
from audit.deeds import allow, stamped
from customers import contacts
from customers.duplicates import fields as compared
from customers.duplicates import storing
from customers.limits import may_claim, terms_of_new_claim
from customers.models import Claim, ContestedClaim, Customer, EvidenceKey, IdentityKey
from customers.names import core, domain, normalised
from customers.search import terms_of, write_terms

State = Customer.State
OTHER_NAMES = ("other_name", "short_name")


@dataclass
class Draft:
    """A company as somebody wrote it down, validated by the form."""

    name: str
    fields: dict = field(default_factory=dict)
    contact: dict = field(default_factory=dict)
    line: int = 0


@dataclass
class Answer:
    """What the contest said about a draft. `customer` is the new one, or for FREE in a trial, none."""

    state: str
    customer: Any = None
    like: bool = False

    @property
    def is_won(self):
        return self.state == State.FREE


def register(drafts, *, by, way, claimed, batch=None) -> list[Answer]:
    """Create what nobody has; keep each lost attempt as a contested claim. Answers in the order of the drafts.

    `claimed`: the company is its creator's at once (form); otherwise it goes to the public pool (import, or whoever leaves:
    he claims what was approved). Raises NotClaimable when the rules let him have no further customer.
    """
    allow(by, "customers.create", by.organization)
    claimed = claimed and not by.is_leaving
    if claimed:
        may_claim(by, Claim.Way.CREATED)
    with stamped("customers.create", by=by):
        return _register(drafts, by, way, claimed, batch)


def _register(drafts, by, way, claimed, batch):
    organization = by.organization
    fresh = tenancy.fresh_ids(len(drafts))
    wanted = {customer_id: identity_of(draft, organization) for customer_id, draft in zip(fresh, drafts, strict=True)}
    holders = _contest(wanted)
    won = {pk: draft for pk, draft in zip(fresh, drafts, strict=True) if pk not in holders}
    evidence = {pk: evidence_of(draft, organization) for pk, draft in won.items()}
    likes = _alike(evidence)
    customers = _write(won, likes, by, claimed, batch)
    _write_evidence(evidence)
    storing.write_new({pk: compared.of_draft(draft, organization) for pk, draft in won.items()})
    lost = _keep_attempts(holders, dict(zip(fresh, drafts, strict=True)), by, way)
    return [
        Answer(State.FREE, customers[pk], pk in likes) if pk in customers else Answer(lost[pk], None) for pk in fresh
    ]


def answers_for(identities: dict, evidence: dict, *, by) -> dict:
    """What `register` would say now to each draft, given what tells it apart and what it shares, by any key of the caller's;
    without writing anything or telling whose."""
    holders = _holders(identities)
    likes = _alike(evidence)
    states = states_of(holders.values(), by=by)
    return {
        draft: Answer(states[holders[draft]]) if draft in holders else Answer(State.FREE, None, draft in likes)
        for draft in identities
    }


def states_of(customers, *, by) -> dict:
    """{id: what may be learned about it}. What this person is denied is taken, and nothing tells it from what is taken."""
    open_ones = Customer.objects.open_to(by).in_bulk(set(customers))
    return {pk: open_ones[pk].state if pk in open_ones else State.TAKEN for pk in customers}


def identity_of(draft, organization) -> dict:
    """{(kind, digest): as it was written}: what must be unique in the organisation."""
    kinds = IdentityKey.Kind
    keys = {(kinds.NAME, organization.digest(kinds.NAME, normalised(draft.name))): draft.name}
    if code := draft.fields.get("credit_code"):
        keys[kinds.CREDIT_CODE, organization.digest(kinds.CREDIT_CODE, code)] = code
    return keys


def evidence_of(draft, organization) -> set:
    """(kind, digest) of what companies may share."""
    kinds = EvidenceKey.Kind
    found = {(kinds.CORE, core(draft.name)), (kinds.DOMAIN, domain(draft.fields.get("website") or ""))}
    found |= {(kinds.DOMAIN, domain(draft.contact.get("email") or "")), (kinds.PHONE, draft.contact.get("phone") or "")}
    return {(kind, organization.digest(kind, value)) for kind, value in found if value}


def _contest(wanted) -> dict:
    """Insert all keys; {id: holder's id} of the drafts that lost, whose own keys are taken back.

    Who lost only to a draft that lost itself tries again: its key is free now. Each round decides at least one draft.
    """
    keys = sorted((kind, digest, pk, written) for pk, own in wanted.items() for (kind, digest), written in own.items())
    _insert(IdentityKey, ("kind", "digest", "customer_id", "written"), keys, ignore_conflicts=True)
    holders = _holders(wanted)
    if not holders:
        return {}
    IdentityKey.objects.filter(customer__in=holders).delete()
    lost = {pk: holder for pk, holder in holders.items() if holder not in holders}
    return lost | _contest({pk: wanted[pk] for pk in holders.keys() - lost.keys()})


def _holders(wanted) -> dict:
    """{id of the draft: id of another customer that holds one of its keys}."""
    held = _held(IdentityKey, {key for keys in wanted.values() for key in keys})
    holder_of = {(kind, bytes(digest)): pk for kind, digest, pk in held.values_list("kind", "digest", "customer")}
    holders = {}
    for pk, keys in wanted.items():
        for key in keys:
            if holder_of.get(key, pk) != pk:
                holders[pk] = holder_of[key]
    return holders


def _held(model, keys):
    """The keys that are there, of those asked for: each kind by itself, or every digest is looked for under every kind."""
    by_kind: dict[str, list[bytes]] = {}
    for kind, digest in keys:
        by_kind.setdefault(kind, []).append(digest)
    asked = Q(pk__in=[])
    for kind, digests in by_kind.items():
        asked |= Q(kind=kind, digest__among=digests)
    return model.objects.filter(asked)


def _alike(evidence) -> set:
    """The drafts that share evidence with a customer that is there, or with an earlier one of the same batch."""
    held = _held(EvidenceKey, set().union(*evidence.values()))
    seen = {(kind, bytes(digest)) for kind, digest in held.values_list("kind", "digest")}
    alike = set()
    for pk, found in evidence.items():
        if found & seen:
            alike.add(pk)
        seen |= found
    return alike


def _write(won, likes, by, claimed, batch):
    pooled = None if claimed else tenancy.now()
    until, is_held = terms_of_new_claim() if claimed else (None, False)
    customers = {
        pk: Customer(
            pk=pk, name=draft.name, owner=by if claimed else None, protected_until=until, is_held=is_held, pooled_at=pooled,
            needs_review=pk in likes, created_by=by, imported_in=batch, **draft.fields,
        )
        for pk, draft in won.items()
    }  # fmt: skip
    arrays.insert(customers.values())
    if claimed:
        Claim.objects.bulk_create(
            Claim(customer=customer, claimant=by, protected_until=until) for customer in customers.values()
        )
    contacts.add_many({pk: draft.contact for pk, draft in won.items() if draft.contact.get("name")}, by=by)
    write_terms(
        {pk: terms_of(draft.name, *map(draft.fields.get, OTHER_NAMES)) for pk, draft in won.items()}, are_new=True
    )
    return customers


def _write_evidence(evidence):
    keys = [(pk, kind, digest) for pk, found in evidence.items() for kind, digest in found]
    _insert(EvidenceKey, ("customer_id", "kind", "digest"), keys)


def _insert(model, names, rows, **options):
    """Rows as tuples of these columns, in this order."""
    if rows:
        arrays.insert_columns(model, dict(zip(names, zip(*rows, strict=True), strict=True)), **options)


def _keep_attempts(holders, drafts, by, way) -> dict:
    """A contested claim for each lost draft; {id of the draft: what he may learn about the customer that was there first}."""
    states = states_of(holders.values(), by=by)
    ContestedClaim.keep([(holder, drafts[pk].name) for pk, holder in holders.items()], by=by, way=way)
    return {pk: states[holder] for pk, holder in holders.items()}

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
from customers.duplicates import finding, storing
from customers.duplicates.raising import raise_pairs
from customers.duplicates.scoring import PROPOSED
from customers.duplicates.together import MOST, Together
from customers.limits import may_claim, terms_of_new_claim
from customers.models import Claim, ContestedClaim, Customer, DuplicatePair, EvidenceKey, IdentityKey
from customers.names import domain, normalised
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
    another: str = ""  # why it is another company than the one it is so much like; of equal keys it says nothing


@dataclass
class Answer:
    """What the contest said about a draft. `customer` is the new one, or for FREE in a trial, none.

    `like`: it may be a company that is there, and a person decides. Of what was refused: by likeness only, no key is equal.
    """

    state: str
    customer: Any = None
    like: bool = False

    @property
    def is_won(self):
        return self.state == State.FREE

    @property
    def told(self):
        """What the blind conflict check says of it."""
        return State.REVIEW if self.is_won and self.like else self.state


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
    fresh = tenancy.fresh_ids(len(drafts))
    drafted = dict(zip(fresh, drafts, strict=True))
    holders = _contest({pk: identity_of(draft, by.organization) for pk, draft in drafted.items()})
    records = {pk: compared.of_draft(draft, by.organization) for pk, draft in drafted.items() if pk not in holders}
    likes, same = _compare(records, drafted, by.organization)
    IdentityKey.objects.filter(customer__in=same).delete()
    holders = _first_of_all(holders | same)
    won = {pk: draft for pk, draft in drafted.items() if pk not in holders}
    customers = _write(won, likes, by, claimed, batch)
    _write_evidence({pk: evidence_of(draft, by.organization) for pk, draft in won.items()})
    storing.write_new({pk: records[pk] for pk in won}, compared.key_of(by.organization))
    _raise({pk: likes[pk] for pk in won if pk in likes}, drafted, by, way)
    lost = _keep_attempts(holders, drafted, by, way)
    return [
        Answer(State.FREE, customers[pk], pk in likes) if pk in won else Answer(lost[pk], None, pk in same)
        for pk in fresh
    ]


def _compare(records, drafts, organization) -> tuple[dict, dict]:
    """({id: companies it may be, those of the same batch too}, {id: the company it is, where nobody says it is another})."""
    key = compared.key_of(organization)
    there, together = finding.matches(records, most=MOST, key=key), Together(key)
    likes, same = {}, {}
    for pk, record in records.items():
        found = likely(there[pk] + together.alike(record))
        if found and found[0].judgement.verdict == "same" and not drafts[pk].another:
            same[pk] = found[0].customer
            continue
        together.add(pk, record)
        if found:
            likes[pk] = found
    return likes, same


def likely(found):
    """Of what was found, what may be the same company, the most probable first."""
    return sorted(
        (match for match in found if match.judgement.verdict in PROPOSED), key=lambda match: -match.judgement.score
    )


def _first_of_all(holders):
    """Who lost to somebody who lost himself, lost to who was there before both."""
    return {pk: _first(holder, holders) for pk, holder in holders.items()}


def _first(holder, holders):
    while holder in holders:
        holder = holders[holder]
    return holder


def _raise(likes, drafts, by, way):
    """A pair for each company it may be: a person decides."""
    found_by = DuplicatePair.FoundBy.IMPORT if way == ContestedClaim.Way.IMPORT else DuplicatePair.FoundBy.FORM
    raise_pairs(likes, found_by=found_by, by=by, said={pk: drafts[pk].another for pk in likes})


def answers_for(identities: dict, records: dict, *, by) -> dict:
    """What `register` would say now to each draft, given what tells it apart and what it is compared by, by any key of the
    caller's; without writing anything or telling whose."""
    there, same, likes = _there(identities, records)
    states = states_of(there.values(), by=by)
    return {
        draft: Answer(states[there[draft]], None, draft in same)
        if draft in there
        else Answer(State.FREE, None, bool(likes[draft]))
        for draft in identities
    }


def answer_to(draft, *, by) -> tuple[str, Any]:
    """(what may be learned of the company a draft describes, its id or nothing, which is for the books and told to nobody)."""
    identities = {0: identity_of(draft, by.organization)}
    there, _same, likes = _there(identities, {0: compared.of_draft(draft, by.organization)})
    states = states_of(there.values(), by=by)
    if there:
        return states[there[0]], there[0]
    return (State.REVIEW if likes[0] else State.FREE), None


def _there(identities, records):
    """({draft: the customer it is}, {draft: that customer, where only likeness says so}, {draft: whom it may be})."""
    holders, found = _holders(identities), finding.matches(records, most=MOST)
    likes = {draft: likely(found[draft]) for draft in records}
    same = {
        draft: each[0].customer
        for draft, each in likes.items()
        if draft not in holders and each and each[0].judgement.verdict == "same"
    }
    return holders | same, same, likes


def states_of(customers, *, by) -> dict:
    """{id: what may be learned about it}. What this person is denied is taken, and nothing tells it from what is taken."""
    customers = list(customers)  # asked for always, of nobody too: how many statements there were tells nothing
    open_ones = {each.pk: each for each in Customer.objects.open_to(by).filter(pk__among=set(customers))}
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
    found = {(kinds.DOMAIN, domain(draft.fields.get("website") or ""))}
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

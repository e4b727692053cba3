"""Taking an import back: what nobody has touched since goes, what somebody has stays and is named."""

from django.db.models import ManyToOneRel

from accounts import tenancy
from accounts.models import PersonKey
from audit.deeds import stamped
from customers.duplicates.storing import forget
from customers.importing.slices import counts, in_slices
from customers.models import (
    Contact,
    Customer,
    DuplicateKey,
    DuplicatePair,
    DuplicateRecord,
    EvidenceKey,
    IdentityKey,
    Import,
    ImportRow,
    ReconciledRow,
    SearchTerm,
)
from customers.models.staging import WRITABLE

Outcome = ImportRow.Outcome
OWN_PARTS = (
    Contact, IdentityKey, EvidenceKey, SearchTerm, ImportRow, ReconciledRow, Contact.history.model, DuplicateKey,
    DuplicateRecord, DuplicatePair,
)  # fmt: skip


def written(batch):
    return batch.rows.filter(outcome__in=WRITABLE, customer__isnull=False)


def close(batch):
    batch.finish_undo(by=batch.created_by, counts=counts(batch))


@in_slices("customers.undo_rows", Import.State.UNDOING, of=written, then=close)
def undo_rows(batch, rows):
    """As the importer, with his reason. A customer somebody claims meanwhile waits for us and is gone, or is his and stays."""
    with stamped("customers.import_undo", by=batch.created_by, reason=batch.undo_reason):
        untouched = _untouched([row.customer_id for row in rows])
        for row in rows:
            row.outcome = Outcome.REMOVED if row.customer_id in untouched else Outcome.KEPT
            row.customer_id = None if row.customer_id in untouched else row.customer_id
        ImportRow.objects.settle(rows)
        _remove(untouched)


def _untouched(ids) -> set:
    """Customers in the pool to which nothing refers but what the import itself wrote, and which were never changed."""
    pooled = Customer.objects.in_pool().select_for_update(of=("self",)).filter(pk__in=ids)
    free = set(pooled.values_list("pk", flat=True))
    free -= DuplicatePair.objects.of(free).decided().customers()
    for model, field in _references():
        free -= set(model.objects.filter(**{f"{field.name}__in": free}).values_list(field.attname, flat=True))
    return free - set(Customer.history.filter(id__in=free).exclude(history_type="+").values_list("id", flat=True))


def _references():
    """(model, field) of everything in the house that may refer to a customer and is not part of it."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model not in OWN_PARTS:
            yield relation.related_model, relation.field


def _remove(ids):
    """The customers, and the keys of the people who came with them: what was sealed under those is gone everywhere."""
    forget(ids)
    DuplicatePair.objects.of(ids).delete()
    contacts = Contact.objects.filter(customer__in=ids)
    keys = list(contacts.values_list("person_key", flat=True))
    for part in (SearchTerm, EvidenceKey, IdentityKey):
        part.objects.filter(customer__in=ids).delete()
    contacts.delete()
    Customer.objects.filter(pk__in=ids).delete()
    PersonKey.objects.filter(pk__in=keys).update(wrapped=None, destroyed_at=tenancy.Clock())

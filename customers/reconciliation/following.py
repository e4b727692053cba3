"""From a difference to work: the customer is verified with the list as the source, or the difference is proposed at once."""

from django.db import transaction
from django.forms import ValidationError
from django.utils.translation import gettext as _

from audit.deeds import allow, stamped
from customers.importing.rows import Checker
from customers.models import Verification, VerificationItem, VerificationRound
from customers.reconciliation.telling import said_in
from customers.standards import FIELDS
from customers.verification.values import OF_A_PERSON, cleaned, held_by
from customers.verification.verifying import Answer, verify


@transaction.atomic
def item_for(batch, row, *, by) -> VerificationItem:
    """The customer of a line in the round of this list, which begins with the first of them."""
    allow(by, "customers.reconcile", batch)
    allow(by, "customers.verify", row.customer)
    with stamped("customers.open_round", by=by):
        opened = VerificationRound.objects.filter(reconciliation=batch).first()
        if opened is None:
            opened = VerificationRound.objects.create(title=batch.file.name[:120], opened_by=by, reconciliation=batch)
        VerificationItem.objects.bulk_create(
            [VerificationItem(round=opened, customer=row.customer)], ignore_conflicts=True
        )
    return VerificationItem.objects.select_related("customer__organization").get(round=opened, customer=row.customer)


@transaction.atomic
def propose(batch, row, *, by) -> list[Verification]:
    """Every difference of a line that is not compared yet, proposed to the owner with the line as its source."""
    item = item_for(batch, row, by=by)
    answers = answers_of(batch, row, item)
    if not answers:
        return []
    return verify(item, answers, by=by, source=batch.system, reference=reference_of(batch, row))


def answers_of(batch, row, item) -> dict:
    """{field: differs} of what can be verified at all and was not in this round."""
    draft = Checker(batch).draft(row)
    done = set(item.verifications.values_list("field", flat=True))
    held = held_by(item.customer, names=[field for field in row.fields if field in FIELDS and field not in done])
    found = {}
    for field, each in held.items():
        if field in OF_A_PERSON and each.contact is None:
            continue
        try:
            found[field] = Answer(Verification.Result.DIFFERS, cleaned(field, said_in(draft, field)))
        except ValidationError:
            continue
    return found


def reference_of(batch, row) -> str:
    """Where somebody else finds it: the file, its line, and the beginning of its hash."""
    where = _("%(file)s, line %(line)d") % {"file": batch.file.name[:120], "line": row.line}
    return f"{where} · SHA-256 {batch.file.sha256[:12]}"

"""Tags: making one, putting it on a customer, taking it off. Whoever does many at once calls `put` for each."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.deeds import allow, stamped
from customers.models import CustomerTag, Tag
from customers.names import normalised


class NoSuchTag(Exception):
    """A word that is no tag, or was archived. Carries the sentence for who typed it."""


def folded(name: str) -> str:
    """What makes two writings one tag: width, case and traditional characters do not matter."""
    return normalised(name)


@transaction.atomic
def make(name, *, by) -> Tag | None:
    """A new tag, or None when there is one of this name already, in whatever writing."""
    allow(by, "customers.make_tag", by.organization)
    with stamped("customers.make_tag", by=by):
        try:
            with transaction.atomic():
                return Tag.objects.create(name=name, folded=folded(name), made_by=by)
        except IntegrityError:
            return None


def named(name) -> Tag:
    """The tag of this name, however it is written."""
    tag = Tag.objects.filter(folded=folded(name)).first() if folded(name) else None
    if tag is None:
        raise NoSuchTag(_("There is no tag of this name. Managers and administrators make them."))
    if tag.archived_at:
        raise NoSuchTag(_("This tag is archived. Choose another one."))
    return tag


@transaction.atomic
def put(customer, tag, *, by) -> bool:
    """The customer carries this tag now; False when it did before."""
    allow(by, "customers.tag", customer)
    with stamped("customers.tag", by=by):
        had = CustomerTag.objects.filter(customer=customer, tag=tag).exists()
        CustomerTag.objects.bulk_create([CustomerTag(customer=customer, tag=tag, tagged_by=by)], ignore_conflicts=True)
    return not had


@transaction.atomic
def take_off(customer, tag_id, *, by):
    """Who put it on and who took it off stays in the ledger."""
    allow(by, "customers.untag", customer)
    with stamped("customers.untag", by=by):
        CustomerTag.objects.filter(customer=customer, tag=tag_id).delete()

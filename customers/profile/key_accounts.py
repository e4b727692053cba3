"""Naming a customer a key account: a manager above its owner does, and nobody who gains by it."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.refusals import constraint_of
from audit.deeds import allow, stamped
from customers.models import KeyAccount


class NamedAlready(Exception):
    """It is a key account; somebody was faster."""


@transaction.atomic
def name_key_account(customer, *, by, reason) -> KeyAccount:
    allow(by, "customers.name_key_account", customer)
    with stamped("customers.name_key_account", by=by, reason=reason):
        try:
            with transaction.atomic():
                return KeyAccount.objects.create(customer=customer, named_by=by, reason=reason)
        except IntegrityError as error:
            if constraint_of(error) == "key_account_once":
                raise NamedAlready(_("It is a key account already. Nothing was changed.")) from None
            raise


def key_account_of(customer) -> KeyAccount | None:
    """Asked only where the mark stands."""
    if not customer.key_account:
        return None
    return KeyAccount.objects.live().filter(customer=customer).select_related("named_by").first()

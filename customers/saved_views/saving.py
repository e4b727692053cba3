"""Keeping a view, and with whom one may share it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from audit.deeds import Refused, allow, stamped
from customers.models import SavedView

Sharing = SavedView.Sharing


@rule("customers.save_view")
def reads_customers(user, organization):
    """Whose role reads them, not whoever looks in an emergency."""
    return "customers.read" in user.rights.verbs


@rule("customers.change_view", "customers.remove_view", no=_("Only who saved a view changes it."))
def saved_it(user, view):
    return view.owner_id == user.pk and view.removed_at is None


def sharing_open_to(user) -> list:
    """Everybody's list gets no tab from each rep: who leads people, or audits, shows a view to all."""
    open_to = [Sharing.PRIVATE]
    open_to += [Sharing.TEAM] if user.team_id else []
    return open_to + ([Sharing.ORGANIZATION] if user.is_manager or user.is_auditor else [])


@transaction.atomic
def save(*, by, name, base, filters, columns, order, sharing) -> SavedView:
    allow(by, "customers.save_view", by.organization)
    _allow_sharing(by, sharing)
    values = {"base": base, "filters": filters, "columns": columns, "order": order}
    with stamped("customers.save_view", by=by):
        return SavedView.objects.create(owner=by, name=name, sharing=sharing, **values)


def change(view, *, by, sharing, **values):
    if sharing != view.sharing:
        _allow_sharing(by, sharing)
    view.change(by=by, sharing=sharing, **values)


def _allow_sharing(by, sharing):
    if sharing not in sharing_open_to(by):
        raise Refused("customers.save_view")

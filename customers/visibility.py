"""Who can see a customer, and why: shown on its page."""

from django.utils.translation import gettext_lazy as _

from accounts.hierarchy import superiors
from accounts.models import User


def who_can_see(customer) -> list[tuple]:
    """(person, what he is, what he may do), the owner first, then his managers up the tree, then auditors."""
    seeing = [(customer.owner, _("owner"), _("sees, changes"))] if customer.owner else []
    seeing += [(manager, _("manager"), _("sees")) for manager in superiors(customer.owner)]
    auditors = User.objects.active().filter(role=User.Role.AUDITOR).order_by("name")
    return seeing + [(auditor, _("auditor"), _("sees")) for auditor in auditors]

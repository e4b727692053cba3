"""What logging a contact brought, as a sentence that is true."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from customers.models import Customer


def told(before, follow_up) -> str:
    """`before` is the customer as it was when the contact was not logged yet."""
    after = Customer.objects.get(pk=before.pk)
    date = {"date": _day(after.protected_until)}
    if before.is_held and not after.is_held:
        return _("Recorded. The evidence confirms the hold: the customer is yours until %(date)s.") % date
    if _lengthened(before, after):
        return _("Recorded. The protection period goes on until %(date)s.") % date
    return _why_not(after, follow_up, date)


def _lengthened(before, after):
    return bool(before.protected_until and after.protected_until and after.protected_until > before.protected_until)


def _why_not(customer, follow_up, date):
    evidence = list(follow_up.evidence.all())
    if not evidence and customer.is_held:
        return _("Recorded. Without evidence it does not confirm the provisional hold.")
    if not evidence:
        return _("Recorded. Without evidence it does not extend the protection period.")
    if not any(each.counts for each in evidence):
        return _("Recorded. A mail of our own does not extend the protection period; an answer of the customer does.")
    if follow_up.is_late:
        return _("Recorded more than a day after the contact. Both times are shown, and the protection period stays.")
    return _("Recorded, with evidence. The protection period stays until %(date)s.") % date


def _day(moment):
    return formats.date_format(timezone.localtime(moment)) if moment else ""

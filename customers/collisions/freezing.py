"""What others ask while a case is open: the customer is served by both, and nobody moves, renames or reprices it."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from customers.models import CollisionCase, Customer


def is_frozen(customer) -> bool:
    """Asked anew, and not of a copy that was read before: no transfer, no release, no other name, no other price."""
    return Customer.objects.filter(pk=customer.pk, in_dispute=True).exists()


def case_of(customer) -> CollisionCase | None:
    """The case that is open about a customer."""
    if not customer.in_dispute:
        return None
    found = CollisionCase.objects.open().about(customer)
    return found.select_related("arbiter", "party_a", "party_b").first()


def sentence_of(customer) -> str:
    """Who decides and until when, or ''. Never who the two are."""
    case = case_of(customer)
    if case is None:
        return ""
    if case.arbiter:
        until = formats.date_format(timezone.localtime(case.arbiter_until))
        words = {"number": case.number, "name": case.arbiter.name, "until": until}
        return (
            _("It is in dispute (%(number)s): %(name)s decides until %(until)s. Nothing is moved or renamed before.")
            % words
        )
    return _("It is in dispute (%(number)s). Nothing is moved or renamed before the case is closed.") % {
        "number": case.number
    }


def may_be_merged(one, other) -> bool:
    """Two records of which none is in dispute, or the two of one case, which then follows (`case.follow`)."""
    cases = {case.pk for case in map(case_of, (one, other)) if case}
    return not cases or (len(cases) == 1 and one.in_dispute and other.in_dispute)


def on_the_page(customer, reader) -> dict:
    """What the page of the customer says of its case, with the way there for who may read it, or to open one."""
    case = case_of(customer)
    seen = case is not None and CollisionCase.objects.visible_to(reader).filter(pk=case.pk).exists()
    return {
        "dispute": sentence_of(customer),
        "dispute_case": case.get_absolute_url() if case and seen else "",
        "may_open_case": case is None and reader.has_perm("customers.open_case", customer),
    }

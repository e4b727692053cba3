"""Who looks at pairs, who says what they are, and who has all customers searched."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule, while_leaving
from accounts.verbs import verb
from audit.words import read_as, words
from customers.models import Denial, DuplicatePair, DuplicateScan

verb(
    "customers.review_duplicates", _("Look at possible duplicates"), "customers.view_duplicate",
    given_to=["manager", "auditor"],
)  # fmt: skip
verb(
    "customers.decide_duplicates", _("Say whether two customers are one company"),
    "customers.tell_apart", "customers.confirm_same", "customers.reopen_pair",
    given_to=["manager"],
)  # fmt: skip
verb(
    "customers.scan_duplicates", _("Have all customers searched for duplicates"), "customers.scan_duplicates",
    given_to=["manager", "administrator"],
)  # fmt: skip
while_leaving(_("deciding about duplicates"), "customers.tell_apart", "customers.confirm_same", "customers.reopen_pair")

words(
    {
        "customers.compare": _("found customers that may be one company"),
        "customers.scan_duplicates": _("had customers searched for duplicates"),
        "customers.view_duplicate": _("read a pair of customers"),
        "customers.tell_apart": _("said that two customers are different companies"),
        "customers.confirm_same": _("said that two customers are the same company"),
        "customers.reopen_pair": _("opened a decision about two customers again"),
    }
)
read_as("customers_duplicatepair.status", lambda code: dict(DuplicatePair.Status.choices).get(code, code))
read_as("customers_duplicatepair.verdict", lambda code: dict(DuplicatePair.Verdict.choices).get(code, code))
read_as("customers_duplicatepair.found_by", lambda code: dict(DuplicatePair.FoundBy.choices).get(code, code))
read_as("customers_duplicatescan.state", lambda code: dict(DuplicateScan.State.choices).get(code, code))


@rule(
    "customers.view_duplicate", no=_("A pair is for who reaches both customers; what nobody owns is for all of them.")
)
def reaches_both(user, pair):
    """By his place, not by a share; and neither of them is denied to him."""
    both = [pair.first, pair.second]
    within = all(each.owner_id is None or user.reaches("view", each.owner_id) for each in both)
    return within and not _is_denied_one_of(user, both)


def _is_denied_one_of(user, customers):
    marked = [each.pk for each in customers if each.has_denials]
    return bool(marked) and Denial.objects.live().filter(person=user, customer__in=marked).exists()


@rule(
    "customers.tell_apart", "customers.confirm_same", "customers.reopen_pair",
    no=_("Who reaches both customers by his place decides, and not who entered the second one."),
)  # fmt: skip
def decides(user, pair):
    return pair.raised_by_id != user.pk and reaches_both(user, pair)


@rule("customers.scan_duplicates")
def looks_after_the_whole(user, organization):
    """His role carries the verb; what is found he sees as far as he reaches."""
    return True

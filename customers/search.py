"""Finding a customer by a fragment, behind row-level security and among a million.

Under row-level security no index of LIKE or trigrams is used. So every customer has its terms as rows that are looked up
by `=`: character pairs of the Chinese core, word beginnings of the Latin one, beginnings of the pinyin initials.
"""

import re
import unicodedata

from django.db import connection

from accounts.arrays import written
from accounts.tenancy import organization_id
from customers.models import SearchTerm
from customers.names import core, han_runs, initials, normalised

LONGEST = 12
MOST_TERMS = 5
FORMS = ("股份有限责任公司", "股份有限公司", "股份公司", "有限责任公司", "集团有限公司", "有限公司", "总公司", "集团")
BEGUN_FORM = re.compile(f"({'|'.join(form[:length] for form in FORMS for length in range(1, len(form)))})$")


def terms_of(*names: str) -> set[str]:
    """All terms under which these names are found."""
    found = set()
    for name in filter(None, names):
        short = core(name)
        for run in han_runs(short):
            found |= _pairs(run)
        for word in _words(name):
            found |= _beginnings(word, shortest=2)
        found |= _beginnings(initials(name), shortest=2)
    return found


def terms_asked(text: str) -> list[str]:
    """The terms that must all be there for what somebody typed; empty when it is too short to look for."""
    asked = [pair for run in han_runs(_without_form(text)) for pair in sorted(_pairs(run))]
    asked += [word[:LONGEST] for word in _words(text) if len(word) > 1]
    return asked[:MOST_TERMS]


def _without_form(text):
    """What is typed may end with the legal form, or within it; neither is a term. Two characters remain at least."""
    short = core(text)
    begun = BEGUN_FORM.sub("", short)
    return core(begun) if len(begun) > 1 else short


def matching(customers, text: str):
    """The customers of this queryset whose names contain what was typed."""
    asked = terms_asked(text)
    if not asked:
        return customers.none()
    for term in asked:
        customers = customers.filter(pk__in=SearchTerm.objects.filter(term=term).values("customer"))
    return customers


def write_terms(terms_of_customers: dict, *, are_new=False):
    """Insert {customer id: terms}, as one text a customer: a name has two dozen terms, and a list 10,000 names.

    The terms of new customers meet none that are there; looking for those takes a third of the time. In order, each page
    of the index is opened once.
    """
    statement = (
        "INSERT INTO customers_searchterm (organization_id, term, customer_id) SELECT %s, term, customer"
        " FROM unnest(%s::uuid[], %s::text[]) AS u (customer, terms), string_to_table(u.terms, ' ') AS term"
        " ORDER BY term, customer"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement + ("" if are_new else " ON CONFLICT DO NOTHING"),
            [organization_id(), written(terms_of_customers), written(map(" ".join, terms_of_customers.values()))],
        )


def _pairs(run):
    return {run[i : i + 2] for i in range(len(run) - 1)} or {run}


def _words(text):
    """Words of any script but the Chinese one, without accents: Société is found as societe."""
    plain = unicodedata.normalize("NFKD", normalised_with_spaces(text))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.findall(r"(?:[^\W_\u3400-\u9fff\U00020000-\U0003134f]|&)+", bare)


def normalised_with_spaces(text):
    return " ".join(normalised(word) for word in text.split())


def _beginnings(word, *, shortest):
    return {word[:length] for length in range(shortest, min(len(word), LONGEST) + 1)}

"""Who asks in the blind conflict check, and who says how often."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.verbs import verb
from audit.words import words

verb(
    "customers.probing", _("Set how often one may ask whether a company is there"), "customers.probe_terms",
    given_to=["administrator"],
)  # fmt: skip
words(
    {
        "customers.probe": _("asked whether a company is there"),
        "customers.probe_terms": _("set how often one may ask whether a company is there"),
    }
)


@rule("customers.probe", "customers.probe_terms")
def asks_at_all(user, subject):
    return True

"""What the parties, the arbiter and the auditors are told, step by step."""

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notices import sentences, tell

sentences(
    {
        "customers.case_opened": _(
            "%(number)s: %(customer)s is in dispute between %(a)s and %(b)s. File your sealed statement until %(until)s."
        ),
        "customers.case_statement_wanted": _(
            "%(number)s: your statement about %(customer)s is still missing. Without it the case goes on from %(until)s."
        ),
        "customers.case_heard": _(
            "%(number)s: the statements about %(customer)s are open. %(arbiter)s was drawn and decides until %(until)s."
        ),
        "customers.case_to_decide": _(
            "%(number)s: you were drawn to decide about %(customer)s until %(until)s. Step back if you have a share in it."
        ),
        "customers.case_reminded": _("%(number)s: half of your time to decide about %(customer)s is over."),
        "customers.case_moved": _(
            "%(number)s: the case about %(customer)s moves on to another arbiter; you decide no longer."
        ),
        "customers.case_without_arbiter": _(
            "%(number)s: nobody without an interest can decide about %(customer)s now. It is tried again until somebody can."
        ),
        "customers.case_decided": _("%(number)s: the verdict about %(customer)s is there. You may appeal until %(until)s."),
        "customers.case_appealed": _("%(number)s: %(who)s appeals about %(customer)s. Somebody else decides anew."),
        "customers.case_final": _("%(number)s: the verdict on the appeal about %(customer)s is there, and it is final."),
        "customers.case_closed": _("%(number)s: the verdict about %(customer)s is final; nobody has appealed."),
        "customers.case_dismissed": _("%(number)s: the case about %(customer)s is dismissed. The customer stays where it is."),
    }
)  # fmt: skip


def tell_parties(case, what, **words):
    say(case.parties, case, what, **words)


def tell_arbiter(case, draw):
    say([draw.person], case, "customers.case_to_decide", until=draw.until, step=draw.turn)
    tell_parties(case, "customers.case_heard", arbiter=draw.person.name, until=draw.until, step=draw.turn)


def tell_nobody_decides(case):
    auditors = User.objects.active().filter(role=User.Role.AUDITOR)
    say(auditors, case, "customers.case_without_arbiter", step=case.draws.count())


def say(people, case, what, *, until=None, step="", **words):
    """The step is part of the key: the same step is told once, whoever tries again."""
    if until is not None:
        words["until"] = formats.date_format(timezone.localtime(until), "DATETIME_FORMAT")
    tell(
        people, what, url=case.get_absolute_url(), key=f"{case.pk} {what} {step}", number=case.number,
        customer=case.customer.name, **words,
    )  # fmt: skip

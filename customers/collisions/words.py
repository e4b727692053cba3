"""What the ledger says about collision cases."""

from django.utils.translation import gettext_lazy as _

from audit.words import words

words(
    {
        "customers.open_case": _("opened a collision case about the customer"),
        "customers.prepare_arbiter": _("committed to the seed of a drawing"),
        "customers.file_statement": _("filed a sealed statement"),
        "customers.open_statements": _("opened the statements of a case"),
        "customers.draw_arbiter": _("drew the arbiter of a case"),
        "customers.end_arbiter": _("ended the office of an arbiter"),
        "customers.recuse": _("stepped back from a case"),
        "customers.remind_arbiter": _("reminded the arbiter of a case"),
        "customers.decide_case": _("decided a collision case"),
        "customers.settle_case": _("gave the verdict of a case"),
        "customers.conclude_case": _("gave the verdict on an appeal"),
        "customers.give_by_verdict": _("moved the customer as the verdict says"),
        "customers.share_by_verdict": _("shared the customer as the verdict says"),
        "customers.appeal_case": _("appealed against a verdict"),
        "customers.close_case": _("closed a case that nobody appealed"),
        "customers.withdraw_case": _("stepped back from contesting the customer"),
        "customers.dismiss_case": _("dismissed a case, because a party has left"),
        "customers.follow_merge": _("let a case follow the record that stays"),
        "customers.view_case": _("read a collision case"),
    }
)

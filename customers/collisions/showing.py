"""What of a case its page shows to one reader."""

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts import tenancy
from audit.deeds import deeds_open_to
from audit.models import Entry
from customers.collisions.forms import LogForm, StatementForm, VerdictForm
from customers.collisions.side_by_side import SideBySide
from customers.forms import ReasonForm
from customers.models import CollisionCase, OwnershipRules

State = CollisionCase.State


def shown_to(reader, case, **forms) -> dict:
    """Everything the page needs. Before the statements are open nobody sees what the other side has to show."""
    is_open = case.statements_opened_at is not None
    exhibits = SideBySide(case, reader).exhibits() if is_open or not case.is_party(reader) else None
    statements = {each.person_id: each for each in case.statements.all()}
    may = deeds_open_to(reader, case)
    seat = case.draws.live().select_related("person").first()
    may_file = reader.has_perm("customers.file_statement", case) and reader.pk not in statements
    return {
        "case": case, "exhibits": exhibits, "may": may, "is_a": reader.pk == case.party_a_id,
        "is_party": case.is_party(reader), "his": statements.get(reader.pk),
        "sides": [(_("Party A"), case.party_a, statements.get(case.party_a_id)),
                  (_("Party B"), case.party_b, statements.get(case.party_b_id))],
        "statement_form": forms.get("statement") or (StatementForm() if may_file else None),
        "verdict_form": forms.get("verdict") or (VerdictForm() if "decide" in may else None),
        "log_form": forms.get("log") or (LogForm() if reader.has_perm("customers.log_in_case", case) else None),
        "reason_form": ReasonForm(),
        "verdicts": list(case.verdicts.select_related("arbiter", "rules").order_by("pk")),
        "rules": OwnershipRules.objects.in_force(), "seat": seat, "drawings": drawings_of(case),
        "may_recuse": seat is not None and reader.has_perm("customers.recuse", seat),
        "won_at": won_meanwhile(case), **firsts_of(exhibits), **clock_of(case),
    }  # fmt: skip


def firsts_of(exhibits) -> dict:
    """When each side had its first outside evidence."""
    firsts = {each.side: each.at for each in exhibits or () if each.first}
    return {"first_a": firsts.get("a"), "first_b": firsts.get("b")}


def clock_of(case) -> dict:
    """What runs now: from when, until when."""
    match case.state:
        case State.STATEMENTS:
            return {"since": case.opened_at, "until": case.statements_until}
        case State.DECIDED:
            return {"since": case.decided_at, "until": case.appeal_until}
        case State.DECIDING | State.APPEALED if case.arbiter_until:
            return {"since": case.arbiter_until - timedelta(days=7), "until": case.arbiter_until}
    return {"since": None, "until": None}


def won_meanwhile(case):
    """A deal that was won while the case is open: it goes on, and the shares say who has a part in it."""
    claim = case.customer.claims.filter(released_at=None).first()
    won_at = claim.won_at if claim else None
    return won_at if won_at and won_at > case.opened_at else None


def drawings_of(case) -> list:
    """Each drawing with the number of the entry that committed to its seed, and what is needed to draw again."""
    drawn = list(case.draws.filter(drawn_at__isnull=False).select_related("person").order_by("turn"))
    entries = Entry.objects.filter(about_id__in=[str(each.pk) for each in drawn], op="I").order_by("pk")
    numbers = dict(entries.values_list("about_id", "pk"))
    for each in drawn:
        each.entry = numbers.get(str(each.pk))
        each.commitment_hex, each.seed_hex = bytes(each.commitment).hex(), bytes(each.seed).hex()
        each.lasted = (each.ended_at or tenancy.now()) - each.drawn_at
    return drawn

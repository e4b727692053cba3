"""Somebody who leaves, for tests: announced and handed over through the product's own doors."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts import departures, tenancy
from customers.handover import ask_for_handover, listed
from customers.models import Handover


def today():
    """By the clock of the organisations here."""
    return timezone.localdate(tenancy.now(), ZoneInfo("Asia/Shanghai"))


def leaves(person, by, *, on=0, last=14):
    """His departure, announced with notice from `on` days from now."""
    begins, ends = today() + timedelta(days=on), today() + timedelta(days=on + last)
    return departures.announce(person, by=by, notice_on=begins, last_day=ends, reason="notice given")


def leaving_soon(person, *, by):
    """Announced, and not in force before next week."""
    return leaves(person, by, on=7)


def handed_over(departure, *, by, to, decided_by, rest=None) -> Handover:
    """Everything he owns, offered to one successor as a second person approved."""
    successors = {each["customer"]: to for each in listed(departure.person)}
    approval = ask_for_handover(departure, by=by, successors=successors, rest=rest, reason="leaves")
    approval.approve(by=decided_by, seal=approval.seal)
    return Handover.objects.get(approval=approval)

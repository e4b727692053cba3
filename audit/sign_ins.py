"""Sign-ins, good and failed, and sign-outs are entries of the organisation whose person they concern."""

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts import devices, tenancy
from accounts.models import User
from accounts.sign_in_history import MOST, Happened, told_by
from audit.models import Entry
from audit.recording import record
from audit.words import words_for

GOOD = ("accounts.sign_in", "accounts.sign_out", "accounts.use_recovery_code")
BAD = ("accounts.sign_in_failed", "accounts.second_factor_failed", "accounts.new_device", "accounts.impossible_travel")
ENDED = ("accounts.end_session", "accounts.session_over")


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs):
    with tenancy.inside(user.organization_id, user=user):
        record("accounts.sign_in", user, detail=_place(request))


@receiver(user_logged_out)
def signed_out(sender, request, user, **kwargs):
    if user is not None:
        with tenancy.inside(user.organization_id, user=user):
            record("accounts.sign_out", user)


@receiver(user_login_failed)
def sign_in_failed(sender, credentials, request=None, **kwargs):
    """A failed try for an address nobody has belongs to no organisation and is left to the access log."""
    user = User.objects.filter(email=(credentials.get("email") or "").strip().lower()).first()
    if user is not None:
        with tenancy.inside(user.organization_id):
            record("accounts.sign_in_failed", user, detail=_place(request))


def _place(request):
    if request is None or "REMOTE_ADDR" not in request.META:
        return {}
    return {"address": devices.address_of(request), "agent": devices.agent_of(request)}


@told_by
def sign_ins_of(person) -> list[Happened]:
    """The last of somebody's sign-ins, good and failed, and what ended them; one query."""
    entries = Entry.objects.about(person).filter(action__in=[*GOOD, *BAD, *ENDED]).order_by("-id")[:MOST]
    return [_happened(entry) for entry in entries]


def _happened(entry):
    told = entry.after or {}
    return Happened(
        at=entry.recorded_at,
        words=words_for(entry.action),
        is_good=entry.action not in BAD,
        device=devices.agent_class(told["agent"]) if "agent" in told else told.get("device", ""),
        address=told.get("address", ""),
        number=entry.pk,
    )

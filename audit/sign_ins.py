"""Sign-ins, good and failed, and sign-outs are entries of the organisation whose person they concern."""

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts import tenancy
from accounts.models import User
from audit.recording import record


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs):
    with tenancy.scope(user.organization_id, user=user, source=_source()):
        record("accounts.sign_in", user, detail=_place(request))


@receiver(user_logged_out)
def signed_out(sender, request, user, **kwargs):
    if user is not None:
        with tenancy.scope(user.organization_id, user=user, source=_source()):
            record("accounts.sign_out", user)


@receiver(user_login_failed)
def sign_in_failed(sender, credentials, request=None, **kwargs):
    """A failed try for an address nobody has belongs to no organisation and is left to the access log."""
    user = User.objects.filter(email=(credentials.get("email") or "").strip().lower()).first()
    if user is not None:
        with tenancy.scope(user.organization_id, source=_source()):
            record("accounts.sign_in_failed", user, detail=_place(request))


def _source():
    return tenancy.current().source if tenancy.current() else "web"


def _place(request):
    if request is None:
        return {}
    return {"address": request.META.get("REMOTE_ADDR", ""), "agent": request.META.get("HTTP_USER_AGENT", "")[:200]}

"""Sign-ins, good and failed, and sign-outs are entries of the organisation whose person they concern."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts import tenancy
from accounts.models import User
from audit.recording import record


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
    return {"address": get_adapter().get_client_ip(request), "agent": request.META.get("HTTP_USER_AGENT", "")[:200]}

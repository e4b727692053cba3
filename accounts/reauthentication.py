"""Is it still the same person? Asked before what cannot be taken back, unless he has shown it a few minutes ago."""

from datetime import timedelta
from functools import partial, wraps

from allauth.account.signals import authentication_step_completed
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.dispatch import receiver
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import sessions


def asks_again(view=None, *, then=""):
    """Decorates a view that wants to know who sits there: one that exports, hands many over, or changes a sign-in.

    Afterwards the request goes on, or, for what is no page (a file), to the page named `then`.
    """
    if view is None:
        return partial(asks_again, then=then)

    @wraps(view)
    def asked(request, *args, **kwargs):
        if has_proved(request):
            return view(request, *args, **kwargs)
        if then:
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse(then)})}")
        raise ReauthenticationRequired

    return asked


def has_proved(request) -> bool:
    """By signing in or by the password again, within the last minutes, by the database's clock."""
    session = getattr(request.user, "session", None)
    within = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    return session is not None and session.now - session.proved_at < within


@receiver(authentication_step_completed)
def remember(sender, request, method, user, reauthenticated=False, **kwargs):
    if reauthenticated and getattr(request.user, "session", None):
        sessions.proved(request.user.session)
        request.user.session.proved_at = request.user.session.now

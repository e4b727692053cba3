"""Signing in: the one moment at which people are looked for before their organisation is known.

On the sign-in pages the scope is `signing_in`, under which the database shows the people of every organisation to
SELECT and to nothing else. As soon as somebody is known, the scope becomes his organisation's. django-allauth's own
table of addresses stays empty: the address stands on the person.
"""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.signals import password_reset
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import mailing, presenting, sessions, tenancy
from accounts.models import User


class Backend(AuthenticationBackend):
    """E-mail and password. The parent lets an unknown address cost as much time as a wrong password."""

    def _authenticate_by_email(self, email, password):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            return None
        with tenancy.inside(user.organization_id, user=user):  # an outdated hash is written anew
            return self._check_password(user, password)

    def get_user(self, user_id):
        """Whoever stands behind the session that the request brings, as long as it lives."""
        session = presenting.presented(user_id)
        if session is None or not self.user_can_authenticate(session.person):
            return None
        session.person.session, session.person.live_break_glass = session, session.live_break_glass
        return session.person


class Adapter(DefaultAccountAdapter):
    """allauth's door to our people. Nobody signs himself up into an organisation; he is invited."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("E-mail and password do not belong together. Check both, or reset the password."),
        "too_many_login_attempts": _("Too many failed tries. Wait five minutes, or reset the password."),
        "invalid_password_reset": _("This link no longer works."),
        "enter_current_password": _("That is not your current password."),
        "incorrect_password": _("That is not your password."),
        "incorrect_code": _("This code does not fit, or it was used already. Take the next one."),
        "rate_limited": _("Too many tries in a short time. Wait a little and try again."),
    }

    def is_open_for_signup(self, request):
        return False

    def clean_password(self, password, user=None):
        """Inside the organisation, whose rules about passwords hold."""
        if user is None or not user.organization_id:
            return super().clean_password(password, user)
        with tenancy.inside(user.organization_id, user=user):
            return super().clean_password(password, user)

    def get_login_stages(self):
        return ["accounts.second_factor_stage.SecondFactorStage"]

    def get_reauthentication_methods(self, user):
        return [{"id": "reauthenticate", "description": "", "url": reverse("account_reauthenticate")}]

    def reauthenticate(self, user, password):
        """By his own password; the tries are counted as at sign-in."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_login_redirect_url(self, request):
        return resolve_url("home")

    def get_password_change_redirect_url(self, request):
        return resolve_url("home")

    def get_reset_password_from_key_url(self, key):
        """Never made of the Host header, which a stranger can choose."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)

    def send_password_reset_mail(self, user, email, context):
        """Through the outbox: no waiting for a mail server tells whether the address is known."""
        self._write(user, "password_reset", link=context["password_reset_url"])

    def set_password(self, user, password):
        """The person's own deed, inside his organisation, and told to him by mail. Elsewhere he is signed out."""
        with tenancy.inside(user.organization_id, user=user):
            user.change_password(by=user, password=password)
            sessions.end_all(user, by=user, but=getattr(user, "session", None))
        self._write(user, "password_changed")

    def _write(self, user, template, **words):
        with tenancy.inside(user.organization_id, user=user):
            mailing.write_to(user, template, **words)


@receiver(user_logged_in)
def remember_organization(sender, request, user, **kwargs):
    """The session carries the organisation, so that the next request's scope opens before the person is read."""
    request.session["organization_id"] = user.organization_id
    if tenancy.current() is not None:
        tenancy.enter_as(user)
    with tenancy.inside(user.organization_id, user=user):
        sessions.begin(request, user)
    if not user.language:  # whoever comes for the first time keeps the language he came in
        with tenancy.inside(user.organization_id, user=user):
            user.prefer(by=user, language=get_language())


@receiver(password_reset)
def forgive_failed_tries(sender, request, user, **kwargs):
    """Who has just shown that the mailbox is his may sign in at once, however often he tried before."""
    Adapter(request)._delete_login_attempts_cached_email(request, email=user.email)

"""Signing in: the one moment at which people are looked for before their organisation is known.

On the sign-in pages the scope is `signing_in`, under which the database shows the people of every organisation to
SELECT and to nothing else. As soon as somebody is known, the scope becomes his organisation's.
"""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.shortcuts import resolve_url
from django.utils.translation import get_language

from accounts import tenancy
from accounts.models import User


class Backend(AuthenticationBackend):
    """E-mail and password. A wrong address costs as much time as a wrong password."""

    def authenticate(self, request, email=None, password=None, **credentials):
        if not email or password is None:
            return None
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            User().set_password(password)
            return None
        if not user.check_password(password) or not self.user_can_authenticate(user):
            return None
        tenancy.enter_as(user)
        return user

    def get_user(self, user_id):
        user = User.objects.select_related("organization", "team").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class Adapter(DefaultAccountAdapter):
    """allauth's door to our people. Nobody signs himself up into an organisation; he is invited."""

    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        return resolve_url("home")

    def send_mail(self, template_prefix, email, context):
        """Mails of the sign-in pages go out in the language of the page they were asked for on."""
        context["language"] = get_language()
        super().send_mail(template_prefix, email, context)


@receiver(user_logged_in)
def remember_organization(sender, request, user, **kwargs):
    """The session carries the organisation, so that the next request's scope opens before the person is read."""
    request.session["organization_id"] = user.organization_id
    if tenancy.current() is not None:
        tenancy.enter_as(user)

"""The pages of django-allauth that are in use. The others (addresses, codes, its own sign-up) are closed by not being here."""

from allauth.account import views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts.views import second_factors


def sign_up_is_open():
    return settings.SIGN_UP


sign_in = views.LoginView.as_view(extra_context={"sign_up_is_open": sign_up_is_open})
to_sign_up = login_not_required(RedirectView.as_view(pattern_name="accounts:sign_up"))

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("second-factor/", second_factors.show, name="account_second_factor"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", to_sign_up, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

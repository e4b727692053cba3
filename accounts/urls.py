"""Addresses of people, of the ways in, of sessions and second factors, of notices, and of jobs."""

from django.urls import path, register_converter

from accounts.views import (
    departures,
    entrance,
    explaining,
    jobs,
    notices,
    people,
    preferences,
    roles,
    second_factors,
    security,
)


class Token:
    """What `secrets.token_urlsafe` makes."""

    regex = r"[\w-]{20,80}"
    to_python = to_url = str


class Number:
    """An organisation's number that fits into a bigint."""

    regex = r"[0-9]{1,18}"
    to_python, to_url = int, str


register_converter(Token, "token")
register_converter(Number, "number")

app_name = "accounts"
urlpatterns = [
    path("sign-up/", entrance.sign_up, name="sign_up"),
    path("sign-up/sent/", entrance.sign_up_sent, name="sign_up_sent"),
    path("sign-up/<str:word>/", entrance.begin, name="begin"),
    path("join/<number:organization_id>-<token:token>/", entrance.join, name="join"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("account/security/", security.security, name="security"),
    path("account/sessions/end-others/", security.end_others, name="end_others"),
    path("account/sessions/<uuid:pk>/end/", security.end_session, name="end_session"),
    path("account/second-factors/", second_factors.set_up, name="set_up"),
    path("account/second-factors/app/", second_factors.add_app, name="add_app"),
    path("account/second-factors/passkey/", second_factors.add_passkey, name="add_passkey"),
    path("account/second-factors/codes/", second_factors.recovery_codes, name="recovery_codes"),
    path("account/second-factors/<uuid:pk>/remove/", second_factors.remove, name="remove_second_factor"),
    path("notices/", notices.notices, name="notices"),
    path("notices/count/", notices.count, name="notice_count"),
    path("notices/read/", notices.read, name="read_notices"),
    path("notices/preferences/", notices.preferences, name="notice_preferences"),
    path("notices/<uuid:pk>/", notices.notice, name="notice"),
    path("people/", people.people, name="people"),
    path("people/invitations/<uuid:pk>/revoke/", people.revoke, name="revoke"),
    path("people/<uuid:pk>/", security.person, name="person"),
    path("people/<uuid:pk>/sessions/end/", security.end_sessions, name="end_sessions"),
    path("people/<uuid:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("people/roles/", roles.roles, name="roles"),
    path("people/roles/<slug:code>/", roles.role, name="role"),
    path("people/access/", explaining.access, name="access"),
    path("people/teams/new/", people.create_team, name="create_team"),
    path("departures/", departures.list_, name="departures"),
    path("departures/new/", departures.announce, name="announce_departure"),
    path("departures/<uuid:pk>/", departures.departure, name="departure"),
    path("departures/<uuid:pk>/cancel/", departures.cancel, name="cancel_departure"),
    path("departures/<uuid:pk>/complete/", departures.complete, name="complete_departure"),
    path("progress/<uuid:pk>/", jobs.progress, name="progress"),
    path("jobs/", jobs.dead_letters, name="dead_letters"),
    path("jobs/<uuid:pk>/retry/", jobs.retry, name="retry"),
]

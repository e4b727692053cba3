"""Deployment checks: refuse to serve with a database role that could walk around the wall."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.checks import Warning as Advice
from django.db import connection

from accounts.walls import may_bypass


@register(Tags.security, deploy=True)
def role_cannot_bypass_the_wall(app_configs, databases, **kwargs):
    with connection.cursor() as cursor:
        reasons = may_bypass(cursor)
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
    return [
        Error(
            f"The database role {role} {reason}: row-level security would not hold it.",
            hint="Point DATABASE_URL at crm_app, the role that docs/operations.md sets up for serving.",
            id="accounts.E001",
        )
        for reason in reasons
    ]


@register(Tags.security, deploy=True)
def second_factors_are_asked_for(app_configs, **kwargs):
    if settings.REQUIRE_SECOND_FACTOR:
        return []
    return [
        Advice(
            "REQUIRE_SECOND_FACTOR is off: a password alone signs in everybody who has not set up a second factor.",
            hint="That is for trying. Remove the variable, and whoever needs one is led to its page at the next sign-in.",
            id="accounts.W001",
        )
    ]

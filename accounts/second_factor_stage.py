"""Between the password and being signed in: whoever has a second factor shows it."""

from allauth.account.stages import LoginStage
from django.shortcuts import redirect

from accounts import second_factors, tenancy


class SecondFactorStage(LoginStage):
    """Asks everybody who has set up a second factor, whether his organisation wants one of him or not."""

    key = "second_factor"
    urlname = "account_second_factor"

    def handle(self):
        person = self.login.user
        with tenancy.inside(person.organization_id, user=person):
            has_one = bool(second_factors.of(person))
        return (redirect(self.urlname), True) if has_one else (None, True)

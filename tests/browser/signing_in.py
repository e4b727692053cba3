"""What the pages about signing in need to show: somebody with second factors, a letter to a founder, and two ways to a page."""

from django.core import signing

from accounts import beginnings, second_factors
from tests.authenticators import with_app
from tests.factories import PASSWORD


def guarded(company) -> dict:
    """Qian has an app, a passkey and recovery codes; a stranger has a link to begin."""
    with_app(company.qian)
    second_factors.add(company.qian, "passkey", {"en": "Phone", "zh-hans": "手机"}[company.language], b"x", counter=1)
    second_factors.new_codes(company.qian)
    link = signing.dumps("stranger@new.example", salt=beginnings.SALT)
    return {"guarded": company.qian.pk, "guarded_email": company.qian.email, "begin": f"/sign-up/{link}/"}


def by_password(page, furniture):
    """The password fits; now the second factor. Whoever came so far before begins anew."""
    page.context.clear_cookies(name="sessionid")
    page.goto("/account/login/")
    page.fill("[name=login]", furniture["guarded_email"])
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")


def by_a_wrong_code(page, furniture):
    by_password(page, furniture)
    page.fill("[name=code]", "000000")
    page.click("main button.primary")

"""Signing in, staying signed in, signing out, and getting back in without the password (R102, R103, R104)."""

import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from django.core.cache import caches
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts import tenancy
from accounts.models import Outbox, User
from accounts.outbox import perform
from audit.models import Entry
from crm.cache import PatientCache
from tests.factories import PASSWORD

LOGIN, RESET = "/account/login/", "/account/password/reset/"
pytestmark = pytest.mark.usefixtures("own_counters")


@pytest.fixture
def own_counters(settings):
    """Counters of tries that begin at zero with every test."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["default"].clear()


def sign_in_as(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def entries(action):
    return Entry.objects.filter(action=action)


def the_mail(mailoutbox):
    """Perform the jobs that wait, as a worker would; the mail they send."""
    for job in Outbox.objects.filter(task="accounts.mail", done_at=None).order_by("created_at"):
        perform(job.pk, job.organization_id)
    return mailoutbox[0]


def test_a_person_signs_in_and_it_is_recorded(client, wang):
    answer = sign_in_as(client, " WANG@" + wang.email.partition("@")[2].upper())

    assert answer.status_code == 302
    assert client.session["organization_id"] == wang.organization_id
    assert client.get("/customers/").status_code == 200
    entry = entries("accounts.sign_in").get()
    assert (entry.actor, entry.about_id, entry.op, entry.source) == (wang, str(wang.pk), "E", "web")
    assert entry.after["address"] == "127.0.0.1"


def test_a_wrong_password_and_an_unknown_address_read_the_same(client, wang):
    wrong = sign_in_as(client, wang.email, "not this one, no").content.decode()
    unknown = sign_in_as(client, "nobody@nowhere.example", "not this one, no").content.decode()

    sentence = "E-mail and password do not belong together."
    assert sentence in wrong
    assert sentence in unknown
    hidden = re.compile(r'value="[^"]*"')
    assert hidden.sub("", wrong) == hidden.sub("", unknown)
    assert entries("accounts.sign_in_failed").get().about_id == str(wang.pk)


def test_an_unknown_address_costs_a_hash_too(client, wang, monkeypatch):
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append("unknown"))
    monkeypatch.setattr(User, "check_password", lambda self, raw: hashed.append("known"))

    sign_in_as(client, wang.email, "wrong")
    sign_in_as(client, "nobody@nowhere.example", "wrong")

    assert hashed == ["known", "unknown"]


@pytest.fixture
def told(client, monkeypatch):
    """`told(email, ...)`: what the answer to a POST is made of, and how many hashes it cost."""
    hashed = []
    real = {name: getattr(User, name) for name in ("set_password", "check_password")}
    for name, hashes in real.items():
        monkeypatch.setattr(User, name, lambda self, raw, hashes=hashes: hashed.append(1) or hashes(self, raw))

    def answer(path, **typed):
        browser, before = type(client)(), len(hashed)
        response = browser.post(path, typed)
        body = re.sub(r'value="[^"]*"', "", response.text)
        return response.status_code, response.get("Location"), body, len(hashed) - before

    return answer


def test_unknown_wrong_and_deactivated_read_and_cost_the_same(wang, li, zhao, told):
    """R103: neither text nor status nor work tells who is here. Work is counted in hashes, which take all the time."""
    li.deactivate(by=zhao)
    emails = ("nobody@nowhere.example", wang.email, li.email)

    tried = [told(LOGIN, login=email, password="not this one") for email in emails]
    reset = [told(RESET, email=email) for email in emails]

    assert tried[0] == tried[1] == tried[2]
    assert tried[0][3] == 1
    assert reset[0] == reset[1] == reset[2]
    assert reset[0][3] == 0


def test_too_many_tries_read_the_same_for_everybody(wang, told):
    for email in ("nobody@nowhere.example", wang.email):
        for _ in range(5):
            told(LOGIN, login=email, password="not this one")
        caches["default"].delete_many([key for key in caches["default"]._cache if ":ip:" in key])

    unknown, known = (told(LOGIN, login=email, password=PASSWORD) for email in ("nobody@nowhere.example", wang.email))

    assert unknown == known
    assert known[3] == 0
    assert "Too many failed tries" in known[2]


def test_a_deactivated_person_is_told_so_only_with_the_right_password(client, wang, zhao):
    wang.deactivate(by=zhao)

    right = client.post(LOGIN, {"login": wang.email, "password": PASSWORD}, follow=True)
    wrong = sign_in_as(client, wang.email, "wrong")

    assert "This account is switched off" in right.content.decode()
    assert "_auth_user_id" not in client.session
    assert "do not belong together" in wrong.content.decode()


def test_signing_out_ends_the_session_and_is_recorded(client, wang):
    sign_in_as(client, wang.email)

    client.post("/account/logout/")

    assert client.get("/customers/").status_code == 302
    assert entries("accounts.sign_out").get().actor == wang


def test_the_sixth_try_in_five_minutes_is_not_even_hashed(client, wang, monkeypatch):
    """R103."""
    for _ in range(5):
        sign_in_as(client, wang.email, "wrong")
    monkeypatch.setattr(User, "check_password", lambda *_: pytest.fail("hashed"))

    answer = sign_in_as(client, wang.email)

    assert "Too many failed tries" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_one_address_may_not_try_everybody(client, wang):
    """R103: ten failures a minute from one place, whoever is tried."""
    for number in range(10):
        sign_in_as(client, f"somebody{number}@acme.example", "wrong")

    assert "Too many failed tries" in sign_in_as(client, wang.email).content.decode()


def test_a_session_whose_person_was_deactivated_becomes_nobodys(client, wang, zhao):
    """R85: the very next request."""
    sign_in_as(client, wang.email)
    wang.deactivate(by=zhao)

    answer = client.get("/customers/")

    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)
    assert "organization_id" not in client.session


def test_a_dead_session_may_sign_in_again_in_one_step(client, wang, zhao, li):
    sign_in_as(client, wang.email)
    wang.deactivate(by=zhao)

    assert sign_in_as(client, li.email).status_code == 302


def test_signing_in_reads_people_of_all_organisations_and_writes_none(acme, outsider):
    with tenancy.anonymous(signing_in=True):
        assert User.objects.filter(email=outsider.email).exists()
        for statement in (
            "UPDATE accounts_user SET name = 'x'",
            "DELETE FROM accounts_user",
            "SELECT * FROM accounts_organization",
            "SELECT * FROM customers_customer",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_outside_the_sign_in_pages_nobody_is_found(acme, outsider):
    with tenancy.anonymous(), pytest.raises(tenancy.OutsideScope):
        User.objects.filter(email=outsider.email).exists()


def test_an_outdated_hash_is_written_anew_at_sign_in(client, wang, settings):
    class Stronger(PBKDF2PasswordHasher):
        iterations = 10

    settings.PASSWORD_HASHERS = [f"{__name__}.Stronger", *settings.PASSWORD_HASHERS]
    globals()["Stronger"] = Stronger

    assert sign_in_as(client, wang.email).status_code == 302

    assert identify_hasher(User.objects.get(pk=wang.pk).password).algorithm == "pbkdf2_sha256"


def test_a_password_is_reset_by_mail_in_the_persons_language(client, wang, mailoutbox, settings):
    wang.prefer(by=wang, language="zh-hans")
    settings.BASE_URL = "https://crm.example"

    client.post(RESET, {"email": wang.email}, headers={"host": "localhost"})

    mail = the_mail(mailoutbox)
    assert mail.to == [wang.email]
    with override("zh-hans"):
        assert mail.subject == gettext("Choose a new password for Candor")
    link = re.search(r"https://crm\.example(\S+)", mail.body).group(1)
    page = client.get(link, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "a quite new mirror", "password2": "a quite new mirror"})
    assert sign_in_as(client, wang.email).status_code == 200
    assert sign_in_as(client, wang.email, "a quite new mirror").status_code == 302
    assert client.get(link).status_code == 200
    entry = entries("accounts.change_password").get()
    assert (entry.actor, entry.before["password"], entry.after["password"]) == (wang, "***", "***")


def test_resetting_forgives_the_failed_tries(client, wang, mailoutbox):
    for _ in range(5):
        sign_in_as(client, wang.email, "wrong")
    client.post(RESET, {"email": wang.email})
    link = re.search(r"http://[^/]+(\S+)", the_mail(mailoutbox).body).group(1)
    page = client.get(link, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "a quite new mirror", "password2": "a quite new mirror"})

    assert sign_in_as(client, wang.email, "a quite new mirror").status_code == 302


def test_a_reset_link_works_once(client, wang, mailoutbox):
    client.post(RESET, {"email": wang.email})
    link = re.search(r"http://[^/]+(\S+)", the_mail(mailoutbox).body).group(1)
    page = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(page, {"password1": "a quite new mirror", "password2": "a quite new mirror"})

    assert "This link no longer works" in client.get(link, follow=True).content.decode()


@pytest.mark.parametrize("email", ["nobody@nowhere.example", "deactivated"])
def test_nobody_learns_by_a_reset_who_is_here(client, wang, zhao, mailoutbox, email):
    if email == "deactivated":
        wang.deactivate(by=zhao)
        email = wang.email

    answer = client.post(RESET, {"email": email}, follow=True)

    assert "The link is on its way" in answer.content.decode()
    assert not Outbox.objects.exists()


def test_a_link_waits_sealed_for_its_mail(client, wang):
    client.post(RESET, {"email": wang.email})

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(o::text, '') FROM accounts_outbox o")
        waiting = cursor.fetchone()[0]
    assert "accounts.mail" in waiting
    assert wang.email not in waiting
    assert "/account/password" not in waiting


def test_changing_the_password_ends_the_other_sessions_and_tells_by_mail(client, wang, mailoutbox, sign_in):
    sign_in_as(client, wang.email)
    other = type(client)()
    sign_in_as(other, wang.email)

    new = {"oldpassword": PASSWORD, "password1": "a quite new mirror", "password2": "a quite new mirror"}
    client.post("/account/password/change/", new)

    assert client.get("/customers/").status_code == 200
    assert other.get("/customers/").status_code == 302
    assert the_mail(mailoutbox).subject == "A new device signed in to Candor"
    assert mailoutbox[1].subject == "Your password for Candor was changed"


@pytest.mark.parametrize("password", ["short", "password1234", "1234567890", "{email}"])
def test_weak_passwords_are_refused_with_a_reason(wang, password, sign_in):
    """R102."""
    password = password.format(email=wang.email)
    new = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = sign_in(wang).post("/account/password/change/", new)

    assert User.objects.get(pk=wang.pk).check_password(PASSWORD)
    assert 'class="err"' in answer.content.decode()


@pytest.mark.parametrize("page", ["email/", "confirm-email/", "login/code/", "password/set/", "signup/passkey/"])
def test_pages_of_the_library_that_we_do_not_use_are_closed(client, page, sign_in, wang):
    assert sign_in(wang).get(f"/account/{page}").status_code == 404


def test_the_librarys_own_sign_up_leads_to_ours(client, db):
    assert client.get("/account/signup/")["Location"] == reverse("accounts:sign_up")


def test_an_absent_redis_is_no_reason_to_keep_people_out(client, wang, settings):
    settings.CACHES = {"default": {"BACKEND": "crm.cache.PatientCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    PatientCache.away_until = 0

    for _ in range(5):
        assert sign_in_as(client, wang.email, "wrong").status_code == 200
    assert "Too many failed tries" in sign_in_as(client, wang.email).content.decode()
    caches["default"].clear()
    assert sign_in_as(client, wang.email).status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_host(client, wang, target):
    answer = client.post(f"{LOGIN}?next={target}", {"login": wang.email, "password": PASSWORD, "next": target})

    assert answer["Location"] == "/"

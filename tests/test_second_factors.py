"""Second factors: set up by oneself, shown at sign-in, each code once, and taken off by others only with four eyes
(R81, R102, R103)."""

import json
import re
from html import unescape

import pytest
from cryptography.exceptions import InvalidTag
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts import keys, second_factors, tenancy
from accounts.deeds import Refused, stamped
from accounts.models import Notice, RecoveryCode, SecondFactor, Session
from approvals import mail_link
from approvals.asking import ask
from approvals.sign_in_rules import asked_of_reset
from audit.models import Entry
from tests.approved import approved
from tests.authenticators import SECRET, SoftKey, code_of, with_app
from tests.factories import PASSWORD

LOGIN, FACTOR = "/account/login/", "/account/second-factor/"


@pytest.fixture(autouse=True)
def own_counters(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["default"].clear()
    settings.BASE_URL = "http://localhost"


def password(client, person):
    return client.post(LOGIN, {"login": person.email, "password": PASSWORD})


def is_in(client):
    return client.get("/notices/").status_code == 200


def actions():
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


def question(answer):
    return json.loads(unescape(re.search(r'data-question value="([^"]+)"', answer.text).group(1)))


# At sign-in


def test_the_password_alone_opens_nothing_once_there_is_a_second_factor(client, mei):
    with_app(mei)

    answer = password(client, mei)

    assert answer["Location"] == FACTOR
    assert not is_in(client)
    assert "organization_id" not in client.session
    assert not Session.objects.exists()


def test_the_code_of_the_app_signs_in_and_stands_in_the_ledger(client, mei):
    with_app(mei)
    password(client, mei)

    assert client.post(FACTOR, {"code": code_of()})["Location"] == "/"

    assert is_in(client)
    assert Session.objects.get().factor == "app"
    entry = Entry.objects.get(action="accounts.use_second_factor")
    assert (entry.actor, entry.about_id) == (mei, str(mei.pk))
    assert "sealed" not in json.dumps([entry.before, entry.after])


@pytest.mark.parametrize("code", ["000000", "", "x" * 20, "' OR 1=1", "１２３４５６", "٠٠٠٠٠٠"])
def test_a_wrong_code_is_refused_and_recorded_without_an_actor(client, mei, code):
    with_app(mei)
    password(client, mei)

    answer = client.post(FACTOR, {"code": code})

    assert answer.status_code in (200, 422)
    assert not is_in(client)
    for entry in Entry.objects.filter(action="accounts.second_factor_failed"):
        assert (entry.actor, entry.about_id) == (None, str(mei.pk))
        assert entry.after["address"] == "127.0.0.1"
    assert Entry.objects.filter(action="accounts.second_factor_failed").count() == (1 if code else 0)


def test_a_code_works_once(client, mei):
    """R103: what was looked at over a shoulder, or on the line, is worth nothing."""
    with_app(mei)
    code = code_of()
    password(client, mei)
    client.post(FACTOR, {"code": code})
    thief = type(client)()
    password(thief, mei)

    answer = thief.post(FACTOR, {"code": code})

    assert "does not fit, or it was used already" in answer.text
    assert not is_in(thief)
    assert thief.post(FACTOR, {"code": code_of(steps=1)}).status_code == 302


def test_an_older_code_than_the_last_one_is_refused_too(mei):
    with_app(mei)

    assert second_factors.used(SecondFactor.objects.get(), _now() + 1)
    assert not second_factors.used(SecondFactor.objects.get(), _now())


def test_the_database_refuses_a_code_a_second_time(mei):
    """Even where nobody asks Python: with the counter written by hand."""
    factor = with_app(mei)

    for attempt in ("counter = counter - 1", "used_at = now()", "sealed = '\\x00'", "kind = 'passkey'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_secondfactor SET {attempt} WHERE id = %s", [factor.pk])


def test_a_code_of_a_minute_ago_is_too_old(client, mei):
    with_app(mei)
    password(client, mei)

    assert client.post(FACTOR, {"code": code_of(steps=-3)}).status_code == 422
    assert client.post(FACTOR, {"code": code_of(steps=3)}).status_code == 422


def test_five_wrong_codes_and_even_the_right_one_waits(client, mei):
    """R103, and its owner is told that somebody knows his password."""
    with_app(mei)
    password(client, mei)
    for _ in range(5):
        client.post(FACTOR, {"code": "000000"})

    answer = client.post(FACTOR, {"code": code_of()})

    assert "Too many failed tries" in answer.text
    assert not is_in(client)
    assert SecondFactor.objects.get().used_at is None
    assert Notice.objects.get(what="accounts.second_factor_failed").person == mei


def test_another_window_does_not_begin_the_count_anew(client, mei):
    with_app(mei)
    for _ in range(5):
        window = type(client)()
        password(window, mei)
        window.post(FACTOR, {"code": "000000"})
    password(client, mei)

    assert "Too many failed tries" in client.post(FACTOR, {"code": code_of()}).text


def test_whoever_took_the_wrong_account_goes_back(client, mei):
    with_app(mei)
    password(client, mei)
    assert client.get(LOGIN)["Location"] == FACTOR

    assert client.post(FACTOR, {"abandon": "yes"})["Location"] == LOGIN

    assert client.get(LOGIN).status_code == 200
    assert client.post(FACTOR, {"code": code_of()})["Location"] == LOGIN


def test_nobody_comes_to_the_second_factor_without_the_password(client, mei):
    with_app(mei)

    assert client.get(FACTOR)["Location"] == LOGIN
    assert client.post(FACTOR, {"code": code_of()})["Location"] == LOGIN
    assert SecondFactor.objects.get().used_at is None


def test_the_code_of_one_person_is_no_code_of_another(client, mei, wang):
    with_app(mei)
    second_factors.add(wang, "app", "App", b"another of 20 bytes!", counter=0)
    password(client, wang)

    assert client.post(FACTOR, {"code": code_of()}).status_code == 422


def test_who_is_deactivated_between_password_and_code_stays_outside(client, mei, zhao):
    with_app(mei)
    password(client, mei)
    mei.deactivate(by=zhao)

    assert client.post(FACTOR, {"code": code_of()})["Location"] == "/account/inactive/"
    assert not is_in(client)


def test_the_session_changes_its_number_with_the_second_factor(client, mei):
    """Session fixation: the number known before signing in is worth nothing afterwards."""
    with_app(mei)
    password(client, mei)
    before = client.cookies["sessionid"].value

    client.post(FACTOR, {"code": code_of()})

    assert client.cookies["sessionid"].value != before
    client.cookies["sessionid"] = before
    assert not is_in(client)


# Recovery codes


def test_a_recovery_code_signs_in_once_and_is_told_by_mail(client, mei):
    with_app(mei)
    code, *others = second_factors.new_codes(mei)
    password(client, mei)

    assert client.post(FACTOR, {"code": f" {code.upper()} "}).status_code == 302

    assert Session.objects.get().factor == "recovery"
    assert second_factors.codes_left(mei) == len(others) == 9
    assert Entry.objects.filter(action="accounts.use_recovery_code", actor=mei).exists()
    again = type(client)()
    password(again, mei)
    assert again.post(FACTOR, {"code": code}).status_code == 422
    assert again.post(FACTOR, {"code": others[0]}).status_code == 302


def test_the_database_refuses_a_recovery_code_a_second_time(mei):
    second_factors.new_codes(mei)
    used = RecoveryCode.objects.first()
    used.use(by=mei)

    for attempt in ("used_at = null", "used_at = now()", "person_id = person_id, digest = '\\x00'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_recoverycode SET {attempt} WHERE id = %s", [used.pk])


def test_fresh_codes_end_the_old_ones(mei):
    old = second_factors.new_codes(mei)

    fresh = second_factors.new_codes(mei)

    assert not set(old) & set(fresh)
    assert RecoveryCode.objects.count() == 10
    assert second_factors._taken_as_recovery(mei, second_factors.plain(old[0])) == ""


def test_secrets_and_codes_are_not_readable_in_the_database(mei, sign_in):
    """A dump shows neither: secrets are sealed with their person's place, codes are digests under the organisation's key."""
    with_app(mei)
    codes = second_factors.new_codes(mei)
    client = sign_in(mei)
    client.post("/account/second-factors/codes/")
    shown = client.get("/account/second-factors/codes/").text

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(f::text, '') FROM accounts_secondfactor f) || (SELECT string_agg(c::text, '')"
            " FROM accounts_recoverycode c) || (SELECT string_agg(e::text, '') FROM audit_entry e)"
            " || (SELECT string_agg(s::text, '') FROM django_session s)"
        )
        everything = cursor.fetchone()[0]
    for secret in (SECRET.decode(), SECRET.hex(), *codes, *re.findall(r"<li>(\S{11})</li>", shown)):
        assert secret not in everything
    assert len(re.findall(r"<li>(\S{11})</li>", shown)) == 10
    assert not re.findall(r"<li>(\S{11})</li>", client.get("/account/second-factors/codes/").text)


def test_a_secret_does_not_open_at_another_person(mei, wang):
    factor = with_app(mei)

    with pytest.raises(InvalidTag):
        keys.unseal(mei.organization.key, factor.sealed, SecondFactor.place(wang.pk))


# Set up and removed by oneself


def test_an_app_is_set_up_by_its_first_code(mei, sign_in):
    client = sign_in(mei)
    page = client.get("/account/second-factors/app/")
    secret = re.search(r'<span class="mono s13">([A-Z2-7]+)</span>', page.text).group(1)
    assert 'src="data:image/svg+xml' in page.text

    wrong = client.post("/account/second-factors/app/", {"code": "000000"})
    assert wrong.status_code == 422
    assert secret in wrong.text
    right = client.post("/account/second-factors/app/", {"code": code_of(second_factors.b32decode(secret))})

    assert right["Location"] == "/account/second-factors/codes/"
    assert Session.objects.live().get().factor == "app"
    assert {"accounts.add_second_factor", "accounts.make_recovery_codes"} <= set(actions())
    assert "app_secret" not in client.session


def test_the_code_that_set_the_app_up_is_used_up(mei, client, sign_in):
    signed = sign_in(mei)
    secret = re.search(r'mono s13">([A-Z2-7]+)<', signed.get("/account/second-factors/app/").text).group(1)
    code = code_of(second_factors.b32decode(secret))
    signed.post("/account/second-factors/app/", {"code": code})
    signed.post("/account/logout/")
    password(client, mei)

    assert client.post(FACTOR, {"code": code}).status_code == 422


def test_a_passkey_is_set_up_and_signs_in(mei, client, sign_in):
    key, signed = SoftKey(), sign_in(mei)
    asked = question(signed.get("/account/second-factors/passkey/"))

    signed.post("/account/second-factors/passkey/", {"name": "Phone", "answer": key.made(asked)})

    assert SecondFactor.objects.get().name == "Phone"
    signed.post("/account/logout/")
    password(client, mei)
    assert client.post(FACTOR, {"answer": key.shown(question(client.get(FACTOR)))}).status_code == 302
    assert Session.objects.live().get().factor == "passkey"


@pytest.fixture
def key(mei, sign_in):
    """Mei's passkey, and she is signed out again."""
    made, signed = SoftKey(), sign_in(mei)
    asked = question(signed.get("/account/second-factors/passkey/"))
    signed.post("/account/second-factors/passkey/", {"name": "Phone", "answer": made.made(asked)})
    signed.post("/account/logout/")
    return made


def test_an_answer_of_a_passkey_works_once(mei, client, key):
    password(client, mei)
    answer = key.shown(question(client.get(FACTOR)))
    client.post(FACTOR, {"answer": answer})
    thief = type(client)()
    password(thief, mei)
    thief.get(FACTOR)

    refused = thief.post(FACTOR, {"answer": answer})

    assert refused.status_code == 422
    assert "The passkey was not accepted" in refused.text
    assert Entry.objects.filter(action="accounts.second_factor_failed").exists()


@pytest.mark.parametrize(
    "cheat", ["elsewhere", "another house", "another key", "counted back", "nonsense", "not json", "list"]
)
def test_what_is_not_this_passkey_is_refused(mei, client, key, cheat):
    password(client, mei)
    asked = question(client.get(FACTOR))
    if cheat == "elsewhere":
        key.origin = "https://candor.evil.example"
    elif cheat == "another house":
        key.house = "evil.example"
    elif cheat == "another key":
        key.key = SoftKey().key
    elif cheat == "counted back":
        key.count = -1
    answer = {"nonsense": '{"id": 1}', "not json": "[[[", "list": "[]"}.get(cheat) or key.shown(asked)

    assert client.post(FACTOR, {"answer": answer}).status_code == 422
    assert not is_in(client)


def test_setting_one_up_ends_the_sessions_that_were_begun_without(mei, client, sign_in):
    other = type(client)()
    password(other, mei)
    signed = sign_in(mei)
    secret = re.search(r'mono s13">([A-Z2-7]+)<', signed.get("/account/second-factors/app/").text).group(1)

    signed.post("/account/second-factors/app/", {"code": code_of(second_factors.b32decode(secret))})

    assert is_in(signed)
    assert not is_in(other)


def test_the_last_factor_stays_where_one_is_asked_for(mei, wang, sign_in):
    for person, left in ((mei, 1), (wang, 0)):
        factor = with_app(person)
        sign_in(person).post(f"/account/second-factors/{factor.pk}/remove/")
        assert SecondFactor.objects.filter(person=person).count() == left
    assert Entry.objects.get(action="accounts.remove_second_factor").actor == wang


def test_nobody_sets_up_or_removes_anothers(mei, wang, zhao, sign_in):
    factor = with_app(mei)

    assert sign_in(zhao).post(f"/account/second-factors/{factor.pk}/remove/").status_code == 404
    with pytest.raises(Refused):
        factor.remove(by=zhao)
    with stamped("cheating", by=zhao):
        for cheat in (
            lambda: SecondFactor.objects.filter(pk=factor.pk).delete(),
            lambda: SecondFactor.objects.create(person=wang, kind="app", name="x", sealed=b"x"),
            lambda: RecoveryCode.objects.create(person=wang, digest=b"x"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                cheat()
    assert SecondFactor.objects.get() == factor


def test_without_an_acting_person_sql_takes_nothing_off(acme, mei):
    with_app(mei)
    with tenancy.scope(acme), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_secondfactor")


# Asked of everybody but reps


@pytest.mark.parametrize(("who", "asked"), [("mei", True), ("shen", True), ("zhao", True), ("wang", False)])
def test_whoever_needs_one_reaches_nothing_else_before(who, asked, request, settings, sign_in):
    """R81."""
    settings.REQUIRE_SECOND_FACTOR = True
    client = sign_in(request.getfixturevalue(who))

    for page in ("/", "/notices/", "/people/", "/ledger/", "/customers/", "/nowhere/", "/account/security/"):
        assert (client.get(page).get("Location") == "/account/second-factors/") is asked, page
    assert client.post("/people/teams/new/", {"name": "North"}).get("Location") == (
        "/account/second-factors/" if asked else None
    )
    assert client.get("/account/second-factors/").status_code == 200


def test_after_setting_up_everything_is_open(mei, settings, sign_in):
    settings.REQUIRE_SECOND_FACTOR = True
    client = sign_in(mei)
    secret = re.search(r'mono s13">([A-Z2-7]+)<', client.get("/account/second-factors/app/").text).group(1)

    client.post("/account/second-factors/app/", {"code": code_of(second_factors.b32decode(secret))})

    assert is_in(client)


def test_a_part_of_a_page_takes_the_whole_page_along(mei, settings, sign_in):
    settings.REQUIRE_SECOND_FACTOR = True

    answer = sign_in(mei).get("/notices/count/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/account/second-factors/")


# Taken off by others


def test_a_reset_needs_a_second_person_and_ends_every_session(client, mei, zhao, qian, sign_in):
    with_app(mei)
    second_factors.new_codes(mei)
    password(client, mei)
    client.post(FACTOR, {"code": code_of()})

    approval = ask("accounts.reset_second_factor", mei, by=zhao, reason="lost her phone", **asked_of_reset(mei))
    assert SecondFactor.objects.exists()
    with pytest.raises(Refused):
        approval.approve(by=zhao, seal=approval.seal)
    approval.approve(by=qian, seal=approval.seal)

    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not is_in(client)
    entries = Entry.objects.filter(action="accounts.forget_second_factors", table_name="accounts_secondfactor")
    assert entries.get().actor == qian
    asked = Entry.objects.filter(action="accounts.reset_second_factor", op="I").first()
    assert (asked.actor, asked.reason) == (zhao, "lost her phone")


def test_a_letter_alone_takes_no_second_factor_off(client, mei, zhao, qian):
    """Whoever reads an approver's mailbox still needs the password."""
    with_app(mei)
    approval = ask("accounts.reset_second_factor", mei, by=zhao, reason="x", **asked_of_reset(mei))
    letter = mail_link.to(approval, qian).partition("/approvals/")[2]

    answer = client.post(f"/approvals/{letter}", {"verb": "approve", "seal": approval.seal, "password": "guessed"})

    assert answer.status_code == 422
    assert SecondFactor.objects.exists()
    client.post(f"/approvals/{letter}", {"verb": "approve", "seal": approval.seal, "password": PASSWORD})
    assert not SecondFactor.objects.exists()


def test_nobody_resets_his_own_or_decides_about_it(zhao, qian):
    with_app(zhao)
    with pytest.raises(Refused):
        ask("accounts.reset_second_factor", zhao, by=zhao, reason="x", **asked_of_reset(zhao))
    approval = ask("accounts.reset_second_factor", zhao, by=qian, reason="x", **asked_of_reset(zhao))
    with pytest.raises(Refused):
        approval.approve(by=zhao, seal=approval.seal)
    with pytest.raises(Refused):
        second_factors.forget(zhao, by=qian)


def test_an_approved_reset_of_one_takes_nothing_off_another(mei, wang, zhao, qian):
    with_app(mei)
    with_app(wang)

    approved("accounts.reset_second_factor", mei, by=zhao, decided_by=qian, **asked_of_reset(mei))

    assert SecondFactor.objects.get().person == wang
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondFactor.objects.filter(person=wang).delete()


def test_an_administrator_sees_kinds_and_no_names(mei, zhao, sign_in):
    with_app(mei)
    factor = second_factors.add(mei, "passkey", "Mei's private phone", b"x", counter=0)

    page = sign_in(zhao).get(f"/people/{mei.pk}/").text

    assert "Authenticator app" in page
    assert "Passkey" in page
    assert factor.name not in page
    assert Entry.objects.filter(action="accounts.see_person", about_id=str(mei.pk)).get().actor == zhao


def _now():
    return int(tenancy.now().timestamp()) // second_factors.PERIOD


def test_the_operator_takes_one_off_from_the_shell_with_a_reason(mei, client, capsys):
    with_app(mei)
    second_factors.new_codes(mei)
    password(client, mei)
    client.post(FACTOR, {"code": code_of()})

    call_command("reset_second_factor", mei.email.upper(), reason="the only administrator lost his phone")

    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not is_in(client)
    entry = Entry.objects.filter(action="accounts.operator_reset", table_name="accounts_secondfactor").get()
    assert (entry.about_id, entry.reason) == (str(mei.pk), "the only administrator lost his phone")
    with pytest.raises(CommandError, match="Nobody"):
        call_command("reset_second_factor", "nobody@nowhere.example", reason="x")

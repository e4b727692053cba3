"""What an organisation asks of everybody who signs in: changed by two people, kept by the database, and no way to lock
oneself out (R81, R102, R105)."""

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts import passwords, second_factors
from accounts.checks import second_factors_are_asked_for
from accounts.deeds import Refused
from accounts.models import Session, SignInPolicy, User
from accounts.networks import is_within, read
from approvals.asking import ask
from approvals.models import Approval
from audit.models import Entry
from audit.reading import changes_of
from tests.approved import approved
from tests.factories import PASSWORD

PAGE = "/sign-in-rules/change/"


@pytest.fixture(autouse=True)
def own_counters(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["default"].clear()


def put(organization, *, by, decided_by, **other):
    """Other rules, asked for by one person and approved by another."""
    policy = SignInPolicy.objects.get()
    asked = policy.as_asked() | other | {"before": policy.as_asked()}
    approved("accounts.sign_in_policy", policy, by=by, decided_by=decided_by, **asked)
    return SignInPolicy.objects.get()


def typed(**other):
    asked = {
        "exempt_roles": ["rep"],
        "password_length": 10,
        "idle_minutes": 120,
        "absolute_hours": 24,
        "reason": "because",
    }
    return asked | other


# Begun by the house, changed by two


def test_an_organisation_begins_with_the_house_rules(acme):
    """The database writes them; Python means the same."""
    assert SignInPolicy.objects.get().as_asked() == SignInPolicy().as_asked()


def test_a_change_takes_a_second_person_and_is_read_in_the_ledger(acme, zhao, qian, sign_in):
    answer = sign_in(zhao).post(PAGE, typed(exempt_roles=[], idle_minutes=30, networks_auditor="10.0.0.7/8"))

    approval = Approval.objects.get()
    assert answer["Location"] == f"/approvals/{approval.pk}/"
    assert SignInPolicy.objects.get().idle_minutes == 120
    with pytest.raises(Refused):
        approval.approve(by=zhao, seal=approval.seal)
    approval.approve(by=qian, seal=approval.seal)

    policy = SignInPolicy.objects.get()
    assert (policy.exempt_roles, policy.idle_minutes, policy.networks) == ([], 30, {"auditor": ["10.0.0.0/8"]})
    entry = Entry.objects.get(action="accounts.change_sign_in_policy")
    assert entry.actor == qian
    told = {str(each["label"]): (str(each["before"]), str(each["after"])) for each in changes_of(entry, {})}
    assert told["roles without a second factor"] == ("Rep", "")
    assert told["networks a role may come from"] == ("", "Auditor: 10.0.0.0/8")
    assert Entry.objects.filter(action="accounts.sign_in_policy", actor=zhao, reason="because").exists()


def test_the_request_shows_exactly_what_would_change(acme, zhao, qian, sign_in):
    sign_in(zhao).post(PAGE, typed(password_days=90))

    page = sign_in(qian).get(f"/approvals/{Approval.objects.get().pk}/").text

    assert "never" in page
    assert "90 days" in page


@pytest.mark.parametrize("column", SignInPolicy.FIELDS)
def test_sql_changes_nothing_that_was_not_approved(acme, zhao, qian, column):
    values = {"exempt_roles": "'[]'", "networks": """'{"rep": ["10.0.0.0/8"]}'"""}
    statement = f"UPDATE accounts_signinpolicy SET {column} = {values.get(column, 31)}"

    with pytest.raises(IntegrityError, match="second person"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    put(acme, by=zhao, decided_by=qian, idle_minutes=60)  # approved in this very transaction, but not for this
    with pytest.raises(IntegrityError, match="second person"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_row_cannot_be_put_in_its_own_place(acme):
    for statement in (
        "DELETE FROM accounts_signinpolicy",
        "INSERT INTO accounts_signinpolicy (organization_id, exempt_roles, password_length, idle_minutes, absolute_hours,"
        " networks) SELECT organization_id, '[]', 10, 1440, 336, '{}' FROM accounts_signinpolicy",
    ):
        with (
            pytest.raises(Exception, match=r"permission|second person"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize(
    "other",
    [
        {"exempt_roles": ["rep", "manager"]},
        {"exempt_roles": ["administrator"]},
        {"password_length": 9},
        {"password_days": 1},
        {"idle_minutes": 100_00},
        {"absolute_hours": 400},
        {"networks": {"rep": ["not a network"]}},
    ],
)
def test_even_two_people_do_not_weaken_it_below_the_house(acme, zhao, qian, other):
    """Asked for past the form: the decision is undone by the database."""
    with pytest.raises(Exception, match=r"violates|invalid input"), transaction.atomic():
        put(acme, by=zhao, decided_by=qian, **other)


@pytest.mark.parametrize("other", [{"exempt_roles": ["manager"]}, {"password_length": 9}, {"password_days": 1}, {"idle_minutes": ""},
                                   {"absolute_hours": 1000}, {"networks_rep": "300.1.1.1"}, {"reason": ""}, {}])  # fmt: skip
def test_what_the_form_refuses_is_said_and_not_asked(acme, zhao, sign_in, other):
    answer = sign_in(zhao).post(PAGE, typed(**other))

    assert answer.status_code == 422
    assert not Approval.objects.exists()


@pytest.mark.parametrize("who", ["wang", "mei", "shen"])
def test_only_administrators_ask_and_read(acme, who, request, sign_in):
    client = sign_in(request.getfixturevalue(who))

    assert client.get("/sign-in-rules/").status_code == 403
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, typed(idle_minutes=30)).status_code == 403


# Networks


def test_who_asks_does_not_lock_himself_out(acme, zhao, sign_in):
    answer = sign_in(zhao).post(PAGE, typed(networks_administrator="203.0.113.0/24"))

    assert answer.status_code == 422
    assert "You come from 127.0.0.1" in answer.text
    assert sign_in(zhao).post(PAGE, typed(networks_administrator="203.0.113.0/24\n127.0.0.0/8")).status_code == 302


def test_a_role_works_only_from_its_networks(acme, wang, mei, zhao, qian, sign_in):
    """R105."""
    put(acme, by=zhao, decided_by=qian, networks={"rep": ["203.0.113.0/24"]})

    refused = sign_in(wang).get("/customers/")
    assert refused.status_code == 403
    assert "An administrator of your organisation asks for other networks" in refused.text
    assert sign_in(wang).post("/customers/new/", {"name": "x"}).status_code == 403
    assert sign_in(wang).get("/customers/", REMOTE_ADDR="203.0.113.7").status_code == 200
    assert sign_in(mei).get("/customers/").status_code == 200
    assert sign_in(wang).post("/account/logout/").status_code == 302


@pytest.mark.parametrize(
    "header", [{"X-Forwarded-For": "203.0.113.7"}, {"X-Real-IP": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}]
)
def test_an_address_is_not_what_a_header_says(acme, wang, zhao, qian, sign_in, header):
    put(acme, by=zhao, decided_by=qian, networks={"rep": ["203.0.113.0/24"]})

    assert sign_in(wang).get("/customers/", headers=header).status_code == 403


def test_without_an_address_only_named_networks_refuse(acme, wang, zhao, qian, sign_in):
    """Behind a socket without a proxy there is none: no reason to keep anybody out who may come from anywhere."""
    assert sign_in(wang).get("/customers/", REMOTE_ADDR="").status_code == 200
    put(acme, by=zhao, decided_by=qian, networks={"rep": ["0.0.0.0/0"]})
    assert sign_in(wang).get("/customers/", REMOTE_ADDR="").status_code == 403


def test_networks_are_read_and_compared():
    assert read("10.1.2.3/8, 2001:db8::/32\n192.0.2.1") == ["10.0.0.0/8", "2001:db8::/32", "192.0.2.1/32"]
    assert is_within("::ffff:10.9.9.9", ["10.0.0.0/8"])
    assert is_within("2001:db8::1", ["10.0.0.0/8", "2001:db8::/32"])
    assert not is_within("192.0.2.2", ["192.0.2.1/32"])
    assert not is_within("", ["0.0.0.0/0"])
    assert is_within("", [])


# Passwords


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "qwertyuiop",
        "Candor2026!!",
        "candor-acme-26",
        "wang.wang.2026",
        "1234567890",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
    ],
)
def test_what_is_guessed_soon_is_refused(wang, password):
    """R102: the house, the organisation and one's own name do not make a password."""
    with pytest.raises(ValidationError):
        passwords.StrengthValidator().validate(password, wang)


@pytest.mark.parametrize("password", [PASSWORD, "a quite new mirror", "清风 明月 mirror seven", "x7!kQp2#vWz9"])
def test_what_takes_long_to_guess_is_taken(wang, password):
    passwords.StrengthValidator().validate(password, wang)
    passwords.StrengthValidator().validate(password)


def test_an_organisation_may_want_longer_passwords(acme, wang, zhao, qian, sign_in):
    put(acme, by=zhao, decided_by=qian, password_length=20)
    new = {"oldpassword": PASSWORD, "password1": "a quite new mirror", "password2": "a quite new mirror"}

    answer = sign_in(wang).post("/account/password/change/", new)

    assert "at least 20 characters" in answer.text
    assert User.objects.get(pk=wang.pk).check_password(PASSWORD)


def test_no_password_ages_unless_the_organisation_says_so(acme, wang, zhao, qian, sign_in):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET password_changed_at = now() - interval '91 days' WHERE id = %s", [wang.pk]
        )
    assert sign_in(wang).get("/customers/").status_code == 200

    put(acme, by=zhao, decided_by=qian, password_days=90)

    client = sign_in(wang)
    assert client.get("/customers/")["Location"] == "/account/password/change/"
    new = {"oldpassword": PASSWORD, "password1": "a quite new mirror", "password2": "a quite new mirror"}
    client.post("/account/password/change/", new)
    assert client.get("/customers/").status_code == 200


def test_with_both_to_do_one_comes_after_the_other(acme, mei, zhao, qian, settings, sign_in):
    """No page sends him to the other and back."""
    settings.REQUIRE_SECOND_FACTOR = True
    put(acme, by=zhao, decided_by=qian, password_days=90)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET password_changed_at = now() - interval '91 days' WHERE id = %s", [mei.pk]
        )
    client = sign_in(mei)

    assert client.get("/customers/")["Location"] == "/account/second-factors/"
    assert client.get("/account/second-factors/").status_code == 200
    Session.objects.update(factor="app")
    assert client.get("/customers/")["Location"] == "/account/password/change/"
    assert client.get("/account/password/change/").status_code == 200


# What an operator sees


def test_switched_off_second_factors_are_a_warning_at_deployment(settings):
    settings.REQUIRE_SECOND_FACTOR = False
    assert [each.id for each in second_factors_are_asked_for(None)] == ["accounts.W001"]
    settings.REQUIRE_SECOND_FACTOR = True
    assert second_factors_are_asked_for(None) == []


def test_reps_are_asked_too_where_the_organisation_wants_it(acme, wang, zhao, qian, settings, sign_in):
    """R81."""
    settings.REQUIRE_SECOND_FACTOR = True
    assert sign_in(wang).get("/customers/").status_code == 200

    put(acme, by=zhao, decided_by=qian, exempt_roles=[])

    assert sign_in(wang).get("/customers/")["Location"] == "/account/second-factors/"
    assert second_factors.of(wang) == []


def test_a_list_costs_no_more_statements_for_all_of_this(
    acme, wang, zhao, qian, settings, sign_in, django_assert_max_num_queries
):
    """The person, his organisation, its rules and his session come in one statement."""
    put(acme, by=zhao, decided_by=qian, networks={"rep": ["127.0.0.0/8"]}, password_days=90)
    client = sign_in(wang)
    client.get("/notices/")

    with connection.execute_wrapper(_counting := Counting()):
        client.get("/notices/")
    assert len([sql for sql in _counting.statements if "accounts_user" in sql and sql.startswith("SELECT")]) == 1


class Counting:
    def __init__(self):
        self.statements = []

    def __call__(self, execute, sql, params, many, context):
        self.statements.append(sql)
        return execute(sql, params, many, context)


def test_the_rules_that_exist_are_known_to_migrations(acme):
    call_command("makemigrations", "accounts", "approvals", check=True, dry_run=True, verbosity=0)


def test_a_second_request_waits_for_the_first(acme, zhao, sign_in):
    policy = SignInPolicy.objects.get()
    ask(
        "accounts.sign_in_policy",
        policy,
        by=zhao,
        reason="x",
        **(policy.as_asked() | {"idle_minutes": 30, "before": policy.as_asked()}),
    )

    answer = sign_in(zhao).post(PAGE, typed(idle_minutes=60))

    assert answer["Location"] == f"/approvals/{Approval.objects.get().pk}/"

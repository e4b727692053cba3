"""Opening an organisation: by oneself, from the shell, and the demo."""

import re
import stat

import pytest
from django.core import signing
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts import tenancy
from accounts.founding import found
from accounts.models import Organization, Role, Schedule, Team, User
from accounts.models.roles import RoleCode
from approvals.models import Approval, Approver
from audit.models import Entry
from crm.demo.people import ADMINISTRATOR, PEOPLE, SIGN_INS, STRANGER
from customers.models import Claim, Contact, ContestedClaim, Customer, FollowUp

FOUNDER = {"name": "Nordwind 北风", "language": "zh-hans", "administrator": "Sun Yue", "email": "Sun@Nordwind.example", "password": "a quite new mirror"}  # fmt: skip


@pytest.fixture(autouse=True)
def own_counters(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["default"].clear()


def test_an_organisation_begins_with_a_key_an_administrator_and_its_schedules(db):
    founder = found(**FOUNDER)

    with tenancy.scope(founder.organization_id):
        organization = Organization.objects.get()
        assert (organization.name, organization.language, len(organization.key)) == ("Nordwind 北风", "zh-hans", 32)
        assert (founder.role, founder.email, founder.language) == ("administrator", "sun@nordwind.example", "zh-hans")
        assert Schedule.objects.filter(task="accounts.sweep").exists()
        entries = list(Entry.objects.order_by("id"))
        assert {(entry.action, entry.actor_id) for entry in entries} == {("accounts.create_organization", founder.pk)}
        tables = [entry.table_name for entry in entries]
        assert sorted(set(tables)) == [
            "accounts_organization",
            "accounts_role",
            "accounts_signinpolicy",
            "accounts_user",
            "customers_ownershiprules",
            "customers_pool",
        ]
        assert tables.count("accounts_role") == Role.objects.count() == len(RoleCode)


def test_founding_twice_with_one_address_leaves_one_organisation(db):
    found(**FOUNDER)

    with pytest.raises(IntegrityError):
        found(**FOUNDER)

    with tenancy.anonymous(signing_in=True):
        assert User.objects.filter(email="sun@nordwind.example").count() == 1


ADDRESS = {"email": FOUNDER["email"]}
TYPED = {name: value for name, value in FOUNDER.items() if name != "email"}


def link_in(mailoutbox):
    return re.search(r"http://[^/]+(/sign-up/\S+)", mailoutbox[-1].body).group(1)


def test_a_visitor_founds_an_organisation_by_a_link_and_is_signed_in(client, db, mailoutbox):
    assert "/sign-up/" in client.get("/account/login/").content.decode()
    assert client.get("/sign-up/").status_code == 200
    assert client.post("/sign-up/", ADDRESS)["Location"] == "/sign-up/sent/"
    assert mailoutbox[0].to == ["sun@nordwind.example"]

    page = client.post(link_in(mailoutbox), TYPED, follow=True)

    assert page.redirect_chain[-1][0] == "/people/"
    assert "Nordwind 北风" in page.content.decode()
    with tenancy.anonymous(signing_in=True):
        assert User.objects.filter(email="sun@nordwind.example").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 121), ("language", "xx"), ("password", "short"), ("administrator", "a\0b")],
)
def test_what_does_not_do_is_said_beside_the_field(client, db, mailoutbox, field, value):
    client.post("/sign-up/", ADDRESS)

    page = client.post(link_in(mailoutbox), TYPED | {field: value})

    assert page.status_code == 422
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("case", ["known", "deactivated", "unknown"])
def test_nobody_learns_by_signing_up_who_is_here(client, wang, zhao, mailoutbox, case):
    """Same status, same page, one letter each; what it says, only the owner of the mailbox reads."""
    if case == "deactivated":
        wang.deactivate(by=zhao)
    email = "nobody@nowhere.example" if case == "unknown" else wang.email

    answer = client.post("/sign-up/", {"email": email})

    assert (answer.status_code, answer["Location"], answer.content) == (302, "/sign-up/sent/", b"")
    assert [mail.to for mail in mailoutbox] == [[email]]
    assert ("/sign-up/" in mailoutbox[0].body) is (case == "unknown")


def test_one_mailbox_gets_three_letters_an_hour(client, db, mailoutbox):
    answers = {client.post("/sign-up/", ADDRESS)["Location"] for _ in range(5)}

    assert answers == {"/sign-up/sent/"}
    assert len(mailoutbox) == 3


def test_a_link_founds_one_organisation(client, db, mailoutbox):
    client.post("/sign-up/", ADDRESS)
    link = link_in(mailoutbox)
    client.post(link, TYPED)
    client.post("/account/logout/")

    page = client.post(link, TYPED)

    assert page.status_code == 422
    assert "signs in already" in page.content.decode()


def test_a_link_that_is_old_or_made_up_founds_nothing(client, db, mailoutbox, settings):
    client.post("/sign-up/", ADDRESS)
    link = link_in(mailoutbox)
    made_up = signing.dumps("other@nordwind.example", salt="accounts.something_else")
    settings.PASSWORD_RESET_TIMEOUT = -1

    for path in (link, link.replace("/sign-up/", "/sign-up/x"), f"/sign-up/{made_up}/", "/sign-up/x/"):
        assert client.post(path, TYPED).status_code == 410
    with tenancy.anonymous(signing_in=True):
        assert not User.objects.filter(email__endswith="@nordwind.example").exists()


def test_sign_up_can_be_switched_off(client, db, settings):
    settings.SIGN_UP = False

    for page in (client.get("/sign-up/"), client.post("/sign-up/", ADDRESS), client.post("/sign-up/x/", TYPED)):
        assert page.status_code == 404
        assert "not opened here" in page.content.decode()
    assert "/sign-up/" not in client.get("/account/login/").content.decode()


def test_somebody_who_is_signed_in_founds_nothing(sign_in, wang, mailoutbox):
    client = type(sign_in(wang))()
    client.post("/sign-up/", ADDRESS)

    assert sign_in(wang).post(link_in(mailoutbox), TYPED).status_code == 302
    with tenancy.anonymous(signing_in=True):
        assert not User.objects.filter(email="sun@nordwind.example").exists()


def test_founding_from_one_place_is_limited(client, db):
    for _ in range(20):
        client.post("/sign-up/", {"email": "no address"})

    assert client.post("/sign-up/", ADDRESS).status_code == 429


def test_an_organisation_is_opened_from_the_shell(client, db, capsys):
    call_command(
        "create_organization", "Acme 一方", administrator="Zhao Min 赵敏", email="zhao@acme.example", language="en"
    )

    printed = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert printed["e-mail"] == "zhao@acme.example"
    answer = client.post("/account/login/", {"login": printed["e-mail"], "password": printed["password"]})
    assert answer.status_code == 302


@pytest.mark.parametrize("email", ["no address", "wang"])
def test_the_shell_says_what_is_wrong(wang, email):
    email = wang.email if email == "wang" else email

    with pytest.raises(CommandError, match="address"):
        call_command("create_organization", "Acme", administrator="Zhao", email=email)


# The demo


@pytest.fixture
def demo(db, settings, tmp_path, capsys):
    """What the command printed, and where it keeps the passwords."""
    settings.DATA_DIR = tmp_path
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    call_command("demo")
    return capsys.readouterr().out


@pytest.fixture
def huaxin(demo):
    with tenancy.anonymous(signing_in=True):
        organization_id = User.objects.get(email=ADMINISTRATOR.email).organization_id
    with tenancy.scope(organization_id):
        yield


def test_the_demo_prints_who_signs_in(client, demo):
    for person in SIGN_INS:
        line = next(line for line in demo.splitlines() if line.startswith(person.email))
        answer = client.post("/account/login/", {"login": person.email, "password": line.split()[1]})
        assert answer.status_code == 302
        client.post("/account/logout/")


def test_the_demo_is_made_once_and_keeps_its_passwords(demo, huaxin, capsys, settings):
    call_command("demo")

    assert capsys.readouterr().out == demo
    assert User.objects.count() == len(PEOPLE) + 2
    assert stat.S_IMODE((settings.DATA_DIR / "secrets" / "demo.json").stat().st_mode) == 0o600


def test_lost_passwords_of_the_demo_are_drawn_anew(client, demo, capsys, settings):
    (settings.DATA_DIR / "secrets" / "demo.json").unlink()

    call_command("demo")

    printed = capsys.readouterr().out
    line = next(line for line in printed.splitlines() if line.startswith(STRANGER.email))
    assert line not in demo
    assert client.post("/account/login/", {"login": STRANGER.email, "password": line.split()[1]}).status_code == 302


def test_the_demo_has_teams_customers_and_a_history(huaxin):
    li, wang, he = (User.objects.get(email__startswith=name) for name in ("li.wei", "wang.fang", "he.lin"))

    assert Customer.objects.count() == 62
    assert Customer.objects.in_pool().count() == 18
    assert Customer.objects.visible_to(li).count() == 17
    assert wang.manages(li)
    assert he.manages(wang)
    assert Team.objects.count() == 4
    assert FollowUp.objects.count() > 30
    assert Contact.objects.count() == 40
    assert Claim.objects.live().count() == 44
    assert ContestedClaim.objects.count() == 2
    assert not Customer.objects.filter(needs_review=True).exists()


def test_the_demo_has_requests_in_several_states_and_each_waits_for_somebody(huaxin):
    waiting = {}
    for seat in Approver.objects.live().select_related("approval", "person"):
        waiting.setdefault(seat.approval.kind, set()).add(seat.person.name)

    assert waiting == {
        "customers.transfer": {"Wang Fang 王芳"},
        "accounts.position": {"Ma Li 马丽"},
        "approvals.policy": {"Ma Li 马丽"},
        "customers.ownership_rules": {"Ma Li 马丽"},
        "customers.terms": {"Wang Fang 王芳"},
    }
    states = Approval.objects.filter(kind="customers.transfer").values_list("state", flat=True)
    assert sorted(states) == ["approved", "pending", "returned"]
    assert Approval.objects.filter(kind="accounts.tree", state="approved").count() == 2, "as the managers were named"


def test_every_act_of_the_demo_has_an_actor(huaxin):
    by_the_house = ["customers.replay", "customers.assign_by_rule"]  # worked out by a job, which is nobody
    from_outside = ["customers.answer"]  # a customer's word
    assert not Entry.objects.filter(actor=None).exclude(action__in=[*by_the_house, *from_outside]).exists()
    assert not Entry.objects.filter(action__in=["insert", "update", "delete"]).exists()


def test_whoever_comes_to_the_demo_keeps_the_language_he_comes_in(client, demo):
    line = next(line for line in demo.splitlines() if line.startswith("li.wei"))

    client.post(
        "/account/login/",
        {"login": "li.wei@huaxin.example", "password": line.split()[1]},
        headers={"accept-language": "zh-CN"},
    )

    assert 'lang="zh-hans"' in client.get("/customers/", headers={"accept-language": "en"}).content.decode()

"""Sessions: seen and ended by their owner and by administrators, over by the clock, known by their device
(R85, R102, R104, R105)."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts import presenting, sessions, tenancy, travel
from accounts.models import Device, Notice, Outbox, Session, User
from accounts.outbox import perform
from audit.models import Entry
from customers.models import Export
from tests.factories import PASSWORD, customer_of
from tests.maps import write_map

LOGIN = "/account/login/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture(autouse=True)
def own_counters(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["default"].clear()


@pytest.fixture
def window(client):
    """`window(wang)`: a browser of its own, signed in by the form."""

    def opened(person, agent=FIREFOX, address="127.0.0.1", browser=None):
        browser = browser or type(client)()
        browser.defaults |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
        assert browser.post(LOGIN, {"login": person.email, "password": PASSWORD}).status_code == 302
        return browser

    return opened


def is_in(browser):
    return browser.get("/notices/").status_code == 200


def later(session, **ago):
    """As if it had been begun, used or proved so long ago. Only the clock does this; here the database's owner is asked."""
    with connection.cursor() as cursor:
        for column, delta in ago.items():
            cursor.execute(
                f"UPDATE accounts_session SET {column} = clock_timestamp() - %s WHERE id = %s", [delta, session.pk]
            )


# Seen and ended


def test_somebody_sees_where_he_is_signed_in_and_which_this_is(wang, window):
    here, _other = window(wang), window(wang, agent=CHROME, address="203.0.113.9")

    page = here.get("/account/security/").text

    assert "Firefox · Windows" in page
    assert "Chrome · Linux" in page
    assert "203.0.113.9" in page
    assert page.count("This one") == 1


def test_one_session_is_ended_from_another_at_the_next_request(wang, window):
    here, other = window(wang), window(wang, agent=CHROME)
    ended = Session.objects.get(agent=CHROME)

    here.post(f"/account/sessions/{ended.pk}/end/")

    assert is_in(here)
    assert not is_in(other)
    assert "organization_id" not in other.session
    entry = Entry.objects.get(action="accounts.end_session")
    assert (entry.actor, entry.about_id, entry.after["agent"]) == (wang, str(wang.pk), CHROME)


def test_all_others_end_at_once(wang, window):
    here, *others = [window(wang) for _ in range(3)]

    here.post("/account/sessions/end-others/")

    assert [is_in(each) for each in (here, *others)] == [True, False, False]


def test_an_administrator_sees_and_ends_somebodys_sessions(wang, zhao, window, sign_in):
    """R85, R104."""
    hers = window(wang)
    client = sign_in(zhao)
    assert "Firefox · Windows" in client.get(f"/people/{wang.pk}/").text

    answer = client.post(f"/people/{wang.pk}/sessions/end/")

    assert answer["Location"] == f"/people/{wang.pk}/"
    assert not is_in(hers)
    assert Entry.objects.get(action="accounts.end_session").actor == zhao


@pytest.mark.parametrize("who", ["li", "mei", "shen", "outsider"])
def test_nobody_else_sees_or_ends_them(who, request, wang, window, sign_in):
    hers, session = window(wang), Session.objects.get(person=wang)
    client = sign_in(request.getfixturevalue(who))

    assert client.get(f"/people/{wang.pk}/").status_code in (403, 404)
    assert client.post(f"/people/{wang.pk}/sessions/end/").status_code in (403, 404)
    assert client.post(f"/account/sessions/{session.pk}/end/").status_code in (403, 404)
    assert is_in(hers)


def test_signing_out_deactivating_and_a_new_password_end_sessions(wang, li, mei, zhao, window):
    window(wang).post("/account/logout/")
    gone = window(li)
    li.deactivate(by=zhao)
    elsewhere, here = window(mei), window(mei)
    here.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "a quite new mirror", "password2": "a quite new mirror"},
    )

    assert list(Session.objects.live().values_list("person", flat=True)) == [mei.pk]
    assert not is_in(gone)
    assert not is_in(elsewhere)
    assert is_in(here)


def test_a_session_that_ended_never_begins_again(wang, window):
    browser, session = window(wang), Session.objects.get()
    cookie = browser.cookies["sessionid"].value
    sessions.end(session, by=wang)

    for attempt in ("ended_at = null", "person_id = person_id, began_at = now()", "seen_at = now()"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_session SET {attempt} WHERE id = %s", [session.pk])
    assert not is_in(browser)
    browser.cookies["sessionid"] = cookie
    assert not is_in(browser)


def test_a_cookie_without_a_session_of_ours_is_nobodys(wang, li, window):
    """From before an upgrade, or made up; and one person's number does not carry another."""
    browser = window(wang)
    store = browser.session
    del store["signed_in"]
    store.save()
    assert not is_in(browser)

    browser, foreign = window(wang), Session.objects.create(person=li)
    store = browser.session
    store["signed_in"] = str(foreign.pk)
    store.save()
    assert not is_in(browser)


def test_signing_in_changes_the_number_of_the_session(wang, client):
    """Session fixation: whoever planted a cookie before has nothing after."""
    client.get(LOGIN)
    store = client.session
    store["planted"] = "x"
    store.save()
    planted = client.cookies["sessionid"] = store.session_key

    client.post(LOGIN, {"login": wang.email, "password": PASSWORD})

    assert client.cookies["sessionid"].value != planted
    thief = type(client)()
    thief.cookies["sessionid"] = planted
    assert not is_in(thief)


# Over by the clock


@pytest.mark.parametrize(
    ("column", "ago", "why"),
    [("seen_at", timedelta(minutes=121), "idle"), ("began_at", timedelta(hours=24, minutes=1), "absolute")],
)
def test_past_its_limits_a_session_is_over_with_a_sentence(wang, window, monkeypatch, column, ago, why):
    browser, real = window(wang), presenting.presented

    def aged(person_id):
        session = real(person_id)
        setattr(session, column, session.now - ago)
        return session

    with monkeypatch.context() as patched:
        patched.setattr(presenting, "presented", aged)
        answer = browser.get("/customers/?q=x")

    assert answer["Location"] == f"{LOGIN}?over={why}&next=%2Fcustomers%2F%3Fq%3Dx"
    assert (
        "signed out" in browser.get(answer["Location"]).text or "sign in anew" in browser.get(answer["Location"]).text
    )
    assert not is_in(browser)
    entry = Entry.objects.get(action="accounts.session_over")
    assert (entry.about_id, entry.after["why"]) == (str(wang.pk), why)
    assert not Entry.objects.filter(action="accounts.sign_out").exists()


def test_within_its_limits_it_lives(wang, window):
    browser = window(wang)
    later(Session.objects.get(), seen_at=timedelta(minutes=119))

    assert is_in(browser)
    assert tenancy.now() - Session.objects.get().seen_at < timedelta(minutes=1)


def test_a_page_that_only_polls_is_no_work(wang, window):
    """Otherwise a page left open would keep somebody signed in for ever."""
    browser = window(wang)
    later(Session.objects.get(), seen_at=timedelta(minutes=100))

    browser.get("/notices/count/", headers={"HX-Request": "true"})
    assert tenancy.now() - Session.objects.get().seen_at > timedelta(minutes=99)

    later(Session.objects.get(), seen_at=timedelta(minutes=121))
    answer = browser.get("/notices/count/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"{LOGIN}?over=idle")


def test_a_part_of_a_page_sends_who_is_nobody_any_more_to_sign_in(wang, window):
    browser = window(wang)
    sessions.end(Session.objects.select_related("person").get(), by=wang)

    answer = browser.get("/notices/count/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (204, LOGIN)
    again = browser.get("/notices/count/", headers={"HX-Request": "true"})
    assert (again.status_code, again["HX-Redirect"]) == (204, LOGIN)


def test_being_seen_is_written_at_most_once_a_minute(wang, window, django_assert_num_queries):
    browser = window(wang)
    browser.get("/notices/")
    with connection.execute_wrapper(_no_update_of("accounts_session")):
        browser.get("/notices/")


def test_nobody_is_seen_in_the_future(wang, window):
    """A session cannot be kept alive by hand."""
    window(wang)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_session SET seen_at = now() + interval '1 year', proved_at = now() + interval '1 year'"
        )

    session = Session.objects.get()
    assert session.seen_at <= tenancy.now()
    assert session.proved_at <= tenancy.now()


def _no_update_of(table):
    def watch(execute, sql, params, many, context):
        assert not sql.startswith(f'UPDATE "{table}"')
        return execute(sql, params, many, context)

    return watch


# Is it still the same person?


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/customers/exports/new/"),
        ("post", "/customers/exports/new/"),
        ("get", "/account/second-factors/app/"),
        ("get", "/account/second-factors/passkey/"),
        ("post", "/account/second-factors/codes/"),
        ("post", "/account/sessions/end-others/"),
    ],
)
def test_after_ten_minutes_what_cannot_be_taken_back_asks_for_the_password(wang, window, method, path):
    browser = window(wang)
    assert getattr(browser, method)(path).status_code != 403
    later(Session.objects.live().get(), proved_at=timedelta(minutes=11))

    answer = getattr(browser, method)(path)

    assert answer["Location"].startswith("/account/reauthenticate/?next=")
    assert browser.post(answer["Location"], {"password": "not this one"}).status_code == 200
    assert getattr(browser, method)(path)["Location"].startswith("/account/reauthenticate/")
    browser.post(answer["Location"], {"password": PASSWORD})
    assert "reauthenticate" not in getattr(browser, method)(path).get("Location", "")


def test_an_export_is_handed_out_only_to_who_proves_to_be_it(wang, window):
    customer_of(wang)
    browser = window(wang)
    browser.post("/customers/exports/new/", {"purpose": "the fair", "format": "csv"})
    for job in Outbox.objects.filter(task__startswith="customers.", done_at=None):
        perform(job.pk, job.organization_id)
    path = reverse("customers:export_download", args=[Export.objects.get().pk])
    later(Session.objects.get(), proved_at=timedelta(minutes=11))

    answer = browser.get(path)

    assert answer["Location"] == "/account/reauthenticate/?next=%2Fcustomers%2Fexports%2F"
    assert (
        browser.post(answer["Location"], {"password": PASSWORD, "next": "/customers/exports/"})["Location"]
        == "/customers/exports/"
    )
    assert browser.get(path)["Content-Disposition"].startswith("attachment")


def test_wrong_passwords_on_the_way_are_counted_and_recorded(wang, window):
    browser = window(wang)
    later(Session.objects.get(), proved_at=timedelta(minutes=11))
    for _ in range(6):
        answer = browser.post("/account/reauthenticate/?next=/", {"password": "not this one"})

    assert "Too many" in answer.text
    assert Entry.objects.filter(action="accounts.sign_in_failed").count() == 5


# Devices and travel


def test_a_new_device_is_told_once_by_notice_and_mail(wang, window, client):
    """R105."""
    known = window(wang)
    known.post("/account/logout/")
    window(wang, browser=known)
    assert not Notice.objects.exists()

    stranger = window(wang, agent=CHROME, address="203.0.113.9")
    stranger.post("/account/logout/")
    window(wang, browser=stranger, agent=CHROME)

    told = Notice.objects.get(what="accounts.new_device")
    assert (told.person, told.words) == (wang, {"device": "Chrome · Linux", "address": "203.0.113.9"})
    assert Outbox.objects.filter(task="accounts.mail").count() == 1
    entry = Entry.objects.get(action="accounts.new_device")
    assert (entry.about_id, entry.after["address"]) == (str(wang.pk), "203.0.113.9")


def test_a_stolen_device_cookie_on_another_browser_is_a_new_device(wang, window):
    known = window(wang)
    thief = type(known)()
    thief.cookies["device"] = known.cookies["device"].value

    window(wang, browser=thief, agent=CHROME)

    assert Notice.objects.filter(what="accounts.new_device").count() == 1


def test_the_device_cookie_tells_nothing_and_opens_nothing(wang, li, window):
    browser = window(wang)
    cookie = browser.cookies["device"]
    assert cookie["httponly"]

    assert cookie.value.encode() not in bytes(Device.objects.get().digest)
    window(li, browser=type(browser)())
    assert Device.objects.values("digest").distinct().count() == 2


PLACES = {
    "192.0.2.1": {"name": "Shanghai", "latitude": 31.2, "longitude": 121.5},
    "192.0.2.2": {"name": "Suzhou", "latitude": 31.3, "longitude": 120.6},
    "198.51.100.1": {"name": "Lisbon", "latitude": 38.7, "longitude": -9.1},
}


@pytest.fixture
def mapped(monkeypatch):
    monkeypatch.setattr(travel, "locate", PLACES.get)


def test_nobody_is_in_two_places_at_once(wang, zhao, window, mapped):
    """R105: the person and the administrators are told; the sign-in stands, for it may have a reason."""
    window(wang, address="192.0.2.1")
    window(wang, address="198.51.100.1")

    told = {(notice.person, notice.what) for notice in Notice.objects.exclude(what="accounts.new_device")}
    assert told == {(wang, "accounts.impossible_travel"), (zhao, "accounts.impossible_travel_of")}
    entry = Entry.objects.get(action="accounts.impossible_travel")
    assert (entry.after["here"], entry.after["there"]) == ("Lisbon", "Shanghai")
    assert 10_000 < entry.after["distance"] < 12_000
    assert "Shanghai" in Notice.objects.get(person=zhao).sentence


def test_a_short_way_or_a_long_time_is_ordinary(wang, zhao, window, mapped):
    window(wang, address="192.0.2.1")
    window(wang, address="192.0.2.2")
    assert not Entry.objects.filter(action="accounts.impossible_travel").exists()

    first = Session.objects.earliest("began_at")
    first.began_at -= timedelta(hours=13)
    later_one = Session.objects.create(person=wang, place=PLACES["198.51.100.1"])
    assert travel.kilometres(first.place, later_one.place) < travel.FASTEST * 13


def test_without_a_map_nothing_is_located(wang, window, settings):
    settings.GEOIP_DATABASE = ""
    window(wang, address="198.51.100.1")

    assert Session.objects.get().place is None


def test_a_map_of_the_operator_is_read(settings, tmp_path):
    settings.GEOIP_DATABASE = str(write_map(tmp_path / "tiny.mmdb"))

    assert travel.locate("1.2.3.4") == {"name": "Lisbon", "latitude": 38.7, "longitude": -9.1}
    assert travel.locate("200.2.3.4") is None


# Seen by whom it concerns


def test_the_history_of_sign_ins_comes_from_the_ledger(wang, li, window, client):
    """R104."""
    client.post(LOGIN, {"login": wang.email, "password": "wrong"}, REMOTE_ADDR="203.0.113.66")
    page = window(wang).get("/account/security/").text

    assert "could not sign in" in page
    assert "203.0.113.66" in page
    assert "203.0.113.66" not in window(li).get("/account/security/").text


def test_the_deactivated_are_shown_signed_in_nowhere(wang, zhao, window, sign_in):
    window(wang)
    wang.deactivate(by=zhao)

    page = sign_in(zhao).get(f"/people/{wang.pk}/").text
    assert "Nowhere." in page
    assert User.objects.get(pk=wang.pk).is_active is False

"""Notices: told once, to one person, in his language, in the page and by mail as he wants it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

from accounts import digests, notices, outbox, tenancy
from accounts.deeds import Refused
from accounts.models import Notice, Outbox, User
from audit.models import Entry
from tests.factories import OrganizationFactory, UserFactory
from tests.races import at_once

LIST, COUNT, PREFERENCES = "/notices/", "/notices/count/", "/notices/preferences/"
ASKED = "tests.asked"
EIGHT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # in Shanghai


@pytest.fixture(autouse=True)
def sentence(monkeypatch):
    """Something that the catalogue has in both languages, so that nothing has to be invented."""
    monkeypatch.setattr(Notice, "sentences", {})
    notices.sentences({ASKED: gettext_lazy("%(name)s can no longer sign in.")})


def tell(*people, key="1", url="/customers/", name="Mei", **options):
    notices.tell(people, ASKED, url=url, key=key, name=name, **options)


def told(person):
    return Notice.objects.visible_to(person).get()


def text(answer):
    return answer.content.decode()


def letters(mailoutbox):
    """Send what waits; (whom, what it says) of each letter that went out."""
    for row in Outbox.objects.filter(task="accounts.mail", done_at=None):
        outbox.perform(row.pk, row.organization_id)
    sent = [(letter.to[0], f"{letter.subject}\n\n{letter.body}") for letter in mailoutbox]
    mailoutbox.clear()
    return sent


def prefer(person, choice):
    person.prefer(by=person, mail_notices=choice)


# Telling


def test_telling_twice_is_one_notice_and_one_letter(wang, mailoutbox):
    for _ in range(2):
        tell(wang)

    assert told(wang).sentence == "Mei can no longer sign in."
    assert [whom for whom, _ in letters(mailoutbox)] == [wang.email]


def test_several_people_are_told_in_one_statement(wang, mei, li, django_assert_num_queries):
    for person in (wang, mei, li):
        prefer(person, "none")
    with django_assert_num_queries(2):  # fresh ids, then everybody's notice
        tell(wang, mei, li, wang)

    assert Notice.objects.count() == 3


def test_what_was_told_in_vain_was_never_told(wang, mailoutbox):
    with tenancy.inside(wang.organization):
        tell(wang)
        transaction.set_rollback(True)

    assert not Notice.objects.exists()
    assert not letters(mailoutbox)


@pytest.mark.parametrize(
    ("what", "words"), [("tests.unheard_of", {"name": "Mei"}), (ASKED, {"wrong": "Mei"})], ids=["code", "word"]
)
def test_what_nobody_could_say_is_not_told(what, words, wang):
    with pytest.raises(KeyError):
        notices.tell([wang], what, url="/", key="1", **words)


def test_a_sentence_may_be_about_a_what_and_a_who(wang):
    notices.sentences({"tests.both": "%(who)s asks: %(what)s"})

    notices.tell([wang], "tests.both", url="/", key="1", who="Mei", what="8 % off\r\nSubject: x")

    assert told(wang).sentence == "Mei asks: 8 % off Subject: x"


def test_a_notice_nobody_has_a_sentence_for_any_more_shows_its_code(wang, sign_in):
    tell(wang)
    Notice.sentences.clear()

    assert ASKED in text(sign_in(wang).get(LIST))


def test_nobody_is_told_something_about_another_organisation(wang, outsider):
    with tenancy.inside(outsider.organization_id):
        tell(outsider)

    assert not Notice.objects.exists()


# Reading


def test_a_notice_is_read_in_the_readers_language(wang, mei, sign_in):
    mei.prefer(by=mei, language="zh-hans")
    tell(wang, mei)

    assert "Mei can no longer sign in." in text(sign_in(wang).get(LIST))
    assert "Mei不能再登录。" in text(sign_in(mei).get(LIST))


def test_words_are_text_and_no_markup(wang, sign_in):
    tell(wang, name="<b>Mei</b>")

    assert "&lt;b&gt;Mei&lt;/b&gt; can no longer sign in" in text(sign_in(wang).get(LIST))


@pytest.mark.parametrize("stranger", ["mei", "li", "shen", "zhao", "outsider"])
def test_nobody_else_sees_a_notice(stranger, wang, request, sign_in):
    tell(wang)
    mine, client = told(wang), sign_in(request.getfixturevalue(stranger))

    assert client.get(f"/notices/{mine.pk}/").status_code == 404
    assert "Mei can no longer sign in." not in text(client.get(LIST))
    client.post("/notices/read/")
    assert told(wang).read_at is None


def test_the_way_through_a_notice_marks_it_as_read(wang, sign_in):
    tell(wang, url="/customers/pool/?q=x")

    answer = sign_in(wang).get(f"/notices/{told(wang).pk}/")

    assert (answer.status_code, answer["Location"]) == (302, "/customers/pool/?q=x")
    assert told(wang).read_at


def test_the_first_reading_counts(wang):
    tell(wang)
    notices.read(wang)
    first = told(wang).read_at
    notices.read(wang)

    assert told(wang).read_at == first


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "customers/", ""]
)
def test_a_notice_leads_to_our_own_pages_only(elsewhere, wang, sign_in):
    with pytest.raises(ValueError, match="no path of ours"):
        tell(wang, url=elsewhere)
    notice = Notice.objects.create(person=wang, what=ASKED, words={"name": "Mei"}, url=elsewhere, key="1")

    assert sign_in(wang).get(f"/notices/{notice.pk}/").status_code == 404
    assert told(wang).read_at is None


def test_all_are_marked_as_read_at_once_and_only_ones_own(wang, mei, sign_in):
    for key in "123":
        tell(wang, mei, key=key)

    client = sign_in(wang)
    assert "Mark all as read" in text(client.get(LIST))
    assert "Mark all as read" not in text(client.post("/notices/read/", follow=True))

    assert (notices.unread_count(wang), notices.unread_count(mei)) == (0, 3)


def test_the_list_is_paged_newest_first(wang, sign_in):
    for number in range(60):
        tell(wang, key=str(number), name=f"Nr {number:02}", at_once=False)

    client = sign_in(wang)
    first = client.get(LIST).context["page"]
    second = client.get(LIST + first.later).context["page"]

    names = [row.words["name"] for row in [*first.rows, *second.rows]]
    assert len(first.rows) == 50
    assert names == [f"Nr {number:02}" for number in reversed(range(60))]


@pytest.mark.parametrize("role", ["wang", "mei", "shen", "zhao"])
def test_everybody_has_a_place_for_notices_even_when_there_are_none(role, request, sign_in):
    page = text(sign_in(request.getfixturevalue(role)).get(LIST))

    assert "No notices yet" in page
    assert f'class="ic" href="{LIST}"' in page
    assert f'href="{LIST}" aria-current="page" data-key="g n"' in page


# The frame


def test_every_page_says_how_many_are_unread(wang, sign_in):
    tell(wang)
    tell(wang, key="2")

    assert '<b class="unread-count">2<span class="vh"> unread</span></b>' in text(sign_in(wang).get("/customers/"))


def test_the_count_ends_at_99(wang, mei):
    for number in range(100):
        tell(wang, mei, key=str(number), at_once=False)
    notices.read(mei, Notice.objects.visible_to(mei).values_list("pk", flat=True)[:1])

    assert (notices.unread_count(wang), notices.unread_count(mei)) == ("99+", 99)


def test_the_count_is_polled_and_answered_with_304_while_nothing_changes(wang, sign_in):
    client = sign_in(wang)
    tell(wang)
    first = client.get(COUNT)
    again = client.get(COUNT, headers={"If-None-Match": first["ETag"]})
    notices.read(wang)
    changed = client.get(COUNT, headers={"If-None-Match": first["ETag"]})

    assert 'hx-swap-oob="innerHTML:.unread-count">1<span' in text(first)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert (changed.status_code, text(changed).strip()) == (
        200, '<span hx-swap-oob="innerHTML:.unread-count"></span>',
    )  # fmt: skip


def test_pages_cost_the_same_queries_for_1_3_and_100(wang, sign_in, django_assert_max_num_queries):
    client, costs = sign_in(wang), []
    for number in range(100):
        tell(wang, key=str(number), at_once=False)
        if number + 1 in (1, 3, 100):
            with django_assert_max_num_queries(10) as asked:  # three of them for a scope within that of the test
                client.get(LIST)
            costs.append(len(asked))
    with django_assert_max_num_queries(7):
        client.get(COUNT)

    assert len(set(costs)) == 1


def test_the_frame_costs_one_query_and_a_fragment_none(wang, sign_in, django_assert_max_num_queries):
    client = sign_in(wang)
    with django_assert_max_num_queries(40) as asked:
        client.get("/customers/")
        client.get("/search/", headers={"HX-Request": "true"})

    assert sum("accounts_notice" in query["sql"] for query in asked.captured_queries) == 1


# By mail


def test_who_wants_mail_at_once_gets_a_letter_in_his_language(wang, mei, mailoutbox):
    mei.prefer(by=mei, language="zh-hans")
    with translation.override("de"):
        tell(wang, mei)

    said = dict(letters(mailoutbox))
    address = f"{reverse('accounts:notice', args=[told(wang).pk])}\n"
    assert said[wang.email].startswith("Mei can no longer sign in.\n\nHello Wang,\n")
    assert address in said[wang.email]
    assert said[mei.email].startswith("Mei不能再登录。\n\n")
    assert told(wang).mailed_at


def test_a_letter_may_carry_a_link_of_its_own(wang, mei, mailoutbox):
    tell(wang, mei, link=lambda person: f"https://candor.example/{person.name}")

    said = dict(letters(mailoutbox))
    assert "\nhttps://candor.example/Wang\n" in said[wang.email]
    assert "\nhttps://candor.example/Mei\n" in said[mei.email]
    assert told(wang).url == "/customers/"


def test_what_stands_in_the_outbox_tells_nobody_the_link(wang):
    tell(wang, link=lambda person: "https://candor.example/signed")

    assert "signed" not in str(Outbox.objects.get(task="accounts.mail").arguments)


@pytest.mark.parametrize(("choice", "count"), [("at_once", 1), ("daily", 0), ("none", 0)])
def test_a_letter_at_once_is_for_who_wants_it(choice, count, wang, mailoutbox):
    prefer(wang, choice)
    tell(wang)

    assert len(letters(mailoutbox)) == count
    assert bool(told(wang).mailed_at) == bool(count)
    assert notices.unread_count(wang) == 1


def test_whoever_is_gone_gets_no_letter(wang, zhao, mailoutbox):
    wang.deactivate(by=zhao)
    tell(wang)
    digests.write_digests("2026-03-02")

    assert letters(mailoutbox) == []


def test_people_choose_when_notices_come_by_mail(wang, sign_in):
    client = sign_in(wang)
    assert re.findall(r'value="(\w+)"[^>]* checked', text(client.get(PREFERENCES))) == ["at_once"]

    assert client.post(PREFERENCES, {"mail_notices": "daily"})["Location"] == LIST

    assert User.objects.get(pk=wang.pk).mail_notices == "daily"
    assert Entry.objects.get(action="accounts.preferences").after["mail_notices"] == "daily"
    assert client.post(PREFERENCES, {"mail_notices": "hourly"}).status_code == 422
    client.post("/preferences/", {"theme": "dark"})
    assert User.objects.get(pk=wang.pk).mail_notices == "daily"


def test_when_a_person_gets_mail_is_his_own_affair(wang, zhao):
    with pytest.raises(Refused):
        wang.prefer(by=zhao, mail_notices="none")


# The daily letter


@pytest.mark.parametrize(
    ("zone", "hours", "day"),
    [
        ("Asia/Shanghai", -0.01, ""),
        ("Asia/Shanghai", 0, "2026-03-02"),
        ("Asia/Shanghai", 15.9, "2026-03-02"),
        ("Asia/Shanghai", 16.1, ""),
        ("Europe/Berlin", 0, ""),
        ("Europe/Berlin", 7, "2026-03-02"),
        ("America/New_York", 0, "2026-03-01"),
    ],
)
def test_a_day_begins_at_eight_by_the_organisations_clock(zone, hours, day):
    assert digests.day_of(EIGHT + timedelta(hours=hours), zone) == day


@pytest.fixture
def clock(monkeypatch):
    """`clock(hours)`: so many hours after eight in Shanghai, the scheduler asks and the worker does what is due."""

    def at(hours):
        monkeypatch.setattr(digests.tenancy, "now", lambda: EIGHT + timedelta(hours=hours))
        digests.begin()
        for row in Outbox.objects.filter(task="accounts.write_digests", done_at=None):
            outbox.perform(row.pk, row.organization_id)

    return at


def test_the_daily_letter_goes_out_once_a_day(wang, clock, mailoutbox):
    prefer(wang, "daily")
    tell(wang, name="First")
    clock(-1)
    assert letters(mailoutbox) == []

    clock(0.5)
    tell(wang, key="2", name="Second")
    clock(1.5)
    [(whom, said)] = letters(mailoutbox)
    assert (whom, said.startswith("1 unread notice in Candor\n")) == (wang.email, True)
    assert "Second" not in said

    clock(24.5)
    [(whom, said)] = letters(mailoutbox)
    assert ("First" in said, "Second" in said) == (False, True)
    clock(48.5)
    assert letters(mailoutbox) == []


def test_the_daily_letter_lists_what_is_unread_oldest_first(wang, clock, mailoutbox):
    prefer(wang, "daily")
    for key in "1234":
        tell(wang, key=key, name=f"Nr {key}")
    notices.read(wang, Notice.objects.filter(key="2").values_list("pk", flat=True))

    clock(0)

    [(_, said)] = letters(mailoutbox)
    assert [line.split()[1] for line in said.splitlines() if line.startswith("Nr")] == ["1", "3", "4"]
    assert said.count("/notices/0") == 3


def test_a_long_letter_ends_with_how_many_more_there_are(wang, clock, mailoutbox):
    prefer(wang, "daily")
    for number in range(53):
        tell(wang, key=str(number), name=f"Nr {number}")

    clock(0)
    [(_, said)] = letters(mailoutbox)
    clock(24)

    assert said.startswith("53 unread notices in Candor")
    assert said.count("can no longer sign in.") == 50
    assert "and 3 more:" in said
    assert letters(mailoutbox) == []


def test_what_can_wait_stands_in_the_daily_letter_of_everybody_but_who_wants_none(wang, mei, li, clock, mailoutbox):
    prefer(mei, "daily")
    prefer(li, "none")
    tell(wang, mei, li, at_once=False)
    assert letters(mailoutbox) == []

    clock(0)

    assert sorted(whom for whom, _ in letters(mailoutbox)) == sorted([wang.email, mei.email])


def test_what_was_mailed_at_once_is_in_no_daily_letter(wang, clock, mailoutbox):
    tell(wang)
    letters(mailoutbox)

    clock(0)

    assert letters(mailoutbox) == []


def test_the_daily_letter_speaks_chinese(wang, clock, mailoutbox):
    wang.prefer(by=wang, language="zh-hans", mail_notices="daily")
    tell(wang)

    clock(0)

    assert letters(mailoutbox)[0][1].startswith("明镜中有 1 条未读通知\n")


def test_many_people_are_written_to_in_slices(acme, clock, mailoutbox, monkeypatch):
    monkeypatch.setattr(digests, "SLICE", 2)
    people = [UserFactory(organization=acme, mail_notices="daily") for _ in range(5)]
    tell(*people)

    for _ in range(3):
        clock(0)

    assert sorted(whom for whom, _ in letters(mailoutbox)) == sorted(person.email for person in people)


def test_a_letter_that_fails_to_be_written_leaves_the_notice_waiting(wang, clock, monkeypatch):
    prefer(wang, "daily")
    tell(wang)
    monkeypatch.setattr(digests, "write", lambda *args, **words: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        clock(0)

    assert told(wang).mailed_at is None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_one_letter():
    organization = OrganizationFactory()
    with tenancy.scope(organization, source="test"):
        people = [UserFactory(organization=organization, mail_notices="daily") for _ in range(8)]
        for key in "123":
            tell(*people, key=key)

    def run():
        with tenancy.scope(organization, source="test"):
            digests.write_digests("2026-03-02")

    def look():
        with tenancy.scope(organization, source="test"):
            for person in people:
                notices.read(person, [])
            notices.read(people[0])

    at_once([run, look, run, run])

    with tenancy.scope(organization, source="test"):
        count = Outbox.objects.filter(task="accounts.mail").count()
        assert count in (7, 8)  # the first may have read his before
        assert Notice.objects.waiting().count() == 0


# Sweeping


def test_what_was_read_long_ago_is_swept_away(wang):
    for key in "123":
        tell(wang, key=key)
    long_ago = tenancy.now() - timedelta(days=181)
    Notice.objects.filter(key="1").update(read_at=long_ago)
    Notice.objects.filter(key="2").update(read_at=tenancy.Clock())
    Notice.objects.filter(key="3").update(recorded_at=long_ago)

    outbox._jobs["accounts.sweep"]()

    assert set(Notice.objects.values_list("key", flat=True)) == {"2", "3"}

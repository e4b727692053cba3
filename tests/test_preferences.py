"""Preferences: how the pages look to oneself, and the one-time keys of all forms."""

import pytest

from accounts.deeds import Refused
from accounts.models import Team, User
from audit.models import Entry


def text(answer):
    return answer.content.decode()


def test_language_and_theme_are_remembered_and_recorded(wang, sign_in):
    client = sign_in(wang)

    answer = client.post("/preferences/", {"language": "zh-hans", "theme": "dark", "next": "/customers/"})

    assert answer["Location"] == "/customers/"
    wang = User.objects.get(pk=wang.pk)
    assert (wang.language, wang.theme) == ("zh-hans", "dark")
    page = client.get("/customers/")
    assert 'lang="zh-hans"' in text(page)
    assert 'data-theme="dark"' in text(page)
    assert page["Content-Language"] == "zh-hans"
    assert Entry.objects.filter(action="accounts.preferences").get().actor == wang


def test_one_button_changes_one_thing(wang, sign_in):
    wang.prefer(by=wang, theme="dark")

    sign_in(wang).post("/preferences/", {"language": "zh-hans"})
    assert User.objects.get(pk=wang.pk).theme == "dark"

    sign_in(wang).post("/preferences/", {"theme": ""})
    assert (User.objects.get(pk=wang.pk).language, User.objects.get(pk=wang.pk).theme) == ("zh-hans", "")


def test_the_sign_in_page_has_a_switch_too(client, db):
    client.post("/preferences/", {"language": "zh-hans", "theme": "light", "next": "/account/login/"})

    page = text(client.get("/account/login/"))
    assert 'lang="zh-hans"' in page
    assert 'data-theme="light"' in page


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_preferences_lead_back_to_our_own_pages_only(client, db, target):
    assert client.post("/preferences/", {"theme": "dark", "next": target})["Location"] == "/"


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"theme": "<b>"}])
def test_preferences_nobody_offers_are_refused(client, db, wrong):
    assert client.post("/preferences/", wrong).status_code == 400


def test_preferences_are_ones_own(wang, zhao):
    with pytest.raises(Refused):
        wang.prefer(by=zhao, language="zh-hans")


def test_a_second_click_gets_the_first_answer(zhao, sign_in):
    client, form = sign_in(zhao), {"name": "North", "once": "x" * 24}

    first, second = client.post("/people/teams/new/", form), client.post("/people/teams/new/", form)

    assert first["Location"] == second["Location"]
    assert Team.objects.filter(name="North").count() == 1


def test_a_one_time_key_that_is_not_ours_is_ignored(zhao, sign_in):
    answer = sign_in(zhao).post("/people/teams/new/", {"name": "North", "once": "a\0b" * 9})

    assert answer.status_code == 302

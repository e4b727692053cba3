"""What stands in the navigation: each link for whose role it is, each key once."""

from collections import Counter

import pytest
from django.test import RequestFactory

from crm.context import navigation

EVERYBODY = ["wang", "mei", "shen", "zhao", "qian", "sun", "an", "fu"]


def links_of(person):
    request = RequestFactory().get("/")
    request.user = person
    return [link for section in navigation(request) for link in section]


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_key_leads_to_one_place(who, request):
    keys = Counter(link["key"] for link in links_of(request.getfixturevalue(who)))
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize(
    ("address", "whose"),
    [("/customers/confirmations/to-deliver/", {"fu"}), ("/customers/confirmations/", {"mei", "shen"})],
)
def test_who_is_led_to_the_word_of_customers(address, whose, request):
    people = {who: request.getfixturevalue(who) for who in EVERYBODY}
    assert {who for who, person in people.items() if address in [link["url"] for link in links_of(person)]} == whose

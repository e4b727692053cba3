"""Customers: who may see, claim, release and change them (R5, R6, R31)."""

import pytest
from phonenumbers import PhoneNumberFormat, format_number, is_possible_number, parse

from audit.deeds import Refused
from audit.models import Entry
from customers.forms import CHINESE_MOBILE, PLAIN_ADDRESS, phone, web_address
from customers.models import Claim, ContestedClaim, Customer
from tests.factories import customer_of, pool_customer


def test_claiming_from_the_pool_makes_an_owner_and_an_entry(wang):
    customer = pool_customer(wang, "苏州恒川医疗器械有限公司")

    assert customer.claim(by=wang)

    customer = Customer.objects.get(pk=customer.pk)
    assert customer.owner == wang
    assert customer.protected_until == Claim.objects.live().get(customer=customer).protected_until
    entry = Entry.objects.filter(table_name="customers_customer", op="U").latest("id")
    assert (entry.action, entry.actor, entry.row_id) == ("customers.claim", wang, str(customer.pk))
    assert entry.before["owner_id"] is None
    assert entry.after["owner_id"] == str(wang.pk)


def test_a_second_rep_is_told_and_his_attempt_is_kept(wang, li):
    """R31."""
    customer = customer_of(wang)

    assert customer.claim(by=li) is None

    assert Customer.objects.get().owner == wang
    assert ContestedClaim.objects.get().claimant == li


def test_release_needs_the_owner(wang, li, mei):
    customer = customer_of(wang)
    for person in (li, mei):
        with pytest.raises(Refused):
            customer.release(by=person, reason="mine now")

    customer.release(by=wang, reason="not a fit")

    assert Customer.objects.get().owner is None
    assert Claim.objects.get().release_reason == "not a fit"


def test_history_is_written_by_the_trigger(wang):
    """R24."""
    customer = customer_of(wang)
    customer.edit(by=wang, industry="Medical")

    changed, created = customer.history.all()
    assert (changed.history_type, changed.industry, changed.history_user) == ("~", "Medical", wang)
    assert created.history_type == "+"


# What is plain at a glance


@pytest.mark.parametrize("beginning", range(1300, 2000))
def test_a_mobile_number_told_at_a_glance_is_the_one_the_library_reads(beginning):
    written = f"{beginning}1380139"
    if CHINESE_MOBILE.fullmatch(written):
        number = parse(written, "CN")
        assert is_possible_number(number)
        assert phone(written) == format_number(number, PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    "written", ["a.cn", "WWW.Example.com", "https://x-y.example.co/", "http://1.example", f"{'a' * 63}.{'b' * 63}"]
)
def test_an_address_told_at_a_glance_is_one_to_the_validator(written):
    assert PLAIN_ADDRESS.fullmatch(written)
    web_address(written if "//" in written else f"https://{written}")


@pytest.mark.parametrize(
    "written",
    [
        "example",
        "-a.example",
        "a-.example",
        "a..example",
        "a.b1",
        f"{'a' * 64}.cn",
        "ftp://a.cn",
        "a.cn/x",
        "a.cn\n",
        "1.2.3.4",
    ],
)
def test_any_other_address_is_asked_of_the_validator(written):
    assert not PLAIN_ADDRESS.fullmatch(written)

"""Bad input: a sentence, never a 500, nothing half done."""

import pytest
from django.conf import settings
from django.urls import reverse

from customers.models import Customer

LONG = "长" * 10_000_000


@pytest.fixture
def rep(sign_in, wang):
    return sign_in(wang)


def test_a_body_in_utf_16_is_refused_before_it_is_read(rep):
    answer = rep.post(
        reverse("customers:new"), "name=x", content_type="application/x-www-form-urlencoded; charset=utf-16"
    )

    assert answer.status_code == 415
    assert "<h1>" in answer.text


def test_two_gigabytes_are_refused_by_their_announced_length(rep):
    answer = rep.post(
        reverse("customers:new"),
        "",
        content_type="application/x-www-form-urlencoded",
        headers={"content-length": str(2 << 30)},
    )

    assert answer.status_code == 413


def test_a_length_that_is_no_number_is_refused(rep):
    answer = rep.post(
        reverse("customers:new"),
        "",
        content_type="application/x-www-form-urlencoded",
        headers={"content-length": "many"},
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        "nul\0byte Ltd",
        "bell\x07 Ltd",
        "\u202edtL yn",
        "=HYPERLINK(1)",
        "+cmd|calc",
        "@SUM(A1)",
        "－1",
        "   ",
        "x",
        LONG[:5000],
    ],
)
def test_a_name_that_is_not_a_name_is_told_by_its_field(rep, name):
    answer = rep.post(reverse("customers:new"), {"name": name})

    assert answer.status_code == 422
    assert 'class="err"' in answer.text
    assert not Customer.objects.exists()


def test_ten_megabytes_in_a_field_are_refused(rep):
    assert rep.post(reverse("customers:new"), {"name": LONG}).status_code in (400, 413)
    assert not Customer.objects.exists()


@pytest.mark.parametrize("query", ["q=%00", "q=%ff%fe", f"q={'长' * 2000}", "after=~", "after=x~y", "before=2026-01-01~1", "after=9" * 300,
                                   "view=nobody", "country=%00", "country=Mars", "after=2026-01-01T00:00:00~0190b0f0-0000-7000-8000-000000000000",
                                   "after=12~12", "after=99999999999999999999~1", "industry=" + "x" * 9000])  # fmt: skip
@pytest.mark.parametrize("page", ["customers:list", "customers:pool", "search"])
def test_no_query_string_breaks_a_list(rep, page, query):
    assert rep.get(f"{reverse(page)}?{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    "query",
    ["person=x", "person=" + "x" * 36, "action=%00", "action=nothing", "after=99999999999999999999", "after=-1"],
)
def test_no_query_string_breaks_the_ledger(sign_in, shen, query):
    assert sign_in(shen).get(f"{reverse('audit:ledger')}?{query}").status_code in (200, 400)


def test_nested_json_is_not_listened_to(rep):
    answer = rep.post(reverse("customers:new"), "[" * 100_000, content_type="application/json")

    assert answer.status_code in (400, 415, 422)


def test_a_thousand_fields_too_many_are_refused(rep):
    many = {f"f{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}

    assert rep.post(reverse("customers:new"), many).status_code == 400


@pytest.mark.parametrize(
    "path", ["/customers/not-a-uuid/", "/customers/%00/", "/nowhere/", "/customers/" + "x" * 5000, "/%E4%BD%A0/"]
)
def test_an_address_that_is_none_is_a_page(rep, path):
    answer = rep.get(path)

    assert answer.status_code in (400, 404)
    assert "<h1>" in answer.text


def test_a_form_without_its_token_says_so(wang):
    from django.test import Client

    from accounts import tenancy

    client = Client(enforce_csrf_checks=True)
    with tenancy.scope(wang.organization_id):
        client.force_login(wang)

    answer = client.post(reverse("customers:new"), {"name": "Kept Ltd"})

    assert answer.status_code == 403
    assert "<h1>" in answer.text
    assert not Customer.objects.exists()

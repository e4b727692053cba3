"""What of a company is compared and found by: identifiers in every writing, digests instead of numbers, few keys."""

import json

import pytest

from customers.duplicates import identifiers
from customers.duplicates.keys import WEIGHTS, keys_of, values_of
from customers.duplicates.record import Record, keyed, read

KEY = b"of one organisation"
FIELDS = {
    "name": "苏州恒川医疗器械有限公司",
    "credit_code": "91320505MA1X7K2T4B",
    "phone": "0512-86013388",
    "email": "info@hengchuan.com.cn",
    "website": "www.hengchuan.com.cn",
    "city": "苏州",
    "address": "吴中区文化路12号405室",
    "contact": "王芳",
}


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        "138-1234-5678",
        "+86 138 1234 5678",
        "0086-13812345678",
        "8613812345678",
        "(+86)13812345678",
        "１３８１２３４５６７８",
    ],
)
def test_a_mobile_number_is_one_number(written):
    assert list(identifiers.phones(written)) == [("+8613812345678", "")]


@pytest.mark.parametrize(
    "written",
    [
        "0755-86013388",
        "(0755)86013388",
        "+86 755 8601 3388",
        "+86-755-86013388",
        "0755-86013388-802",
        "0755 86013388转802",
        "075586013388 ext. 802",
    ],
)
def test_a_landline_is_one_number_without_its_extension(written):
    assert list(identifiers.phones(written)) == [("+8675586013388", "6013388")]


def test_a_number_without_its_area_code_has_a_tail():
    assert list(identifiers.phones("86013388-802")) == [("", "6013388")]
    assert list(identifiers.phones("1234")) == []


@pytest.mark.parametrize(
    "written", ["+44 20 7946 0958", "0044 20 79460958", "+44 (0)20 7946-0958", "+44 20 79460958 ext. 12"]
)
def test_a_number_abroad_is_one_number(written):
    assert list(identifiers.phones(written)) == [("+442079460958", "9460958")]
    assert identifiers.country("+442079460958") == "gb"


def test_a_country_is_known_by_its_telephones():
    numbers = ("+14165550100", "+12125550100", "+8675586013388", "+85221234567")
    assert [identifiers.country(number) for number in numbers] == ["ca", "us", "", "81"]


def test_what_is_misread_in_a_code_is_the_same_code():
    """R31."""
    assert identifiers.credit_code(" 9132 0505ma1x7k2t4b") == identifiers.credit_code("9I32O5O5MA1X7K2T4B")


def test_free_mail_is_no_domain_and_its_role_boxes_are_nobodys():
    assert list(identifiers.mailboxes("Wang.Fang@QQ.com")) == [("wang.fang@qq.com", "")]
    assert list(identifiers.mailboxes("sales@163.com")) == []
    assert list(identifiers.mailboxes("info@mail.nova.co.uk")) == [("info@mail.nova.co.uk", "nova.co.uk")]


@pytest.mark.parametrize(
    "written", ["http://www.nova.com.cn/about?x=1", "HTTPS://NOVA.COM.CN:80/", "m.nova.com.cn", "nova.com.cn"]
)
def test_a_domain_is_what_was_registered(written):
    assert identifiers.web_domain(written) == "nova.com.cn"


def test_a_page_on_a_platform_is_not_the_platform():
    assert identifiers.web_domain("https://nova.1688.com/") == "nova.1688.com"
    assert identifiers.web_domain("not an address") == ""


def test_a_record_goes_through_json_and_comes_back():
    record = read(FIELDS | {"name": [FIELDS["name"], "Hengchuan Medical Co., Ltd."]}, keyed(KEY))
    assert Record.from_list(json.loads(json.dumps(record.as_list()))) == record


def test_a_record_of_another_version_is_refused():
    with pytest.raises(ValueError, match="version"):
        Record.from_list([0, [], 0])


def test_no_number_mailbox_or_domain_stands_in_a_record():
    """R26. Who copies the table learns none of them, and without the key cannot try them either."""
    kept = json.dumps(read(FIELDS, keyed(KEY)).as_list(), ensure_ascii=False)
    for secret in ("86013388", "6013388", "info", "hengchuan.com"):
        assert secret not in kept
    assert read(FIELDS, keyed(b"another")).phones != read(FIELDS, keyed(KEY)).phones


def test_keys_are_signed_numbers_of_the_organisation():
    record = read(FIELDS, keyed(KEY))
    keys = keys_of(record, KEY)
    assert all(-(2**63) <= number < 2**63 for number in keys)
    assert keys.keys().isdisjoint(keys_of(record, b"another"))
    assert {kind for kind, _ in values_of(record)} <= WEIGHTS.keys()


@pytest.mark.parametrize(
    "other",
    [
        {"name": "恒川"},
        {"name": "恒川医疗"},
        {"name": "苏州横川医疗器械有限公司"},
        {"name": "苏州恒医川疗器械有限公司"},
        {"name": "苏州恒医疗器械有限公司"},
        {"name": "hengchuanyiliaoqixie"},
        {"name": "Suzhou Hengchuan Medical Device Co., Ltd."},
        {"name": "完全不同有限公司", "phone": "+86 512 8601 3388 转 9"},
        {"name": "完全不同有限公司", "phone": "86013388"},
        {"name": "完全不同有限公司", "email": "hr@hengchuan.com.cn"},
        {"name": "完全不同有限公司", "address": "苏州市文化路12号405"},
        {"name": "完全不同有限公司", "contact": "王芳", "city": "苏州市"},
    ],
)
def test_whatever_is_left_of_a_company_finds_it(other):
    """R34, R40."""
    assert keys_of(read(FIELDS, keyed(KEY)), KEY).keys() & keys_of(read(other, keyed(KEY)), KEY).keys()

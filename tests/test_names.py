"""Names: every writing of one company is the same, and two companies stay two; what is typed is found (R34, R38)."""

import string
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from customers import countries
from customers.models import Customer
from customers.names import core, domain, has_hidden, initials, normalised, tidy
from customers.search import LONGEST, matching, terms_asked, terms_of
from tests.factories import customer_of

settings.register_profile("shared machine", deadline=None, max_examples=100)
settings.load_profile("shared machine")

to_traditional = OpenCC("s2t").convert
to_simplified = OpenCC("t2s").convert

HAN = "恒川医疗器械建霖家居寒锐钴业西麦食品新通联包装华东明德光电精密机床化工天海通达创信"
REGIONS = ["苏州", "上海", "北京", "厦门", "南京", "广东"]
FORMS = ["有限公司", "有限责任公司", "股份有限公司", "集团有限公司"]
WESTERN = ["Ltd", "Limited", "Inc", "GmbH", "Co., Ltd."]
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "\u2060"]

han_names = st.builds(
    lambda region, own, form: region + own + form,
    st.sampled_from(REGIONS),
    st.text(HAN, min_size=2, max_size=6),
    st.sampled_from(FORMS),
)
latin_words = st.text(string.ascii_letters + string.digits, min_size=2, max_size=10)
latin_names = st.builds(
    lambda words, form: " ".join([*words, form]),
    st.lists(latin_words, min_size=1, max_size=3),
    st.sampled_from(WESTERN),
)
names = han_names | latin_names | st.builds(lambda han, latin: f"{han}({latin})", han_names, latin_words)


def full_width(name):
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in name)


@st.composite
def writings(draw, name):
    """The same name as somebody else would type it, or as somebody would who wants to get past the contest."""
    changes = [
        full_width,
        to_traditional,
        str.upper,
        str.lower,
        lambda n: unicodedata.normalize("NFD", n),
        lambda n: f" {n} ",
    ]
    changes += [
        lambda n: n.replace("(", "（").replace(")", "）"),
        lambda n: n + draw(st.sampled_from([".", "。", "·", " "])),
    ]
    for change in draw(st.lists(st.sampled_from(changes), min_size=1, max_size=4)):
        name = change(name)
    for sign in draw(st.lists(st.sampled_from([*INVISIBLE, " ", "\u3000", "\u00a0"]), max_size=4)):
        place = draw(st.integers(0, len(name)))
        name = name[:place] + sign + name[place:]
    return name


@given(st.data(), names)
def test_every_writing_of_a_name_is_the_same_name(data, name):
    """Width, script, case, brackets, spaces, invisible signs: none of them makes another company."""
    assume(to_simplified(to_traditional(name)) == name)
    written = data.draw(writings(name))
    assert normalised(written) == normalised(name)


@given(st.data(), han_names)
def test_every_writing_of_a_chinese_name_has_the_same_core(data, name):
    assume(to_simplified(to_traditional(name)) == name)
    assert core(data.draw(writings(name))) == core(name)


@given(han_names, han_names)
def test_different_chinese_names_stay_different(one, other):
    assume(one != other)
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("苏州恒川医疗器械有限公司", "苏州恒川医疗器械有限公司上海分公司"),
        ("苏州恒川医疗器械有限公司上海分公司", "苏州恒川医疗器械有限公司北京分公司"),
        ("苏州恒川医疗器械有限公司", "苏州恒川医疗器械股份有限公司"),
        ("苏州恒川医疗器械有限公司", "上海恒川医疗器械有限公司"),
        ("恒川有限公司", "恒川（中国）有限公司"),
        ("第一建设有限公司", "第二建设有限公司"),
        ("Runner Ltd", "Runner GmbH"),
        ("Runner 1 Ltd", "Runner 2 Ltd"),
        ("A&B Ltd", "AB Ltd"),
        ("C# Ltd", "C++ Ltd"),
    ],
)
def test_different_legal_entities_have_different_names(one, other):
    """A name blocks only whom the law would call the same: region, legal form and branch are part of it."""
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    "group",
    [
        [
            "恒川医疗器械有限公司",
            "恒川医疗器械有限责任公司",
            "恒川医疗器械股份有限公司",
            "恒川医疗器械集团有限公司",
            "恒川医疗器械",
        ],
        ["Runner Ltd", "Runner Limited", "RUNNER CO., LTD.", "Runner Inc.", "Runner GmbH", "Runner Holdings", "runner"],
        ["Runner (Xiamen) Corp.", "Runner Xiamen Co., Ltd"],
    ],
)
def test_names_that_differ_in_the_legal_form_share_their_core(group):
    """R34. A reason to look, never a verdict."""
    assert len({core(name) for name in group}) == 1


def test_a_branch_does_not_share_the_core_of_its_company():
    assert core("恒川医疗器械有限公司苏州分公司") != core("恒川医疗器械有限公司")


@pytest.mark.parametrize("name", ["有限公司", "集团", "公司", "Ltd", "Co., Ltd.", "GmbH & Co. KG", "SE", "AS"])
def test_a_name_that_is_nothing_but_a_legal_form_keeps_something(name):
    assert core(name)


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text):
    """Whatever stands in a list: the answers are the same when asked again, and terms fit their column."""
    assert tidy(tidy(text)) == tidy(text)
    assert normalised(normalised(text)) == normalised(text)
    assert bool(core(text)) == bool(normalised(text))
    assert all(0 < len(term) <= LONGEST for term in terms_of(text))
    assert initials(text) is not None
    assert domain(text) is not None
    assert countries.code_of(text) is None or len(countries.code_of(text)) == 2


@given(st.text(max_size=80))
def test_what_is_kept_shows_everything_it_holds(text):
    """A kept name has no sign that cannot be seen, so two names that look alike on the page are alike."""
    kept = tidy(text)
    assert not any(unicodedata.category(sign) == "Cf" for sign in kept)
    assert kept == " ".join(kept.split())
    assert unicodedata.is_normalized("NFC", kept)


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\n", "\u202e", "\u2066"])
def test_signs_that_deceive_the_eye_are_noticed(sign):
    assert has_hidden(f"Runner{sign}Ltd")


# Search


@given(st.data(), names)
def test_typing_a_name_finds_it_from_the_second_character_to_the_last(data, name):
    """In every writing, and also while the legal form is only half typed."""
    assume(to_simplified(to_traditional(name)) == name)
    typed = name[: data.draw(st.integers(2, len(name)))]
    found = terms_of(name)
    assert set(terms_asked(typed)) <= found
    assert set(terms_asked(to_traditional(full_width(typed)))) <= found


@given(st.data(), han_names)
def test_any_two_characters_of_the_own_name_find_it(data, name):
    own = core(name)
    place = data.draw(st.integers(0, len(own) - 2))
    asked = terms_asked(own[place : place + 2])
    assert asked
    assert set(asked) <= terms_of(name)


@given(han_names)
def test_the_initials_of_the_pinyin_find_it(name):
    for length in range(2, min(len(initials(name)), LONGEST) + 1):
        assert set(terms_asked(initials(name)[:length])) <= terms_of(name)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Société Générale", "societe gen"),
        ("Société Générale", "SOCIÉTÉ"),
        ("Müller GmbH", "muller"),
        ("Газпром нефть", "газп"),
        ("ソニー株式会社", "ソニー"),
        ("삼성전자", "삼성"),
        ("Ørsted A/S", "ørs"),
        ("3M", "3m"),
        ("苏州恒川医疗器械有限公司", "恒川"),
        ("苏州恒川医疗器械有限公司", "苏州恒川医疗器械有限公司"),
        ("苏州恒川医疗器械有限公司", "苏州恒川医疗器械有限"),
        ("苏州恒川医疗器械有限公司", "蘇州恆川"),
        ("苏州恒川医疗器械有限公司", "szhc"),
        ("苏州恒川医疗器械有限公司上海分公司", "恒川医疗器械有限公司上海"),
    ],
)
def test_companies_of_any_script_are_found(name, typed):
    """R38."""
    assert terms_asked(typed)
    assert set(terms_asked(typed)) <= terms_of(name)


def test_what_was_typed_finds_its_customer_and_no_other(wang):
    wanted = customer_of(wang, "苏州恒川医疗器械有限公司")
    customer_of(wang, "南京寒锐钴业股份有限公司")
    for typed in ("恒川", "苏州恒川医疗器械有限公司", "医疗器械有限", "szhcyl"):
        assert list(matching(Customer.objects.all(), typed)) == [wanted]
    for typed in ("", "恒", "x", "不在"):
        assert not matching(Customer.objects.all(), typed).exists()

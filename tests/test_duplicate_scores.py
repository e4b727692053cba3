"""Two records judged: the same company however it is written, and look-alikes that are another one (R34, R40-R44)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.duplicates import scoring
from customers.duplicates.comparing import features_of
from customers.duplicates.reasons import SENTENCES
from customers.duplicates.record import keyed, read
from tests.duplicates import sets

settings.register_profile("shared machine", deadline=None, max_examples=100)
settings.load_profile("shared machine")

KEY = b"of one organisation"
KNOWN = {
    "name": "苏州恒川医疗器械有限公司",
    "phone": "0512-86013388",
    "email": "info@hengchuan.com.cn",
    "city": "苏州",
    "address": "苏州市吴中区文化路12号405室",
    "contact": "王芳",
}
ABROAD = {"name": "Nova Optics Inc.", "phone": "+1 617 5550100", "city": "Boston", "contact": "Helen Moore"}


def judged(known, typed):
    return scoring.judge(read(known, keyed(KEY)), read(typed, keyed(KEY)))


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "苏州恒川医疗器械有限公司"},
        {"name": "恒川医疗器械(苏州)有限责任公司"},
        {"name": "蘇州市恆川醫療器械有限公司"},
        {"name": "苏-州-恒-川-医-疗-器-械"},
        {"name": "苏\u200b州恒\ufeff川医疗器械有限公司"},
        {"name": "恒川医疗", "contact": "王芳"},
        {"name": "恒川", "phone": "86013388", "contact": "王芳"},
        {"name": "hengchuan yiliao qixie", "city": "苏州市"},
        {"name": "苏州恒川医疗机械有限公司", "address": "文化路12号405"},
    ],
)
def test_the_same_company_is_the_same(typed):
    assert judged(KNOWN, typed).verdict == "same"


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "苏州恒川医疗器械有限公司宁波分公司"},
        {"name": "苏州恒川医疗器械有限公司宁波办事处", "email": "hr@hengchuan.com.cn"},
        {"name": "苏州恒川医疗器械第七分店"},
        {"name": "苏州恒川医疗器械第二有限公司", "contact": "李强"},
        {"name": "宁波恒川医疗器械有限公司"},
        {"name": "恒川医疗器械(宁波)有限公司", "contact": "李强", "city": "宁波"},
        {"name": "苏州恒川餐饮管理有限公司"},
        {"name": "宁波恒川餐饮管理有限公司", "website": "hengchuan.com.cn"},
        {"name": "青岛大树财务有限公司", "phone": "0512-86013388", "contact": "李强"},
        {"name": "苏州横山医疗器械有限公司", "contact": "李强"},
    ],
)
def test_a_look_alike_is_not_the_same(typed):
    """R42, R43. A branch, another city or trade, a number, an agent's telephone: another company."""
    assert judged(KNOWN, typed).score < scoring.REVIEW


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("苏州恒川医疗器械有限公司宁波分公司", "related"),
        ("苏州恒川医疗器械第七分店", "related"),
        ("宁波恒川医疗器械有限公司", "related"),
        ("青岛大树财务有限公司", "different"),
    ],
)
def test_family_is_told_from_strangers(name, verdict):
    assert judged(KNOWN, {"name": name}).verdict == verdict


@pytest.mark.parametrize(
    ("name", "is_same"),
    [
        ("NOVA OPTICS INCORPORATED", True),
        ("Nova-Optics (Boston)", True),
        ("N.o.v.a. .O.p.t.i.c.s", True),
        ("Nova Optics", True),
        ("Nova Optics (Germany) GmbH", False),
        ("Nova Optics III Inc", False),
        ("Nova Seeds Inc", False),
    ],
)
def test_latin_names_are_judged_alike(name, is_same):
    assert (judged(ABROAD, {"name": name}).verdict == "same") is is_same


def test_a_slip_alone_is_for_a_person_to_look_at_and_with_another_field_is_none():
    assert judged(ABROAD, {"name": "Nova Optisc Inc"}).score >= scoring.REVIEW
    assert judged(ABROAD, {"name": "Nova Optisc Inc", "contact": "Moore, Helen"}).verdict == "same"


def test_reasons_have_sentences_and_stand_by_their_strength():
    found = judged(KNOWN, {"name": "恒川医疗器械(苏州)有限公司宁波分公司", "phone": "0512-86013388"})
    strengths = [abs(reason.weight) for reason in found.reasons]
    assert strengths == sorted(strengths, reverse=True)
    assert min(strengths) >= scoring.WORTH_TELLING
    assert "mark_differs" in {reason.code for reason in found.reasons}
    assert scoring.weights().of.keys() <= SENTENCES.keys()


def test_the_weights_are_those_that_were_frozen(tmp_path, monkeypatch):
    """A verdict names the weights it was given with, so nobody may change one quietly."""
    kept = json.loads(scoring.WEIGHTS.read_text())
    assert kept["fingerprint"] == scoring.fingerprint(kept["weights"], kept["constant"])
    kept["weights"]["name_same"] = 9.0
    changed = tmp_path / "weights.json"
    changed.write_text(json.dumps(kept))
    monkeypatch.setattr(scoring, "WEIGHTS", changed)
    scoring.weights.cache_clear()
    with pytest.raises(ValueError, match="changed by hand"):
        scoring.weights()
    monkeypatch.undo()
    scoring.weights.cache_clear()


INVENTED = [
    read({"credit_code": row["uscc"], **row}, keyed(KEY)) for row in sets.make(7, companies_stored=60, asked=1).rows
]


@given(st.sampled_from(INVENTED), st.sampled_from(INVENTED))
def test_a_score_is_the_same_from_both_sides(one, other):
    assert features_of(one, other) == features_of(other, one)
    assert 0 <= scoring.score(one, other) <= 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_is_too_odd_to_judge(one, other):
    texts = [dict.fromkeys(KNOWN | {"credit_code": "", "website": ""}, text) for text in (one, other)]
    assert scoring.score(*(read(fields, keyed(KEY)) for fields in texts)) >= 0


def test_an_invented_set_is_the_same_for_the_same_seed():
    assert sets.make(5, companies_stored=30, asked=5) == sets.make(5, companies_stored=30, asked=5)

"""Names read for finding duplicates: what hides a company is seen through, what tells two companies apart is kept."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from customers.duplicates.addresses import read_address
from customers.duplicates.naming import read_names, restored
from customers.duplicates.places import agree, place_at_start, place_named
from customers.duplicates.signs import joined, seen
from customers.duplicates.syllables import read_as_syllables

settings.register_profile("shared machine", deadline=None, max_examples=100)
settings.load_profile("shared machine")

HENGCHUAN = "苏州恒川医疗器械有限公司"


def name(text):
    return read_names(text)[0][0]


@pytest.mark.parametrize(
    "written",
    [
        "苏州市恒川医疗器械有限公司",
        "江苏恒川医疗器械有限公司",
        "恒川医疗器械(苏州)有限公司",
        "恒川医疗器械（苏州）股份有限公司",
        "恒川医疗器械",
        "苏州姑苏区恒川医疗器械有限责任公司",
        "中国江苏恒川医疗器械集团有限公司",
        "蘇州恆川醫療器械有限公司",
        "苏\u200b州恒\ufeff川医\u2060疗器械有限\u180e公司",
        "苏-州-恒-川-医-疗-器-械-有-限-公-司",
        "苏州.恒川·医疗/器械有限公司",
        "苏 州 恒 川 医 疗 器 械 有 限 公 司",
        "【苏州恒川医疗器械有限公司】",
        "★苏州恒川医疗器械有限公司★",
        "苏州恒川医疗器械有限公司总部",
        "苏州恒川医疗器械有限公司(官方)",
        "苏州恒川医疗器械有限公司(2)",
        "苏州恒川医疗器械有限公司 王总",
        "苏州恒川医疗器械有限公司13812345678",
        "苏州恒川医疗器械有限公司。",
        "*ST恒川医疗器械",
    ],
)
def test_a_chinese_name_in_other_writing_has_the_same_own_part(written):
    """R34, R40."""
    assert name(written).own == "恒川医疗器械"


@pytest.mark.parametrize(
    "written",
    [
        "Nova Optics Inc.",
        "NOVA OPTICS, INCORPORATED",
        "Ｎｏｖａ　Ｏｐｔｉｃｓ",
        "Nóva Öptics GmbH & Co. KG",
        "N_o_v_a_ _O_p_t_i_c_s_ _L_t_d",
        "Nоvа Орtiсs Ltd",
        "N0va 0ptics Ltd".replace("0p", "Op"),
        "Nova-Optics Pte. Ltd.",
        "Nova Optics (Singapore) Pte Ltd",
        "Boston Nova Optics LLC",
        "Nova Optics Boston S.p.A.",
        "Nova Optics Ltd - New",
        "No\u200bva Op\u00adtics Ltd",
    ],
)
def test_a_latin_name_in_other_writing_has_the_same_own_part(written):
    assert name(written).own == "nova optics"


@pytest.mark.parametrize(
    "written",
    [
        "su zhou heng chuan yi liao qi xie you xian gong si",
        "Suzhou Hengchuan Yi Liao Qi Xie",
        "hengchuanyiliaoqixie",
        "HENGCHUAN YILIAO QIXIE Co., Ltd.",
    ],
)
def test_pinyin_sounds_like_the_chinese_name(written):
    assert name(written).spelled == name(HENGCHUAN).spelled


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("苏州恒川医疗器械有限公司宁波分公司", "3302"),
        ("苏州恒川医疗器械有限公司宁波市营业部", "3302"),
        ("苏州恒川医疗器械厂宁波办事处", "3302"),
        ("苏州恒川医疗器械第七分店", "no7"),
        ("苏州恒川医疗器械第7门市部", "no7"),
        ("苏州恒川医疗器械第十二有限公司", "no12"),
        ("Nova Optics III Ltd", "no3"),
        ("Nova Optics No. 2 Ltd", "no2"),
        ("苏州恒川医疗器械经营部", ""),
        ("苏州第二恒川医疗器械有限公司", ""),
        (HENGCHUAN, ""),
    ],
)
def test_what_tells_a_branch_or_a_numbered_sister_is_kept(written, mark):
    """R42."""
    assert name(written).mark == mark


def test_a_former_name_is_a_name_too():
    names, _ = read_names("上海星河仪器有限公司(原苏州恒川医疗器械有限公司)")
    assert [each.own for each in names] == ["星河仪器", "恒川医疗器械"]


def test_invisible_signs_are_counted():
    """They are a sign of intent, for those who look for anomalies (R14)."""
    assert read_names("苏\u200b州恒\ufeff川有限公司")[1] == 2
    assert read_names(HENGCHUAN)[1] == 0


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("上海滩餐饮有限公司", "滩餐饮"),
        ("上海滩有限公司", "上海滩"),
        ("西安山东农大有限公司", "山东农大"),
        ("济南市中区来琅玻璃有限公司", "来琅玻璃"),
        ("北京有限公司", "北京"),
        ("永安行", "永安行"),
        ("有限公司", "有限公司"),
    ],
)
def test_of_a_name_two_characters_stay_whatever_is_taken_off(written, own):
    assert name(written).own == own


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("苏州", "3205"),
        ("苏州市", "3205"),
        ("江苏省", "32"),
        ("延边朝鲜族自治州", "2224"),
        ("延边", "2224"),
        ("海淀区", "11"),
        ("Suzhou", "3205"),
    ],
)
def test_a_place_is_known_in_every_writing(text, code):
    assert place_named(text.lower()) == code


def test_a_place_agrees_with_what_it_lies_in():
    assert agree("32", "3205")
    assert agree("cn", "3205")
    assert not agree("3205", "3206")
    assert not agree("cn", "us:boston")
    assert place_at_start("昆山恒川")[1] == 2


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("江苏省苏州市吴中区文化路12号3栋405室", ("文化路", "12", "3 405")),
        ("文化路１２号３栋４０５", ("文化路", "12", "3 405")),
        ("文化路十二号三栋405室", ("文化路", "12", "3 405")),
        ("12 Church Ln, London", ("church lane", "12", "")),
        ("Church Lane 12, London", ("church lane", "12", "")),
        ("somewhere", ("", "", "")),
    ],
)
def test_an_address_is_a_street_a_number_and_a_room(written, parts):
    assert read_address(written)[:3] == parts


def test_letters_are_read_as_syllables_only_when_they_are():
    assert read_as_syllables("hengchuan") == ("heng", "chuan")
    assert read_as_syllables("optics") == ()


@given(st.text(max_size=80))
def test_what_was_read_once_is_read_the_same_again(text):
    shown, _ = seen(text)
    assert seen(shown)[0] == shown
    assert joined(joined(shown)) is not None
    read_address(text)
    for each in read_names(text)[0]:
        assert restored(json.loads(json.dumps(each.as_list()))) == each


han = st.text("恒川医疗器械建霖家居寒锐钴业西麦食品新通联包装华东明德光电精密机床化工", min_size=3, max_size=8)
invisible = st.lists(st.tuples(st.integers(0, 30), st.sampled_from("\u200b\u200c\u200d\ufeff\u00ad\u2060\u180e\u034f")))


@given(han, invisible)
def test_invisible_signs_never_change_what_is_read(own, signs):
    written = f"苏州{own}有限公司"
    for place, sign in signs:
        written = written[:place] + sign + written[place:]
    assert name(written) == name(f"苏州{own}有限公司")


@given(han)
def test_traditional_characters_are_the_same_name(own):
    plain = f"苏州{own}有限公司"
    written = OpenCC("s2t").convert(plain)
    if OpenCC("t2s").convert(written) == plain:
        assert name(written) == name(plain)

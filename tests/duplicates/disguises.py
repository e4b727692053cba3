"""How the same company is written by somebody else, or by somebody who does not want it to be found."""

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin, pinyin_dict

from tests.duplicates import words

_TRADITIONAL = OpenCC("s2t")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f"
_CONFUSABLE = {
    "a": "а",
    "e": "е",
    "o": "о",
    "p": "р",
    "c": "с",
    "x": "х",
    "i": "і",
    "A": "А",
    "B": "В",
    "H": "Н",
    "O": "О",
    "T": "Т",
}
_RADICALS = {
    "车": "⻋",
    "马": "⻢",
    "龙": "⻰",
    "风": "⻛",
    "长": "⻓",
    "门": "⻔",
    "金": "⾦",
    "山": "⼭",
    "水": "⽔",
    "大": "⼤",
    "力": "⼒",
}
_SAME_FORMS = {
    "有限公司": ["有限责任公司", "公司", "股份有限公司", "集团有限公司", "", "有限"], "有限责任公司": ["有限公司", "公司", ""],
    "股份有限公司": ["股份公司", "有限公司", ""], "集团有限公司": ["集团", "有限公司", ""],
    "Limited": ["Ltd", "Ltd.", ""], "Ltd": ["Limited", "Ltd.", "LTD"], "Ltd.": ["Limited", "Ltd"], "Inc.": ["Inc", "Incorporated", ""], "Inc": ["Inc.", "Incorporated"],
    "Corporation": ["Corp.", "Corp", ""], "Corp.": ["Corporation"], "Company": ["Co", "Co.", ""], "LLC": ["L.L.C.", ""], "GmbH": ["gmbh", ""], "GmbH & Co. KG": ["GmbH", "GmbH und Co KG", ""],
    "Pte. Ltd.": ["Pte Ltd", "Private Limited"], "Pte Ltd": ["Pte. Ltd."], "Pty Ltd": ["Pty. Limited", "Pty Limited"], "PLC": ["plc", "P.L.C."], "S.A.": ["SA"], "SARL": ["S.A.R.L.", ""], "SAS": ["S.A.S."],
}  # fmt: skip
_BY_SOUND: dict[str, list[str]] = {}


def _homophones(sign):
    if not _BY_SOUND:
        for other in words.SIGNS + words.GIVEN + "".join(words.TRADES):
            _BY_SOUND.setdefault(lazy_pinyin(other)[0], []).append(other)
    return [other for other in _BY_SOUND.get(lazy_pinyin(sign)[0], []) if other != sign]


def exact(c, chance):
    return c.name


def spaced(c, chance):
    """Width, case, spaces, brackets: what a keyboard does."""
    name = c.name
    kind = chance.randrange(6)
    if kind == 0:
        return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in name)
    if kind == 1:
        return chance.choice([name.upper(), name.lower(), f" {name} "])
    if kind == 2 and not c.is_western:
        return (" " if chance.random() < 0.5 else "").join(name)
    if kind == 3:
        return chance.choice(["【{}】", "★{}★", "{}。", "({})", "{}　", "-{}-", "“{}”"]).format(name)
    if kind == 4:
        return name.replace("(", "（").replace(")", "）").replace(" ", "  ")
    place = chance.randrange(1, len(name))
    return name[:place] + " " + name[place:] if not c.is_western else name.replace(" ", "-")


def other_form(c, chance):
    return c.written(
        c.layout,
        form=chance.choice(
            _SAME_FORMS.get(c.form, [c.form, c.form, "有限公司", "股份有限公司"] if not c.is_western else [c.form])
        ),
    )


def other_place(c, chance):
    """The same place, moved, dropped, or named wider or narrower."""
    layouts = (
        ["before", "inside", "nowhere", "after"]
        if c.is_western
        else ["before", "before_full", "inside", "nowhere", "province", "district", "both"]
    )
    return c.written(chance.choice([layout for layout in layouts if layout != c.layout]))


def short(c, chance):
    """What people say: the brand, with its place or the beginning of its trade."""
    if c.is_western:
        return chance.choice(
            [c.brand, c.brand.split()[0], f"{c.brand} {c.trade}".strip(), f"{c.brand} {c.trade.split(' ')[0]}".strip()]
        )
    tail = chance.choice(["", "", c.trade[:2], c.trade[:4], c.trade[-2:], "集团", "公司"])
    return chance.choice([c.city, "", ""]) + c.brand + tail


def traditional(c, chance):
    return _TRADITIONAL.convert(c.name) if not c.is_western else c.name.replace(" ", "  ")


def in_pinyin(c, chance):
    """A Chinese name in letters, by phrase or as a machine reads it sign by sign; a Western one with a slip."""
    if c.is_western:
        return slip(c, chance)
    say = lazy_pinyin if chance.random() < 0.5 else _sign_by_sign
    place, brand, trade = say(c.city if c.layout != "nowhere" else ""), say(c.brand), say(c.trade)
    kind = chance.randrange(5)
    if kind == 0:
        return " ".join(say(c.name.replace("(", "").replace(")", "")))
    if kind == 1:
        return "".join(brand + trade)
    if kind == 2:
        return " ".join(
            ["".join(place).capitalize(), "".join(brand).capitalize(), *(part.capitalize() for part in trade)]
        ).strip()
    if kind == 3:
        return f"{''.join(place).capitalize()} {''.join(brand).capitalize()} {''.join(trade).capitalize()} Co., Ltd.".replace(
            "  ", " "
        ).strip()
    return "".join(brand).upper() + (" " + "".join(trade[:2]).upper() if chance.random() < 0.5 else "")


def _sign_by_sign(text):
    sounds = []
    for sign in text:
        readings = pinyin_dict.pinyin_dict.get(ord(sign), sign).split(",")[0]
        sounds += lazy_pinyin(sign) if readings == sign else [_toneless(readings)]
    return sounds


def _toneless(reading):
    table = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü", "aaaaeeeeiiiioooouuuuvvvvv")
    return reading.translate(table)


def slip(c, chance):
    """One slip of the finger, anywhere in the own part."""
    name, own = c.name, c.brand + (" " if c.is_western and c.trade else "") + c.trade
    start = name.find(own) if own in name else 0
    place = start + chance.randrange(max(len(own) - 1, 1))
    kind = chance.choice(["swap", "drop", "add", "replace"])
    if kind == "swap":
        return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]
    if kind == "drop":
        return name[:place] + name[place + 1 :]
    letter = chance.choice("abcdefghijklmnoprstuvwy" if c.is_western else words.SIGNS)
    return name[:place] + letter + name[place + (kind == "replace") :]


def several(c, chance):
    """Two or three things at once."""
    first = chance.choice([other_form, other_place, short, slip])(c, chance)
    return hide(first, chance, chance.choice(["space", "invisible", "signs", "traditional", "width", "brackets"]))


def evade_invisible(c, chance):
    return hide(_usual(c, chance), chance, "invisible")


def evade_signs(c, chance):
    return hide(_usual(c, chance), chance, "signs")


def evade_few_signs(c, chance):
    return hide(_usual(c, chance), chance, "few")


def evade_look_alikes(c, chance):
    table = _CONFUSABLE if c.is_western else _RADICALS
    return "".join(table.get(sign, sign) if chance.random() < 0.7 else sign for sign in c.name)


def evade_digits(c, chance):
    """0 for o, 1 for l, 3 for e in Latin names; a number in the other digits in Chinese ones."""
    if c.is_western:
        head, rest = c.name[0], c.name[1:]
        return head + "".join(
            {"o": "0", "l": "1", "e": "3"}.get(sign, sign) if chance.random() < 0.6 else sign for sign in rest
        )
    return c.name.translate(str.maketrans("一二三四五六七八九", "123456789"))


def evade_sound(c, chance):
    """Another sign that sounds the same, in the brand."""
    if c.is_western:
        return slip(c, chance)
    places = [place for place, sign in enumerate(c.brand) if _homophones(sign)]
    if not places:
        return exact(c, chance)
    place = chance.choice(places)
    return c.written(
        c.layout, brand=c.brand[:place] + chance.choice(_homophones(c.brand[place])) + c.brand[place + 1 :]
    )


def evade_appended(c, chance):
    """A word more, at either end."""
    if c.is_western:
        return c.name + chance.choice([" (new)", " 2", " HQ", " - Official", " (2)", " New", " Headquarters"][2:])
    person = chance.choice(words.SURNAMES)
    return chance.choice(
        [
            f"{c.name}(新)",
            f"{c.name}总部",
            f"{c.name}(2)",
            f"{c.name}官方",
            f"{c.name} {person}总",
            f"{c.name}{chance.randrange(10**6, 10**7)}",
            f"{c.name}(官网)",
            f"{c.name}-new",
        ]
    )


def evade_turned(c, chance):
    """The words in another order."""
    if c.is_western:
        parts = f"{c.brand} {c.trade}".split()
        chance.shuffle(parts)
        return f"{' '.join(parts)} {c.form}"
    return f"{c.trade}{c.brand}{c.form}" if c.trade and chance.random() < 0.3 else c.written("inside")


def evade_doubled(c, chance):
    place = chance.randrange(len(c.brand))
    return c.written(c.layout, brand=c.brand[:place] + c.brand[place] + c.brand[place:])


def former(c, chance):
    """A new name that still tells the old one."""
    other = chance.choice(words.WORDS) + c.trade if not c.is_western else f"{chance.choice(words.PLAIN)} {c.trade}"
    return c.written(c.layout, brand=other, trade="") + (
        f"(原{c.name})" if not c.is_western else f" (formerly {c.name})"
    )


def translated(c, chance):
    """The English name of a Chinese company: its brand in pinyin, its trade in English."""
    english = [_ENGLISH[trade] for trade in _ENGLISH if trade in c.trade]
    if c.is_western or not english:
        return in_pinyin(c, chance)
    place = "" if c.layout == "nowhere" else "".join(lazy_pinyin(c.city)).capitalize()
    return f"{place} {''.join(lazy_pinyin(c.brand)).capitalize()} {' '.join(english)} {chance.choice(['Co., Ltd.', 'Co.,Ltd', 'Corporation', ''])}".strip()


def initials(c, chance):
    """The first letters, as people write them in a hurry, with the place; Western names by their first words."""
    if c.is_western:
        return short(c, chance)
    return c.city + "".join(lazy_pinyin(c.brand, style=Style.FIRST_LETTER)).upper() + c.trade


def _usual(c, chance):
    return chance.choice([exact, exact, other_form, other_place])(c, chance)


def hide(name, chance, how):
    """Marks between the signs of a name."""
    if how == "invisible":
        return "".join(sign + (chance.choice(_INVISIBLE) if chance.random() < 0.4 else "") for sign in name)
    if how in ("signs", "space"):
        mark = chance.choice(".-_·•/、*~|" if how == "signs" else " ")
        return mark.join(name)
    if how == "few":
        mark = chance.choice(".-_·•/、*~|")
        return "".join(sign + (mark if chance.random() < 0.25 else "") for sign in name)
    if how == "traditional":
        return _TRADITIONAL.convert(name)
    if how == "width":
        return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in name)
    return f"【{name}】"


_ENGLISH = {
    "科技": "Technology", "信息": "Information", "网络": "Network", "电子": "Electronics", "机械": "Machinery", "设备": "Equipment", "贸易": "Trading", "实业": "Industrial",
    "工程": "Engineering", "建设": "Construction", "文化": "Culture", "教育": "Education", "咨询": "Consulting", "物流": "Logistics", "食品": "Food", "农业": "Agriculture", "生物": "Biotech",
    "医药": "Pharmaceutical", "化工": "Chemical", "新材料": "New Materials", "塑料": "Plastics", "模具": "Mould", "阀门": "Valve", "照明": "Lighting", "通信": "Communications", "软件": "Software",
    "智能": "Intelligent", "环保": "Environmental Protection", "能源": "Energy", "电力": "Electric Power", "玻璃": "Glass", "陶瓷": "Ceramics", "家具": "Furniture", "服装": "Garments", "纺织": "Textile",
    "包装": "Packaging", "旅游": "Tourism", "汽车": "Automobile", "投资": "Investment", "机器人": "Robot", "半导体": "Semiconductor",
}  # fmt: skip

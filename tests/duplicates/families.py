"""Look-alikes: other companies that share a name, a telephone or a domain with one that is known."""

from dataclasses import replace

from tests.duplicates import companies, words
from tests.duplicates.disguises import _homophones

_NUMERALS = "二三四五六七八九"


def new(c, chance):
    return companies.invent(chance)


def _other(c, chance, shared=(), **parts):
    """Another company made of this one, with fields of its own except those shared."""
    other = replace(c, **parts)
    other.fields = companies.fields_of(other, chance) | {name: c.fields[name] for name in shared}
    return other


def _elsewhere(c, chance):
    """A place that is not the company's, of the same country's kind."""
    while True:
        place = companies.invent(chance)
        if place.is_western == c.is_western and place.city[:2] != c.city[:2] and place.province != c.province:
            return place


def region(c, chance):
    """The same name in another city."""
    place = _elsewhere(c, chance)
    layout = chance.choice(["country", "inside"] if c.is_western else ["before", "before_full", "inside", "inside"])
    form = place.form if c.is_western else c.form
    return _other(
        c, chance, city=place.city, province=place.province, district=place.district, layout=layout, form=form
    )


def branch(c, chance):
    """A branch is the company's, and yet another entry of the register."""
    shared = chance.choice([(), (), ("website",), ("website", "phone")])
    if c.is_western:
        kind = chance.random()
        if kind < 0.25:
            return _other(c, chance, shared, form=f"{c.form} - {_elsewhere(c, chance).city} Branch", layout="nowhere")
        place = _elsewhere(c, chance)
        return _other(
            c,
            chance,
            shared,
            city=place.city,
            province=place.province,
            layout=chance.choice(["country", "country", "inside"]),
            form=place.form,
        )
    place = _elsewhere(c, chance).city
    mark = chance.choice(["分公司", "分公司", "办事处", "营业部", "营业部", "第一分公司"])
    return _other(c, chance, shared, form=f"{c.form}{place}{mark}")


def serial(c, chance):
    """The numbered sister: 第七分店, 3号店, III."""
    if c.is_western:
        number = chance.choice(["II", "III", "IV", "V", "No. 2", "2", "3"])
        return _other(c, chance, trade=f"{c.trade} {number}".strip())
    number = chance.choice(_NUMERALS + "十")
    form = chance.choice(
        [
            f"第{number}分店",
            f"第{number}有限公司",
            f"第{number}门市部",
            f"{c.form}{chance.randrange(2, 60)}号店",
            f"第{chance.randrange(2, 20)}分公司",
            f"{c.form}{number}店",
        ]
    )
    return _other(c, chance, form=form)


def trade(c, chance):
    """The same brand in another trade, in the same place."""
    return _other(c, chance, trade=_another_trade(c, chance), form=_form(c, chance))


def subsidiary(c, chance):
    """A company of the same group: same brand, other trade, other place, sometimes the same domain."""
    place = _elsewhere(c, chance)
    shared = chance.choice([(), (), ("website",)])
    return _other(
        c,
        chance,
        shared,
        trade=_another_trade(c, chance),
        city=place.city,
        province=place.province,
        district=place.district,
        form=_form(c, chance),
    )


def _form(c, chance):
    return c.form if chance.random() < 0.6 or c.is_western else chance.choice(words.FORMS)


def _another_trade(c, chance):
    while True:
        other = companies.western_trade(chance) if c.is_western else companies.chinese_trade(chance)
        if other and other[:2] != c.trade[:2]:
            return other


def similar(c, chance):
    """A brand one sign apart, by look or by sound."""
    place = chance.randrange(len(c.brand))
    if c.is_western:
        sign = chance.choice("aeioubcdgklmnprstvxz")
    else:
        alike = _homophones(c.brand[place]) if chance.random() < 0.5 else []
        sign = chance.choice(alike or list(words.SIGNS))
    if sign == c.brand[place].lower() or not c.brand[place].isalpha():
        return similar(c, chance)
    return _other(c, chance, brand=c.brand[:place] + sign + c.brand[place + 1 :])


def shared_phone(c, chance):
    """Another company with the same agent or the same switchboard."""
    other = companies.invent(chance)
    other.fields["phone"] = c.fields["phone"]
    return other


KINDS = {
    "new": new, "region": region, "branch": branch, "serial": serial, "trade": trade, "subsidiary": subsidiary, "similar": similar, "sharedphone": shared_phone,
}  # fmt: skip

"""One invented company: its parts, and how it fills the fields of a form."""

from dataclasses import dataclass, field, replace

from customers.duplicates.syllables import syllables_of
from tests.duplicates import words


@dataclass
class Company:
    """A legal entity. `name` is put together of the parts, so that each can be moved, left out or exchanged."""

    is_western: bool
    brand: str
    trade: str
    province: str
    city: str
    district: str
    form: str
    layout: str  # where the place stands: before, inside, nowhere, province, district
    fields: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.written(self.layout)

    def written(self, layout: str, **other) -> str:
        return _put_together(replace(self, **other) if other else self, layout)


def _put_together(c, layout):
    if c.is_western:
        own = f"{c.brand} {c.trade}".strip()
        place = {"inside": f" ({c.city})", "country": f" ({c.province})", "after": f" {c.city}"}.get(layout, "")
        before = f"{c.city} " if layout == "before" else ""
        return f"{before}{own}{place} {c.form}".strip()
    city = c.city if layout != "before_full" else full_city(c.city)
    before = {
        "before": city, "before_full": city, "province": c.province or city, "district": city + c.district, "both": c.province + city,
    }.get(layout, "")  # fmt: skip
    return f"{before}{c.brand}{c.trade}{'(' + city + ')' if layout == 'inside' else ''}{c.form}"


def full_city(city):
    return city if city.endswith(("州", "区")) and len(city) > 3 else city + "市"


def invent(chance) -> Company:
    """A company out of `chance`, a random.Random."""
    company = _western(chance) if chance.random() < 0.27 else _chinese(chance)
    company.fields = fields_of(company, chance)
    return company


def _chinese(chance):
    province, city, *districts = chance.choice(words.CITIES) if chance.random() < 0.97 else ["", "香港"]
    short = city.removesuffix("自治州") if chance.random() < 0.5 else city
    layout = chance.choices(
        ["before", "before_full", "inside", "nowhere", "province", "district"], [30, 22, 18, 14, 9, 7]
    )[0]
    return Company(
        False,
        chinese_brand(chance),
        chinese_trade(chance),
        province,
        short,
        chance.choice(districts or [""]),
        chance.choice(words.FORMS),
        layout,
    )


def chinese_brand(chance):
    if chance.random() < 0.3:
        brand = chance.choice(words.WORDS) + (chance.choice(words.SIGNS) if chance.random() < 0.3 else "")
        return brand if chance.random() < 0.8 else brand + chance.choice(words.WORDS)
    return "".join(chance.choices(words.SIGNS, k=chance.choices([2, 3, 4], [45, 40, 15])[0]))


def chinese_trade(chance):
    return "".join(chance.sample(words.TRADES, chance.choices([0, 1, 2], [4, 56, 40])[0]))


def _western(chance):
    city, country, _, forms = chance.choice(words.WESTERN_CITIES)
    form = chance.choice(forms.replace("Co., Ltd.", "Co.; Ltd.").split(",")).replace(";", ",")
    layout = chance.choices(["nowhere", "country", "inside"], [84, 10, 6])[0]
    return Company(True, western_brand(chance), western_trade(chance), country, city, "", form, layout)


def western_brand(chance):
    made = (chance.choice(words.HEADS) + chance.choice(words.TAILS)).capitalize()
    kind = chance.random()
    if kind < 0.2:
        return chance.choice([" & ", " ", "-"]).join(chance.sample(words.FAMILIES, 2))
    second = (chance.choice(words.HEADS) + chance.choice(words.TAILS)).capitalize()
    if kind < 0.5:
        return f"{made} {second}"
    return made if kind < 0.8 else f"{chance.choice(words.PLAIN)} {made}"


def western_trade(chance):
    return " ".join(chance.sample(words.ENGLISH_TRADES, chance.choices([0, 1, 2], [8, 62, 30])[0]))


def fields_of(company, chance) -> dict[str, str]:
    """All fields filled, as the company itself would; who types them leaves most of them out."""
    person = _person(company, chance)
    letters = "".join(syllables_of(company.brand)) if not company.is_western else company.brand
    letters = "".join(sign for sign in letters.lower() if sign.isascii() and sign.isalnum())[:14] or "firm"
    domain = f"{letters}{chance.choice(['', '', str(chance.randrange(999)), 'group', 'china', 'tech'])}.{chance.choice(['com', 'com.cn', 'cn', 'net', 'com'])}"
    spoken = "".join(syllables_of(person)).lower().replace(" ", "")
    box = f"{chance.choice([spoken, 'info', 'sales', 'hr', 'contact'])}@{domain}"
    if chance.random() < 0.45:
        box = f"{spoken}{chance.randrange(99999)}@{chance.choice(words.FREE_MAIL)}"
    return {
        "name": company.name, "uscc": _code(chance), "phone": phone(company, chance), "email": box, "website": domain,
        "city": company.city, "address": address(company, chance), "contact": person,
    }  # fmt: skip


def _person(company, chance):
    if company.is_western:
        return f"{chance.choice(words.FIRST_NAMES)} {chance.choice(words.FAMILIES)}"
    return chance.choice(words.SURNAMES) + "".join(chance.choices(words.GIVEN, k=chance.choice([1, 2, 2])))


def _code(chance):
    return (
        "91"
        + "".join(chance.choices("0123456789", k=6))
        + "".join(chance.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=10))
    )


def phone(company, chance):
    if company.is_western:
        prefix = next(row[2] for row in words.WESTERN_CITIES if row[0] == company.city)
        return f"{prefix} {chance.randrange(10**6, 10**8)}"
    if chance.random() < 0.55:
        return f"1{chance.choice('3456789')}{chance.randrange(10**9):09d}"
    return f"0{chance.choice(['10', '20', '21', '25', '28', '512', '571', '755', '532', '731'])}-{chance.choice('2345678')}{chance.randrange(10**7):07d}"


def address(company, chance):
    number = chance.randrange(1, 999)
    if company.is_western:
        return f"{number} {chance.choice(words.STREETS)}, {company.city}"
    room = chance.choice(
        ["", f"{chance.randrange(1, 40)}栋{chance.randrange(101, 2999)}室", f"{chance.choice('ABCD')}座{chance.randrange(101, 2999)}室",
         f"{chance.choice(words.TOWERS)}大厦{chance.randrange(2, 40)}层"]
    )  # fmt: skip
    road = chance.choice(words.ROADS) + chance.choice(["路", "路", "东路", "西路", "大道", "街"])
    return f"{full_city(company.city)}{company.district}{road}{number}号{room}"

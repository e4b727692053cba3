"""A whole set: the customers of an organisation, some of them twice, and what is typed, with the answers."""

from dataclasses import dataclass
from random import Random

from tests.duplicates import companies, disguises, families, words

WAYS = {
    "exact": 8, "spaced": 8, "other_form": 11, "other_place": 12, "short": 12, "traditional": 6, "in_pinyin": 6, "slip": 12, "several": 12,
    "evade_invisible": 5, "evade_signs": 5, "evade_few_signs": 2, "evade_look_alikes": 1.5, "evade_digits": 1, "evade_sound": 1, "evade_appended": 2,
    "evade_turned": 1, "evade_doubled": 1, "former": 1, "translated": 2, "initials": 0.5,
}  # fmt: skip
LIKENESSES = {
    "new": 40,
    "region": 12,
    "branch": 11,
    "trade": 10,
    "similar": 8,
    "sharedphone": 7,
    "serial": 7,
    "subsidiary": 6,
}
STORED = {"uscc": 0.25, "phone": 0.85, "email": 0.54, "website": 0.4, "city": 0.79, "address": 0.64, "contact": 0.79}
TYPED = {"uscc": 0.2, "phone": 0.6, "email": 0.33, "website": 0.24, "city": 0.53, "address": 0.32, "contact": 0.6}
CHANGES = {
    "uscc": 0.005,
    "phone": 0.25,
    "email": 0.25,
    "website": 0.01,
    "city": 0.01,
    "address": 0.02,
    "contact": 0.015,
}


@dataclass
class Set:
    rows: list[dict]
    full: list[dict]  # questions with about half of the fields
    sparse: list[dict]  # questions with little more than a name


def make(seed: int, companies_stored: int = 10_000, asked: int = 3_000) -> Set:
    """A set of that many companies and questions of either sort; the same seed gives the same set."""
    chance = Random(seed)
    known = [companies.invent(chance) for _ in range(companies_stored)]
    known += [families.KINDS[kind](chance.choice(known), chance) for kind in _families(chance, companies_stored // 12)]
    rows, answers = [], {}
    for number, company in enumerate(known):
        for copy in range(1 + (chance.random() < 0.08)):
            row_id = f"{number}-{copy}"
            rows.append({"id": row_id, **_row(company, chance, STORED, copy and _way(chance))})
            answers.setdefault(number, []).append(row_id)
    full, sparse = ([_question(known, answers, chance, share) for _ in range(asked)] for share in (1, 0.3))
    return Set(rows, full, sparse)


def _families(chance, count):
    kinds = [kind for kind in LIKENESSES if kind not in ("new", "similar")]
    return chance.choices(kinds, k=count)


def _way(chance):
    return chance.choices(list(WAYS), list(WAYS.values()))[0]


def _question(known, answers, chance, filled):
    number = chance.randrange(len(known))
    typed = {name: share * filled for name, share in TYPED.items()}
    if chance.random() < 0.58:
        way = _way(chance)
        row = _row(known[number], chance, typed, way)
        return row | {"dup_of": "|".join(answers[number]), "kind": way, "near": ""}
    kind = chance.choices(list(LIKENESSES), list(LIKENESSES.values()))[0]
    other = families.KINDS[kind](known[number], chance)
    row = _row(other, chance, typed, chance.choice(["exact", "exact", "exact", "spaced"]))
    return row | {"dup_of": "", "kind": f"neg_{kind}", "near": "|".join(answers[number])}


def _row(company, chance, shares, way):
    """What stands in a form: the name in that way of writing, and some of the other fields."""
    row = dict.fromkeys(shares, "")
    for name, share in shares.items():
        if chance.random() < share:
            has_changed = way and chance.random() < CHANGES[name]
            row[name] = _typed(
                name, (companies.fields_of(company, chance) if has_changed else company.fields)[name], chance
            )
    written = getattr(disguises, way)(company, chance) if way else company.name
    return {"name": written, **row}


def _typed(name, value, chance):
    """The same value as somebody else types it."""
    writings = {
        "phone": _phone,
        "website": _website,
        "email": _email,
        "city": _city,
        "address": _address,
        "uscc": _code,
        "contact": _contact,
    }
    return writings[name](value, chance) if chance.random() < 0.6 else value


def _phone(value, chance):
    digits = "".join(sign for sign in value if sign.isdigit())
    if value.startswith("+"):
        ways = [
            f"00{digits}",
            f"+{digits}",
            value.replace(" ", "-"),
            f"{value} ext. {chance.randrange(10, 999)}",
            f"{value[:-4]} {value[-4:]}",
        ]
    elif value.startswith("1"):
        ways = [
            f"+86 {digits}",
            f"86{digits}",
            f"0086-{digits}",
            f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
            f"(+86){digits}",
            _wide(digits),
            f"{digits[:3]} {digits[3:7]} {digits[7:]}",
        ]
    else:
        area, number = value.split("-")
        ways = [
            digits,
            f"({area}){number}",
            f"+86-{area[1:]}-{number}",
            f"+86 {area[1:]} {number[:4]} {number[4:]}",
            f"{value}-{chance.randrange(100, 9999)}",
            f"{value}转{chance.randrange(100, 999)}",
            number,
            f"{area} {number}",
        ]
    return chance.choice(ways)


def _wide(text):
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def _website(value, chance):
    return chance.choice(
        [
            f"http://www.{value}",
            f"https://{value}/",
            f"www.{value}",
            f"HTTP://WWW.{value.upper()}",
            f"m.{value}",
            f"https://{value}/about/index.html",
            f"http://{value}:80/?from=baidu",
        ]
    )


def _email(value, chance):
    box, _, host = value.partition("@")
    if host in words.FREE_MAIL:
        return value.upper()
    return chance.choice([value.upper(), f" {value}", f"{chance.choice(['info', 'sales', 'hr', box + '1'])}@{host}"])


def _city(value, chance):
    return companies.full_city(value) if not value.isascii() else value


def _address(value, chance):
    if value[0].isdigit():
        return chance.choice(
            [value.partition(",")[0], value.upper(), value.replace("Road", "Rd.").replace("Street", "St")]
        )
    place = max(value.find("市"), value.find("区"), value.find("县"))
    return chance.choice(
        [
            value[place + 1 :] or value,
            _wide(value),
            value.replace("栋", "号楼").replace("室", ""),
            value.replace("栋", "幢"),
        ]
    )


def _code(value, chance):
    return chance.choice([value.lower(), f"{value[:6]} {value[6:]}", f" {value}", value.replace("0", "O", 1)])


def _contact(value, chance):
    return value.upper() if value.isascii() else chance.choice([f"{value[0]} {value[1:]}", f"{value}先生", value])

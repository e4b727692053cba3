"""An address read: where it lies, street, number, and what is left to say which door."""

import re
from typing import NamedTuple

from customers.duplicates.forms import number_of
from customers.duplicates.places import latin_place, place_at_start, place_named
from customers.duplicates.signs import is_han, seen

_STREET = re.compile(r"(.*?(?:大道|路|街|道|巷|弄|胡同|园区?|村|里))([0-9]+)(?:号|弄|#)?(?:院|楼(?=[0-9]))?(.*)")
_ROOM = re.compile(r"[0-9a-z]+|[\u3400-\u9fff]{2,}?(?:大厦|中心|广场|大楼|科技园|公寓|写字楼)")
_HAN_NUMBER = re.compile("[一二三四五六七八九十百]+(?=[号栋座层楼室弄])")
_LATIN_NUMBER = re.compile(r"(?:no\.?\s*)?([0-9]+[a-z]?)[\s,]+(.*)|(.*?)[\s,]+([0-9]+[a-z]?)$")
_STREET_WORDS = {
    "rd": "road",
    "st": "street",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "blvd": "boulevard",
    "dr": "drive",
    "str": "strasse",
    "hwy": "highway",
}
_NOT_STREET = re.compile(r"[^0-9a-z ]")


class Address(NamedTuple):
    street: str  # without its city: 文化路; church lane
    number: str
    room: str  # building, floor and room without the words between: 28 2303
    place: str  # code of the place it lies in


def read_address(text: str) -> Address:
    """The address; where no street with a number is named, only its place."""
    shown = seen(text)[0].strip()
    return _read_han(shown.replace(" ", "")) if is_han(shown) else _read_latin(shown)


def _read_han(shown):
    shown, place = _HAN_NUMBER.sub(lambda found: number_of(found.group()), shown), ""
    for _ in range(3):
        code, length = place_at_start(shown)
        if not length or length >= len(shown):
            break
        place = code if len(code) > len(place) and code.startswith(place) else place or code
        shown = shown[length:]
    found = _STREET.match(shown)
    if not found:
        return Address("", "", "", place)
    return Address(found.group(1), found.group(2), " ".join(_ROOM.findall(found.group(3))), place)


def _read_latin(shown):
    parts = [part.strip() for part in shown.split(",") if part.strip()]
    place = next(
        (code for part in reversed(parts[1:]) if (code := place_named(part) or latin_place(part.split()[:1]))), ""
    )
    for part in parts:
        if found := _LATIN_NUMBER.match(part):
            number, street = found.group(1) or found.group(4), found.group(2) or found.group(3) or ""
            words = [_STREET_WORDS.get(word, word) for word in _NOT_STREET.sub(" ", street).split()]
            if words:
                return Address(" ".join(words), number, "", place)
    return Address("", "", "", place)

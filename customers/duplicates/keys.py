"""The few numbers by which rows that may be the same company are found among a million.

Each is keyed BLAKE2b over "kind:value", 60 bits of it and four for the kind: without the organisation's key it says nothing of
the value. The weight of a kind is what one shared value is worth before counting how many share it.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations
from math import log
from types import MappingProxyType

from customers.duplicates.record import Record

WEIGHTS = {
    "U": 9.0,  # credit code
    "N": 7.0,  # own name
    "M": 7.0,  # own name with what tells it from its sisters
    "P": 6.0,  # whole telephone number
    "E": 6.0,  # mailbox
    "L": 5.0,  # beginning of the name, as it sounds
    "S": 4.0,  # words of a Latin name in the order of the alphabet
    "W": 4.0,  # registered domain
    "A": 4.0,  # street, number, room
    "C": 3.0,  # person and place
    "T": 2.5,  # last seven digits of a landline
    "D": 2.0,  # beginning of the name with one sound or letter left out
    "K": 2.0,  # end of the name, with its first letter and place
}
_KIND_NUMBERS = {kind: number for number, kind in enumerate(WEIGHTS)}
_BY_NUMBER = list(WEIGHTS.values())

# Letters that Chinese names are often written with abroad, as one: Corun is 科力远, Seamild 西麦.
_FIRST_LETTER = {"c": "k", "q": "k", "x": "s", "z": "j"}


@lru_cache(
    maxsize=2048
)  # a list asks for the same ones when it looks for a company, compares it with others and keeps it
def keys_of(record: Record, key: bytes) -> Mapping[int, float]:
    """{signed 64-bit number: weight of its kind}; a stored row keeps the numbers, a question asks with both."""
    found = {_hash(key, kind, value): WEIGHTS[kind] for kind, value in sorted(values_of(record), reverse=True)}
    return MappingProxyType(found)


@lru_cache(maxsize=64)
def _keyed(key):
    return blake2b(digest_size=8, key=key)


def _hash(key, kind, value):
    hashed = _keyed(key).copy()
    hashed.update(f"{kind}:{value}".encode())
    return int.from_bytes(hashed.digest(), "big", signed=True) & ~15 | _KIND_NUMBERS[kind]


def damped(weight: float, shared: int) -> float:
    """What a key is worth that so many have: the more, the less. `customers_candidates` reckons the same."""
    return weight / (1 + log(max(shared, 5) / 5))


def weight_of(number: int) -> float:
    """What one of these numbers is worth, whoever has it."""
    return _BY_NUMBER[number & 15]


def values_of(record: Record) -> set[tuple[str, str]]:
    """(kind, value) of everything the record can be found by."""
    found = {(kind, value) for kind, values in _identifiers(record) for value in values}
    for name in record.names:
        found.update(_of_latin(name) if name.is_latin else _of_han(name))
        found.update(_by_sound(name))
        if name.mark:  # of a thousand numbered sisters the one with this number
            found.add(("M", f"{name.spelled} {name.mark}"))
    found |= {("C", person + place) for person in record.people for place in _places(record)}
    return found


def _places(record):
    """The cities a person may be known in; a province is none."""
    places = {place[:4] for place in (*record.cities, *(name.place for name in record.names)) if place[2:]}
    return places or {""}


def _identifiers(record):
    yield "U", record.codes
    yield "T", record.tails
    yield "P", record.phones if len(record.phones) > len(record.tails) else ()  # a landline is found by its tail
    yield "E", record.mails
    yield "W", record.domains
    yield "A", [f"{each.street} {each.number} {each.room}" for each in record.addresses if each.street]


def _of_han(name):
    yield "N", name.own
    if len(name.own) > 3:
        yield "N", name.own[2:]


def _of_latin(name):
    words = name.own.split()
    yield "N", name.spelled
    if len(words) > 1:
        yield "S", " ".join(sorted(words))
    if len(words) > 2:
        yield "K", " ".join(words[-2:])


def _by_sound(name):
    if name.is_latin:
        yield from _of_letters(name)
    sounds = name.spoken if name.by_syllables else name.meant
    if name.by_syllables or (sounds and sounds[0] != name.spoken[0]):
        yield from _of_syllables(sounds)
    if len(sounds) > 2:
        yield "K", f"{_FIRST_LETTER.get(sounds[0][0], sounds[0][0])}{name.place[:4]} {sounds[-2]}{sounds[-1]}"


def _of_letters(name):
    """The first words, and the first letters with one left out, for slips of the finger."""
    start = name.spelled[:8]
    if not name.by_syllables:
        yield "L", name.spoken[0]
        yield "L", "".join(name.spoken[:2])
    yield "D", start if len(start) < 8 else start[:7]
    yield from (("D", start[:place] + start[place + 1 :]) for place in range(len(start) - (len(start) == 8)))


def _of_syllables(sounds):
    """The first syllables, and the first four with one left out: a slip, a homophone, two in the wrong order."""
    yield from (("L", "".join(sounds[:count])) for count in (2, 3, 4))
    if len(sounds) > 3:
        yield from (("L", "".join(three)) for three in combinations(sounds[:4], 3))
    else:
        yield from (("D", "".join(two)) for two in combinations(sorted(sounds), 2))


def kinds_of(record: Record, key: bytes) -> dict[int, str]:
    """{number: its kind}, to say of a number that many share what it is."""
    return {_hash(key, kind, value): kind for kind, value in values_of(record)}

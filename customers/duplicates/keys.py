"""The few numbers by which rows that may be the same company are found among a million.

Each is 64 bits of keyed BLAKE2b over "kind:value": without the organisation's key it says nothing. The weight of a kind is
what one shared value is worth before counting how many share it.
"""

from hashlib import blake2b
from itertools import combinations

from customers.duplicates.record import Record

WEIGHTS = {
    "U": 9.0,  # credit code
    "N": 7.0,  # own name
    "P": 6.0,  # whole telephone number
    "E": 6.0,  # mailbox
    "L": 5.0,  # beginning of the name, as it sounds
    "S": 4.0,  # words of a Latin name in the order of the alphabet
    "W": 4.0,  # registered domain
    "A": 4.0,  # street, number, room
    "C": 3.0,  # person and place
    "T": 2.5,  # last seven digits of a landline
    "D": 2.0,  # beginning of the name with one sound or letter left out
    "K": 2.0,  # end of the name, with the place
    "B": 1.5,  # first characters
}


def keys_of(record: Record, key: bytes) -> dict[int, float]:
    """{signed 64-bit number: weight of its kind}; a stored row keeps the numbers, a question asks with both."""
    return {_hash(key, kind, value): WEIGHTS[kind] for kind, value in sorted(values_of(record), reverse=True)}


def _hash(key, kind, value):
    return int.from_bytes(blake2b(f"{kind}:{value}".encode(), digest_size=8, key=key).digest(), "big", signed=True)


def values_of(record: Record) -> set[tuple[str, str]]:
    """(kind, value) of everything the record can be found by."""
    found = {(kind, value) for kind, values in _identifiers(record) for value in values}
    for name in record.names:
        found.update(_of_latin(name) if name.is_latin else _of_han(name))
        found.update(_by_sound(name))
    found |= {("C", person + place) for person in record.people for place in _places(record)}
    return found


def _places(record):
    """The cities a person may be known in; a province is none."""
    places = {place[:4] for place in (*record.cities, *(name.place for name in record.names)) if place[2:]}
    return places or {""}


def _identifiers(record):
    yield "U", record.codes
    yield "P", record.phones
    yield "T", record.tails
    yield "E", record.mails
    yield "W", record.domains
    yield "A", [f"{each.street} {each.number} {each.room}" for each in record.addresses if each.street]


def _of_han(name):
    yield "N", name.own
    yield "B", name.own[:2]
    if len(name.own) > 2:
        yield "B", name.own[:3]
    if len(name.own) > 4:
        yield "K", name.own[2:]


def _of_latin(name):
    words = name.own.split()
    yield "N", name.spelled
    yield "S", " ".join(sorted(words))
    if len(words) > 2:
        yield "K", " ".join(words[-2:])


def _by_sound(name):
    if name.is_latin:
        yield from _of_letters(name)
    sounds = name.spoken if name.by_syllables else name.meant
    if name.by_syllables or (sounds and sounds[0] != name.spoken[0]):
        yield from _of_syllables(sounds)


def _of_letters(name):
    """The first words, and the first nine letters with one left out, for slips of the finger."""
    start = name.spelled[:9]
    yield "L", name.spelled
    if not name.by_syllables:
        yield "L", name.spoken[0]
        yield "L", "".join(name.spoken[:2])
    yield "D", start if len(start) < 9 else start[:8]
    yield from (("D", start[:place] + start[place + 1 :]) for place in range(len(start)))


def _of_syllables(sounds):
    """The first syllables, and the first four with one left out: a slip, a homophone, two in the wrong order."""
    yield from (("L", "".join(sounds[:count])) for count in (2, 3, 4, len(sounds)))
    if len(sounds) > 3:
        yield from (("D", "".join(three)) for three in combinations(sounds[:4], 3))
    else:
        yield from (("D", "".join(two)) for two in combinations(sorted(sounds), 2))

"""A company as it is compared: everything read once, nothing in it that should not stand beside a customer in clear.

Telephone numbers, mailboxes and domains are in it only as keyed digests, so that they can be compared by equality and
say nothing to somebody who copies the table.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from customers.duplicates import identifiers
from customers.duplicates.addresses import Address, read_address
from customers.duplicates.naming import Name, read_names, restored
from customers.duplicates.places import place_named
from customers.duplicates.signs import is_han, seen

VERSION = 1
Digest = Callable[[str, str], str]
_TITLES = re.compile("(?:先生|女士|小姐|经理|总监|总经理|老板|老师)$|^(?:mr|mrs|ms|dr)\\.? ")


class Record(NamedTuple):
    """One company. All parts are texts or tuples of texts; the order of a tuple means nothing."""

    names: tuple[Name, ...]
    hidden: int  # invisible signs in the name: a sign of intent
    codes: tuple[str, ...]
    phones: tuple[str, ...]  # digests
    tails: tuple[str, ...]  # digests of the last seven digits of landlines
    mails: tuple[str, ...]  # digests
    domains: tuple[str, ...]  # digests
    addresses: tuple[Address, ...]
    people: tuple[str, ...]
    cities: tuple[str, ...]  # codes of places
    countries: tuple[str, ...]  # of its telephone numbers abroad

    def as_list(self) -> list:
        """For JSON: the version, then the fields in their order; what can be read from a name again is left out."""
        return [VERSION, [name.as_list() for name in self.names], *map(_plain, self[1:])]

    @classmethod
    def from_list(cls, kept: list) -> "Record":
        """The record that `as_list` was made of. Another version cannot be compared: read the fields again."""
        version, names, hidden, *rest = kept
        if version != VERSION:
            raise ValueError(f"a record of version {version}, not {VERSION}")
        parts = [tuple(part) for part in rest]
        parts[5] = tuple(Address(*each) for each in parts[5])
        return cls(tuple(restored(name) for name in names), hidden, *parts)


def _plain(part):
    return [list(each) if isinstance(each, tuple) else each for each in part] if isinstance(part, tuple) else part


def keyed(key: bytes) -> Digest:
    """A digest under a key of the organisation: sixteen hexadecimal digits of keyed BLAKE2b over "kind:value"."""

    keyed_hash = blake2b(digest_size=8, key=key)

    def digest(kind, value):
        hashed = keyed_hash.copy()
        hashed.update(f"{kind}:{value}".encode())
        return hashed.hexdigest()

    return digest


def read(fields: Mapping[str, str | Iterable[str]], digest: Digest) -> Record:
    """The record of what stands in name, credit_code, phone, email, website, city, address and contact.

    Each field is a text or several texts; a company with another or a short name gives them all as `name`.
    """
    names, hidden = _names(_texts(fields, "name"))
    numbers = [number for text in _texts(fields, "phone") for number in identifiers.phones(text)]
    boxes = [box for text in _texts(fields, "email") for box in identifiers.mailboxes(text)]
    domains = [domain for _, domain in boxes] + [identifiers.web_domain(text) for text in _texts(fields, "website")]
    return Record(
        names,
        hidden,
        _set([identifiers.credit_code(text) for text in _texts(fields, "credit_code")]),
        _set([digest("phone", whole) for whole, _ in numbers if whole]),
        _set([digest("tail", tail) for _, tail in numbers if tail]),
        _set([digest("mail", box) for box, _ in boxes if box]),
        _set([digest("domain", domain) for domain in domains if domain]),
        _set([read_address(text) for text in _texts(fields, "address")]),
        _set([person(text) for text in _texts(fields, "contact")]),
        _set([city(text) for text in _texts(fields, "city")]),
        _set([identifiers.country(whole) for whole, _ in numbers]),
    )


def _texts(fields, name):
    value = fields.get(name) or ()
    return [value] if isinstance(value, str) else [text for text in value if text]


def _names(texts):
    found = [read_names(text) for text in texts]
    return _set([name for names, _ in found for name in names]), sum(hidden for _, hidden in found)


def _set(values):
    return tuple(dict.fromkeys(filter(None, values))) if values else ()


@lru_cache(maxsize=4096)
def city(text: str) -> str:
    """The code of the city somebody typed, or nothing."""
    return place_named(seen(text)[0].strip())


def person(text: str) -> str:
    """Somebody's name without title and spaces; Latin words in the order of the alphabet."""
    shown = _TITLES.sub("", seen(text)[0].strip())
    return (
        shown.replace(" ", "") if is_han(shown) else " ".join(sorted(shown.replace(".", " ").replace(",", " ").split()))
    )

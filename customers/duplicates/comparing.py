"""Two records side by side: what agrees, what speaks against it, each as a feature with a name and a value from 0 to 1.

All features are symmetric. A missing field says nothing: it is neither agreement nor contradiction.
"""

from rapidfuzz.distance import OSA, Levenshtein

from customers.duplicates.name_pairs import compare_names
from customers.duplicates.places import agree
from customers.duplicates.record import Record


def features_of(one: Record, other: Record) -> dict[str, float]:
    """{feature: value} of what can be said about the pair; a feature that is not named is 0."""
    found: dict[str, float] = {}
    if one.codes and other.codes:
        _codes(one.codes, other.codes, found)
    _reached(one, other, found)
    if one.addresses and other.addresses:
        _addresses(one.addresses, other.addresses, found)
    if one.people and other.people:
        _people(one.people, other.people, found)
    agreed = len([name for name in found if name in _AGREEING])
    if len(one.names) == len(other.names) == 1:
        compare_names(one.names[0], other.names[0], found)
    else:
        found |= _names(one.names, other.names)
    _places(one, other, found)
    _together(found, agreed)
    return found


_AGREEING = frozenset(
    ["code_same", "phone_same", "tail_same", "mail_same", "domain_same", "address_same", "person_same"]
)


def _names(ones, others):
    """The features of the two names that are most alike."""
    pairs = [compare_names(one, other, {}) for one in ones for other in others]
    return max(pairs, key=lambda pair: pair["name_alike"], default={"name_alike": 0.0})


def _codes(one, other, found):
    nearest = min([OSA.distance(mine, theirs) for mine in one for theirs in other])
    found["code_same" if nearest == 0 else "code_near" if nearest < 3 else "code_differs"] = 1.0


def _reached(one, other, found):
    if (one.phones and other.phones) or (one.tails and other.tails):
        is_same, is_tail = _share(one.phones, other.phones), _share(one.tails, other.tails)
        found["phone_same" if is_same else "tail_same" if is_tail else "phone_differs"] = 1.0
    if one.mails and other.mails and _share(one.mails, other.mails):
        found["mail_same"] = 1.0
    if one.domains and other.domains:
        found["domain_same" if _share(one.domains, other.domains) else "domain_differs"] = 1.0


def _addresses(ones, others, found):
    pairs = [_address(one, other) for one in ones for other in others if one.street and other.street]
    if pairs:
        best = max(pairs)
        found[("address_differs", "street_same", "address_same")[best]] = 1.0


def _address(one, other):
    if one.number != other.number or Levenshtein.distance(one.street, other.street) > 1:
        return 0
    return 2 if one.room == other.room else 1 if not (one.room and other.room) else 0


def _people(ones, others, found):
    if _share(ones, others):
        found["person_same"] = 1.0
        return
    nearest = min([OSA.distance(one, other) / min(len(one), len(other)) for one in ones for other in others])
    found["person_near" if nearest <= 0.34 else "person_differs"] = 1.0


def _places(one, other, found):
    mine, theirs = _named(one), _named(other)
    cities, other_cities = _cities(one), _cities(other)
    if mine and theirs:
        found["place_same" if _meet(mine, theirs) else "place_differs"] = 1.0
    elif (mine and other_cities) or (theirs and cities):
        found["place_fits" if _meet(mine or theirs, other_cities if mine else cities) else "place_elsewhere"] = 1.0
    if one.cities and other.cities:
        found["city_same" if _meet(one.cities, other.cities) else "city_differs"] = 1.0


def _named(record):
    return (
        record.names[0].places if len(record.names) == 1 else [place for name in record.names for place in name.places]
    )


def _cities(record):
    """Where it is when its name does not tell: by its cities, its addresses, else by country of its telephone."""
    return record.cities or [each.place for each in record.addresses if each.place] or record.countries


# A company has one place or two, one number or two: a loop is done before a generator or a set is made.
def _meet(ones, others):
    for one in ones:
        for other in others:
            if agree(one, other):
                return True
    return False


def _share(ones, others):
    return ones == others if len(ones) == len(others) == 1 else not set(ones).isdisjoint(others)


def _together(found, agreed):
    """What several agreements mean together is not the sum of what each means alone."""
    if agreed > 1:
        found["several"] = min(agreed - 1, 3) / 3
    if agreed and found["name_alike"] < 0.5:
        found["other_name"] = 1.0
        if agreed == 1 and "person_same" in found:
            found["only_person"] = 1.0
    if not agreed:
        found["name_only"] = 1.0
        if "name_same" not in found:
            found["name_only_unlike"] = 1.0

"""Two names side by side: the same, one a short form of the other, a slip apart, or alike at one end only."""

from rapidfuzz.distance import OSA

from customers.duplicates.naming import Name
from customers.duplicates.places import agree

_SLIP = 2  # letters of a long Latin name that may be wrong


def compare_names(one: Name, other: Name, found: dict[str, float]) -> dict[str, float]:
    """Adds {feature: value} to what was found; `name_alike` is always there, 1 for names that are the same."""
    found["name_alike"] = 1.0
    if one.own == other.own or (one.is_latin and other.is_latin and one.spelled == other.spelled):
        found["name_same"] = 1.0
        if len(one.spelled) < 8:
            found["name_same_short"] = 1.0
    elif one.spelled == other.spelled:
        found["sounds_same" if one.is_latin != other.is_latin else "sounds_like"] = 1.0
    elif one.is_latin != other.is_latin:
        _across(one, other, found)
    else:
        _unlike(one, other, found)
    if one.mark or other.mark:
        _marks(one, other, found)
    if one.form and other.form and one.form != other.form:
        found["form_differs"] = 1.0
    return found


def _across(one, other, found):
    """A Latin name and a Chinese one: by what the Latin words mean or sound like in Chinese."""
    latin, han = (one, other) if one.is_latin else (other, one)
    sounds = latin.meant or latin.spoken
    shared = _shared(sounds, han.spoken)
    if shared == len(sounds) or shared == len(han.spoken):
        found["translated"] = 1.0
        found["left_out"] = 1 - min(len(sounds), len(han.spoken)) / max(len(sounds), len(han.spoken))
    else:
        found["name_alike"] = OSA.normalized_similarity("".join(sounds), han.spelled)
        found["across"] = found["name_alike"]
        if shared > 1:
            found["begins_alike"] = 1.0


def _shared(one, other):
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            return count
        count += 1
    return count


def _unlike(one, other, found):
    mine, theirs = (one.spelled, other.spelled) if one.is_latin else (one.own, other.own)
    short, long = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
    if long.startswith(short) and len(short) > 1:
        found["short_form"] = 1.0
        found["left_out"] = 1 - len(short) / len(long)
        found["name_alike"] = 0.5 + len(short) / len(long) / 2
        return
    distance = OSA.distance(mine, theirs, score_cutoff=_SLIP)
    if distance <= (_SLIP if one.is_latin and len(short) > 9 else 1) and len(short) > 1:
        _slip(mine, theirs, distance, one.is_latin, found)
    else:
        _apart(one, other, mine, theirs, found)


def _slip(mine, theirs, distance, is_latin, found):
    """One sign too many, one too few, two in the other order; or another one instead, which may be another company."""
    found["name_alike"] = 1 - distance / max(len(mine), len(theirs))
    kind = "swapped" if sorted(mine) == sorted(theirs) else "dropped" if len(mine) != len(theirs) else "replaced"
    place = _shared(mine, theirs)
    found[f"{kind}_letter" if is_latin else f"{kind}_sign"] = 1.0
    if kind == "replaced":
        found["replaced_early"] = max(0.0, 1 - place / (8 if is_latin else 4))
    if distance > 1:
        found["two_slips"] = 1.0


def _apart(one, other, mine, theirs, found):
    alike = OSA.normalized_similarity(mine, theirs)
    found["name_alike"] = alike
    start = _shared(one.spoken, other.spoken)
    if one.is_latin:
        ones, others = set(one.spoken), set(other.spoken)
        found["words_shared"] = len(ones & others) / min(len(ones), len(others))
        if ones == others:
            found["words_turned"] = 1.0
    if start > 1 and _is_within(mine, theirs):
        found["abridged"] = 1.0
        found["left_out"] = 1 - min(len(mine), len(theirs)) / max(len(mine), len(theirs))
    elif start >= (1 if one.is_latin and not one.by_syllables else 2):
        found["ends_differ"] = 1.0
    found["alike"] = alike


def _is_within(mine, theirs):
    """Whether the shorter name is the longer one with signs left out: 宏昌科技 of 宏昌电器科技."""
    short, long = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
    place = 0
    for sign in short:
        place = long.find(sign, place) + 1
        if not place:
            return False
    return True


def _marks(one, other, found):
    """A branch or a numbered sister is another company, unless the other name says its place in other words."""
    if one.mark == other.mark:
        if one.mark:
            found["mark_same"] = 1.0
    elif _fits(one, other) or _fits(other, one):
        found["mark_fits"] = 1.0
    else:
        found["mark_differs"] = 1.0


def _fits(branch, other):
    """Whether the other name tells the branch's place instead of the company's."""
    mark = branch.mark
    return (
        mark[:2].isdigit() and other.place and agree(mark, other.place) and not agree(mark, branch.place or other.mark)
    )

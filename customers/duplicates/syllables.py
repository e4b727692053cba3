"""Chinese in Latin letters: what a character sounds like, and Latin letters read back as syllables.

Each character has its first reading, wherever it stands: a phrase dictionary costs 250 us a name, and a character with two
readings then at least agrees with itself.
"""

import unicodedata
from functools import lru_cache

from pypinyin.pinyin_dict import pinyin_dict

# First readings of the dictionary that are not the usual ones in names of companies.
_USUAL = dict(
    zip("行长重乐朝厦都六会家", ["hang", "chang", "zhong", "le", "chao", "xia", "du", "liu", "hui", "jia"], strict=True)
)


@lru_cache(maxsize=16384)
def syllable(sign: str) -> str:
    """The sound of one character without its tone; a sign that has none is returned as it is."""
    return _USUAL.get(sign) or _first(sign)


def _first(sign):
    readings = pinyin_dict.get(ord(sign))
    if not readings:
        return sign
    toned = unicodedata.normalize("NFD", readings.partition(",")[0]).replace("u\u0308", "v")
    return "".join(part for part in toned if "a" <= part <= "z")


def readings_of(text: str) -> set[str]:
    """A name in letters by its usual readings and by the dictionary's first ones: 厦门 is xiamen, and shamen to machines."""
    return {"".join(map(syllable, text)), "".join(map(_first, text))}


def syllables_of(text: str) -> list[str]:
    return list(map(syllable, text))


@lru_cache(maxsize=1)
def _all():
    spoken = {syllable(chr(sign)) for sign in pinyin_dict if 0x4E00 <= sign < 0x9FA6}
    return frozenset(sound for sound in spoken if sound.isascii()) - _RARE


# Sounds of one rare character or of none, which English words are full of.
_RARE = frozenset([
    "m", "n", "ng", "hng", "hm", "r", "lo", "yo", "o", "ei", "eng", "pia", "dia", "fiao", "kei", "rua", "tei",
    "zhei", "den", "cen", "nou", "yai", "cei",
])  # fmt: skip


@lru_cache(maxsize=8192)
def read_as_syllables(letters: str) -> tuple[str, ...]:
    """hengchuan is heng, chuan; empty when the letters are not Chinese sounds from end to end. Long syllables first."""
    known, longest = _all(), 6
    open_ends: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(letters)):
        if start in open_ends:
            for end in range(start + 1, min(start + longest, len(letters)) + 1):
                if letters[start:end] in known:
                    path = (*open_ends[start], letters[start:end])
                    if end not in open_ends or len(path) < len(open_ends[end]):
                        open_ends[end] = path
    return open_ends.get(len(letters), ())

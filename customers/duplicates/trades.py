"""English words of trades and the Chinese words they stand for: technology is 科技 in most names, 技术 in some.

A general dictionary written for this purpose. It holds no name of a company: that would only learn a list by heart.
"""

from functools import lru_cache
from pathlib import Path

from customers.duplicates.syllables import read_as_syllables, syllables_of


@lru_cache(maxsize=1)
def _dictionary():
    """{english word: its Chinese words, the usual one first}."""
    found = {}
    for line in Path(__file__).with_name("trades.txt").read_text("utf-8").splitlines():
        english, _, chinese = line.partition("=")
        if not line.startswith("#"):
            for word in english.split():
                found.setdefault(word, tuple(chinese.split()))
    return found


def in_chinese(words) -> tuple[str, ...]:
    """The sounds of Latin words in Chinese: pinyin by syllables, a word of the dictionary by its usual Chinese word.

    Words of which neither is known stay; when none is known there is nothing to say.
    """
    words = list(words)
    for place in range(len(words) - 1, 0, -1):
        if words[place - 1 : place + 1] in (["science", "technology"], ["sci", "tech"]):
            del words[place - 1]  # 科技
    sounds = [_sounds(word) for word in words]
    return (
        tuple(sound for each, word in zip(sounds, words, strict=True) for sound in each or (word,))
        if any(sounds)
        else ()
    )


@lru_cache(maxsize=4096)
def _sounds(word):
    chinese = _dictionary().get(word)
    return tuple(syllables_of(chinese[0])) if chinese else read_as_syllables(word)

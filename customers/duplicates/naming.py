"""A company's name read: what is its own, and what place, legal form, branch and number were written around it."""

import re
from typing import NamedTuple

from customers.duplicates import forms
from customers.duplicates.places import agree, latin_place, place_at_start, place_named
from customers.duplicates.signs import is_han, joined, seen
from customers.duplicates.syllables import read_as_syllables, syllables_of
from customers.duplicates.trades import in_chinese

_BRACKET = re.compile(r"\(([^()]*)\)?")
_FORMER = re.compile(r"^(?:原名|原称|曾用名|曾名|旧称|原|formerly|former|fka|f/k/a|previously)[:： ]*(?=.{2})")
_FRAGMENT = re.compile(r"(?<=[^0-9第])[0-9]{4,}$|^[0-9]{4,}(?=[^0-9])")
_STOCK = re.compile(
    r"^(?:s?st|s|pt|n|xd|dr)(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])[abuw]$"
)  # *ST and B are marks of an exchange
_WORD = re.compile(r"[^\W_]+|&")
_NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")
_PINYIN_FORM = re.compile(
    "(?:ji tuan )?(?:(?:gu fen )?you xian (?:ze ren )?gong si|gu fen gong si|ze ren gong si|gong si|chang|shang hang|he zuo she|"
    "jing ying bu|he huo qi ye|zhong xin|ji tuan|gu fen|you xian)$"
)
_PINYIN_SERIAL = re.compile(r" di (yi|er|san|si|wu|liu|qi|ba|jiu|shi) (?:fen dian|fen gong si|men shi bu)$")
_PINYIN_BRANCH = re.compile(r" (?:fen gong si|fen dian|ban shi chu|ying ye bu|men shi bu)$")
_SPOKEN = dict(
    zip(["yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu", "shi"], map(str, range(1, 11)), strict=True)
)


class Name(NamedTuple):
    """One name, read. All parts are plain text, without spaces in Han and with single spaces between Latin words."""

    own: str  # what is left: 恒川医疗器械, nova optics
    spelled: str  # the own part in Latin letters, without spaces: hengchuanyiliaoqixie, novaoptics
    spoken: tuple[str, ...]  # its syllables or words: heng, chuan ...; nova, optics
    meant: tuple[
        str, ...
    ]  # of a Latin name its sounds in Chinese, as far as known: han, rui, gu, ye; of others nothing
    place: str  # code of the place in the name
    form: str  # kind of the Chinese legal form, or country of a Western one
    mark: str  # what tells it from its sisters: the place of a branch, a serial number; # a long number beside it
    is_latin: bool

    def as_list(self) -> list:
        kept = [self.own, self.place, self.form, self.mark]
        return [*kept, " ".join(self.spoken), " ".join(self.meant)] if self.is_latin else kept

    @property
    def by_syllables(self) -> bool:
        """Whether `spoken` are Chinese syllables."""
        return not self.is_latin or self.meant == self.spoken

    @property
    def places(self) -> list[str]:
        """The codes of the places it tells: its own, and that of the branch."""
        mark = self.mark
        if mark and mark[:2].isdigit() and len(mark) < 7:
            return [self.place, mark] if self.place else [mark]
        return [self.place] if self.place else []


def restored(kept: list) -> Name:
    """The name that `as_list` was made of: Chinese is spelled anew, Latin carries what was understood of it."""
    if len(kept) == 4:
        return _han_name(*kept)
    own, place, form, mark, spoken, meant = kept
    return Name(own, spoken.replace(" ", ""), tuple(spoken.split()), tuple(meant.split()), place, form, mark, True)


def _han_name(own, place, form, mark):
    sounds = tuple(syllables_of(own))
    return Name(own, "".join(sounds), sounds, (), place, form, mark, False)


def read_names(text: str) -> tuple[list[Name], int]:
    """The name and, where the text tells one, the former name; and how many invisible signs were in it."""
    shown, hidden = seen(text)
    shown, former = _split_former(joined(shown))
    names = [_read(each) for each in (shown, former) if each]
    return [name for name in names if name.own], hidden


def _split_former(shown):
    for found in _BRACKET.finditer(shown):
        if match := _FORMER.match(found.group(1)):
            return shown[: found.start()] + shown[found.end() :], found.group(1)[match.end() :]
    return shown, ""


def _read(shown):
    """A long number beside the name is no part of it, and tells two names apart only when both have one."""
    bare = _FRAGMENT.sub("", shown)
    name = _read_han(bare or shown) if is_han(bare or shown) else _read_latin(bare or shown)
    number = _FRAGMENT.search(shown)
    return name._replace(mark=f"#{number.group()}") if bare and number and not name.mark else name


def _read_han(shown):
    flat, place, form = _off_brackets(shown)
    flat = forms.without_noise(_STOCK.sub("", flat))
    flat, serial = forms.off_serial(flat)
    flat, branch = forms.off_branch(flat, place_at_start)
    for _ in range(3):
        flat, kind = forms.off_form(flat)
        form = form or kind
        if not kind:
            break
    own, place = _off_place(flat, place)
    own = own.replace(" ", "").translate(_NUMERALS) if len(own) > 1 else own
    return _han_name(own, place, form, _mark(branch, serial))


def _off_brackets(shown):
    """The name without brackets, and the place and the kind of form that stood in them."""
    place = form = ""
    parts, end = [], 0
    for found in _BRACKET.finditer(shown):
        inside = found.group(1).strip()
        code, rest = place_named(inside), forms.off_form("名称" + inside)
        parts.append(shown[end : found.start()])
        end = found.end()
        if code:
            place = place or code
        elif rest[0] == "名称":
            form = form or rest[1]
        elif not forms.is_noise(inside):
            parts.append(inside)
    parts.append(shown[end:])
    return "".join(parts).replace(")", "") or shown.strip("()"), place, form


def _off_place(own, place):
    """Places at the beginning off, the widest first: 苏州姑苏区恒川. What is left has two characters at least.

    A second place that does not lie in the first is a name: 西安 and 山东 in 西安山东农大.
    """
    for _ in range(3):
        code, length = place_at_start(own)
        if not code or len(own) - length < 2 or (place and len(code) < 5 and not agree(place, code)):
            break
        place = code if not place or (len(code) > len(place) and agree(place, code)) else place
        own = own[length:]
    return own, place


def _mark(branch, serial):
    code, length = place_at_start(branch)
    return " ".join(
        part for part in (code if length and length == len(branch) else branch, serial and f"no{serial}") if part
    )


def _read_latin(shown):
    flat, place = _latin_brackets(shown)
    words = _WORD.findall(re.sub(r"(?<=\b\w)\.(?=\w\b)|['’]", "", flat.replace("&", " & ")))
    words, country, mark = forms.off_western(words)
    words = [word for word in words if word not in ("&", "and", "of", "the")] or words
    is_pinyin = all(map(read_as_syllables, words))
    words, place = _latin_places(words, place, heads_only=is_pinyin)
    sounds = [each for word in words for each in read_as_syllables(word)] if is_pinyin else []
    if sounds:
        return _read_pinyin(sounds, words, place, country, mark)
    return Name(" ".join(words), "".join(words), tuple(words), in_chinese(words), place, country, mark, True)


def _latin_brackets(shown):
    place = ""
    for found in _BRACKET.finditer(shown):
        inside = found.group(1).strip()
        code = place_named(inside)
        place = place or code
        if code or forms.is_noise(inside):
            shown = shown.replace(found.group(), " ")
    return shown.replace("(", " ").replace(")", " "), place


def _latin_places(words, place, heads_only):
    """Places at the beginning and at the end off; at least one word of its own stays.

    Pinyin ends in syllables that are a trade as often as a place: gong yi is 工艺 and 巩义.
    """
    for take in (4, 3, 2, 1, 4, 3, 2) if heads_only else (3, 2, 1):
        for head in (True,) if heads_only else (True, False):
            if len(words) > take:
                named, rest = (words[:take], words[take:]) if head else (words[-take:], words[:-take])
                if (code := latin_place(named)) and (len(code) < 5 or place or not heads_only):
                    words, place = rest, place or code
    return words, place


def _read_pinyin(sounds, words, place, country, mark):
    line = " ".join(sounds)
    if found := _PINYIN_SERIAL.search(line):
        line, mark = line[: found.start()], f"no{_SPOKEN[found.group(1)]}"
    elif found := _PINYIN_BRANCH.search(line):
        line, mark = line[: found.start()], mark or "branch"
    line = _PINYIN_FORM.sub("", line).strip() or line
    sounds = line.split()
    if len(sounds) > 2 and sounds[0] == "shi" and place:
        sounds = sounds[1:]
    return Name(" ".join(words), "".join(sounds), tuple(sounds), tuple(sounds), place, country, mark, True)

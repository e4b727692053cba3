"""The signs a name is written with: one sign for each meaning, and nothing that cannot be seen."""

import re
import unicodedata

from customers.names import simplified

_SIMPLE = re.compile(r"[\u3400-\u9fff0-9a-z &]*")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Radicals that Unicode's compatibility forms leave alone, as input methods and hiders of names offer them.
_RADICALS = dict(
    zip("⺁⺄⺌⺍⺗⺝⺟⺠⺫⺬⺮⺶⺷⺻⺼⺾⻁⻄⻅⻆⻉⻋⻌⻑⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乙小小心月母民目示竹羊羊肀肉艹虎西见角贝车辶长镸长门雨青韦页风飞食食食马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟龟", strict=True)
)  # fmt: skip
_LOOK_ALIKES = dict(
    zip("авеёзікмнорстухѕјԁһґєαβεικνορτυχωϲі", "abee3ikmhopctyxsjdhreabeikvoptuxwci", strict=True)
)  # fmt: skip
_SWAPS = str.maketrans(
    _RADICALS | _LOOK_ALIKES | {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"}
)
_BRACKETS = str.maketrans("[]{}<>【】《》〈〉「」『』〔〕〖〗", "()" * 10)
_LEET = str.maketrans("01345", "oleas")
_LEET_WORD = re.compile(r"(?<=[a-z])[0134]+(?=[a-z])|(?<=[a-z])5(?=[a-z]{2})")
_SPELLED = re.compile(r"(?<!\w)\w(?:([^\w()&])\w)(?:\1\w){2,}(?!\w)")


def seen(text: str) -> tuple[str, int]:
    """The text in lower case, simplified and without accents, and how many invisible signs stood between the visible."""
    if _SIMPLE.fullmatch(text):
        return simplified(text), 0
    if text.isascii() and text.isprintable():
        return text.lower().translate(_BRACKETS), 0
    hidden = sum(map(_is_hidden, text.strip())) if not text.isprintable() or "\u034f" in text else 0
    shown = _once(text)
    while (again := _once(shown)) != shown:
        shown = again
    return shown, hidden


def _is_hidden(sign):
    return sign == "\u034f" or unicodedata.category(sign) in ("Cf", "Co")


def _once(text):
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        apart = "".join(sign for sign in apart if unicodedata.category(sign) not in _UNSEEN or sign in "\t\n\r")
        text = unicodedata.normalize("NFKC", apart)
    text = text.casefold().translate(_SWAPS).translate(_BRACKETS)
    return simplified(text) if _HAN.search(text) else text


_UNSEEN = frozenset(["Cf", "Mn", "Cc", "Co", "Cs", "Cn", "Me"])


def joined(text: str) -> str:
    """Signs put between the letters of a name are taken out again: 武-汉-市 and N_o_v_a. Takes what `seen` gives."""
    text = text.strip()
    if len(text) > 4 and len(set(text[1::2])) == 1 and not (text[1].isalnum() or text[1] in "()"):
        text = text[::2]
    if _HAN.search(text):
        return "".join(sign for sign in _between_han(text) if sign.isalnum() or sign in "()& ").strip()
    text = _SPELLED.sub(lambda found: found.group().replace(found.group(1), ""), text)
    return _LEET_WORD.sub(lambda found: found.group().translate(_LEET), text)


_GAP = re.compile(r"(?<=[^a-z0-9]) +| +(?=[^a-z0-9])")


def _between_han(text):
    """Spaces stay between Latin words only."""
    return _GAP.sub("", " ".join(text.split()))


def is_han(text: str) -> bool:
    return _HAN.search(text) is not None

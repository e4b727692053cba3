"""How a company's name is written, and what is left of it when the writing no longer matters.

`normalised` removes differences of *writing* only (width, case, traditional characters, brackets, spaces, invisible
characters): two names that are equal then name the same legal entity. `core` also leaves out the legal form: equal cores
are a reason to look, never a verdict.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]+")
_WIDE = re.compile("[\uff01-\uff5e]")
_CHINESE_FORMS = re.compile(
    r"(股份有限责任公司|股份有限公司|股份公司|有限责任公司|集团有限公司|有限公司|总公司|(?<!分)公司|集团)$"
)
_WESTERN_FORMS = re.compile(
    r"\b(co|company|corp|corporation|inc|incorporated|ltd|limited|llc|llp|plc|gmbh|ag|kg|sa|spa|sas|nv|bv|ab|asa|as|oyj|oy|"
    r"se|publ|pte|pty|holdings?|group)\b"
)


@lru_cache(maxsize=1)
def _simplifier():
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters made simplified."""
    return text if _is_simplified(text) else _simplifier().convert(text)


def _is_simplified(text):
    """GB 2312 holds simplified characters, and these few that are traditional ones too; asking it takes a tenth."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return _TWOFOLD.isdisjoint(text)


_TWOFOLD = frozenset("乾菸薹拚捱摺吒後徵夥榘於袷麴醣麽坏藉沈覆")


def has_hidden(text: str) -> bool:
    """Control characters, or marks that turn the reading direction: the name would not be what it looks like."""
    return not text.isprintable() and any(
        unicodedata.category(sign) == "Cc" or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for sign in text
    )


@lru_cache(maxsize=4096)
def tidy(text: str) -> str:
    """The name as it is kept: no invisible characters, single spaces, full-width Latin made half-width."""
    if text.isprintable() and not _WIDE.search(text):
        return " ".join(unicodedata.normalize("NFC", text).split())
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    half = "".join(
        unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" and sign not in "（），" else sign
        for sign in visible
    )
    return " ".join(unicodedata.normalize("NFC", half).split())


@lru_cache(maxsize=4096)
def normalised(name: str) -> str:
    """The name with all differences of writing removed, for comparing by equality."""
    plain = unicodedata.normalize("NFKC", tidy(name)).casefold()
    return "".join(sign for sign in simplified(plain) if sign.isalnum() or sign in "&+@#")


@lru_cache(maxsize=4096)
def core(name: str) -> str:
    """The normalised name without its legal form; the whole of it when nothing else would be left."""
    plain = unicodedata.normalize("NFKC", tidy(name)).casefold()
    words = " ".join(re.sub(r"[^\w&]+", " ", plain.replace(".", "")).split())
    short = normalised(_WESTERN_FORMS.sub(" ", words))
    while (shorter := _CHINESE_FORMS.sub("", short)) != short and len(shorter) > 1:
        short = shorter
    return short if len(short) > 1 else normalised(name)


def initials(name: str) -> str:
    """The first letters of the pinyin of the Chinese core: 苏州恒川 is szhc."""
    return "".join(map(_initial, "".join(_HAN.findall(core(name)))))


@lru_cache(maxsize=8192)
def _initial(sign: str) -> str:
    """Of one character by its usual reading: reading whole phrases costs 60 times as much and changes few initials."""
    return "".join(lazy_pinyin(sign, style=Style.FIRST_LETTER))


def domain(address: str) -> str:
    """The registrable-looking host of a web or e-mail address, without www; empty for free mail."""
    host = (address.rpartition("@")[2] if "@" in address else _host(address)).lower().removeprefix("www.")
    return "" if host in FREE_MAIL else host


def _host(address):
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


FREE_MAIL = frozenset(
    [
        "qq.com",
        "163.com",
        "126.com",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "foxmail.com",
        "139.com",
        "189.cn",
        "aliyun.com",
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "yahoo.com",
        "yeah.net",
        "vip.163.com",
        "vip.qq.com",
        "vip.sina.com",
        "21cn.com",
        "tom.com",
        "aol.com",
        "msn.com",
        "me.com",
        "mail.com",
        "yandex.com",
        "mail.ru",
        "googlemail.com",
        "ymail.com",
        "protonmail.com",
        "icloud.com",
        "live.com",
        "proton.me",
        "gmx.de",
        "web.de",
    ]
)


def han_runs(text: str) -> list[str]:
    return _HAN.findall(text)

"""Names of companies, taken apart and put together anew: place, brand, trade, legal form."""

import re
from dataclasses import dataclass, replace

from pypinyin import lazy_pinyin

from customers.names import han_runs

_CHINESE_FORM = re.compile(r"(股份有限公司|集团有限公司|有限责任公司|有限公司|分公司|公司|集团|厂|中心|店)$")
_WESTERN_FORM = re.compile(
    r"(\s+(&\s+)?(co|company|corp|corporation|inc|incorporated|ltd|limited|llc|llp|plc|gmbh|ag|kg|sa|s\.a|s\.l|spa|s\.p\.a|"
    r"sas|nv|n\.v|bv|b\.v|ab|asa|as|oyj|oy|se|pte|pty|k\.k|group|holding|holdings)\.?,?)+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Parts:
    """What a name is made of. In Chinese the place comes first and nothing stands between the parts."""

    place: str
    brand: str
    trade: str
    form: str
    is_chinese: bool

    def __str__(self):
        if self.is_chinese:
            return self.place + self.brand + self.trade + self.form
        return " ".join(filter(None, [self.place, self.brand, self.trade])) + self.form

    def with_brand(self, brand):
        return replace(self, brand=brand)


def parts_of(name: str, region: str = "") -> Parts:
    return _chinese(name, region) if is_chinese(name) else _western(name)


def is_chinese(text: str) -> bool:
    return bool(han_runs(text[:1]))


def _chinese(name, region):
    found = _CHINESE_FORM.search(name)
    form = found[0] if found else ""
    body = name.removesuffix(form)
    place = _place(body, region)
    rest = body.removeprefix(place)
    return Parts(place, rest[:2], rest[2:], form, is_chinese=True)


def _place(body, region):
    """The longest end of the region, or the region without its province, that the name begins with."""
    ends = sorted({region[start:] for start in range(len(region) - 1)}, key=len, reverse=True)
    return next((end for end in ends if body.startswith(end) and len(body) > len(end) + 1), "")


def _western(name):
    """The first longer word is the brand: “Van der Linde Koeltechniek B.V.” is Linde's."""
    found = _WESTERN_FORM.search(name)
    form = found[0] if found else ""
    words = name.removesuffix(form).split()
    at = next((place for place, word in enumerate(words) if len(word) > 3), 0)
    rest = words[at + 1 :]
    rest = rest[2:] if rest[:1] in (["&"], ["and"], ["und"], ["et"], ["y"]) else rest  # a partner's name is a brand too
    return Parts(" ".join(words[:at]), words[at] if words else name, " ".join(rest), form, is_chinese=False)


def in_pinyin(text: str) -> str:
    """Han characters as one capitalised word, everything else as it is."""
    return "".join(lazy_pinyin(text)).capitalize() if is_chinese(text) else text


def label(*words: str) -> str:
    """Words as a part of a host name."""
    plain = "-".join(in_pinyin(part).lower() for word in words for part in word.split())
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9-]+", "", plain)).strip("-")[:40]

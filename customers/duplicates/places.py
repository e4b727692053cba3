"""Where a company says it is: the divisions of China down to counties, and the large cities and countries elsewhere.

A place is a short code that begins with the code of what it lies in: 32 is a province, 3205 a city in it, 320583 a county;
`us` a country, `us:boston` a city. Two places agree when one code begins with the other. The divisions are those of
GB/T 2260 as python-stdnum carries them.
"""

import re
from functools import lru_cache
from importlib.resources import files

from customers.duplicates.syllables import readings_of
from customers.duplicates.world import WORLD

_ROW = re.compile(r'^(\d\d|\s+\d{4}) (?:province|county)="([^"]+)"')
_NAME = re.compile(r"(?:\[([^]]*)\])?([^,\[]+)")
_PEOPLES = (
    "壮族|回族|藏族|彝族|苗族|侗族|土家族|布依族|朝鲜族|哈尼族|傣族|白族|景颇族|傈僳族|羌族|蒙古族|蒙古|哈萨克|柯尔克孜"
)
_STATUS = re.compile(rf"(?:维吾尔|(?:{_PEOPLES})*)?(?:自治区|自治州|特别行政区|地区|盟|省|市)$")
_AUTONOMOUS = re.compile(r"(?:自治区|自治州|特别行政区|地区|省|市)$")
_CENTRAL = ("11", "12", "31", "50")


def _divisions():
    """(code, name, still exists) of each row: 32, 江苏省; 3205, 苏州市; 320506, 吴中区."""
    province = ""
    for line in (files("stdnum.cn") / "loc.dat").read_text("utf-8").splitlines():
        if row := _ROW.match(line):
            number = row.group(1).strip()
            province = number if len(number) == 2 else province
            code = (province + number if len(number) == 4 else province).removesuffix("00").removesuffix("00")
            for years, name in _NAME.findall(row.group(2)):
                yield _within(code), name, not years or years.endswith("-")


def _within(code):
    """The districts of Beijing, Tianjin, Shanghai and Chongqing are one city."""
    return code[:2] if code[:2] in _CENTRAL else code


def _writings(code, name):
    """苏州市 is also written 苏州, 延边朝鲜族自治州 also 延边朝鲜族 and 延边; a district only in full."""
    yield name
    if (len(code) <= 4 and not name.endswith(("区", "县"))) or name.endswith(("自治区", "行政区", "地区", "市")):
        yield from (short for pattern in (_AUTONOMOUS, _STATUS) if len(short := pattern.sub("", name)) > 1)


@lru_cache(maxsize=1)
def _chinese():
    """{writing: code}; of two places with one name the larger, then the one that still exists."""
    found = {}
    for code, name, _exists in sorted(_divisions(), key=lambda row: (-len(row[0]), row[2])):
        if name not in ("市辖区", "县", "郊区", "城区"):
            found |= {text: "cn" if _elsewhere(found.get(text), code) else code for text in _writings(code, name)}
    return found | {"中国": "cn", "内蒙": "15", "大陆": "cn", "华东": "cn", "华南": "cn", "华北": "cn"} | WORLD.chinese


@lru_cache(maxsize=1)
def _latin():
    """{"suzhou": code, "newyork": code}: places in letters, without spaces."""
    found = {}
    for name, code in sorted(_chinese().items(), key=lambda row: -len(row[1])):
        found |= dict.fromkeys(readings_of(name), code)
    for usual, other in WORLD.spelled_otherwise.items():
        found[other] = _chinese()[usual]
    return {name: code for name, code in found.items() if len(name) > 3} | WORLD.latin


def _elsewhere(known, code):
    """Whether a district's name stands for another one too: 朝阳区 alone lies nowhere in particular."""
    return (known and len(known) == len(code) == 6 and known[:4] != code[:4]) or (known == "cn" and len(code) == 6)


@lru_cache(maxsize=1)
def _lengths():
    """{first two characters: lengths of the places that begin with them, the longest first}."""
    lengths: dict[str, set[int]] = {}
    for name in _chinese():
        lengths.setdefault(name[:2], set()).add(len(name))
    return {start: sorted(known, reverse=True) for start, known in lengths.items()}


def place_at_start(text: str) -> tuple[str, int]:
    """The code of the longest Chinese place the text begins with and its length, or ("", 0)."""
    for length in _lengths().get(text[:2], ()):
        if length <= len(text) and (code := _chinese().get(text[:length])):
            # 济南市中区 is the district 市中区 of 济南.
            return code, length - (text[length - 1 : length + 2] == "市中区")
    return "", 0


def place_named(text: str) -> str:
    """The code of a place that is nothing but this text, Chinese or Latin, or nothing."""
    return _chinese().get(text) or _latin().get(text.replace(" ", "").replace(".", ""), "")


def latin_place(words) -> str:
    """The code of the place these Latin words name together, or nothing."""
    return _latin().get("".join(words), "")


def agree(one: str, other: str) -> bool:
    """One lies in the other; Chinese divisions lie in China."""
    if one == other:
        return True
    if one == "cn" or other == "cn":
        return (other if one == "cn" else one)[:1].isdigit()
    return one.startswith(other) or other.startswith(one)

"""Countries and regions by their code (ISO 3166), named in the reader's language, recognised in either."""

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language

_ALSO = {
    "uk": "GB", "great britain": "GB", "usa": "US", "u.s.a.": "US", "america": "US", "korea": "KR", "czech republic": "CZ",
    "hong kong": "HK", "macau": "MO", "turkey": "TR", "台湾": "TW", "香港": "HK", "澳门": "MO", "中国大陆": "CN", "uae": "AE",
    "holland": "NL", "russian federation": "RU", "viet nam": "VN", "china mainland": "CN", "mainland china": "CN",
}  # fmt: skip


def _locale(language):
    return "zh_Hans" if language and language.startswith("zh") else "en"


@lru_cache(maxsize=4)
def _names(locale):
    return {
        code: name
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == 2 and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
    }


@lru_cache(maxsize=1)
def _codes():
    found = {name.casefold(): code for locale in ("zh_Hans", "en") for code, name in _names(locale).items()}
    return found | {code.casefold(): code for code in _names("en")} | _ALSO


def name_of(code) -> str:
    return _names(_locale(get_language())).get(code, code)


def code_of(text) -> str | None:
    """The code of a country named in English, in Chinese or by its code; None when there is no such country."""
    return _codes().get(" ".join(text.split()).casefold())


def choices():
    return sorted(_names(_locale(get_language())).items(), key=lambda pair: pair[1])

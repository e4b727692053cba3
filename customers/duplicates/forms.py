"""What stands in a name beside the name: legal forms, marks of a branch or of a numbered sister, words of decoration.

A mark tells two companies apart that share everything else, so it is kept; a form is left out and only its kind is kept.
"""

import re
from functools import lru_cache

# What a form makes of a company. A company changes 有限公司 for 股份有限公司, hardly for 厂 or 合作社.
_KINDS = {
    "company": "股份有限责任公司 集团股份有限公司 集团有限责任公司 集团有限公司 合资有限公司 股份有限公司 有限责任公司 有限公司 股份公司 集团公司 "
    "责任有限公司 有限责任 责任公司 有限 控股集团 集团 控股 股份 总公司 公司 企业",
    "works": "总厂 厂",
    "trader": "经营部 营业部 门市部 商行 商贸行 商店 服务部 经销部 批发部 工作室 个体工商户 分店 门店 旗舰店 专卖店 店 行 部",
    "coop": "农民专业合作社 专业合作社 合作社 联合社",
    "partners": "特殊普通合伙企业 普通合伙企业 有限合伙企业 合伙企业 特殊普通合伙 普通合伙 有限合伙 合伙 事务所",
    "body": "研究院 研究所 基金会 协会 学校 医院 中心 个人独资企业 个人独资 独资企业 独资 外商独资",
}
_KIND_OF = {form: kind for kind, forms in _KINDS.items() for form in forms.split()}
_FORMS_BY_LENGTH = sorted(_KIND_OF, key=len, reverse=True)
_FORM_AT_END = re.compile(f"(?:{'|'.join(_FORMS_BY_LENGTH)})$")
_FIRM_FORM = re.compile(
    "(?:股份|集团|合资)?有限(?:责任)?公司|股份公司|集团公司|责任公司|合作社|合伙企业(?:\\(有限合伙\\))?|厂(?=.{2,}(?:营业部|办事处|公司|店)$)"
)

_NUMERAL = "0-9一二三四五六七八九十百零〇两"
_SERIAL = re.compile(
    rf"第([{_NUMERAL}]+)(?=(?:分?公司|分?店|分?厂|门市部|营业部|经营部|商行|有限|股份|集团|合作社|分部|$))"
    r"|([二三四五六七八九十])部(?=[\u3400-\u9fff]{2})"
    rf"|([{_NUMERAL}]+)(?:号|分)(?=(?:店|厂|仓|门店|分?店|分?公司|铺|门市部)$)"
)
_BRANCH = re.compile(
    "(?:分公司|分支机构|分店|分部|分厂|分行|支行|分社|分中心|办事处|联络处|代表处|营业部|经营部|门市部|服务部|营销中心|销售部|店)$"
)
_ALWAYS_BRANCH = re.compile("(?:分公司|分支机构|分部|分厂|分行|支行|办事处|联络处|代表处)$")
_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

_NOISE = re.compile(
    "^(?:官方|官网|总部|本部|新|老|原名|最新|旗舰|正式|公司|中国区|全国|客户|重要|[0-9]{1,2}|copy|new|hq|official|test)+$"
)
_NOISE_AT_END = re.compile(
    "(?:官方|官网|总部|本部|新客户|老客户|新|(?<=公司)(?:[^()]{1,2}总|[^()]{1,3}(?:经理|先生|女士|老板)))$"
)
_LATIN_NOISE = frozenset(["new", "hq", "headquarters", "official", "original", "copy", "the", "test", "duplicate"])

# Western forms by the country whose law knows them; "" is many countries.
_WESTERN = {
    "": "co company corp corporation inc incorporated ltd limited plc lp holdings holding group intl stock joint cie",
    "us": "llc pc",
    "gb": "llp",
    "de": "gmbh aktiengesellschaft ag kg kgaa ohg ug mbh ev",
    "fr": "sarl sas sasu sa eurl",
    "au": "pty",
    "sg": "pte",
    "nl": "bv nv",
    "it": "spa srl",
    "es": "sl slu",
    "se": "ab publ",
    "no": "asa as",
    "fi": "oy oyj",
    "dk": "aps",
    "jp": "kk",
    "my": "sdn bhd",
    "in": "pvt private",
}
_COUNTRY_OF = {form: country for country, forms in _WESTERN.items() for form in forms.split()}
_AMONG_FORMS = frozenset(["and", "&", "of"])
_ROMAN = {
    roman: str(number)
    for number, roman in enumerate(["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], 2)
}
_WESTERN_MARK = frozenset(["branch", "office", "store", "shop", "outlet", "warehouse", "division", "dept"])


@lru_cache(maxsize=1024)
def number_of(numeral: str) -> str:
    """12, 十二 and 一二 as "12"."""
    if numeral.isdecimal():
        return str(int(numeral))
    tens, middle, ones = numeral.rpartition("十")
    if middle:
        return str((_DIGITS.get(tens, 1) if tens else 1) * 10 + _DIGITS.get(ones, 0))
    return "".join(str(_DIGITS.get(sign, sign)) for sign in numeral)


def without_noise(han: str) -> str:
    return _NOISE_AT_END.sub("", han) or han


def is_noise(inside: str) -> bool:
    """Whether what stands in brackets says nothing: 官方, 总部, (2)."""
    return _NOISE.match(inside) is not None


def off_form(han: str) -> tuple[str, str]:
    """A Chinese name without its last legal form, and the kind of that form; at least two characters stay."""
    found = _FORM_AT_END.search(han)
    if not found or found.start() < (4 if found.group() in ("店", "行", "部") else 2):
        return han, ""
    return han[: found.start()], _KIND_OF[found.group()]


def off_serial(han: str) -> tuple[str, str]:
    """…第七分店 without the number, and "7"; a number inside the own name is no serial number."""
    found = _SERIAL.search(han)
    if not found or found.start() < 2:
        return han, ""
    return han[: found.start()] + han[found.end() :], number_of(found.group(1) or found.group(2) or found.group(3))


def off_branch(han: str, place_at_start) -> tuple[str, str]:
    """A Chinese name without its mark of a branch, and that mark: what stands between the company and 分公司."""
    ending = _BRANCH.search(han)
    if not ending or ending.start() < 2:
        return han, ""
    if firms := list(_FIRM_FORM.finditer(han, 2, ending.start())):
        end = firms[-1].end()
        return han[:end], han[end : ending.start()] or ending.group()
    for start in range(2, ending.start() - 1):
        if place_at_start(han[start : ending.start()])[1] == ending.start() - start:
            return han[:start], han[start : ending.start()]
    return (han[: ending.start()], ending.group()) if _ALWAYS_BRANCH.search(han) else (han, "")


def off_western(words: list[str]) -> tuple[list[str], str, str]:
    """Latin words without legal forms at their end, the country of the form, and a mark such as II or "branch"."""
    country, mark, formed = "", "", 0
    while len(words) > 1:
        last = words[-1]
        if last in _COUNTRY_OF:
            country, formed = _COUNTRY_OF[last] or country, formed + 1
        elif last in _WESTERN_MARK:
            mark = mark or last
        elif last in _ROMAN or (last.isdecimal() and len(last) < 7):
            mark = ("no" if len(last) < 4 or not last.isdecimal() else "#") + _ROMAN.get(last, last)
        elif not (last in _LATIN_NOISE or (last in _AMONG_FORMS and formed)):
            break
        words = words[:-1]
    return words, country, mark

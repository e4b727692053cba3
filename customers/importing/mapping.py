"""Which column is what: a guess by its heading, in Chinese or English, for a person to confirm."""

import re
from functools import cache

from django.utils import translation

from customers.forms import CustomerForm
from customers.names import normalised

HEADINGS = {
    "name": (
        "公司名称 企业名称 客户名称 单位名称 机构名称 公司全称 企业全称 客户全称 注册名称 公司 企业 客户 单位 名称 全称 公司名 客户名",
        "company name|company|name|registered name|legal name|customer|customer name|organisation|organization|account|account name|client|firm",
    ),
    "other_name": (
        "英文名称 英文名 英文全称 公司英文名称 外文名称 外文名 英文 另一语言名称",
        "english name|name in english|company name in english|name (english)|foreign name|chinese name|name in chinese|alternative name",
    ),
    "short_name": ("简称 公司简称 企业简称 客户简称 证券简称 股票简称 品牌", "short name|abbreviation|brand|known as|trading name"),
    "credit_code": (
        "统一社会信用代码 社会信用代码 信用代码 统一信用代码 税号 纳税人识别号 营业执照号",
        "credit code|unified social credit code|uscc|social credit code|tax number|tax id",
    ),
    "website": ("网站 网址 官网 公司网站 公司网址 公司官网 官方网站 主页", "website|web site|web|url|homepage|home page|site|domain"),
    "country": ("国家 国别 国家/地区 国家或地区 国家地区 所属国家", "country|country or region|country/region|nation"),
    "region": ("省份 省 城市 市 省市 地区 所在地 所在地区 所在城市 省/市", "region|province|state|city|province or city|location"),
    "industry": ("行业 所属行业 行业类别 行业分类", "industry|sector|branch|line of business"),
    "size": ("规模 企业规模 公司规模 单位规模 规模类型 企业规模类型", "size|company size|enterprise size|size class"),
    "tier": ("级别 客户级别 客户等级 等级 客户分级 分级", "tier|customer tier|grade|class|rating|level"),
    "source": ("来源 客户来源 线索来源 渠道 来源渠道", "source|lead source|origin|channel"),
    "source_number": (
        "来源编号 编号 客户编号 客户编码 代码 证券代码 股票代码 序列号",
        "number in the source|source number|source id|external id|customer number|customer id|id|number|ticker|figi",
    ),
    "contact_name": ("联系人 联系人姓名 联系人名称 姓名 主要联系人 负责人姓名", "contact|contact name|contact person|person|full name|main contact"),
    "contact_title": ("职务 职位 岗位 职称 联系人职务 联系人职位", "position|job title|contact title|job|role"),
    "phone": (
        "电话 手机 手机号 手机号码 电话号码 联系电话 联系方式 座机 固定电话 移动电话",
        "phone|telephone|tel|mobile|cell|phone number|mobile phone|mobile number|telephone number",
    ),
    "email": ("邮箱 电子邮件 电子邮箱 邮件 邮箱地址 电邮", "email|e-mail|mail|email address|e-mail address"),
}  # fmt: skip
# Too general to be trusted at the end of a longer heading: a “product name” is no company.
GENERAL = frozenset(
    word
    for words in (
        "名称 全称 编号 代码 公司 企业 客户 单位 市 省 地区 英文",
        "name id number contact person account mail state role job site web",
    )
    for word in words.split()
)
LANGUAGES = ("en", "zh-hans")


def guess(headings: list[str]) -> dict[str, int]:
    """{field: number of its column}; exact words first, then headings that end with one. No column twice, no field twice."""
    found: dict[str, int] = {}
    for recognise in (_exactly, _by_its_end):
        for place, heading in enumerate(headings):
            field = recognise(heading)
            if field and field not in found and place not in found.values():
                found[field] = place
    return found


def _exactly(heading):
    return words().get(normalised(heading)) or words().get(_bare(heading))


def _by_its_end(heading):
    """Both languages put the noun last: 法人联系电话 is a phone, and so is the “main office phone”."""
    ends = [end for end in _ends(heading) if end in words() and end not in GENERAL]
    return words()[max(ends, key=len)] if ends else None


def _ends(heading):
    """The last words of a Western heading, the last characters of a Chinese one: a hotel is no telephone."""
    bare, parts = _bare(heading), re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", heading)
    yield from (normalised("".join(parts[-count:])) for count in range(1, min(len(parts), 4) + 1))
    yield from (bare[place:] for place in range(1, len(bare) - 1) if not bare[place].isascii())


def _bare(heading):
    """Without what is said in brackets, numbers and stars: “电话1（必填）”."""
    return normalised(re.sub(r"[（(\[【].*?[)）\]】]|[\d*#:：]", "", heading))


@cache
def words() -> dict[str, str]:
    """{normalised heading: field}, the form's own labels among them."""
    found: dict[str, str] = {}
    for field, (chinese, english) in HEADINGS.items():
        found |= {normalised(word): field for word in [*chinese.split(), *english.split("|")]}
    return _labels() | found


def _labels():
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            found |= {normalised(str(field.label)): name for name, field in CustomerForm.base_fields.items()}
    return found


def samples(rows, count: int, most=3) -> list[list[str]]:
    """The first few values of each column, for a person to recognise it by."""
    found: list[list[str]] = [[] for _column in range(count)]
    for row in rows:
        for values, cell in zip(found, row.cells, strict=False):
            if cell.strip() and len(values) < most:
                values.append(" ".join(cell.split())[:60])
    return found

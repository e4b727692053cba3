"""What identifies a company beside its name: credit code, telephone numbers, mailboxes, domains of its own."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from fido2.rpid import suffixes
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from customers.names import FREE_MAIL

_MISREAD = str.maketrans("OIQ", "010")
_EXTENSION = re.compile(r"(?:转|分机|ext(?:ension)?\.?|x|#)\s*[0-9]{1,6}\s*$|(?<=[0-9]{7})\s*-\s*[0-9]{2,5}\s*$", re.I)
_SEVERAL = re.compile(r"[,;、/，；\n]|\s或\s")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(10|2[0-9]|[3-9][0-9]{2})([0-9]{7,8})")
_MAIL = re.compile(r"([^\s<>@,;:]+)@([a-z0-9.-]+\.[a-z0-9-]{2,})")
_ROLES = frozenset([
    "info", "sales", "sale", "contact", "hr", "admin", "office", "service", "services", "support", "kefu", "mail",
    "market", "marketing", "business", "hello", "enquiry", "enquiries", "company", "finance", "job", "jobs", "post",
    "webmaster", "xiaoshou", "caiwu",
])  # fmt: skip
_SUFFIXES = frozenset(suffixes)
# Whoever has a page here shares the domain with thousands.
_PLATFORMS = frozenset(
    ["1688.com", "alibaba.com", "taobao.com", "tmall.com", "jd.com", "weibo.com", "facebook.com", "linkedin.com", "made-in-china.com"]
)  # fmt: skip


def credit_code(text: str) -> str:
    """The code with what is easily misread written one way; an invalid one counts too, or a slip would hide a company."""
    code = unicodedata.normalize("NFKC", text).upper().translate(_MISREAD)
    return "".join(sign for sign in code if sign.isascii() and sign.isalnum())


def phones(text: str) -> Iterator[tuple[str, str]]:
    """(whole number as +8651212345678 or nothing, last seven digits or nothing) of each number in the text.

    Extensions are split off. A Chinese number without its area code has a tail only, a mobile number has none.
    """
    for part in _SEVERAL.split(unicodedata.normalize("NFKC", text).strip()):
        number = _EXTENSION.sub("", part).replace("(0)", "").strip()
        digits = "".join(sign for sign in number if sign.isdecimal() and sign.isascii())
        if len(digits) > 6:
            yield _one_phone(digits, "+" in number or digits.startswith("00"))


def _one_phone(digits, is_abroad):
    digits = digits.removeprefix("00") if is_abroad else digits
    national = digits[2:] if digits.startswith("86") and len(digits) > 10 else digits
    national = national.removeprefix("0") if national is not digits or not is_abroad else national
    chinese = national is not digits or not is_abroad
    if chinese and _MOBILE.fullmatch(national):
        return "+86" + national, ""
    if chinese and _LANDLINE.fullmatch(national) and len(digits) > 8:
        return "+86" + national, national[-7:]
    return ("+" + digits if len(digits) > 8 else ""), digits[-7:]


def country(whole: str) -> str:
    """The code of the place a number abroad belongs to; nothing for Chinese ones, whose area codes are often not their city."""
    for length in (1, 2, 3):
        if regions := COUNTRY_CODE_TO_REGION_CODE.get(int(whole[1 : 1 + length] or 0)):
            if whole.startswith("+1"):
                return "ca" if whole[2:5] in _CANADIAN else "us"
            return _OWN_CODES.get(regions[0], regions[0].lower())
    return ""


_CANADIAN = frozenset([
    "204", "226", "236", "249", "250", "263", "289", "306", "343", "354", "365", "367", "368", "382", "403", "416",
    "418", "428", "431", "437", "438", "450", "468", "474", "506", "514", "519", "548", "579", "581", "584", "587",
    "604", "613", "639", "647", "672", "683", "705", "709", "742", "753", "778", "780", "782", "807", "819", "825",
    "867", "873", "879", "902", "905",
])  # fmt: skip
_OWN_CODES = {"CN": "", "HK": "81", "MO": "82", "TW": "71"}


def mailboxes(text: str) -> Iterator[tuple[str, str]]:
    """(mailbox or nothing, registered domain or nothing) of each address; sales@ at free mail is anybody's."""
    for local, host in _MAIL.findall(unicodedata.normalize("NFKC", text).lower()):
        local = local.partition("+")[0]
        if host not in FREE_MAIL:
            yield f"{local}@{host}", registered(host)
        elif local not in _ROLES:
            yield f"{local.replace('.', '') if host.startswith('gmail') else local}@{host}", ""


def web_domain(text: str) -> str:
    """The registered domain of a web address, with or without its scheme, path and port; nothing for free mail."""
    address = unicodedata.normalize("NFKC", text).strip().lower()
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return registered(host) if "." in host and host not in FREE_MAIL else ""


def registered(host: str) -> str:
    """The part of a host that somebody registered, by the list of public suffixes; on a platform the host itself."""
    labels = host.strip(".").split(".")
    for place in range(len(labels)):
        suffix = ".".join(labels[place:])
        wild = ".".join(["*", *labels[place + 1 :]])
        if (suffix in _SUFFIXES or wild in _SUFFIXES) and "!" + suffix not in _SUFFIXES:
            return _owned(labels, max(place - 1, 0))
    return _owned(labels, max(len(labels) - 2, 0))


def _owned(labels, start):
    domain = ".".join(labels[start:])
    return ".".join(labels).removeprefix("www.") if domain in _PLATFORMS else domain

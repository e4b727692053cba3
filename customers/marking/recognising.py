"""Canary records among the cells of a list, by whatever is left of them."""

import re
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q
from django.forms import ValidationError

from customers.forms import phone
from customers.marking.canaries import host_index, name_index
from customers.models import Canary, CanaryHit

Mark = CanaryHit.Mark
FIELDS = {
    "email": Mark.ADDRESS,
    "host": Mark.HOST,
    "code": Mark.CODE,
    "phone": Mark.PHONE,
    "name": Mark.NAME,
}  # strongest first
_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_PHONE = re.compile(r"[+0-9][0-9 ()/.-]{6,24}")


def recognised(names, cells, organization) -> dict[Canary, Mark]:
    """{canary: the strongest mark by which it is known} of these names of companies and other cells."""
    indexes = _indexes(names, cells, organization)
    asked = [Q(**{f"{field}_index__among": found}) for field, found in indexes.items() if found]
    if not asked:
        return {}
    canaries = Canary.objects.filter(reduce(or_, asked)).select_related("organization", "person", "export")
    return {canary: mark for canary in canaries if (mark := _mark(canary, indexes))}


def _mark(canary, indexes):
    for field, mark in FIELDS.items():
        index = getattr(canary, f"{field}_index")
        if index and bytes(index) in indexes[field]:
            return mark
    return None


def _indexes(names, cells, organization) -> dict[str, set[bytes]]:
    found: dict[str, set[bytes]] = {field: set() for field in FIELDS}
    found["name"] = {name_index(name, organization) for name in names}
    for cell in cells:
        text = cell.strip()
        for local, host in addresses_in(text):
            found["host"].add(host_index(host))
            if local:
                found["email"].add(organization.digest("canary-mail", f"{local}@{host}"))
        if _CODE.fullmatch(text):
            found["code"].add(organization.digest("canary-code", text))
        elif _PHONE.fullmatch(text):
            found["phone"] |= {organization.digest("canary-phone", number) for number in _numbers(text)}
    return found


def addresses_in(text) -> list[tuple[str, str]]:
    """(what stands before the @, host) of everything under one of the operator's domains; before it may be nothing."""
    if not any(domain in text.lower() for domain in settings.CANARY_DOMAINS):
        return []
    domains = "|".join(map(re.escape, settings.CANARY_DOMAINS))
    return re.findall(rf"(?:([a-z0-9._+-]+)@)?((?!www\.)[a-z0-9-]+\.(?:{domains}))(?![\w.-])", text.lower())


def _numbers(text):
    try:
        return [phone(text)]
    except ValidationError:
        return []

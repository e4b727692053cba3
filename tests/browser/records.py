"""A record with something of everything in it, for the pages that are looked at."""

from decimal import Decimal

from accounts import tenancy
from accounts.models import StoredFile
from customers import changing
from customers.profile import addresses, contact_points, tags
from customers.profile.groups import ask_for_group
from customers.profile.key_accounts import name_key_account
from customers.profile.terms import ask_for_terms

WORDS = {
    "en": (
        "Lanbridge Precision Ltd",
        "8 Jinji Lake Road",
        "Suzhou",
        "switchboard",
        "Fair 2026",
        "a third of our turnover",
    ),
    "zh-hans": ("苏州蓝桥精密制造有限公司", "金鸡湖大道 8 号", "苏州", "总机", "2026 展会", "占我们营业额的三分之一"),
}


def whole(company, parent) -> dict:
    """A subsidiary of `parent`; on that one payment terms wait."""
    name, street, city, label, fair, why = WORDS[company.language]
    wang, mei = company.wang, company.mei
    contact = {"name": "Zhou Heng", "title": "Purchasing", "phone": "+8613800001777", "email": "zhou@lanbridge.example"}
    customer = company.customer(wang, name, contact=contact, source="Partner", region=city)
    changing.change(customer, by=wang, size="large", tier="A", country="CN")
    address = addresses.add(
        customer, by=wang, kind="delivery", lines=street, city=city, country="CN", postcode="215000"
    )
    person = customer.contacts.select_related("person_key__organization").get()
    contact_points.add(customer, by=wang, kind="phone", value="+8613800001778", contact=person)
    switchboard = contact_points.add(customer, by=wang, kind="phone", value="+8651266668888", label=label)
    with tenancy.inside(wang.organization_id, user=wang):
        contact_points.reveal(switchboard, by=wang)
    for word in ("VIP", fair):
        tags.put(customer, tags.make(word, by=mei), by=wang)
    name_key_account(customer, by=mei, reason=why)
    _decided(customer, parent, wang, mei)
    ask_for_terms(parent, by=wang, reason="x", files=[], credit_limit=Decimal(50000), currency="CNY", payment_days=30)
    return {"recorded": customer.pk, "address": address.pk, "contact": person.pk}


def _decided(customer, parent, wang, mei):
    """Its terms and its place in the group, as a second person approved them."""
    file = StoredFile.keep("report.pdf", b"%PDF-1.7", by=wang)
    asked = ask_for_group(
        customer, by=wang, reason="x", files=[file], parent_id=parent.pk, parent=parent.name, relation="subsidiary"
    )
    asked.approve(by=mei, seal=asked.seal)
    asked = ask_for_terms(
        customer, by=wang, reason="x", files=[], credit_limit=Decimal(200000), currency="CNY", payment_days=60
    )
    asked.approve(by=mei, seal=asked.seal)

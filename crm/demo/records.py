"""Records of the demo that are more than a name: tags, addresses, a group, a key account, payment terms."""

from decimal import Decimal

from accounts.deeds import stamped
from accounts.models import StoredFile
from customers import changing
from customers.profile import addresses, contact_points, tags
from customers.profile.groups import ask_for_group
from customers.profile.key_accounts import name_key_account
from customers.profile.terms import ask_for_terms

TAGS = ("展会 · Fair", "医疗 · Medical", "出口 · Export")


def fill_in(people, customer):
    """One record as it should be, one that waits for payment terms. `customer` finds a company by its line in the list."""
    li, manager = people["li.wei"], people["wang.fang"]
    whole, parent, asking = customer(1), customer(0), customer(3)
    words = [tags.make(name, by=manager) for name in TAGS]
    for each, word in ((whole, words[0]), (whole, words[2]), (parent, words[1])):
        tags.put(each, word, by=li)
    changing.change(whole, by=li, size="medium", tier="A")
    addresses.add(
        whole,
        by=li,
        kind="registered",
        lines="前进东路 88 号",
        city="昆山",
        region="江苏",
        country="CN",
        postcode="215300",
    )
    contact_points.add(whole, by=li, kind="phone", value="+8651257370000", label="总机 · Switchboard")
    name_key_account(parent, by=manager, reason="占华东一组营业额的三分之一 · A third of what East 1 sells")
    _decide(_group(whole, parent, li), manager)
    _terms(asking, li)


def _group(customer, parent, by):
    with stamped("customers.group", by=by):
        paper = StoredFile.keep("registry.txt", "登记信息 · An extract of the registry".encode(), by=by)
    return ask_for_group(
        customer, by=by, reason="恒川全资子公司 · Wholly owned by Hengchuan", files=[paper], parent_id=parent.pk,
        parent=parent.name, relation="subsidiary",
    )  # fmt: skip


def _terms(customer, by):
    with stamped("customers.terms", by=by):
        paper = StoredFile.keep("credit-report.txt", "三年无逾期 · Three years without delay".encode(), by=by)
    return ask_for_terms(
        customer, by=by, reason="三年无逾期，申请月结 30 天 · Three years without delay: 30 days to pay", files=[paper],
        credit_limit=Decimal(50_000), currency="CNY", payment_days=30,
    )  # fmt: skip


def _decide(approval, by):
    approval.approve(by=by, seal=approval.seal)

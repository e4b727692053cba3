"""Collision cases for the browser: one whose statements are sealed, one to be decided, one that is decided."""

from accounts import tenancy
from customers import follow_ups
from customers.collisions import deciding, opening
from customers.models import CollisionCase, ContestedClaim, Customer
from customers.registration import Draft, register
from tests.disputes import VERDICT

SAID = {
    "en": (
        "Zhuoran Logistics Ltd", "I was there in August, after the fair.",
        "I registered Zhuoran in August after the logistics fair. Mr Tang wrote to me on September 4 and asked for a quote for two sorting lines.",
        "Ms Guo, who runs the warehouse, has worked with me since September 18. She did not know of any other contact.",
        "A was first. B’s meeting is real and moved the deal forward, hence 20%.", "Walked through warehouse 3 with Ms Guo.",
    ),
    "zh-hans": (
        "上海卓然物流有限公司", "八月展会之后我就在跟进。",
        "我在八月物流展之后登记了卓然。唐先生九月四日写信给我，要两条分拣线的报价。",
        "仓库负责人郭女士从九月十八日起一直和我对接，她不知道还有别人在联系。",
        "甲方先有外部凭证。乙方的会议属实，也推动了进展，因此占20%。", "和郭女士看了三号仓库。",
    ),
}  # fmt: skip


def furniture(company) -> dict:
    """Li contests three of Wang's; who stands above both decides, because nobody outside their lines could."""
    name, *_ = SAID[company.language]
    sealed, open_, over = (_contested(company, f"{name} {number}") for number in range(1, 4))
    with company.inside():
        _heard(company, open_)
        _heard(company, over)
        deciding.decide(_again(over), by=company.he, **VERDICT | {"words": SAID[company.language][4]})
    with tenancy.scope(company.organization, user=company.zhou, source="test"):
        register([Draft(f"{name} 1")], by=company.zhou, way=ContestedClaim.Way.FORM, claimed=True)
    return {
        "sealed": sealed.pk,
        "case": open_.pk,
        "case_decided": over.pk,
        "disputed": sealed.customer_id,
        "disputed_name": f"{name} 1",
    }


def _contested(company, name) -> CollisionCase:
    customer = company.customer(company.wang, name)
    with tenancy.scope(company.organization, user=company.wang, source="test"):
        follow_ups.log(
            customer, by=company.wang, kind="call", content=SAID[company.language][2], occurred_at=tenancy.now()
        )
    with tenancy.scope(company.organization, user=company.li, source="test"):
        Customer.objects.get(pk=customer.pk).claim(by=company.li)
        attempt = ContestedClaim.objects.filter(claimant=company.li, customer=customer).get()
        return opening.contest(attempt, by=company.li, reason=SAID[company.language][1])


def _again(case):
    return CollisionCase.objects.select_related("customer", "party_a", "party_b", "arbiter").get(pk=case.pk)


def _heard(company, case):
    _, _, wang, li, _, done = SAID[company.language]
    deciding.log(_again(case), by=company.li, content=done, kind="visit", occurred_at=tenancy.now())
    deciding.file_statement(_again(case), by=company.wang, words=wang)
    deciding.file_statement(_again(case), by=company.li, words=li)


def a_verdict_that_does_not_add_up(page, _furniture):
    for name, value in {"reason": "first", "outcome": "a"}.items():
        page.check(f"main [name={name}][value={value}]")
    for name, value in {"share_a": "80", "share_b": "30", "words": "x"}.items():
        page.fill(f"main aside [name={name}]", value)
    page.click("main aside form button.primary")

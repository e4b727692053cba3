"""Assignment and the customer's word for the browser: rules in force and others that wait, acts, questions, answers."""

from accounts import tenancy
from customers import follow_ups
from customers.assignment import acts, by_rules, changes
from customers.confirmation import answering, asking

SAID = {
    "en": ("Kattegat Pumps AB", "Trial of the pump at their plant", "Your Ms Li called last week, too.", "He lives next door to them", "Marine customers"),
    "zh-hans": ("宁波海川泵业有限公司", "在对方工厂试用水泵", "你们的李女士上周也来过电话。", "他常驻当地", "海洋客户"),
}  # fmt: skip
REGION = "Gothenburg"
FIELDS = {"website": "kattegat.example", "industry": "Pumps", "region": REGION, "country": "SE"}


def furniture(company) -> dict:
    """What the addresses need. Contacts have free mail addresses, so that the service desk brings the questions."""
    name, *_ = SAID[company.language]
    customers = [
        company.customer(company.wang, f"{name} {number}", contact=_contact(number), **FIELDS) for number in range(1, 5)
    ]
    with company.inside():
        questions = [_asked(company, customer) for customer in customers]
        given = [question.token for question in questions[:2]]
        links = [_link(question) for question in questions]
    with company.inside():
        answering.answer(given[0], met=True, others=False, said="")
        answering.answer(given[1], met=True, others=True, said=SAID[company.language][2])
        asking.commit()
    return _assigned(company) | {
        "confirmed": customers[0].pk, "answering": links[2], "to_answer": links[3], "answered": links[0],
    }  # fmt: skip


def _contact(number):
    return {"name": "Sven Berg", "phone": f"+861380013950{number}", "email": f"sven{number}@post.example"}


def _asked(company, customer):
    content = SAID[company.language][1]
    entry = follow_ups.log(customer, by=company.wang, kind="visit", content=content, occurred_at=tenancy.now())
    return asking.ask_for(entry, by=company.wang)


def _link(question):
    return f"/customers/confirm/{question.organization_id}/{question.token}/"


def _assigned(company) -> dict:
    """One by a rule, one by the manager; another set of rules waits for its second person."""
    name, _, _, why, rule = SAID[company.language]
    pooled = company.in_pool(f"{name} 5", region=REGION, industry="Pumps")
    given = company.customer(company.wang, f"{name} 6", **FIELDS)
    with company.inside():
        asked = changes.ask_for([_rule(company, rule)], by=company.zhao, reason=why)
        asked.approve(by=company.qian, seal=asked.seal)
        by_rules.assign_all([pooled.pk])
        acts.assign(given, by=company.mei, to=company.lapsed, reason=why)
        changes.ask_for([_rule(company, rule, takes_new=True)], by=company.zhao, reason=why)
    return {"by_rule": pooled.pk, "by_manager": given.pk}


def _rule(company, name, takes_new=False):
    return {
        "name": name, "place": 1, "method": "load", "takes_new": takes_new, "people": [str(company.wang.pk)],
        "conditions": {"region": [REGION], "size": ["large", "medium"]} if takes_new else {"region": [REGION]},
    }  # fmt: skip


def answer(page, _furniture):
    """As the customer does."""
    page.check("main [name=met][value=yes]")
    page.check("main [name=others][value=yes]")
    page.click("main button.primary")


def tag_two(page, _furniture):
    """Tags the first two of the list; whose it is not, he does not tag."""
    for box in page.locator("main [name=customer]").all()[:2]:
        box.check()
    page.check("main [name=act][value=tag]")
    page.fill("main [name=tag]", "VIP")
    page.click("main form:not([role=search]) button.primary")

"""Customers that are verified, and a list beside them, for the pages that show it."""

from customers.importing.mapping import guess
from customers.models import Customer, Reconciliation
from customers.reconciliation.arriving import bring
from customers.verification import sampling
from customers.verification.rounds import open_round
from customers.verification.verifying import Answer, verify

LIST = {
    "en": "Company name,Credit code,Region,Web site\n{first},91320594MA1LANQ01K,Wuxi,lanbridge-group.example\nBaltic Crane Service OÜ,,Tallinn,\nx,,,\n",
    "zh-hans": "公司名称,统一社会信用代码,地区,网站\n{first},91320594MA1LANQ01K,无锡,lanbridge-group.example\n无锡锦程物流有限公司,,无锡,\nx,,,\n",
}


def rounds(company, customers) -> dict:
    """A round with one customer half compared and a difference, one untouched; and a committed sample."""
    found = Customer.objects.get(pk=customers["customer"])
    opened = open_round("East, autumn · 华东秋季", Customer.objects.filter(owner=company.wang), by=company.shen)
    item = opened.items.select_related("customer__organization").get(customer=found)
    answers = {
        "name": Answer("agrees"),
        "website": Answer("differs", "www.lanbridge-group.example"),
        "region": Answer("unverifiable"),
    }
    verify(item, answers, by=company.shen, source="register", reference="2026-11, no. 4711")
    untouched = opened.items.exclude(pk=item.pk).first()
    return {"round": opened.pk, "item": item.pk, "untouched": untouched.pk, "sample": sampling.commit().pk}


def lists(company, worker, customers) -> dict:
    """One that was compared, one whose columns wait, one that could not be read."""
    with company.inside():
        first = Customer.objects.get(pk=customers["customer"]).name
        texts = {
            "compared": LIST[company.language].format(first=first),
            "columns": LIST[company.language].format(first=first),
            "unread": "%PDF-1.7",
        }
        rows = {
            name: bring(f"{name}.csv", text.encode(), by=company.shen, system="erp") for name, text in texts.items()
        }
    worker.catch_up()
    with company.inside():
        batch = Reconciliation.objects.get(pk=rows["compared"].pk)
        batch.compare(by=company.shen, mapping=guess(batch.headers))
    worker.catch_up()
    return {f"list_{name}": row.pk for name, row in rows.items()}

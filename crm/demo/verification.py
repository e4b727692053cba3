"""What the demo's auditor has compared, a list of the ERP beside the customers, and the sample that chance will draw."""

from customers.importing.mapping import guess
from customers.models import Customer, Reconciliation
from customers.reconciliation.arriving import bring, read_comparison
from customers.verification import sampling
from customers.verification.rounds import open_round
from customers.verification.verifying import Answer, verify

ROUND = "华东精密制造客户 · Precision customers in the East"
EXTRACT = "工商登记摘录 2026-11 · register extract 2026-11"
MORE = 9  # companies of the list that are ours; two more are not


def verify_some(people, customer):
    """One company that agrees in everything, one with a difference that waits for its owner, and one still to do."""
    sampling.commit()
    auditor = people["shen.lan"]
    some = Customer.objects.filter(pk__in=[customer(place).pk for place in (0, 1, 2)])
    opened = open_round(ROUND, some, by=auditor)
    first, second, _third = opened.items.select_related("customer__organization").order_by("customer")
    agreed = {field: Answer("agrees") for field in ("name", "credit_code", "region") if getattr(first.customer, field)}
    verify(first, agreed, by=auditor, source="register", reference=EXTRACT)
    differs = {"name": Answer("agrees"), "website": Answer("differs", "www.jingcheng-group.example")}
    verify(second, differs, by=auditor, source="website", reference="https://www.jingcheng-group.example")
    _compare(auditor, customer)


def _compare(auditor, customer):
    """Some of ours as the ERP has them, one with another region, and two companies that nobody has entered."""
    lines = ["公司名称,统一社会信用代码,地区"]
    for place in range(MORE):
        company = customer(place)
        lines.append(f"{company.name},{company.credit_code},{company.region if place else '无锡'}")
    lines += ["无锡锦程物流有限公司,,无锡", "Baltic Crane Service OÜ,,Tallinn"]
    batch = bring("erp-2026-11.csv", "\n".join(lines).encode(), by=auditor, system="erp")
    read_comparison(batch=str(batch.pk), after=0)
    batch = Reconciliation.objects.get(pk=batch.pk)
    batch.compare(by=auditor, mapping=guess(batch.headers))

"""Uses of break-glass access for the pages that are looked at: open, waiting for their review, reviewed, too late."""

from datetime import timedelta

from audit.break_glass import using
from tests.glass import aged, opened

SAID = {
    "en": ("A customer complains that nobody answers; its owner is on leave", "Compared with the ticket: one customer, read once"),
    "zh-hans": ("客户投诉无人处理，负责人休假无法联系，需要查看联系经过", "已与工单核对：只查看了一家客户"),
}  # fmt: skip


def uses(company) -> dict:
    why, compared = SAID[company.language]
    with company.inside():
        late = opened(company.rested, reason=why)
    aged(late, timedelta(days=9))
    with company.inside():
        reviewed, waits = over(company.zhao, why), over(company.zhao, why)
        using.review(reviewed, by=company.shen, verdict="not_justified", note=compared)
        opened(company.ann, minutes=60, reason=why, ticket="IT-2611-07")
    return {"use": waits.pk, "reviewed": reviewed.pk}


def over(person, why):
    glass = opened(person, reason=why, ticket="IT-2611-07")
    using.end(glass, by=person)
    return glass

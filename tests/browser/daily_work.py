"""A day's work for the pages that are looked at: what is due, what was said with it, a calendar address."""

from datetime import time, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import tenancy
from customers import calendars, follow_ups
from customers.models import Customer
from customers.next_steps import moment_of, plan, today

SAID = {
    "en": ("Send the drawing of the spindle", "Four units by May, delivered to Malmö", "Agree on the date of the pilot",
           "drawing.pdf", "They asked for five units, not for four."),
    "zh-hans": ("发送主轴图纸", "五月前四台，送到马尔默", "约定样机日期", "图纸.pdf", "对方要的是五台，不是四台。"),
}  # fmt: skip


def leave(company, pk) -> dict:
    """On the customer that is looked at most: a step without an hour, one with; a follow-up with everything, and a corrected one."""
    wang, customer = company.wang, Customer.objects.get(pk=pk)
    send, needs, agree, name, rather = SAID[company.language]
    step = plan(customer, by=wang, what=send, due_on=today())
    at = moment_of(today(), time(23, 30), company.organization.time_zone)
    plan(customer, by=wang, what=agree, due_on=today(), due_at=at)
    said = {"needs": needs, "intention": "high", "kind": "message", "occurred_at": tenancy.now()}
    arranged = {"what": agree, "due_on": today() + timedelta(days=7)}
    entry = follow_ups.log(
        customer, by=wang, content=needs, files=[SimpleUploadedFile(name, b"%PDF-1.7")], plan=arranged, **said
    )
    wrong = customer.follow_ups.exclude(pk=entry.pk).order_by("recorded_at").first()
    follow_ups.correct(wrong, by=wang, content=rather, occurred_at=wrong.occurred_at)
    calendars.renew(wang, by=wang)
    return {"step": step.pk, "said": entry.pk}

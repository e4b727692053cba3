"""What the demo's people have to do next: who, in how many days, at what hour or none, what, and the line of the company."""

from datetime import time, timedelta

from customers.next_steps import moment_of, plan, today

PLANS = [
    ("li.wei", 0, time(14, 0), "签样机协议，带两份盖章合同", 0),
    ("li.wei", 0, None, "发送模具寿命测试报告", 1),
    ("li.wei", 3, None, "询问 12 月预算", 3),
    ("li.wei", 7, time(10, 30), "Pilot in Bremen: agree on the date", 8),
    ("chen.chen", 0, None, "跟进样品初检结果", 15),
    ("chen.chen", 2, time(9, 30), "Call about the offer for two test benches", 22),
    ("zhao.min", 1, None, "补充冷库报价", 26),
    ("wang.fang", 0, time(16, 0), "Send the insurance papers to Grange", 38),
]


def plan_some(people, customer):
    """As each of them would: in his own name, for a customer of his."""
    for name, days, hour, what, place in PLANS:
        person, day = people[name], today() + timedelta(days=days)
        at = moment_of(day, hour, person.organization.time_zone) if hour else None
        plan(customer(place), by=person, what=what, due_on=day, due_at=at)

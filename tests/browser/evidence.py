"""Evidence for the pages that are looked at: a hold, contacts with and without something that shows them, mail, call logs."""

from datetime import timedelta

from accounts import tenancy
from accounts.models import StoredFile
from customers import follow_ups
from customers.evidence import calls, gathering
from customers.evidence.arriving import read_mail
from customers.models import CallLog, Claim, InboundMail, MailAddress
from tests.artefacts import a_mail, an_invitation
from tests.clocks import lapsed, other_rules

SAID = {
    "en": ("Bergstrom Optics AB", "Asked for the drawings of the spindle", "They want a visit on Tuesday", "Drawings of the spindle line"),
    "zh-hans": ("苏州蓝桥光学有限公司", "询问主轴图纸", "对方希望周二拜访", "主轴产线图纸"),
}  # fmt: skip
BUYER = "buyer@bergstrom.example"


def furniture(company) -> dict:
    """What the addresses need; committed step by step, because rules and lapses are past the doors."""
    other_rules(company.organization, hold_hours=72, lapses_at_most=1)
    rows = _hold(company) | _calls(company) | _mail(company)
    with company.inside():
        pooled = company.in_pool(f"{SAID[company.language][0]} 2")
        taken = company.in_pool(f"{SAID[company.language][0]} 3")
        taken.claim(by=company.lapsed)
        taken.release(by=company.lapsed, reason="x")
        claim = Claim.objects.get(customer=taken)
    lapsed(claim)
    return rows | {"wanted": pooled.pk}


def _hold(company):
    name, asked, wants, subject = SAID[company.language]
    contact = {"name": "Sven Berg", "phone": "+8613800139001", "email": BUYER}
    shown = company.customer(company.wang, f"{name} 1", contact=contact)
    held = company.customer(company.wang, name, contact=contact, industry="Optics")
    with company.inside():
        gathering.log_with(
            shown,
            "mail.eml",
            a_mail(BUYER, company.wang.email, subject=subject),
            by=company.wang,
            content=asked,
            kind="mail",
        )
        gathering.log_with(shown, "meeting.ics", an_invitation(BUYER), by=company.wang, content=wants, kind="meeting")
        own = a_mail(company.wang.email, BUYER, subject=subject)
        gathering.log_with(held, "sent.eml", own, by=company.wang, content=subject, kind="mail")
        typed = follow_ups.log(held, by=company.wang, content=wants, occurred_at=tenancy.now())
    return {"held": held.pk, "shown": shown.pk, "typed": typed.pk}


def _mail(company):
    subject = SAID[company.language][3]
    mails = (
        a_mail("new.buyer@elsewhere.example", company.wang.email, subject=subject),
        b"no mail",
        a_mail(BUYER, company.wang.email),
    )
    with company.inside():
        MailAddress(person=company.wang).draw().save(force_insert=True)
        arrived = []
        for content in mails:
            file = StoredFile.keep("mail.eml", content, by=company.wang)
            arrived.append(InboundMail.objects.create(person=company.wang, file=file).pk)
            read_mail(str(arrived[-1]))
    return {"letter_in": arrived[0], "no_letter": arrived[1]}


def _calls(company):
    at = (tenancy_now(company) - timedelta(hours=2)).isoformat(timespec="seconds")
    lines = [f"c{number},80{number % 3},1380013900{number % 3},{at},{12 + 40 * number}" for number in range(8)]
    content = "\n".join(["Call ID,Extension,Number,Start,Duration", *lines]).encode()
    with company.inside():
        calls.say_extension("801", company.wang, by=company.mei)
        calls.say_extension("802", company.zhou, by=company.mei)
        read, done = (_read(calls.bring(name, content, by=company.mei)) for name in ("october.csv", "november.csv"))
        calls.match(done, calls.guess(done.headers), by=company.mei)
        calls.evaluate_calls(str(done.pk), 0)
        _read(calls.bring("scan.pdf", b"%PDF-1.7", by=company.mei))
    return {"calls_read": read.pk, "calls_done": done.pk}


def _read(log):
    calls.read_calls(str(log.pk))
    return CallLog.objects.get(pk=log.pk)


def tenancy_now(company):
    with company.inside():
        return tenancy.now()

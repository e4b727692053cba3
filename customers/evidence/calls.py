"""Call logs of a telephone system. Somebody who did not make the calls brings them; a worker finds the contacts they were
with, and each call shows one contact."""

import re
from collections import Counter
from datetime import datetime
from itertools import islice

from django import forms
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tenancy
from accounts.models import StoredFile
from accounts.outbox import enqueue, job
from audit.deeds import allow, locked, stamped
from customers.evidence.artefacts import Artefact, Unusable
from customers.evidence.gathering import SLACK, Kind, Strength, attach
from customers.forms import phone
from customers.importing.reading import read
from customers.importing.workbooks import Unreadable
from customers.models import CallLog, Contact, Customer, Extension, FollowUp
from customers.models.evidence import DAY
from customers.names import normalised

LEAST_SECONDS = 20  # less is no conversation
SLICE = 500
COLUMNS = {
    "extension": (gettext_lazy("Extension"), "extension ext agent caller user 分机 分机号 坐席 工号 主叫"),
    "number": (gettext_lazy("Number of the other side"), "number phone callee remote telephone 号码 对方号码 客户号码 电话 被叫"),
    "started_at": (gettext_lazy("Begin"), "start begin started starttime time date 开始 开始时间 时间 通话时间 日期"),
    "seconds": (gettext_lazy("Seconds"), "seconds duration billsec length talktime 时长 通话时长 秒 秒数"),
    "call_id": (gettext_lazy("Call id"), "callid id uniqueid uuid linkedid 通话id 流水号 通话编号 编号"),
}  # fmt: skip
MOMENTS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M")
LENGTH = re.compile(r"(?:(\d{1,3}):)?(\d{1,5}):(\d{2})", re.ASCII)


class Outcome(models.TextChoices):
    """What became of a line."""

    MATCHED = "matched", gettext_lazy("shows a contact")
    USED = "used", gettext_lazy("has shown a contact before")
    STRANGER = "stranger", gettext_lazy("the number is no contact’s")
    NO_EXTENSION = "no_extension", gettext_lazy("nobody is known behind this extension")
    OWN = "own", gettext_lazy("your own call: somebody else brings its log")
    NOT_HIS = "not_his", gettext_lazy("the caller does not work on this customer")
    SHORT = "short", gettext_lazy("shorter than 20 seconds")
    LATE = "late", gettext_lazy("more than a day ago, and no follow-up of that day")
    ILLEGIBLE = "illegible", gettext_lazy("number, begin or length cannot be read")


@transaction.atomic
def bring(name, content, *, by) -> CallLog:
    """Keep the file and write the job that reads its headings."""
    allow(by, "customers.bring_calls", by.organization)
    with stamped("customers.bring_calls", by=by):
        log = CallLog.objects.create(file=StoredFile.keep(name, content, by=by), brought_by=by)
        enqueue("customers.read_calls", dedupe_key=str(log.pk), log=str(log.pk))
    return log


@job("customers.read_calls")
def read_calls(log):
    log = locked(CallLog(pk=log))
    if log.read_at is not None:
        return
    with stamped("customers.bring_calls"):
        log.read_at = tenancy.now()
        try:
            table = read(log.file.opened())
        except Unreadable as unreadable:
            log.problem = unreadable.problem
        else:
            log.headers, log.rows = table.headers, len(table.rows)
        log.save(update_fields=["read_at", "problem", "headers", "rows"])


def guess(headings) -> dict:
    """{field: its column}, by headings that say so."""
    words = {normalised(word): name for name, (_label, known) in COLUMNS.items() for word in known.split()}
    found: dict = {}
    for place, heading in enumerate(headings):
        name = words.get(normalised(heading))
        if name and name not in found:
            found[name] = place
    return found


@transaction.atomic
def match(log, mapping, *, by):
    """The columns are decided; from here on workers evaluate it, slice by slice."""
    log.match(by=by, mapping=mapping)
    _go_on(log, 0)


def _go_on(log, start):
    enqueue("customers.evaluate_calls", dedupe_key=f"{log.pk} {start}", queue="bulk", log=str(log.pk), start=start)


@job("customers.evaluate_calls")
def evaluate_calls(log, start):
    """Some hundred lines. What a line shows is written once, however often the file comes."""
    log = locked(CallLog(pk=log))
    if log.evaluated_at is not None:
        return
    rows = read(log.file.opened()).rows
    with (
        stamped("customers.evaluate_calls"),
        timezone.override(log.organization.time_zone),
        translation.override(log.organization.language),
    ):
        _keep(log, Slice(log, islice(rows, start, start + SLICE)).outcomes())
        if start + SLICE >= len(rows):
            log.evaluated_at = tenancy.now()
        log.save(update_fields=["report", "evaluated_at"])
    if log.evaluated_at is None:
        _go_on(log, start + SLICE)


def _keep(log, outcomes):
    """Counts, and of what was not matched the first lines."""
    counts = Counter(log.report.get("counts", {})) + Counter(str(outcome) for _line, outcome in outcomes)
    lines = {outcome: list(kept) for outcome, kept in log.report.get("lines", {}).items()}
    for line, outcome in outcomes:
        if outcome != Outcome.MATCHED and len(lines.setdefault(str(outcome), [])) < 20:
            lines[str(outcome)].append(line)
    log.report = {"counts": dict(counts), "lines": lines}


class Call:
    """One line, as far as it can be read."""

    def __init__(self, line, cells, mapping):
        said = {name: cells[place].strip() for name, place in mapping.items()}
        self.line, self.extension, self.call_id = line, said["extension"], said["call_id"][:200]
        self.number, self.seconds, self.started_at = _number(said["number"]), _seconds(said["seconds"]), _moment(said["started_at"])  # fmt: skip

    @property
    def is_legible(self):
        return bool(self.number and self.call_id) and self.seconds is not None and self.started_at is not None

    @property
    def artefact(self):
        name = f"{self.call_id}\0{self.started_at.isoformat()}"
        return Artefact(Kind.CALL, name, self.started_at, Strength.WITNESSED)

    @property
    def words(self):
        return _("Call of %(minutes)d min %(seconds)02d s, as the telephone system recorded it.") % {
            "minutes": self.seconds // 60, "seconds": self.seconds % 60,
        }  # fmt: skip


class Slice:
    """Some lines of a log, with what is known of their numbers and extensions."""

    def __init__(self, log, rows):
        self.log, self.calls = log, [Call(line, cells, log.mapping) for line, cells in rows]
        self.people = {each.number: each.person for each in Extension.objects.select_related("person")}
        digests = {log.organization.digest("phone", call.number): call.number for call in self.calls if call.number}
        contacts = Contact.objects.filter(phone_index__in=list(digests)).values_list("phone_index", "customer_id")
        self.customers: dict = {}
        for digest, customer in contacts:
            self.customers.setdefault(digests[bytes(digest or b"")], set()).add(customer)

    def outcomes(self):
        return [(call.line, self._outcome(call)) for call in self.calls]

    def _outcome(self, call) -> Outcome:
        person = self.people.get(call.extension)
        if not call.is_legible or call.started_at > tenancy.now() + SLACK:
            return Outcome.ILLEGIBLE
        if call.seconds < LEAST_SECONDS:
            return Outcome.SHORT
        if person is None:
            return Outcome.NO_EXTENSION
        if person.pk == self.log.brought_by_id:
            return Outcome.OWN
        if call.number not in self.customers:
            return Outcome.STRANGER
        return self._between(call, person)

    def _between(self, call, person):
        """A number may be a switchboard's of several customers: the one he works on, if it is one."""
        customers = Customer.objects.filter(pk__in=self.customers[call.number])
        his = [each for each in customers if person.has_perm("customers.follow_up", each)]
        if len(his) != 1:
            return Outcome.NOT_HIS
        if call.artefact.is_used(self.log.organization):
            return Outcome.USED
        entry = _logged(his[0], person, call) or _from_the_log(his[0], person, call)
        if entry is None:
            return Outcome.LATE
        try:
            attach(entry, call.artefact, self.log.file)
        except Unusable:
            return Outcome.USED
        return Outcome.MATCHED


def _logged(customer, person, call):
    """What he logged of that day and nothing shows yet, the nearest first."""
    near = FollowUp.objects.filter(customer=customer, author=person, kind=FollowUp.Kind.CALL, evidence=None)
    same_day = near.filter(occurred_at__gte=call.started_at - DAY, occurred_at__lte=call.started_at + DAY)
    return min(same_day, key=lambda entry: abs(entry.occurred_at - call.started_at), default=None)


def _from_the_log(customer, person, call):
    """A contact that nobody typed: the caller's, written by the house. What is late would extend nothing, and is left."""
    if tenancy.now() - call.started_at > DAY:
        return None
    customer = locked(customer)
    entry = FollowUp.objects.create(
        customer=customer, author=person, kind=FollowUp.Kind.CALL, content=call.words, occurred_at=call.started_at
    )
    customer.last_contact_at = max(filter(None, [customer.last_contact_at, call.started_at]))
    customer.save(update_fields=["last_contact_at"])
    return entry


def _number(text):
    try:
        return phone(text)
    except forms.ValidationError:
        return ""


def _seconds(text):
    """Seconds, or a length written as 1:23 or 0:01:23."""
    if text.isascii() and text.isdigit() and len(text) < 7:
        return int(text)
    if found := LENGTH.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds
    return None


def _moment(text):
    try:
        written = parse_datetime(text) or _in_other_writing(text)
        return (
            timezone.make_aware(written)
            if timezone.is_naive(written)
            else written.astimezone(timezone.get_default_timezone())
        )
    except (ValueError, OverflowError):
        return None


def _in_other_writing(text):
    for writing in MOMENTS:
        try:
            return datetime.strptime(text, writing)  # noqa: DTZ007 — it becomes aware where it is called
        except ValueError:
            continue
    raise ValueError(text)


def say_extension(number, person, *, by):
    """Who is behind an extension, from now on."""
    allow(by, "customers.extension", person)
    with stamped("customers.extension", by=by):
        known, is_new = Extension.objects.get_or_create(number=number, defaults={"person": person})
        if not is_new and known.person_id != person.pk:
            known.person = person
            known.save(update_fields=["person"])
    return known

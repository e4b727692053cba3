"""Every address x method x role x foreign id: nothing of another organisation, nobody in without signing in, never a 500."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import second_factors, tenancy
from accounts.models import Invitation, Notice, Outbox, PersonKey, Progress, Session, StoredFile, Team, User
from approvals import mail_link
from approvals.absences import announce
from approvals.administration import asked_of_position
from approvals.asking import ask
from audit.break_glass import using
from audit.reviewing import open_review
from customers import exporting, follow_ups
from customers.collisions import opening
from customers.confirmation.asking import ask_for
from customers.denials import deny
from customers.evidence import calls
from customers.marking import phones
from customers.models import CanaryPhone, Contact, Customer, Import, OwnershipRules
from customers.next_steps import plan, today
from customers.ownership.replay import ask_for_replay, work_out
from customers.profile import addresses, contact_points, tags
from customers.profile.key_accounts import name_key_account
from customers.saved_views import saving
from customers.verification import sampling
from tests.artefacts import mail_for
from tests.departures import leaving_soon
from tests.factories import UserFactory, customer_of, shared
from tests.merging import asked_to_merge
from tests.pairs import pair_of
from tests.pools import entry_of
from tests.verifications import compared, differs

OPEN = {"healthz", "styleguide", "account_login", "account_logout", "account_signup", "account_reset_password", "account_inactive",
        "account_reset_password_done", "account_second_factor", "account_reset_password_from_key", "account_reset_password_from_key_done",
        "approvals:by_mail", "accounts:sign_up", "accounts:sign_up_sent", "accounts:begin", "accounts:join", "accounts:preferences", "customers:confirm", "account_email_verification_sent",
        "account_confirm_email", "account_confirm_login_code", "account_request_login_code"}  # fmt: skip
SECRET = "Zhuoran Mirrorworks"
KIND_OF_REQUEST = ("kind",)  # every organisation has the same kinds, each with a policy of its own


def names(resolver=None, prefix=""):
    """(full name, converters) of every address there is."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield (
                f"{prefix}{pattern.name}",
                sorted(pattern.pattern.converters) or sorted(pattern.pattern.regex.groupindex),
            )


ADDRESSES = sorted({(name, tuple(converters)) for name, converters in names()})


@pytest.fixture
def theirs(wang, mei, zhao):
    """One of everything that belongs to Acme, each row carrying the secret where it can."""
    customer = customer_of(wang, f"{SECRET} Ltd", industry=SECRET, contact={"name": SECRET, "phone": "+8613805122297"})
    said = follow_ups.log(customer, by=wang, content=SECRET, occurred_at=customer.created_at, files=[SimpleUploadedFile(f"{SECRET}.txt", b"x")])  # fmt: skip
    file = StoredFile.keep(f"{SECRET}.csv", b"name\nx", by=wang)
    progress = Progress.objects.create(started_by=wang, total=2)
    batch = Import.objects.create(file=file, created_by=wang, progress=progress)
    export = exporting.ask(by=wang, purpose=SECRET, format="csv", filters={})
    exporting.make(str(export.pk))
    invitation, token = Invitation.issue(email="new@acme.example", invited_by=zhao)
    job = Outbox.objects.create(task="accounts.sweep", dedupe_key=SECRET)
    away = announce(by=wang, begins_at=timezone.now() + timedelta(days=1), ends_at=timezone.now() + timedelta(days=2))
    asked = ask(
        "accounts.position",
        wang,
        by=zhao,
        reason=SECRET,
        files=[file],
        **asked_of_position(wang, role="manager", team=None),
    )
    departure = leaving_soon(wang, by=zhao)
    review = open_review(by=zhao)
    share = shared(customer, by=wang, person=UserFactory(name="Colleague", organization=wang.organization))
    denial = deny(customer, by=mei, person=UserFactory(name="Denied", organization=wang.organization), reason=SECRET)
    notice = Notice.objects.create(person=wang, what=SECRET, words={"who": SECRET}, url="/customers/", key=SECRET)
    address = addresses.add(customer, by=wang, kind="office", lines=SECRET)
    point = contact_points.add(customer, by=wang, kind="phone", value="+8651266668888", label=SECRET)
    tag = tags.make(SECRET, by=mei)
    tags.put(customer, tag, by=wang)
    name_key_account(customer, by=mei, reason=SECRET)
    reads = UserFactory(organization=wang.organization, role=User.Role.AUDITOR)
    replay = ask_for_replay(
        by=zhao, rules=OwnershipRules.objects.in_force().as_asked, effective_from=None, instead_of=None
    )
    with tenancy.scope(wang.organization_id, source="job"):
        work_out(str(replay.pk))
    glass = using.break_glass(by=zhao, reason=f"{SECRET} stands still", ticket=SECRET, minutes=15)
    using.end(glass, by=reads)
    entry = entry_of(wang, f"{SECRET} Pool Ltd")
    proposed = differs(customer, by=reads, website="theirs.example")
    list_ = compared(f"name,website\n{SECRET} Ltd,other.example\n", by=reads, name=f"{SECRET}.csv")
    question = ask_for(said, by=wang)
    rival = UserFactory(name="Rival", organization=wang.organization)
    disputed = opening.open_case(customer, by=mei, party_b=rival, origin="hand", reason=SECRET)
    return {
        "verified": proposed.verification.item, "round": proposed.verification.item.round, "correction": proposed,
        "compared": list_, "line": list_.rows.get(), "sample": sampling.commit(),
        "merge": asked_to_merge(customer, entry.customer, by=wang, reason=SECRET),
        "customer": customer, "glass": glass, "draw": entry.draw, "pool": entry.pool, "contact": Contact.objects.get(), "file": file,
        "progress": progress, "import": batch, "export": export, "replay": replay, "invitation": invitation, "token": token, "job": job,
        "notice": notice, "request": asked, "attachment": asked.attachments.get(), "absence": away,
        "word": mail_link.to(asked, wang).rpartition("/by-mail/")[2].strip("/") + "x",  # a whole one is a key by itself
        "review": review, "departure": departure, "person": wang, "team": Team.objects.first(), "key": PersonKey.objects.first(),
        "collaborator": share, "denial": denial, "said": said, "paper": said.files.get(), "step": plan(customer, by=wang, what=SECRET, due_on=today()),
        "address": address, "point": point, "tag": tag, "question": question, "asks": f"{question.token}x",
        "pair": pair_of(customer, Customer.objects.exclude(pk=customer.pk).first()), "mail": mail_for(wang)[1], "calls": calls.bring(f"{SECRET}.csv", b"x", by=mei),
        "case": disputed,
        "view": saving.save(by=wang, name=SECRET, base="mine", filters={}, columns=[], order="deadline", sharing="private"),
        "canary_number": _a_number(zhao),
        "session": Session.objects.create(person=wang, agent=SECRET, address="192.0.2.7"),
        "factor": second_factors.add(wang, "app", SECRET, b"x" * 20, counter=1),
    }  # fmt: skip


def _a_number(person):
    phones.add(["+8651288880001"], by=person)
    return CanaryPhone.objects.get()


def arguments(name, converters, rows):
    """What stands in an address: the other organisation's own row. An address nobody thought of fails here."""
    if name.startswith("account_"):
        return {"uidb36": "1", "key": "1-x"} if converters == ("key", "uidb36") else dict.fromkeys(converters, "x")
    if converters == KIND_OF_REQUEST:
        return {"kind": "customers.transfer"}
    kinds = {
        "customers:duplicate": "pair", "customers:tell_apart": "pair", "customers:confirm_same": "pair", "customers:reopen_pair": "pair",
        "audit:": "review", "customers:handover": "departure", "accounts:departure": "departure", "accounts:cancel_departure": "departure",
        "accounts:complete_departure": "departure", "customers:import": "import", "customers:verification_item": "verified",
        "customers:verification_reveal": "verified", "customers:verification_": "round", "customers:sample": "sample",
        "customers:merge_page": "merge", "customers:undo_merge": "merge", "customers:reconciliation": "compared", "customers:export": "export", "customers:replay": "replay",
        "customers:view_": "view", "customers:case": "case", "customers:canary": "canary_number", "customers:mail": "mail", "customers:call_log": "calls", "customers:pool_change": "pool", "customers:show_confirmation": "question", "customers:": "customer", "accounts:progress": "progress",
        "break_glass:": "glass", "accounts:retry": "job", "accounts:end_session": "session", "accounts:remove_second_factor": "factor", "accounts:notice": "notice", "accounts:revoke": "invitation", "accounts:": "person",
        "approvals:position": "person", "approvals:reset_second_factor": "person", "approvals:change_team": "team", "approvals:end_absence": "absence", "approvals:": "request",
    }  # fmt: skip
    row = rows[next(kind for start, kind in kinds.items() if name.startswith(start))]
    given = {}
    for converter in converters:
        special = {"contact": rows["contact"].pk, "collaborator": rows["collaborator"].pk, "denial": rows["denial"].pk,
                   "draw": rows["draw"].pk, "follow_up": rows["said"].pk, "step": rows["step"].pk, "of": rows["round"].pk,
                   "correction": rows["correction"].pk, "row": rows["line"].pk, "address": rows["address"].pk,
                   "point": rows["point"].pk, "tag": rows["tag"].pk, "word": rows["word"],
                   "number": rows["paper" if name == "customers:file" else "attachment"].pk,
                   "token": rows["asks" if name == "customers:confirm" else "token"],
                   "organization_id": row.organization_id, "outcome": "new", "form": "csv", "list": "new"}  # fmt: skip
        given[converter] = special.get(converter, row.pk)
    return given


def address(name, converters, rows):
    return reverse(name, kwargs=arguments(name, converters, rows) if converters else None)


@contextmanager
def undone():
    """What a request did is taken back, so that the next one meets the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def every_request(client, rows, data=None, *, skip=()):
    """(name, converters, method, answer) of every address and method, each from the same beginning."""
    for name, converters in ADDRESSES:
        for method in ("get", "post"):
            if name not in skip:
                with undone():
                    yield name, converters, method, getattr(client, method)(address(name, converters, rows), data or {})


def test_another_organisation_learns_nothing(theirs, outsider, sign_in):
    """The outsider is a manager at home and has the exact ids."""
    typed = {"reason": "x", "content": "x", "name": "Own Company Ltd"}

    for name, converters, method, answer in every_request(sign_in(outsider), theirs, typed, skip=["account_logout"]):
        assert answer.status_code < 500, name
        assert SECRET not in text_of(answer), name
        if converters and converters != KIND_OF_REQUEST and name not in OPEN:
            assert answer.status_code in (302, 403, 404, 405), f"{method} {name} found somebody else's row"
            assert answer.status_code != 302 or "/account/login" in answer["Location"] or method == "post", name
        with tenancy.scope(theirs["customer"].organization_id):
            assert Customer.objects.count() == 2, name
            assert Customer.objects.get(pk=theirs["customer"].pk).owner == theirs["person"], name


def test_nobody_gets_in_without_signing_in(theirs, client):
    for name, _converters, method, answer in every_request(client, theirs):
        assert answer.status_code < 500, name
        assert SECRET not in text_of(answer), name
        if name not in OPEN:
            assert answer.status_code in (302, 403, 404, 405), f"{method} {name}"
            assert answer.status_code != 302 or "/account/login/" in answer["Location"], name


@pytest.mark.parametrize("role", ["wang", "mei", "shen", "zhao"])
def test_no_role_meets_a_500(role, theirs, request, sign_in, shen):
    client = sign_in(request.getfixturevalue(role))

    for name, _converters, method, answer in every_request(client, theirs, skip=["account_logout"]):
        assert answer.status_code < 500, f"{method} {name}"


def test_a_rep_elsewhere_does_not_find_a_colleagues_record(theirs, li, sign_in):
    """R5, R30: same organisation, another rep. A claim is the one thing he may try, and it tells him nothing; nor does he
    meet a 500. How pools are cut is no secret; asking for another cut is refused."""
    for name, converters, _method, answer in every_request(
        sign_in(li), theirs, {"reason": "x"}, skip=["account_logout"]
    ):
        assert answer.status_code < 500, name
        if name == "customers:pool_change":
            continue
        if name.startswith("customers:") and converters and name != "customers:sample":  # everybody checks the sample
            is_of_all = name in (
                "customers:archive_tag",
                "customers:restore_tag",
                "customers:confirm",
                "customers:show_confirmation",
            )  # the same to him, whatever tag it is
            assert answer.status_code in (302, 404, 405) or (is_of_all and answer.status_code == 403), name
            assert answer.status_code != 302 or name == "customers:claim"
            assert theirs["person"].name not in text_of(answer)


def text_of(answer):
    return b"".join(answer.streaming_content).decode(errors="replace") if answer.streaming else answer.text

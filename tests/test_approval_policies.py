"""Policies change by two people, in versions that stand; their pages say so (R11, R12)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import tenancy
from accounts.models import User
from approvals.models import Approval, ApprovalPolicy, CannotDecide
from approvals.policies import Unsound
from approvals.policy_changes import PolicyChange, propose
from audit.deeds import Refused
from customers.transfers import ask_for_transfer
from tests.databases import sql
from tests.factories import UserFactory, customer_of
from tests.policies import ADMINISTRATOR, MANAGER, always, drafted, in_force, of, over, typed

KIND = "customers.transfer"
LIST = "/approvals/policies/"
PAGE = f"{LIST}{KIND}/"
DRAFT, REHEARSAL, PROPOSE = f"{PAGE}draft/", f"{PAGE}rehearsal/", f"{PAGE}propose/"
BY_ADMINISTRATORS = always(ADMINISTRATOR)
ONE_LINE = ([], [("role administrator", "", "2")])


# Who sees what


@pytest.mark.parametrize(("who", "status"), [("wang", 403), ("mei", 200), ("shen", 200), ("zhao", 200)])
@pytest.mark.parametrize("page", [LIST, PAGE, REHEARSAL])
def test_administrators_managers_and_auditors_read_policies(request, sign_in, zhao, who, status, page):
    drafted(KIND, BY_ADMINISTRATORS, by=zhao)

    assert sign_in(request.getfixturevalue(who)).get(page).status_code == status


@pytest.mark.parametrize("who", ["wang", "mei", "shen"])
def test_only_administrators_write_them(request, sign_in, qian, who):
    client = sign_in(request.getfixturevalue(who))

    assert client.get(DRAFT).status_code == 403
    assert client.post(DRAFT, typed(ONE_LINE)).status_code == 403
    assert client.post(PROPOSE, {"reason": "x"}).status_code == 403
    with pytest.raises(Refused):
        drafted(KIND, BY_ADMINISTRATORS, by=request.getfixturevalue(who))
    assert not ApprovalPolicy.objects.exists()


def test_a_kind_that_nobody_registered_has_no_page(sign_in, zhao):
    client = sign_in(zhao)
    for name in ("policy", "policy_draft", "rehearsal"):
        assert client.get(reverse(f"approvals:{name}", args=["no.such_kind"])).status_code == 404


def test_the_list_reads_every_policy_aloud_in_as_many_queries_as_for_one(
    sign_in, zhao, qian, mei, django_assert_max_num_queries
):
    named = {"turn": 1, "who": "people", "people": [str(mei.pk)], "need": 1}
    for kind in (KIND, "customers.identity", "customers.export"):
        in_force(kind, always(named), by=zhao, decided_by=qian)
    drafted(KIND, BY_ADMINISTRATORS, by=qian)
    client = sign_in(zhao)

    with django_assert_max_num_queries(24):
        page = client.get(LIST).text

    assert page.count("Always: Mei") == 3
    assert "House policy" in page
    assert "Draft" in page


def test_the_page_of_a_kind_tells_who_wrote_and_who_approved(sign_in, zhao, qian, mei):
    in_force(KIND, BY_ADMINISTRATORS, by=zhao, decided_by=qian)
    in_force(KIND, always(MANAGER), by=qian, decided_by=zhao, effective_from=tenancy.now() + timedelta(days=3))

    page = sign_in(mei).get(PAGE)

    versions = {version.version: version for version, _words in page.context["versions"]}
    assert [(v.written_by, v.approved_by) for v in versions.values()] == [(qian, [zhao]), (zhao, [qian])]
    assert page.context["standing"].in_force == versions[1]
    assert page.context["standing"].coming == [versions[2]]
    assert "Always: Administrator" in page.text


# Writing


def test_a_draft_is_written_without_script(sign_in, zhao, mei):
    client = sign_in(zhao)
    limits = [("customers_90_days >=", "1,200.50"), ("customers >", "3")]
    steps = [("manager 2", "", "1"), ("people", "Mei, zhao@" + zhao.email.partition("@")[2], "all")]

    answer = client.post(DRAFT, typed((limits, steps), ONE_LINE, hours="36", highest="on"))

    assert answer.status_code == 302
    policy = ApprovalPolicy.objects.get()
    assert (policy.state, policy.written_by) == ("draft", zhao)
    assert policy.content == of(
        {
            "when": [
                {"measure": "customers_90_days", "is": ">=", "limit": "1200.50"},
                {"measure": "customers", "is": ">", "limit": "3"},
            ],
            "steps": [
                {"turn": 1, "who": "manager", "level": 2},
                {"turn": 2, "who": "people", "people": [str(mei.pk), str(zhao.pk)], "need": "all"},
            ],
        },
        {"when": [], "steps": [ADMINISTRATOR | {"need": 2}]},
        hours=36, highest=True,
    )  # fmt: skip


def test_what_was_saved_is_what_opens_again_and_saving_it_changes_nothing(sign_in, zhao, qian, mei):
    steps = [
        MANAGER,
        {"turn": 1, "who": "people", "people": [str(mei.pk)], "need": "all"},
        ADMINISTRATOR | {"need": 12},
    ]
    content = of(over("customers", "3.5", *steps), hours=5, highest=True, confirm=True)
    in_two_days = (tenancy.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    request = propose(drafted(KIND, content, by=zhao, effective_from=in_two_days), by=zhao, reason="x")
    client = sign_in(zhao)

    page = client.get(DRAFT)
    editor = page.context["editor"]
    sent = {field.html_name: field.value() for form in [editor.form, *editor.lines] for field in form}
    sent["effective_from"] = re.search(
        r'value="([^"]+)"[^>]*name="effective_from"|name="effective_from" value="([^"]+)"', page.text
    )[2]
    sent |= {"seen": editor.seen, "do": "save", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "1"}
    client.post(DRAFT, {name: value for name, value in sent.items() if value not in (False, None)})

    policy = ApprovalPolicy.objects.get()
    assert (policy.content, policy.effective_from, policy.state) == (content, in_two_days, "proposed")
    assert Approval.objects.get(pk=request.pk).state == "pending"


def test_every_button_keeps_what_was_typed(sign_in, zhao):
    client = sign_in(zhao)
    first, second = (
        ([("customers >", "12.5")], [("manager 1", "", "1")]),
        ([("customers >", "not yet")], [("people", "Nobod", "3")]),
    )

    more = client.post(DRAFT, typed(first, second, do="add", hours="7"))
    assert more.status_code == 200
    assert len(more.context["editor"].lines.forms) == 3
    for kept in ('value="12.5"', 'value="not yet"', 'value="Nobod"', 'value="7"'):
        assert kept in more.text

    fewer = client.post(DRAFT, typed(first, second, remove="0", do="", hours="7"))
    assert len(fewer.context["editor"].lines.forms) == 1
    assert 'value="12.5"' not in fewer.text
    assert 'value="not yet"' in fewer.text
    assert not ApprovalPolicy.objects.exists()


def test_the_page_reads_aloud_what_is_typed_before_it_is_saved(sign_in, zhao):
    answer = sign_in(zhao).post(DRAFT, typed(([("customers >", "12")], [("manager 2", "", "1")]), do="words"))

    assert answer.context["editor"].words[0] == "If customers is over 12: manager, level 2"
    assert not ApprovalPolicy.objects.exists()


UNSOUND = [
    ([([("customers >", "12")], [])], "Line 1 names nobody who decides."),
    ([ONE_LINE, ([], []), ONE_LINE], "Line 2 names nobody who decides."),
    ([([("customers >", "many")], [("manager 1", "", "1")])], "“many” is no number."),
    ([([("customers >", "１２")], [("manager 1", "", "1")])], "is no number."),
    ([([("customers >", "")], [("manager 1", "", "1")])], "Write the number."),
    ([([("", "12")], [("manager 1", "", "1")])], "Choose what this number limits."),
    ([([("customers <", "12")], [("manager 1", "", "1")])], "Select a valid choice."),
    ([([], [("people", "Nobody Here", "1")])], "Nobody here is called “Nobody Here”."),
    ([([], [("people", "", "1")])], "Write who decides."),
    ([([], [("people", "Zhao", "2")])], "A step in line 1 can be decided by nobody."),
    ([([], [("role auditor", "", "all")])], "How many of a role is a number."),
    ([([], [("manager 1", "Zhao", "1")])], "Choose “people named here”, or remove the names."),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "sentence"), UNSOUND)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_lost(sign_in, zhao, lines, sentence):
    answer = sign_in(zhao).post(DRAFT, typed(*lines, hours="7"))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="7"' in answer.text
    assert not ApprovalPolicy.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"lines-TOTAL_FORMS": "x"}, {"remove": "9999"}, {"remove": "²"},
                                  {"do": "save", "hours": "0", "lines-TOTAL_FORMS": "99999999999", "lines-INITIAL_FORMS": "0"},
                                  {"effective_from": "0001-01-01T00:00", "do": "words"}, {"effective_from": "9999-12-31T23:59"}])  # fmt: skip
def test_nonsense_is_answered(sign_in, zhao, sent):
    client = sign_in(zhao)
    assert client.post(DRAFT, sent).status_code in (200, 422)
    assert client.post(DRAFT, typed(ONE_LINE) | {"do": ""} | sent).status_code in (200, 422)


def test_two_who_share_a_name_are_told_apart_by_their_addresses(sign_in, zhao, mei, acme):
    other = UserFactory(name="Mei", organization=acme, email="other@mei.example", role=User.Role.MANAGER)
    client = sign_in(zhao)
    answer = client.post(DRAFT, typed(([], [("people", "Mei", "1")])))
    assert "Several people are called “Mei”" in answer.text

    client.post(DRAFT, typed(([], [("people", "Other@Mei.example", "1")])))
    assert ApprovalPolicy.objects.get().content["lines"][0]["steps"][0]["people"] == [str(other.pk)]
    assert "other@mei.example" in client.get(DRAFT).text


def test_nobody_writes_over_another_unseen(sign_in, zhao, qian):
    client = sign_in(zhao)
    seen = client.get(DRAFT).context["editor"].seen
    drafted(KIND, always(MANAGER), by=qian)

    answer = client.post(DRAFT, typed(ONE_LINE, seen=seen))
    assert answer.status_code == 422
    assert ApprovalPolicy.objects.get().written_by == qian

    assert client.post(DRAFT, typed(ONE_LINE, seen=answer.context["editor"].seen)).status_code == 302
    assert ApprovalPolicy.objects.get().written_by == zhao


def test_the_engine_itself_takes_no_draft_without_sense(zhao):
    for limit in ("１２", "1E999", "NaN", "1_0", "", " 5"):
        with pytest.raises(Unsound):
            drafted(KIND, of(over("customers", limit, MANAGER)), by=zhao)


# Two people


def test_proposing_leads_to_the_request_and_again_to_the_same(sign_in, zhao, qian):
    policy = drafted(KIND, BY_ADMINISTRATORS, by=zhao)
    client = sign_in(zhao)

    assert client.post(PROPOSE, {"reason": ""}).status_code == 422
    first = client.post(PROPOSE, {"reason": "as agreed"})
    request = Approval.objects.get(kind="approvals.policy")
    assert first["Location"] == reverse("approvals:detail", args=[request.pk])
    assert client.post(PROPOSE, {"reason": "again"})["Location"] == first["Location"]
    assert ApprovalPolicy.objects.get(pk=policy.pk).state == "proposed"
    for page in (LIST, PAGE, DRAFT):
        assert first["Location"] in client.get(page).text
    assert "takes the proposal back" in client.get(DRAFT).text


def test_without_a_draft_there_is_nothing_to_propose(sign_in, zhao):
    assert sign_in(zhao).post(PROPOSE, {"reason": "x"})["Location"] == PAGE


def test_who_proposes_does_not_accept(zhao, qian):
    request = propose(drafted(KIND, BY_ADMINISTRATORS, by=zhao), by=zhao, reason="x")

    assert [seat.person for seat in request.approvers.live()] == [qian]
    with pytest.raises(Refused):
        request.approve(by=zhao, seal=request.seal)
    assert ApprovalPolicy.objects.in_force(KIND) is None


def test_changing_a_proposed_draft_takes_the_proposal_back(sign_in, zhao, qian):
    request = propose(drafted(KIND, BY_ADMINISTRATORS, by=zhao), by=zhao, reason="x")
    client = sign_in(zhao)
    seen = client.get(DRAFT).context["editor"].seen

    client.post(DRAFT, typed(([], [("manager 1", "", "1")]), seen=seen))

    assert ApprovalPolicy.objects.get().state == "draft"
    assert Approval.objects.get(pk=request.pk).state == "void"
    with pytest.raises(CannotDecide):
        Approval.objects.get(pk=request.pk).approve(by=qian, seal=request.seal)


@pytest.mark.parametrize("verdict", ["reject", "send_back"])
def test_a_proposal_that_is_not_accepted_is_a_draft_again(zhao, qian, verdict):
    request = propose(drafted(KIND, BY_ADMINISTRATORS, by=zhao), by=zhao, reason="x")
    getattr(request, verdict)(by=qian, seal=request.seal, reason="not yet")

    assert ApprovalPolicy.objects.get().state == "draft"
    assert ApprovalPolicy.objects.in_force(KIND) is None


# Versions stand


def test_what_was_activated_is_not_changed_even_by_sql(zhao, qian):
    policy = in_force(KIND, BY_ADMINISTRATORS, by=zhao, decided_by=qian)

    with pytest.raises(IntegrityError, match="from active to draft"), transaction.atomic():
        sql("UPDATE approvals_approvalpolicy SET state = 'draft' WHERE id = %s", policy.pk)
    for change in ("content = '{}'", "effective_from = now() - interval '1 year'", "version = 7", "kind = 'customers.export'"):  # fmt: skip
        with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
            sql(f"UPDATE approvals_approvalpolicy SET {change} WHERE id = %s", policy.pk)
    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        sql("DELETE FROM approvals_approvalpolicy WHERE id = %s", policy.pk)
    with pytest.raises(Refused):
        policy.write(by=zhao, content=always(MANAGER), effective_from=tenancy.now())


@pytest.mark.parametrize("state", ["draft", "proposed"])
def test_nothing_comes_into_force_without_its_approval_even_by_sql(zhao, qian, state):
    policy = drafted(KIND, BY_ADMINISTRATORS, by=zhao)
    if state == "proposed":
        propose(policy, by=zhao, reason="x")

    with pytest.raises(IntegrityError), transaction.atomic():
        sql(
            "UPDATE approvals_approvalpolicy SET state = 'active', version = 1, effective_from = now() WHERE id = %s",
            policy.pk,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("INSERT INTO approvals_approvalpolicy (organization_id, kind, content, effective_from, state, version, written_by_id)"
            " SELECT organization_id, kind, content, now(), 'active', 9, written_by_id FROM approvals_approvalpolicy")  # fmt: skip


def test_the_future_is_not_in_force_yet(wang, li, mei, zhao, qian):
    policy = in_force(
        KIND, BY_ADMINISTRATORS, by=zhao, decided_by=qian, effective_from=tenancy.now() + timedelta(days=9)
    )

    assert policy.state == "active"
    assert ApprovalPolicy.objects.in_force(KIND) is None
    request = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    assert [seat.person for seat in request.approvers.live()] == [mei]


def test_no_policy_begins_before_it_was_approved_or_before_it_said(zhao, qian, monkeypatch):
    yesterday = in_force(
        KIND, BY_ADMINISTRATORS, by=zhao, decided_by=qian, effective_from=tenancy.now() - timedelta(days=1)
    )
    request = Approval.objects.get(subject_id=yesterday.pk)
    assert yesterday.effective_from >= request.opened_at

    later = drafted(KIND, always(MANAGER), by=zhao, effective_from=tenancy.now() + timedelta(days=9))
    request = propose(later, by=zhao, reason="x")
    change = "UPDATE approvals_approvalpolicy SET state = 'active', version = 2, effective_from = clock_timestamp() WHERE id = %s"
    monkeypatch.setattr(PolicyChange, "take_effect", lambda self, approval, *, by: sql(change, approval.subject_id))
    with pytest.raises(IntegrityError, match="not before"), transaction.atomic():
        request.approve(by=qian, seal=request.seal)  # the decision is real, only the date is another


def test_what_was_asked_stays_under_its_policy(wang, li, mei, zhao, qian):
    """Never retroactive: neither who sits there nor what it needs changes under a request that waits."""
    request = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    in_force(KIND, always(ADMINISTRATOR | {"need": 2}), by=zhao, decided_by=qian)

    assert [seat.person for seat in request.approvers.live()] == [mei]
    request.approve(by=mei, seal=request.seal)
    assert Approval.objects.get(pk=request.pk).state == "approved"

    with pytest.raises(IntegrityError), transaction.atomic():
        sql("UPDATE approvals_approval SET terms = jsonb_set(terms, '{hours}', '1') WHERE id = %s", request.pk)


def test_what_was_decided_later_is_not_replaced_by_what_was_decided_earlier(acme, zhao, qian):
    """A version that begins next month does not undo one that was put in force meanwhile."""
    soon = tenancy.now() + timedelta(seconds=1)
    in_force("customers.transfer", always(MANAGER), by=zhao, decided_by=qian, effective_from=soon)
    in_force("customers.transfer", always(ADMINISTRATOR), by=zhao, decided_by=qian)
    while tenancy.now() <= soon:
        pass
    assert ApprovalPolicy.objects.in_force("customers.transfer").version == 2

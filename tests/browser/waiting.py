"""Requests about customers for the pages that are looked at: some wait, some were refused."""

from accounts import invitations, tenancy
from accounts.models import StoredFile, User
from approvals.administration import asked_of_position
from approvals.asking import ask
from approvals.kinds import MANAGER
from approvals.letting_in import asked_of_newcomer
from approvals.policy_changes import draft, propose
from audit.closing import answer
from audit.reviewing import open_review
from customers import exporting
from customers.export_approval import ExportKind
from customers.identity_changes import ask_for_identity
from customers.transfers import ask_for_transfer
from tests.departures import handed_over, leaves
from tests.factories import UserFactory

LIMIT = {"measure": "rows_30_days", "is": ">", "limit": "12"}
POLICY = {"lines": [{"when": [LIMIT], "steps": [{"turn": 1, **MANAGER}]}],
          "hours": 48, "highest": True, "bulk": True, "confirm": False}  # fmt: skip
SAID = {
    "en": ("Li Na speaks German and works in Bremen", "Harbour Street Optics Ltd", "Became a stock company", "Two lists too many"),
    "zh-hans": ("李娜懂德语，常驻不来梅", "苏州蓝桥光电科技股份有限公司", "改制为股份公司", "重复导出，请合并用途"),
}  # fmt: skip


def requests(company) -> dict:
    """A customer for whom both kinds of request wait."""
    why, name, renamed, _no = SAID[company.language]
    customer = company.customer(company.wang, "Nordhafen Spindles GmbH", country="DE", region="Bremen")
    ask_for_transfer(customer, by=company.wang, to=company.li, reason=why)
    with tenancy.scope(company.organization, user=company.wang, source="test"):
        files = [StoredFile.keep("licence.pdf", b"%PDF-1.7", by=company.wang)]
        ask_for_identity(customer, by=company.wang, name=name, code="", reason=renamed, files=files)
    return {"asked": customer.pk}


def exports(company):
    """One list that waits above the limit, and one of each that came back."""
    *_, no = SAID[company.language]
    for end in ("reject", "send_back", None):
        approval = exporting.ask(by=company.wang, filters={"view": "mine"}, purpose=no, format="xlsx").approval
        if end:
            getattr(approval, end)(by=company.mei, seal=approval.seal, reason=no)


def limit(company):
    """More than twelve rows within thirty days need the manager."""
    in_force(company, ExportKind(), POLICY)


def in_force(company, kind, content):
    """Another policy: two administrators say so."""
    policy = draft(kind, by=company.zhao, content=content, effective_from=tenancy.now())
    asked = propose(policy, by=company.zhao, reason="less")
    asked.approve(by=company.qian, seal=asked.seal)


def position(company) -> dict:
    """Somebody who is to become a manager, if a second administrator agrees, and somebody for whom nothing waits."""
    asked = asked_of_position(company.li, role=User.Role.MANAGER, team=company.li.team)
    ask("accounts.position", company.li, by=company.zhao, reason=SAID[company.language][0], **asked)
    gone = UserFactory(organization=company.organization, name={"en": "Gao Ling", "zh-hans": "高翎"}[company.language])
    gone.deactivate(by=company.zhao)
    invitation = invitations.wish("head@new.example", role="manager", team=None, by=company.zhao)
    asked = asked_of_newcomer("head@new.example", role="manager", team=None)
    ask("accounts.invitation", invitation, by=company.zhao, reason=SAID[company.language][0], **asked)
    return {"rep": company.wang.pk, "rising": company.li.pk, "gone": gone.pk}


def departure(company) -> dict:
    """Zhou leaves: announced, his customers offered to Wang, one of them without a contact that can be reached."""
    company.customer(company.zhou, "Weser Antriebe GmbH", country="DE", contact={"name": "Lin Zhi"})
    company.customer(company.zhou, "Weser Optik GmbH", country="DE", industry="Optics")
    going = leaves(company.zhou, company.mei)
    handed_over(going, by=company.mei, to=company.wang, decided_by=company.he)
    company.customer(company.wang, "Weser Logistik GmbH", country="DE")
    return {"departure": going.pk}


def review(company) -> dict:
    """An access review with an answer of each sort."""
    opened = open_review(by=company.zhao)
    mine = list(opened.items.filter(reviewer=company.mei).select_related("person", "review__answerable"))
    answer(mine[:1], by=company.mei, confirmed=True)
    return {"access_review": opened.pk}

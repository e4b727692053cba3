"""What people of the demo ask for: some of it decided, some waiting for somebody whose sign-in is in the table."""

from django.utils import timezone

from approvals.administration import Position, Tree, asked_of_position, asked_of_tree
from approvals.asking import ask
from approvals.kinds import kind_named
from approvals.policy_changes import draft, propose
from customers.transfers import ask_for_transfer

ROWS = "10"  # the demo's lists are short


def name_manager(team, manager, *, by, decided_by):
    """As an administrator names a manager: another one approves."""
    asked = asked_of_tree(team, manager=manager, parent=team.parent)
    reason = "团队组建，任命负责人 · Building the teams, naming who leads them"
    approval = ask(Tree.name, team, by=by, reason=reason, **asked)
    approval.approve(by=decided_by, seal=approval.seal)


def ask_for_some(people, customer):
    """A transfer in each state, another role, another policy. `customer` finds a company by its line in the list."""
    ask_for_transfer(
        customer(8), by=people["li.wei"], to=people["chen.chen"],
        reason="陈晨会德语，对方希望用德语沟通 · Chen Chen speaks German, and they would like that",
    )  # fmt: skip
    granted = ask_for_transfer(
        customer(30), by=people["zhao.min"], to=people["chen.chen"],
        reason="医药客户集中由陈晨跟进 · Pharma customers are all looked after by Chen Chen",
    )  # fmt: skip
    granted.approve(by=people["he.lin"], seal=granted.seal)
    returned = ask_for_transfer(
        customer(10), by=people["li.wei"], to=people["zhao.min"],
        reason="路途太远 · Too far to travel",
    )  # fmt: skip
    returned.send_back(
        by=people["wang.fang"], seal=returned.seal,
        reason="请写明和对方谈到哪一步 · Please write down what was agreed with them so far",
    )  # fmt: skip
    _administrators_ask(people)


def _administrators_ask(people):
    by, rep = people["sun.yue"], people["chen.chen"]
    reason = "华东一组需要组长 · East 1 needs somebody who leads it"
    ask(Position.name, rep, by=by, reason=reason, **asked_of_position(rep, role="manager", team=rep.team))
    kind = kind_named("customers.export")
    line = kind.policy["lines"][0]
    stricter = {**line, "when": [{**line["when"][0], "limit": ROWS}]}
    policy = draft(kind, by=by, content={**kind.policy, "lines": [stricter]}, effective_from=timezone.now())
    propose(policy, by=by, reason="名单不大，十行够开会用 · Our lists are short; ten rows are enough for a meeting")

"""Every page there is, and who stands before it: what is looked at, in both languages, themes and widths."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from accounts import invitations, notices, tenancy
from accounts.models import Notice, Outbox
from approvals import mail_link
from approvals.models import Approval, Comment
from approvals.policy_changes import propose
from customers import exporting, follow_ups
from customers.collaborators import share
from customers.denials import deny
from customers.importing.arriving import bring
from customers.importing.mapping import guess
from customers.models import Customer, Import
from customers.saved_views.columns import COLUMNS
from customers.transfers import ask_for_transfer
from tests import policies
from tests.browser import (
    confirming,
    daily_work,
    disputes,
    emergencies,
    evidence,
    likenesses,
    marks,
    ownership,
    pools,
    records,
    signing_in,
    verifying,
    waiting,
)
from tests.clocks import other_rules
from tests.factories import CALM

SAMPLES = Path(__file__).parents[1] / "samples"
SAMPLE = {"en": SAMPLES / "companies.csv", "zh-hans": SAMPLES / "companies-gb18030.csv"}
NOTES = {
    "en": "They asked for delivery times of the spindle line; the pilot begins in spring.",
    "zh-hans": "对方询问主轴产线的交期，样机计划春季试用。",
}


@dataclass(frozen=True)
class Sight:
    """A page: its name, who looks (nobody for ''), where, and what he does before we look."""

    name: str
    who: str
    address: str
    act: Callable | None = None

    def open(self, page, furniture):
        page.goto(self.address.format(**furniture))
        if self.act:
            self.act(page, furniture)
        page.wait_for_load_state()


def press(selector):
    return lambda page, _furniture: page.click(selector)


def keys(*strokes):
    def act(page, _furniture):
        for stroke in strokes:
            page.keyboard.press(stroke)

    return act


def a_next_step(page, furniture):
    page.click(".compose details:has([name=next_what]) > summary")
    fill_in(".compose button.primary", content="x", next_what="=1")(page, furniture)


def fill_in(button="main form:not([role=search]) button.primary", **values):
    def act(page, furniture):
        for name, value in values.items():
            page.fill(f"main [name={name}]", value.format(**furniture))
        page.click(button)

    return act


def propose_name(name, **values):
    """Fill in the change of a name, with a paper that shows it."""
    paper = {"name": "licence.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}

    def act(page, furniture):
        page.set_input_files("main [name=evidence]", paper)
        fill_in(name=name, reason="x", **values)(page, furniture)

    return act


def bring_a_pdf(page, _furniture):
    """A file that is no evidence, beside a text."""
    page.fill("main [name=content]", "x")
    paper = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.set_input_files("main [name=evidence]", paper)
    page.click(".compose button.primary")


def open_palette(page, _furniture):
    page.keyboard.press("Control+k")
    page.locator("#palette .opt").first.wait_for()


SIGHTS = [
    Sight("sign in", "", "/account/login/"),
    Sight("sign in, refused", "", "/account/login/", fill_in(login="nobody@nowhere.example", password="not it at all")),
    Sight("sign in, after a while", "", "/account/login/?over=idle"),
    Sight("forgot", "", "/account/password/reset/"),
    Sight("forgot, sent", "", "/account/password/reset/done/"),
    Sight("reset, link too old", "", "/account/password/reset/key/1-x/"),
    Sight("sign up", "", "/sign-up/"),
    Sight("sign up, sent", "", "/sign-up/sent/"),
    Sight("sign up, begin", "", "{begin}"),
    Sight("sign up, refused", "", "{begin}", fill_in(name="x", administrator="x", password="short")),
    Sight("sign up, over", "", "/sign-up/x/"),
    Sight("join", "", "{join}"),
    Sight("join, over", "", "/join/1-{long_ago}/"),
    Sight("join, signed in", "wang", "{join}"),
    Sight("closed account", "", "/account/inactive/"),
    Sight("not there", "wang", "/customers/01990000-0000-7000-8000-000000000000/"),
    Sight("not open", "wang", "/ledger/"),
    Sight("not readable", "", "/account/login/?next=%00"),
    Sight("list", "wang", "/customers/"),
    Sight("list, filtered", "wang", "/customers/?country=CN&industry=Optics&q=zzz"),
    Sight("list, filter open", "wang", "/customers/", press("summary.chip")),
    Sight("list, empty", "li", "/customers/"),
    Sight("list of the team", "mei", "/customers/?view=team"),
    Sight("list of all", "shen", "/customers/"),
    Sight("list, saved view", "wang", "/customers/?view={view}"),
    Sight("list, every column", "mei", "/customers/?" + "&".join(f"columns={name}" for name in list(COLUMNS)[-4:])),
    Sight("view, new", "wang", "/customers/views/new/?country=DE"),
    Sight("view, refused", "wang", "/customers/views/new/", fill_in(name="=1")),
    Sight("view, changed", "wang", "/customers/views/{view}/"),
    Sight("menu", "wang", "/customers/", press(".me:visible, .tabs button:visible")),
    Sight("palette", "wang", "/customers/", open_palette),
    Sight("shortcuts", "wang", "/customers/", keys("?")),
    Sight("pool", "wang", "/customers/pool/"),
    Sight("pool, nothing fits", "wang", "/customers/pool/?q=zzzz"),
    Sight("pool, opens later", "li", "/customers/pool/"),
    Sight("draw", "li", "{draw}"),
    Sight("pools", "wang", "/customers/pools/"),
    Sight("pools of an administrator", "zhao", "/customers/pools/"),
    Sight("pool, new", "zhao", "/customers/pools/new/"),
    Sight("pool, refused", "zhao", "/customers/pools/new/", fill_in(place="0", only_region="=1+1", reason="x")),
    Sight("pool, change", "zhao", "/customers/pools/{pool}/change/"),
    Sight("new customer", "wang", "/customers/new/"),
    Sight("new customer, refused", "wang", "/customers/new/", fill_in(name="=1+1", credit_code="123")),
    Sight("new customer, taken", "li", "/customers/new/", fill_in(name="{first}")),
    Sight("new customer, in the pool", "wang", "/customers/new/", fill_in(name="{pooled}")),
    Sight("customer", "wang", "/customers/{customer}/"),
    Sight("customer, to be reviewed", "wang", "/customers/{review}/"),
    Sight("customer, contact shown", "wang", "/customers/{customer}/", press("aside form[action$='/reveal/'] button")),
    Sight("customer, follow-up refused", "wang", "/customers/{customer}/", fill_in(".compose button.primary", content="x" * 4001)),
    Sight("customer, release", "wang", "/customers/{customer}/", press("[commandfor=release]")),
    Sight("customer of a rep", "mei", "/customers/{customer}/"),
    Sight("my day", "wang", "/day/"),
    Sight("my day, nothing to do", "li", "/day/"),
    Sight("my day of a manager", "mei", "/day/"),
    Sight("log", "wang", "/customers/log/"),
    Sight("log, found", "wang", "/customers/log/?q=nordh"),
    Sight("log, nobody", "wang", "/customers/log/?q=zzzz"),
    Sight("customer, to be logged for", "wang", "/customers/{customer}/?log={step}"),
    Sight("customer, next step in its drop", "wang", "/customers/{customer}/", press(".compose .drop summary")),
    Sight("customer, next step refused", "wang", "/customers/{customer}/", a_next_step),
    Sight("follow-up, corrected", "wang", "/customers/{customer}/follow-ups/{said}/correct/"),
    Sight("follow-up, correction refused", "wang", "/customers/{customer}/follow-ups/{said}/correct/", fill_in(content=" ")),
    Sight("next step, planned", "wang", "/customers/{customer}/steps/new/"),
    Sight("next step, refused", "wang", "/customers/{customer}/steps/new/", fill_in(what="=1", day="2020-01-01")),
    Sight("next step, moved", "wang", "/customers/{customer}/steps/{step}/move/"),
    Sight("next step, dropped", "wang", "/customers/{customer}/steps/{step}/drop/"),
    Sight("calendar", "wang", "/calendar/"),
    Sight("calendar, none", "li", "/calendar/"),
    Sight("calendar, made", "mei", "/calendar/", press("main form button.primary")),
    Sight("customer, edited", "wang", "/customers/{customer}/edit/"),
    Sight("customer, edit refused", "wang", "/customers/{customer}/edit/", fill_in(website="no site at all")),
    Sight("customer, requests wait", "wang", "/customers/{asked}/"),
    Sight("transfer", "wang", "/customers/{customer}/transfer/"),
    Sight("transfer, refused", "mei", "/customers/{customer}/transfer/", fill_in(reason="x")),
    Sight("transfer, asked already", "wang", "/customers/{asked}/transfer/"),
    Sight("identity", "wang", "/customers/{customer}/identity/"),
    Sight("identity, refused", "wang", "/customers/{customer}/identity/", propose_name("{first} 2", code="123")),
    Sight("identity, taken", "wang", "/customers/{review}/identity/", propose_name("{first}")),
    Sight("identity, asked already", "wang", "/customers/{asked}/identity/"),
    Sight("merge, found", "wang", "/customers/{customer}/merge/?q=nordh"),
    Sight("merge, compared", "wang", "/customers/merge/?first={customer}&second={review}"),
    Sight("merges, none", "shen", "/customers/merges/"),
    Sight("share", "wang", "/customers/{customer}/share/"),
    Sight("share, refused", "wang", "/customers/{customer}/share/", fill_in(reason="x", until="2020-01-01")),
    Sight("share of a manager", "mei", "/customers/{customer}/share/"),
    Sight("customer, shared and denied", "mei", "/customers/{shared}/"),
    Sight("customer shared with me", "li", "/customers/{shared}/"),
    Sight("list of what is shared", "li", "/customers/?view=shared"),
    Sight("deny", "mei", "/customers/{shared}/deny/"),
    Sight("deny, refused", "mei", "/customers/{shared}/deny/", fill_in(reason="x")),
    Sight("deny without seeing", "qian", "/customers/{shared}/deny/"),
    Sight("customer, contact", "wang", "/customers/{customer}/contacts/new/"),
    Sight("customer, history", "mei", "/customers/{customer}/history/"),
    Sight("customer, held", "wang", "/customers/{held}/"),
    Sight("customer, evidence refused", "wang", "/customers/{held}/", bring_a_pdf),
    Sight("evidence", "wang", "/customers/{held}/follow-up/{typed}/evidence/"),
    Sight("evidence, refused", "wang", "/customers/{held}/follow-up/{typed}/evidence/", press("main form:not([role=search]) button.primary")),
    Sight("holds", "wang", "/customers/holds/"),
    Sight("holds of a manager", "mei", "/customers/holds/"),
    Sight("holds, none", "li", "/customers/holds/"),
    Sight("check", "li", "/customers/check/"),
    Sight("check, taken", "li", "/customers/check/", fill_in(name="{first}")),
    Sight("check, terms", "zhao", "/customers/check/terms/"),
    Sight("followed", "li", "/customers/followed/"),
    Sight("followed, in the pool", "lapsed", "/customers/followed/"),
    Sight("followed, none", "he", "/customers/followed/"),
    Sight("mail", "wang", "/customers/mail/"),
    Sight("mail, none", "li", "/customers/mail/"),
    Sight("mail, sorted", "wang", "/customers/mail/{letter_in}/"),
    Sight("mail, sorting refused", "wang", "/customers/mail/{letter_in}/", press("main form:not([role=search]) button.primary")),
    Sight("mail, unreadable", "wang", "/customers/mail/{no_letter}/"),
    Sight("call logs", "mei", "/customers/calls/"),
    Sight("call logs of all", "shen", "/customers/calls/"),
    Sight("call logs, none", "zhao", "/customers/calls/"),
    Sight("call log, new", "mei", "/customers/calls/new/"),
    Sight("call log, columns", "mei", "/customers/calls/{calls_read}/"),
    Sight("call log, columns refused", "mei", "/customers/calls/{calls_read}/", lambda page, _: (page.select_option("main [name=seconds]", index=1), page.click("main form:not([role=search]) button.primary"))),
    Sight("call log, evaluated", "mei", "/customers/calls/{calls_done}/"),
    Sight("extensions", "mei", "/customers/calls/extensions/"),
    Sight("claim after lapses", "lapsed", "/customers/{wanted}/claim-after-lapses/"),
    Sight("imports", "wang", "/customers/imports/"),
    Sight("imports, none", "li", "/customers/imports/"),
    Sight("import, upload", "wang", "/customers/imports/new/"),
    Sight("import, columns", "wang", "/customers/imports/{mapping}/columns/"),
    Sight("import, columns refused", "wang", "/customers/imports/{mapping}/columns/", lambda page, _: (page.select_option("main select >> nth=0", ""), page.click("main button.primary"))),
    Sight("import, tried", "wang", "/customers/imports/{tried}/"),
    Sight("import, tried, new lines", "wang", "/customers/imports/{tried}/?outcome=new"),
    Sight("import, at work", "wang", "/customers/imports/{trying}/"),
    Sight("import, written", "wang", "/customers/imports/{written}/"),
    Sight("import, undo", "wang", "/customers/imports/{written}/", press("[commandfor=undo]")),
    Sight("import, undone", "wang", "/customers/imports/{undone}/"),
    Sight("import, unreadable", "wang", "/customers/imports/{failed}/"),
    Sight("import of a rep", "mei", "/customers/imports/{mapping}/"),
    Sight("progress", "wang", "/progress/{progress}/"),
    Sight("exports", "wang", "/customers/exports/"),
    Sight("exports, none", "li", "/customers/exports/"),
    Sight("exports of all", "shen", "/customers/exports/"),
    Sight("found lists", "zhao", "/customers/exports/found/"),
    Sight("found lists, an answer", "shen", "/customers/exports/found/", marks.upload_a_list),
    Sight("found lists, numbers refused", "zhao", "/customers/exports/found/", fill_in("main form:has([name=numbers]) button", numbers="x")),
    Sight("export", "wang", "/customers/exports/new/?country=CN"),
    Sight("export, within the limit", "mei", "/customers/exports/new/?view=team&country=CN"),
    Sight("export, above the limit", "wang", "/customers/exports/new/"),
    Sight("export, refused", "wang", "/customers/exports/new/", fill_in(purpose="=1")),
    Sight("ledger", "shen", "/ledger/"),
    Sight("ledger, nothing fits", "shen", "/ledger/?action=accounts.reactivate"),
    Sight("search", "wang", "/search/?q=co"),
    Sight("search, nothing", "wang", "/search/?q=zzzz"),
    Sight("people", "zhao", "/people/"),
    Sight("people, invited", "zhao", "/people/invite/", fill_in(email="somebody@new.example")),
    Sight("invite", "zhao", "/people/invite/"),
    Sight("invite, refused", "zhao", "/people/invite/", fill_in(email="{taken_email}")),
    Sight("invite, without a reason", "zhao", "/people/invite/", lambda page, _: (page.fill("main [name=email]", "chief@new.example"), page.check("main [name=role][value=auditor]"), page.click("main form:not([role=search]) button.primary"))),
    Sight("return", "zhao", "/people/{gone}/reactivate/"),
    Sight("return, without a reason", "zhao", "/people/{gone}/reactivate/", press("main form:not([role=search]) button.primary")),
    Sight("settings", "zhao", "/people/settings/"),
    Sight("settings, rules as they were", "zhao", "/people/settings/", fill_in(reason="x")),
    Sight("changes of rights", "shen", "/people/changes/"),
    Sight("changes of rights, none", "zhao", "/people/changes/?kind=accounts.tree"),
    Sight("team", "zhao", "/people/teams/{team}/"),
    Sight("team, without a reason", "zhao", "/people/teams/{team}/", lambda page, _: (page.select_option("main [name=manager]", ""), page.click("main button.primary"))),
    Sight("position", "zhao", "/people/{rep}/position/"),
    Sight("position, as it was", "zhao", "/people/{rep}/position/", fill_in(reason="x")),
    Sight("position, asked already", "zhao", "/people/{rising}/position/"),
    Sight("position, what it reaches", "zhao", "/people/{rep}/position/", press("main button[name=show]")),
    Sight("roles", "zhao", "/people/roles/"),
    Sight("role", "zhao", "/people/roles/manager/"),
    Sight("role, other rights", "zhao", "/people/roles/rep/change/"),
    Sight("role, what it reaches", "zhao", "/people/roles/rep/change/", lambda page, _: (page.uncheck("main [value='customers.take_out']"), page.click("main button[name=show]"))),
    Sight("access", "zhao", "/people/access/"),
    Sight("access, explained", "zhao", "/people/access/?person={rep}&record={customer}"),
    Sight("access, of nothing", "zhao", "/people/access/?person={rep}&record=x"),
    Sight("team, new", "zhao", "/people/teams/new/"),
    Sight("jobs", "zhao", "/jobs/"),
    Sight("no customers for administrators", "zhao", "/customers/"),
    Sight("password", "wang", "/account/password/change/"),
    Sight("password, refused", "wang", "/account/password/change/", fill_in(oldpassword="x", password1="candor", password2="candor")),
    Sight("signing in", "wang", "/account/security/"),
    Sight("signing in, with factors", "qian", "/account/security/"),
    Sight("second factor, set up", "wang", "/account/second-factors/"),
    Sight("second factor, app", "wang", "/account/second-factors/app/"),
    Sight("second factor, app refused", "wang", "/account/second-factors/app/", fill_in(code="000000")),
    Sight("second factor, passkey", "wang", "/account/second-factors/passkey/"),
    Sight("recovery codes", "qian", "/account/second-factors/codes/"),
    Sight("recovery codes, fresh", "qian", "/account/second-factors/codes/", press("main button.primary")),
    Sight("still you", "wang", "/account/reauthenticate/?next=/"),
    Sight("person", "zhao", "/people/{guarded}/"),
    Sight("second factor, reset", "zhao", "/people/{guarded}/second-factor/"),
    Sight("rules about signing in", "zhao", "/sign-in-rules/"),
    Sight("rules about signing in, change", "zhao", "/sign-in-rules/change/"),
    Sight("rules about signing in, refused", "zhao", "/sign-in-rules/change/", fill_in(password_length="9", networks_administrator="300.1.1.1", reason="x")),
    Sight("sign out", "wang", "/account/logout/"),
    Sight("notices", "wang", "/notices/"),
    Sight("notices, none", "li", "/notices/"),
    Sight("notices by mail", "wang", "/notices/preferences/"),
    Sight("approvals", "mei", "/approvals/"),
    Sight("approvals, nothing waits", "li", "/approvals/"),
    Sight("approvals asked for", "wang", "/approvals/asked/"),
    Sight("approvals decided", "mei", "/approvals/decided/"),
    Sight("approvals of all", "shen", "/approvals/all/"),
    Sight("request to decide", "mei", "/approvals/{waits}/"),
    Sight("request, no reason", "mei", "/approvals/{waits}/", press("aside button[formaction$='/return/']")),
    Sight("request that rises", "he", "/approvals/{rises}/"),
    Sight("request, approved", "wang", "/approvals/{decided}/"),
    Sight("request of one's own", "wang", "/approvals/{waits}/"),
    Sight("absence", "mei", "/approvals/absence/"),
    Sight("absence refused", "mei", "/approvals/absence/", press("main button.primary")),
    Sight("by mail", "", "{letter}"),
    Sight("by mail, over", "", "/approvals/by-mail/x/"),
    Sight("policies", "zhao", "/approvals/policies/"),
    Sight("policies, not open", "wang", "/approvals/policies/"),
    Sight("policy", "mei", "/approvals/policies/customers.transfer/"),
    Sight("policy, proposed", "zhao", "/approvals/policies/customers.identity/"),
    Sight("policy, of the house", "shen", "/approvals/policies/accounts.tree/"),
    Sight("policy, draft", "zhao", "/approvals/policies/customers.transfer/draft/"),
    Sight("policy, draft refused", "zhao", "/approvals/policies/customers.transfer/draft/", fill_in(**{"lines-0-limit_1": "many", "lines-0-people_1": "Nobody"})),
    Sight("policy, draft proposed", "zhao", "/approvals/policies/customers.identity/draft/"),
    Sight("rehearsal", "zhao", "/approvals/policies/customers.transfer/rehearsal/"),
    Sight("rehearsal of a manager", "mei", "/approvals/policies/customers.transfer/rehearsal/"),
    Sight("rehearsal, no draft", "zhao", "/approvals/policies/customers.export/rehearsal/"),
    Sight("break-glass", "zhao", "/break-glass/"),
    Sight("break-glass, own uses", "ann", "/break-glass/"),
    Sight("break-glass, opening", "zhao", "/break-glass/open/"),
    Sight("break-glass, opening refused", "zhao", "/break-glass/open/", fill_in(reason="x", password="not it at all")),
    Sight("break-glass, right rests", "rested", "/break-glass/open/"),
    Sight("break-glass, review", "shen", "/break-glass/{use}/"),
    Sight("break-glass, review refused", "shen", "/break-glass/{use}/", press("main form.card button.primary")),
    Sight("break-glass, reviewed", "shen", "/break-glass/{reviewed}/"),
    Sight("break-glass, list of it", "ann", "/customers/"),
    Sight("break-glass, customer", "ann", "/customers/{customer}/"),
    Sight("break-glass, open already", "ann", "/break-glass/open/"),
    Sight("break-glass, narrow", "ann", "/account/password/change/"),
    Sight("break-glass, not there", "ann", "/customers/01990000-0000-7000-8000-000000000000/"),
    Sight("ownership rules", "wang", "/customers/ownership-rules/"),
    Sight("ownership rules, for who looks after them", "zhao", "/customers/ownership-rules/"),
    Sight("ownership rules, proposed", "zhao", "/customers/ownership-rules/new/"),
    Sight("ownership rules, refused", "zhao", "/customers/ownership-rules/new/", fill_in(protection_days="0", hold_hours="90")),
    Sight("replay", "qian", "/customers/ownership-rules/replays/{replay}/"),
    Sight("replay, asked for already", "zhao", "/customers/ownership-rules/replays/{replay_asked}/"),
    Sight("replay, for an auditor", "shen", "/customers/ownership-rules/replays/{replay_asked}/"),
    Sight("replay, being worked out", "qian", "/customers/ownership-rules/replays/{replay_waits}/"),
    Sight("departures", "mei", "/departures/"),
    Sight("departures, none", "li", "/departures/"),
    Sight("departure, announced", "mei", "/departures/new/"),
    Sight("departure, announcement refused", "mei", "/departures/new/", lambda page, _: (page.select_option("main [name=person]", index=1), page.fill("main [name=last_day]", "2020-01-01"), page.fill("main [name=reason]", "x"), page.click("main button.primary"))),
    Sight("departure", "mei", "/departures/{departure}/"),
    Sight("departure, to be completed", "zhao", "/departures/{departure}/"),
    Sight("handover", "mei", "/customers/handover/{departure}/"),
    Sight("handed over", "wang", "/customers/handed-over/"),
    Sight("handed over, declined without a note", "wang", "/customers/handed-over/", press("main button[name=decline]")),
    Sight("handed over, nothing", "li", "/customers/handed-over/"),
    Sight("departure mode", "zhou", "/customers/"),
    Sight("departure mode, closed", "zhou", "/customers/exports/new/"),
    Sight("access reviews", "zhao", "/access-reviews/"),
    Sight("access review", "zhao", "/access-reviews/{access_review}/?all=1"),
    Sight("access review of a manager", "mei", "/access-reviews/{access_review}/"),
    Sight("access review, period", "zhao", "/access-reviews/terms/"),
    Sight("access review, period refused", "zhao", "/access-reviews/terms/", fill_in(period_days="")),
    Sight("verification", "shen", "/customers/verification/"),
    Sight("verification, none", "mei", "/customers/verification/"),
    Sight("verification, a list", "shen", "/customers/verification/new/?due=1"),
    Sight("verification, a list refused", "shen", "/customers/verification/new/", press("main form button.primary")),
    Sight("verification, round", "shen", "/customers/verification/{round}/"),
    Sight("verification, customer", "shen", "/customers/verification/{round}/{untouched}/"),
    Sight("verification, half done", "shen", "/customers/verification/{round}/{item}/"),
    Sight("verification, refused", "shen", "/customers/verification/{round}/{untouched}/", press("main form.stack button.primary")),
    Sight("verification, phone shown", "shen", "/customers/verification/{round}/{item}/", press("main .head form button")),
    Sight("verification, sample", "wang", "/customers/verification/samples/{sample}/"),
    Sight("verification, terms", "zhao", "/customers/verification/terms/"),
    Sight("verification, terms refused", "zhao", "/customers/verification/terms/", fill_in(sample_size="1")),
    Sight("corrections", "wang", "/customers/{customer}/corrections/"),
    Sight("corrections, read", "mei", "/customers/{customer}/corrections/"),
    Sight("corrections, no reason", "wang", "/customers/{customer}/corrections/", press("main form.stack button")),
    Sight("corrections, none", "wang", "/customers/{review}/corrections/"),
    Sight("reconciliations", "shen", "/customers/reconciliations/"),
    Sight("reconciliations, none", "mei", "/customers/reconciliations/"),
    Sight("reconciliation, new", "shen", "/customers/reconciliations/new/"),
    Sight("reconciliation, refused", "shen", "/customers/reconciliations/new/", press("main form button.primary")),
    Sight("reconciliation, columns", "shen", "/customers/reconciliations/{list_columns}/columns/"),
    Sight("reconciliation, unread", "shen", "/customers/reconciliations/{list_unread}/"),
    Sight("reconciliation", "shen", "/customers/reconciliations/{list_compared}/"),
    Sight("reconciliation, only here", "shen", "/customers/reconciliations/{list_compared}/?outcome=here"),
    Sight("list, due", "shen", "/customers/?due=1"),
    Sight("customer, whole record", "wang", "/customers/{recorded}/"),
    Sight("customer, whole record, of a manager", "mei", "/customers/{recorded}/"),
    Sight("customers, filtered by size and tag", "wang", "/customers/?size=large&tag=VIP&record=incomplete"),
    Sight("address, new", "wang", "/customers/{recorded}/addresses/new/", press("main button.primary")),
    Sight("address", "wang", "/customers/{recorded}/addresses/{address}/"),
    Sight("contact, edit", "wang", "/customers/{recorded}/contacts/{contact}/"),
    Sight("phone, new", "wang", "/customers/{recorded}/points/new/", fill_in(value="12")),
    Sight("key account", "mei", "/customers/{recorded}/key-account/", press("main button.primary")),
    Sight("payment terms", "wang", "/customers/{recorded}/terms/", fill_in(credit_limit="-1", reason="x")),
    Sight("payment terms, asked already", "wang", "/customers/{customer}/terms/"),
    Sight("group", "wang", "/customers/{recorded}/group/", fill_in(parent="Nobody Ltd", reason="x")),
    Sight("source", "wang", "/customers/{recorded}/source/"),
    Sight("tags", "mei", "/customers/tags/"),
    Sight("tags, refused", "zhao", "/customers/tags/", fill_in(name="VIP")),
    Sight("standard of records", "zhao", "/customers/standard/"),
    Sight("standard of records, refused", "zhao", "/customers/standard/", fill_in(days_name="1")),
    Sight("customer, asked and confirmed", "wang", "/customers/{confirmed}/"),
    Sight("customer, assigned by a rule", "wang", "/customers/{by_rule}/"),
    Sight("customer, assigned by a manager", "mei", "/customers/{by_manager}/"),
    Sight("assign", "mei", "/customers/{by_manager}/assign/"),
    Sight("assign, refused", "mei", "/customers/{by_manager}/assign/", press("main form:not([role=search]) button.primary")),
    Sight("recall", "mei", "/customers/{by_manager}/recall/"),
    Sight("recall, refused", "mei", "/customers/{by_manager}/recall/", press("main form:not([role=search]) button.primary")),
    Sight("select", "mei", "/customers/select/?view=team"),
    Sight("select, none chosen", "wang", "/customers/select/", press("main form:not([role=search]) button.primary")),
    Sight("select, report", "wang", "/customers/select/", confirming.tag_two),
    Sight("assignment rules", "wang", "/customers/assignment-rules/"),
    Sight("assignment rules, for who asks for others", "zhao", "/customers/assignment-rules/"),
    Sight("assignment rules, change", "zhao", "/customers/assignment-rules/change/"),
    Sight("assignment rules, refused", "zhao", "/customers/assignment-rules/change/", fill_in(**{"form-1-name": "=1", "form-1-country": "Atlantis"})),
    Sight("questions to deliver", "fu", "/customers/confirmations/to-deliver/"),
    Sight("question to deliver", "fu", "/customers/confirmations/to-deliver/", press("main td form button")),
    Sight("what customers say", "mei", "/customers/confirmations/"),
    Sight("what customers say, to an auditor", "shen", "/customers/confirmations/"),
    Sight("what customers say, not to a rep", "wang", "/customers/confirmations/"),
    Sight("question", "", "{answering}"),
    Sight("question, refused", "", "{answering}", press("main button.primary")),
    Sight("question, answered", "", "{to_answer}", confirming.answer),
    Sight("question, over", "", "{answered}"),
    Sight("question, signed in", "wang", "{answering}"),
    Sight("possible duplicates", "mei", "/customers/duplicates/"),
    Sight("possible duplicates of an administrator", "zhao", "/customers/duplicates/"),
    Sight("possible duplicate", "mei", "/customers/duplicates/{pair}/"),
    Sight("possible duplicate, told apart", "shen", "/customers/duplicates/{told_apart}/"),
    Sight("styleguide", "wang", "/styleguide/"),
    Sight("second factor", "", "/account/login/", signing_in.by_password),
    Sight("second factor, refused", "", "/account/login/", signing_in.by_a_wrong_code),
    Sight("cases", "li", "/customers/cases/"),
    Sight("cases of an auditor", "shen", "/customers/cases/"),
    Sight("cases, none", "zhou", "/customers/cases/"),
    Sight("case, to be decided", "he", "/customers/cases/{case}/"),
    Sight("case of a party", "wang", "/customers/cases/{case}/"),
    Sight("case, statements sealed", "li", "/customers/cases/{sealed}/"),
    Sight("case, verdict refused", "he", "/customers/cases/{case}/", disputes.a_verdict_that_does_not_add_up),
    Sight("case, decided", "wang", "/customers/cases/{case_decided}/", press("[commandfor=appeal]")),
    Sight("contest a claim", "zhou", "/customers/cases/contest/"),
    Sight("contest a claim, none", "wang", "/customers/cases/contest/"),
    Sight("case, opened by hand", "shen", "/customers/{customer}/dispute/"),
    Sight("cases, statistics", "shen", "/customers/cases/statistics/"),
    Sight("customer in dispute", "wang", "/customers/{disputed}/"),
    Sight("new customer, in dispute", "zhou", "/customers/new/", fill_in(name="{disputed_name}")),
]  # fmt: skip


def furnish(company, worker) -> dict:
    """Something of everything; what the addresses above need to know of it."""
    drawn = pools.one_is_drawn(company, worker)
    with company.inside():
        customers, join = _customers(company), _people(company)
        customers |= daily_work.leave(company, customers["customer"])
        customers |= waiting.requests(company) | waiting.position(company)
        waiting.limit(company)
        _notices(company, customers)
        customers |= _approvals(company, customers) | signing_in.guarded(company)
        customers |= waiting.departure(company) | waiting.review(company)
        customers |= ownership.replays(company) | verifying.rounds(company, customers)
    customers |= emergencies.uses(company) | evidence.furniture(company) | verifying.lists(company, worker, customers)
    customers |= confirming.furniture(company) | disputes.furniture(company)
    others = drawn | customers | join | _imports(company, worker) | {"export": _export(company, worker)}
    with company.inside():
        return others | likenesses.pairs(company, customers) | marks.of(company) | {"long_ago": "x" * 43}


def _customers(company):
    english = company.language == "en"
    contact = {"name": "Lin Zhi", "title": "Purchasing", "phone": "+8613800001001", "email": "lin@lanbridge.example"}
    first = "Suzhou Lanbridge Medical Co., Ltd." if english else "苏州蓝桥医疗器械有限公司"
    other = {
        "other_name": "苏州蓝桥医疗" if english else "Suzhou Lanbridge Medical",
        "country": "CN",
        "region": "Suzhou",
        "industry": "Optics",
    }
    customer = company.customer(
        company.wang,
        first,
        contact=contact,
        credit_code="91320594MA1LANQ01K",
        website="lanbridge.example",
        source="Fair",
        **other,
    )
    for days, kind in ((40, "visit"), (12, "mail"), (0, "call")):
        at = timezone.now() - timedelta(days=days, minutes=1)
        follow_ups.log(customer, by=company.wang, kind=kind, content=NOTES[company.language], occurred_at=at)
    for number in range(6):
        company.customer(
            company.wang,
            f"Nordhafen Maschinenbau {number} GmbH",
            industry="Machine tools",
            region="Bremen",
            country="DE",
        )
    other_rules(company.organization, **CALM | {"protection_days": 2})
    other_rules(company.organization, protection_days=2)
    review = company.customer(company.wang, "Lanbridge Holding Ltd", website="lanbridge.example")
    for number in range(4):
        pooled = company.in_pool(
            f"Harbour Street Robotics {number} Pty Ltd", country="AU", region="Newcastle", industry="Robotics"
        )
    recorded = records.whole(company, customer)
    passed = company.customer(company.wang, "Lindqvist Marine AB", country="SE", region="Malmö", industry="Marine")
    _standing(company, passed)
    return {
        "shared": passed.pk,
        "customer": customer.pk,
        "first": first,
        "review": review.pk,
        "pooled": pooled.name,
        **recorded,
    }


def _standing(company, customer):
    """Shared with one colleague, denied to another."""
    reasons = (
        ("Li speaks Swedish", "A relative works there")
        if company.language == "en"
        else ("李会说瑞典语", "亲属在该公司任职")
    )
    until = timezone.now() + timedelta(days=30)
    share(customer, by=company.wang, person=company.li, way="view", until=until, reason=reasons[0])
    deny(customer, by=company.mei, person=company.fu, reason=reasons[1])


def _people(company):
    token = invitations.issue("newcomer@new.example", role="rep", team=company.wang.team, by=company.zhao)
    pk = company.organization.pk
    Outbox.objects.create(
        task="customers.read_list",
        dedupe_key="x",
        user=company.wang,
        attempts=12,
        dead_at=timezone.now(),
        last_error="OSError('disk full')",
    )
    return {"join": f"/join/{pk}-{token}/", "team": company.wang.team_id, "taken_email": company.wang.email}


def _notices(company, customers):
    """Some read, some not, one of them long. Their sentences are invented: nobody tells anything on this floor."""
    asked, decided = f"tests.asked in {company.language}", f"tests.decided in {company.language}"
    if company.language == "en":
        said = {asked: "%(who)s asks you to approve: %(what)s", decided: "%(who)s approved: %(what)s"}
    else:
        said = {asked: "%(who)s请你审批：%(what)s", decided: "%(who)s已通过：%(what)s"}
    notices.sentences(said)
    address, first = f"/customers/{customers['customer']}/", customers["first"]
    for number, what in enumerate((decided, asked, decided, asked)):
        matter = first if number % 2 else f"{first} · {NOTES[company.language]}"
        notices.tell([company.wang], what, url=address, key=str(number), who=company.mei.name, what=matter)
    Notice.objects.filter(key__in="01").update(read_at=tenancy.Clock())


def _approvals(company, customers) -> dict:
    """A policy in force with its next version drafted, one proposed; requests that wait, rise and are decided."""
    some = [policies.over("customers_90_days", 2, policies.MANAGER | {"level": 2})]
    policies.in_force("customers.transfer", policies.of({"when": [], "steps": [policies.MANAGER]}, *some, highest=True), by=company.zhao, decided_by=company.qian)  # fmt: skip
    named = {"turn": 2, "who": "people", "people": [str(company.mei.pk), str(company.qian.pk)], "need": "all"}
    policies.drafted(
        "customers.transfer",
        policies.of(policies.over("customers_90_days", 2, policies.MANAGER, named), bulk=True),
        by=company.zhao,
    )
    propose(
        policies.drafted(
            "customers.identity", policies.always(policies.MANAGER, policies.ADMINISTRATOR), by=company.zhao
        ),
        by=company.zhao,
        reason="x",
    )
    mine = Customer.objects.filter(owner=company.wang, name__startswith="Nordhafen").exclude(pk=customers["asked"])
    asked = [ask_for_transfer(each, by=company.wang, to=company.li, reason="x") for each in mine.order_by("name")[:4]]
    asked[0].approve(by=company.mei, seal=asked[0].seal)
    waits = Approval.objects.get(subject_id=customers["asked"], kind="customers.identity")
    Comment.objects.create(approval=waits, author=company.mei, text="?")
    letter = mail_link.to(waits, company.mei).partition("/approvals/")[2]
    return {"decided": asked[0].pk, "rises": asked[2].pk, "waits": waits.pk, "letter": f"/approvals/{letter}"}


def _imports(company, worker):
    def brought(name, content=None):
        with company.inside():
            batch = bring(name, SAMPLE[company.language].read_bytes() if content is None else content, by=company.wang)
        return go_on(batch, lambda batch: None)

    def go_on(batch, step):
        with company.inside():
            step(batch)
        worker.catch_up()
        with company.inside():
            return Import.objects.get(pk=batch.pk)

    def try_out(batch):
        batch.try_out(by=company.wang, mapping=guess(batch.headers))

    rows = {"failed": brought("scan.pdf", b"%PDF-1.7"), "mapping": brought("to be matched.csv")}
    rows["tried"] = go_on(brought("spring fair.csv"), try_out)
    rows["undone"] = go_on(go_on(go_on(brought("by mistake.csv"), try_out), lambda batch: batch.confirm(by=company.wang)),
                           lambda batch: batch.undo(by=company.wang, reason="the wrong list"))  # fmt: skip
    rows["written"] = go_on(go_on(brought("autumn fair.csv"), try_out), lambda batch: batch.confirm(by=company.wang))
    going_on = brought("large list.csv")
    with company.inside():
        Import.objects.filter(pk=going_on.pk).update(state=Import.State.TRYING)
        going_on.progress.total, going_on.progress.done, going_on.progress.finished_at = 4000, 1500, None
        going_on.progress.save()
    return {name: row.pk for name, row in rows.items()} | {"trying": going_on.pk, "progress": going_on.progress_id}


def _export(company, worker):
    with company.inside():
        export = exporting.ask(by=company.wang, filters={"country": "DE"}, purpose="Letters for the fair", format="csv")
    worker.catch_up()
    with company.inside():
        waiting.exports(company)
    return export.pk

"""The main job, from an empty organisation to an auditor's reading, in both languages."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from customers.models import Pool
from tests.browser.companies import settle
from tests.browser.pages import SAMPLE
from tests.factories import PASSWORD


@dataclass(frozen=True)
class Names:
    """Companies of the sample list, as the list writes them and as somebody else does."""

    taken: str  # what a colleague has already; the list writes it differently
    pooled: str
    wanted: str
    wanted_otherwise: str
    second: str
    heading: str
    note: str
    encoding: str


NAMES = {
    "en": Names(
        "CHENGDU Ronggu  software", "Harbour Street Robotics Pty Ltd", "Nordhafen Maschinenbau GmbH", "NORDHAFEN MASCHINENBAU, GmbH",
        "Fjordlys Energi AS", "Kind of business", "Called Anna Berger: they want a pilot in spring.", "UTF-8",
    ),
    "zh-hans": Names(
        "成都蓉谷軟件有限公司", "哈尔滨松原乳业有限公司", "无锡北港机械有限公司", "無錫北港機械（有限公司）",
        "青岛栈桥海工有限公司", "主营", "与安然通话，样机计划春季试用。", "GB18030",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_main_job(windows, worker, language, committed):
    """R1, R2, R5, R6, R7, R15, R30: imported, claimed, followed up; told to others as far as their roles go."""
    company, elsewhere, names = settle(language), settle(language), NAMES[language]
    company.customer(company.li, names.taken)
    company.in_pool(names.pooled)
    rep, rival = windows.of(language=language), windows.of(company.li)

    sign_in(rep, company, company.wang)
    upload(rep, company, worker, names)
    match_columns(rep, company, worker, names)
    read_dry_run(rep, company)
    write(rep, company, worker)

    with company.inside():
        everybodys = Pool.objects.get(is_rest=True)
    rival.goto(f"/customers/pool/?pool={everybodys.pk}&q={names.wanted}")  # he looked before, and presses after
    expect(rival.get_by_role("row", name=names.wanted)).to_be_visible()
    customer = claim(rep, company, names.wanted)
    claim(rep, company, names.second)
    rep.goto(customer)
    follow_up(rep, company, names.note)

    come_too_late(rival, company, names)
    be_told_taken(rival, company, names)
    expect(rival.locator("body")).not_to_contain_text(company.wang.name)

    read_as_manager(windows.of(company.mei), company, customer, names)
    read_as_auditor(windows.of(company.shen), company, customer, names)
    see_nothing(windows.of(elsewhere.mei), elsewhere, customer, names)


def sign_in(page: Page, company, person):
    page.goto("/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name=company.say("Sign in")).click()
    expect(page.locator("h1")).to_have_text(company.say("My day"))
    expect(page.locator("html")).to_have_attribute("lang", company.language)


def upload(page, company, worker, names):
    """From the navigation to the columns; the page waits while a worker reads, and goes on by itself."""
    page.locator(".rail nav").get_by_role("link", name=company.say("Imports")).click()
    page.get_by_role("link", name=company.say("Upload a list")).first.click()
    page.set_input_files("[name=file]", SAMPLE[company.language])
    with worker.held():
        page.get_by_role("button", name=company.say("Upload and read")).click()
        expect(page.get_by_role("heading", name=company.say("The file is being read."))).to_be_visible()
        expect(page.get_by_text(company.say("Waiting for its turn"))).to_be_visible()
    expect(page.locator("h1")).to_have_text(company.say("Which column is what?"))
    expect(page.locator(".head .sub")).to_contain_text(names.encoding)


def match_columns(page, company, worker, names):
    """The guesses are right; the one heading nobody guesses is matched by hand, remarks stay out."""
    guessed = [page.locator(f"[name=column_{place}]").input_value() for place in range(11)]
    assert guessed == [
        "name",
        "other_name",
        "credit_code",
        "website",
        "country",
        "region",
        "",
        "contact_name",
        "phone",
        "email",
        "",
    ]
    page.get_by_label(names.heading).select_option("industry")
    with worker.held():
        page.locator("main button.primary").click()
        expect(
            page.get_by_role("heading", name=company.say("Each line is being tried; nothing is written."))
        ).to_be_visible()
    expect(page.get_by_text(company.say("nothing is written yet."))).to_be_visible()


def read_dry_run(page, company):
    """Each answer with its lines; what is planted in the list is named."""
    for outcome, count in {"new": 6, "review": 1, "taken": 1, "pool": 1, "repeated": 1, "invalid": 4}.items():
        row = page.locator("table").first.locator("tr", has=page.locator(f"a[href^='?outcome={outcome}#']"))
        expect(row.locator("td.r")).to_have_text(str(count))
    expect(page.locator("#lines tbody tr")).to_have_count(4)
    whys = page.locator("#lines tbody")
    for sentence in ("The check character does not fit. Compare it with the business licence.",
                     "This is not a phone number. Begin with + and the country code for other countries."):  # fmt: skip
        expect(whys).to_contain_text(company.say(sentence))
    expect(whys).to_contain_text("=HYPERLINK")
    expect(whys.locator("tr td:first-child")).to_have_text(["8", "9", "10", "11"])
    page.locator("a[href^='?outcome=repeated#']").click()
    expect(page.locator("#lines tbody td:first-child")).to_have_text(["6"])
    expect(page.locator("#lines tbody")).to_contain_text("2")
    page.locator("a[href^='?outcome=taken#']").click()
    expect(page.locator("#lines tbody td:first-child")).to_have_text(["7"])
    expect(page.locator("main")).not_to_contain_text(company.li.name)


def write(page, company, worker):
    """Confirmed; the page shows how far it is and then the result."""
    with worker.held():
        page.locator("form[action$='/confirm/'] button").click()
        expect(page.get_by_role("heading", name=company.say("The lines are being written."))).to_be_visible()
        expect(page.locator(".prog")).to_contain_text("0")
    result = company.say("Written. Everything is in the public pool, and anybody may claim it.")
    expect(page.get_by_text(result)).to_be_visible()


def claim(page, company, name):
    """Take it from the pool; the address of the customer."""
    page.locator(".rail nav").get_by_role("link", name=company.say("Public pool")).click()
    page.fill("[name=q]", name)
    page.keyboard.press("Enter")
    page.get_by_role("row", name=name).get_by_role("button").click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".toast")).to_have_text(company.say("%(name)s is yours now.", name=name))
    return page.url


def follow_up(page, company, note):
    """One field, one button."""
    page.get_by_label(company.say("What happened"), exact=True).fill(note)
    page.locator(".compose button[type=submit]").click()
    expect(page.locator(".tl")).to_contain_text(note)
    expect(page.locator(".toast")).to_have_text(
        company.say("Recorded. Without evidence it does not extend the protection period.")
    )


def come_too_late(page, company, names):
    page.get_by_role("row", name=names.wanted).get_by_role("button").click()
    expect(page.get_by_role("alert")).to_have_text(
        company.say("Somebody else was faster by a moment. Your attempt is kept.")
    )


def be_told_taken(page, company, names):
    page.goto("/customers/new/")
    page.fill("[name=name]", names.wanted_otherwise)
    page.locator("main form[method=post] button.primary").click()
    expect(page.locator(".note")).to_contain_text(company.say("Taken."))
    expect(page.locator("[name=name]")).to_have_value(names.wanted_otherwise)


def read_as_manager(page, company, customer, names):
    """He finds it among his team's, reads everything, and there is nothing to change it with."""
    page.goto("/customers/?view=team")
    page.get_by_role("link", name=names.wanted).click()
    expect(page.locator(".tl")).to_contain_text(names.note)
    expect(page.get_by_text(company.say("You read this customer."))).to_be_visible()
    assert page.locator("main form").count() == 0
    assert page.locator("main a[href$='/edit/'], main [commandfor=release], main .compose").count() == 0
    page.goto(f"{customer}edit/")
    expect(page.locator("h1")).to_have_text(company.say("Somebody else decides on this"))


def read_as_auditor(page, company, customer, names):
    """Who did what: in the history of the customer, and of everybody in the ledger."""
    page.goto(f"{customer}history/")
    acts = page.locator(".tl")
    for words in ("created the customer", "claimed the customer", "logged a follow-up"):
        expect(acts).to_contain_text(company.say(words))
    expect(acts).to_contain_text(names.note)
    expect(page.locator("aside")).to_contain_text(company.mei.name)
    page.goto("/ledger/")
    page.select_option("[name=person]", label=company.li.name)
    page.get_by_role("button", name=company.say("Show")).click()
    expect(page.locator(".tl")).to_contain_text(company.say("came too late for the customer"))
    page.goto("/ledger/?action=customers.import_confirm")
    expect(page.locator(".tl li")).to_have_count(1)
    expect(page.locator(".tl")).to_contain_text(company.wang.name)


def see_nothing(page, company, customer, names):
    """A manager of another organisation, who even has the address."""
    page.goto("/customers/?view=team")
    expect(page.get_by_role("heading", name=company.say("No customers yet"))).to_be_visible()
    page.goto(f"/search/?q={names.wanted}")
    expect(page.locator("main")).not_to_contain_text(names.wanted)
    for address in (customer, f"{customer}history/", f"{customer}edit/"):
        assert page.goto(address).status == 404
        expect(page.locator("body")).not_to_contain_text(names.wanted)

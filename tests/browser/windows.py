"""Windows of people who are signed in, or not; everything the console says in them is kept."""

import re

from django.test import Client
from playwright.sync_api import Page

from accounts import tenancy

PATIENCE = 15_000  # ms, for machines that do other things too
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
# An answer that says no is no fault of the page; Chromium writes a line about it all the same.
SAID_NO = re.compile(r"Failed to load resource: the server responded with a status of 4(00|03|04|09|10|22)\b")


class Windows:
    def __init__(self, browser, address, script=""):
        """The script is read by every page before its own."""
        self.browser, self.address, self.script = browser, address, script
        self.contexts, self.complaints, self.kept = [], [], {}

    def of(self, person=None, language="en", **options) -> Page:
        """A window of this person, signed in; of nobody without one."""
        language = person.language if person else language
        options = {"viewport": {"width": 1280, "height": 800}, "locale": LOCALES[language]} | options
        context = self.browser.new_context(base_url=self.address, reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(self.script)
        cookies = {"django_language": language} | ({"sessionid": session_of(person)} if person else {})
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in cookies.items()])
        self.contexts.append(context)
        return self._listened(context.new_page())

    def same(self, person=None, language="en") -> Page:
        """The window this person had before."""
        key = person and person.pk, language
        if key not in self.kept:
            self.kept[key] = self.of(person, language)
        return self.kept[key]

    def _listened(self, page):
        page.on("console", lambda message: self._heard(page, f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self._heard(page, f"error: {error}"))
        page.on("response", lambda answer: answer.status >= 500 and self._heard(page, f"{answer.status} {answer.url}"))
        return page

    def _heard(self, page, words):
        if not SAID_NO.search(words):
            self.complaints.append((page.url, words))

    def photograph(self, folder, name):
        """What every window shows now."""
        folder.mkdir(exist_ok=True)
        pages = [page for context in self.contexts for page in context.pages]
        for number, page in enumerate(pages, 1):
            page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)

    def close(self):
        for context in self.contexts:
            context.close()


def session_of(person):
    """The cookie of somebody who has signed in. The form itself is tried in the main job."""
    client = Client()
    with tenancy.scope(person.organization_id, source="test"):
        client.force_login(person)
    return client.cookies["sessionid"].value

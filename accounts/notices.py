"""Telling people something: in the page, and by mail when they want that. Each app registers the sentences it says."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts import mailing, tenancy
from accounts.models import Notice, Organization, User
from accounts.models.notices import is_ours


def sentences(said):
    """Register `{"app.verb": _("%(who)s asks: %(what)s")}`, lazily translated: they are said in the reader's language."""
    Notice.sentences.update(said)


def tell(
    people: Iterable[User], what, /, *, url, key, at_once=True, always=False,
    link: Callable[[User], str] | None = None, **words,
):  # fmt: skip
    """Tell several people something, within the transaction it belongs to; the same key is told a person only once.

    `at_once=False` is for what can wait: nobody gets a letter of its own, and it stands in the next daily one. `always` is
    for what nobody switches off: a letter at once, whatever he prefers. `link` makes the address that a person finds in his letter, if it is another than that of the notice.
    """
    said = {name: " ".join(str(word).split()) for name, word in words.items()}
    _must_be_sayable(what, said, url)
    people = {person.pk: person for person in people}
    drafts = [
        Notice(
            pk=pk, person=person, what=what, words=said, url=url, key=key, mailed_at=_mailed(person, at_once, always)
        )
        for pk, person in zip(tenancy.fresh_ids(len(people)), people.values(), strict=True)
    ]
    Notice.objects.bulk_create(drafts, ignore_conflicts=True)
    _post([draft for draft in drafts if draft.mailed_at], link)


def _must_be_sayable(what, words, url):
    """A mistake of the caller shows where it is made, and not on the page of whoever reads it."""
    str(Notice.sentences[what]) % words
    if not is_ours(url):
        raise ValueError(f"{url} is no path of ours")


def _mailed(person, at_once, always):
    wanted = always or (at_once and person.mail_notices == User.MailNotices.AT_ONCE)
    return tenancy.Clock() if wanted and person.is_active else None


def _post(drafts, link):
    """A letter for each notice that is new; of one that was told before, the letter was written then."""
    new = set(Notice.objects.filter(pk__in=[each.pk for each in drafts]).values_list("pk", flat=True)) if drafts else ()
    organization = Organization.objects.get() if new else None
    for draft in drafts:
        if draft.pk in new:
            write("notice", [draft], draft.person, organization, link=link)


def write(template, notices, person, organization, *, link=None, **words):
    """A letter to a person about some of his notices, said in his language."""
    language = person.language or organization.language
    with translation.override(language):
        lines = [
            {"sentence": notice.sentence, "link": link(person) if link else address_of(notice)} for notice in notices
        ]
    mailing.write(
        template, to=person.email, language=language, organization=organization,
        name=person.name, notices=lines, **words,
    )  # fmt: skip


def address_of(notice) -> str:
    """Where a letter sends its reader: through the notice, so that it counts as read."""
    return settings.BASE_URL + reverse("accounts:notice", args=[notice.pk])


def unread_count(user) -> int | str:
    """How many notices a person has not read yet; "99+" when they are more."""
    return Notice.objects.visible_to(user).unread().counted()


def read(user, ids=None):
    """Mark a person's notices as read: these, or all of them. What others have, stays as it is.

    They are locked in the order of the daily letters, so that the two never wait for each other in a circle.
    """
    unread = Notice.objects.visible_to(user).unread()
    mine = unread if ids is None else unread.filter(pk__in=ids)
    locked = list(mine.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    Notice.objects.filter(pk__in=locked).update(read_at=tenancy.Clock())

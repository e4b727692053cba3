"""The link in a mail: it opens one request for one person, as long as it may be decided, and signs nobody in."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "approvals.mail_link"
LIFE = 60 * 60 * 24 * 14  # seconds


def to(approval, person) -> str:
    """An absolute address with a signed word: which organisation, request and person."""
    word = signing.dumps([approval.organization_id, str(approval.pk), str(person.pk)], salt=SALT)
    return settings.BASE_URL + reverse("approvals:by_mail", args=[word])


def read(word) -> tuple | None:
    """(organisation, request, person), or None for a word that is not ours or too old."""
    try:
        organization, approval, person = signing.loads(word, salt=SALT, max_age=LIFE)
    except (signing.BadSignature, ValueError):
        return None
    return organization, approval, person

"""Mail goes out through the outbox: written with the business it belongs to, sent by a worker, sent again if that fails.

A letter may carry a link that opens something. So it waits sealed under the organisation's key, and nobody who reads the
database can follow the link.
"""

import json
from email.utils import parseaddr
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Organization
from accounts.outbox import enqueue, job


def write(template, *, to, language, organization, **words):
    """Send `templates/mail/<template>.txt` to an address, in a language, once this transaction is committed."""
    number = uuid4().hex
    content = json.dumps({"template": template, "to": to, "language": language, "words": words})
    enqueue("accounts.mail", dedupe_key=number, number=number, sealed=organization.seal(f"letter:{number}", content))


def write_to(person, template, **words):
    """To somebody of ours, by his name and in his language."""
    organization = person.organization
    language = person.language or organization.language
    write(template, to=person.email, language=language, organization=organization, name=person.name, **words)


@job("accounts.mail")
def post(number, sealed):
    """A mail server may get a letter twice (it was sent, the transaction failed): its number says that it is the same."""
    letter = json.loads(Organization.objects.get().unseal(f"letter:{number}", sealed))
    subject, text = _written(letter)
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {"Message-ID": f"<{number}@{host}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(subject, text, to=[letter["to"]], headers=headers).send()


def post_at_once(template, *, to, language, **words):
    """For an address that belongs to no organisation yet, whose outbox it could wait in. Whoever asked waits with it."""
    subject, text = _written({"template": template, "language": language, "words": words})
    EmailMessage(subject, text, to=[to], headers={"Auto-Submitted": "auto-generated"}).send()


def _written(letter):
    """The first line is the subject."""
    with translation.override(letter["language"]):
        text = render_to_string(f"mail/{letter['template']}.txt", letter["words"] | {"address": settings.BASE_URL})
    subject, _, body = str(text).strip().partition("\n")
    return subject, body.strip() + "\n"

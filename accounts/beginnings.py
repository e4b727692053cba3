"""Beginning an organisation: a letter to whoever says that an address is his. A known address gets another letter, and
nobody but the owner of the mailbox learns which."""

from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import get_language

from accounts import mailing, tenancy
from accounts.models import User

SALT = "accounts.sign_up"


def write_to(email, request):
    """At most three letters an hour to one address, whoever asks for them."""
    if not ratelimit.consume(request, action="sign_up_letter", key=email):
        return
    link = settings.BASE_URL + reverse("accounts:begin", args=[signing.dumps(email, salt=SALT)])
    mailing.post_at_once("known" if _is_known(email) else "sign_up", to=email, language=get_language(), link=link)


def address_in(word) -> str:
    """The address that a link was sent to; empty when it is none of ours or too old."""
    try:
        return signing.loads(word, salt=SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        return ""


def _is_known(email):
    with tenancy.anonymous(signing_in=True):
        return User.objects.filter(email=email).exists()

"""How strong a password is: by how many guesses it takes, without the words that stand around the person anyway."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from zxcvbn import zxcvbn

ENOUGH = 3  # of 4: more than 10^8 guesses
MOST = 72  # signs that are looked at; a longer password is stronger than its beginning
HOUSE = ("candor", "明镜", "mingjing")


class StrengthValidator:
    """Refuses what is guessed soon. The words of a person's name, address and organisation count for nothing."""

    def validate(self, password, user=None):
        around = words_around(user)
        if zxcvbn(without(password, around)[:MOST] or "a", user_inputs=around)["score"] < ENOUGH:
            raise ValidationError(
                _("This is guessed soon. Take four words that have nothing to do with each other, or with you.")
            )

    def get_help_text(self):
        return _("Four words that have nothing to do with each other are strong, and easy to remember.")


class LengthValidator:
    """As long as the person's organisation wants it; that is never less than the house does."""

    def validate(self, password, user=None):
        least = policy.password_length if (policy := policy_of(user)) else 0
        if len(password) < least:
            raise ValidationError(
                ngettext(
                    "Your organisation wants at least %(least)d character.",
                    "Your organisation wants at least %(least)d characters.",
                    least,
                )
                % {"least": least}
            )

    def get_help_text(self):
        return ""


def policy_of(user):
    """The policy somebody's password stands under; nobody's before he belongs to an organisation."""
    return user.organization.sign_in_policy if user is not None and user.organization_id else None


def words_around(user) -> list[str]:
    """What somebody would try first: the house, the person, his address, his organisation."""
    around = [*HOUSE]
    if user is not None:
        organization = user.organization.name if user.organization_id else ""
        around += re.split(r"[\W_]+", f"{user.name} {user.email} {organization}".lower())
    return [word for word in dict.fromkeys(around) if len(word) > (1 if not word.isascii() else 2)]


def without(password, words) -> str:
    """What is left of it when those words are taken out, however they are written."""
    for word in sorted(words, key=len, reverse=True):
        password = re.sub(re.escape(word), "", password, flags=re.IGNORECASE)
    return password

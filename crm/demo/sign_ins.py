"""The demo's passwords: drawn once, kept in a file that only its owner reads, printed with every start."""

import json
import os
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.crypto import get_random_string
from django.utils.translation import override

from accounts import signboard, tenancy
from accounts.deeds import stamped
from accounts.models import User
from crm.demo.people import SIGN_INS


def file() -> Path:
    return settings.DATA_DIR / "secrets" / "demo.json"


def kept() -> dict:
    """Passwords by address as they were written; empty when there is no such file."""
    try:
        return json.loads(file().read_text())
    except (FileNotFoundError, ValueError):
        return {}


def drawn() -> dict:
    return {person.email: signboard.password() for person in SIGN_INS}


def keep(passwords):
    file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file().with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
        json.dump(passwords, written, indent=1)
    draft.replace(file())


def give(passwords):
    """Everybody of the demo gets his password, as if he had changed it himself."""
    for email, password in passwords.items():
        with tenancy.anonymous(source="shell", signing_in=True):
            person = User.objects.get(email=email)
            with tenancy.inside(person.organization_id, user=person), stamped("accounts.change_password", by=person):
                person.password = _lightly_hashed(password)
                person.save(update_fields=["password"])


def _lightly_hashed(password):
    """A random password needs no slow hash: eight of them would cost seconds. The first sign-in hashes it in full."""
    return PBKDF2PasswordHasher().encode(password, get_random_string(22), iterations=1000)


def table(passwords) -> str:
    head = ("E-mail 邮箱", "Password 密码", "Role 角色", "Name 姓名", "")
    rows = [(p.email, passwords.get(p.email, "?"), _role(p), p.name, p.story) for p in SIGN_INS]
    return signboard.table([head, *rows])


def _role(person):
    spoken = []
    for language in ("en", "zh-hans"):
        with override(language):
            spoken.append(str(User.Role(person.role).label))
    return " ".join(dict.fromkeys(spoken))

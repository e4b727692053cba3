"""What the environment says, read once and with a sentence when it is wrong."""

import base64
import os
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name, default=None):
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"The environment variable {name} is missing. `make run` sets it; see docs/operations.md."
        )
    return value


def flag(name, default=False):
    value = os.environ.get(name, "on" if default else "off").lower()
    if value not in ("on", "off", "1", "0", "true", "false"):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be on or off.")
    return value in ("on", "1", "true")


def number(name, default):
    """A whole number of at least 1."""
    value = os.environ.get(name, str(default))
    if not value.isdigit() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number of at least 1.")
    return int(value)


def key(name):
    """32 bytes, base64."""
    value = base64.b64decode(text(name))
    if len(value) != 32:
        raise ImproperlyConfigured(f"{name} must be 32 bytes in base64; it has {len(value)}.")
    return value


def database(url):
    """A Django database from postgresql://user:password@host:port/name (or ?host=/socket/folder)."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"A database URL begins with postgresql://, not {parts.scheme}://.")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "crm.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "candor", **query},
    }


def mail(url):
    """Django's mail settings from smtp://user:password@host:port?tls=on, or files in a folder: file:///path."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": parts.path}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 587,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parse_qs(parts.query).get("tls", ["on"])[0] == "on",
        "EMAIL_TIMEOUT": 10,
    }

"""Sign-ins as a table for a terminal, with columns that stay in line under Chinese characters."""

import secrets
from unicodedata import east_asian_width

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def password() -> str:
    """Random, about 79 bits, and without signs that look alike."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))


def table(rows) -> str:
    """Rows of texts, each column as wide as its widest text."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(_padded, row, widths)).rstrip() for row in rows)


def _padded(text, width):
    return text + " " * (width - _width(text))


def _width(text):
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)

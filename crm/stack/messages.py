"""Turns translations (.po) into what gettext reads (.mo) without msgfmt, which a bare machine does not have.

The .mo files are never kept in the repository, so they cannot be older than their source.
"""

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

from crm.stack.place import ROOT

Message = dict[str, str]


def compile_all(root: Path = ROOT) -> list[Path]:
    """Compile every catalogue of the project; returns those that changed."""
    sources = [*root.glob("locale/*/LC_MESSAGES/*.po"), *root.glob("*/locale/*/LC_MESSAGES/*.po")]
    return [source for source in sorted(sources) if compile_one(source)]


def compile_one(source: Path) -> bool:
    """Compile one catalogue and say whether it changed."""
    target, wanted = source.with_suffix(".mo"), encode(catalogue(source.read_text(encoding="utf-8")))
    if target.exists() and target.read_bytes() == wanted:
        return False
    target.write_bytes(wanted)
    return True


def catalogue(text: str) -> dict[bytes, bytes]:
    """The finished translations of a .po text, by original; fuzzy and empty ones are left out."""
    found = {}
    for message in _messages(text):
        original = message.get("msgid", "")
        if "msgid_plural" in message:
            original += "\0" + message["msgid_plural"]
        if "msgctxt" in message:
            original = message["msgctxt"] + "\4" + original
        translations = [message[key] for key in sorted(message) if key.startswith("msgstr")]
        if any(translations):
            found[original.encode()] = "\0".join(translations).encode()
    return found


def encode(found: dict[bytes, bytes]) -> bytes:
    """The bytes of a .mo file: a header, two tables of length and offset, then the texts."""
    originals = sorted(found)
    texts = originals + [found[original] for original in originals]
    tables, body, offset = b"", b"", 28 + 16 * len(originals)
    for text in texts:
        tables += struct.pack("<II", len(text), offset + len(body))
        body += text + b"\0"
    count = len(originals)
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, offset)
    return header + tables + body


def _messages(text: str) -> Iterator[Message]:
    """Cut a .po text into messages at blank lines, as every tool writes them."""
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = block.strip().splitlines()
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        message = _fields(line for line in lines if line and not line.startswith("#"))
        if message and not (fuzzy and message.get("msgid")):
            yield message


def _fields(lines: Iterator[str]) -> Message:
    message: Message = {}
    key = ""
    for line in lines:
        if not line.startswith('"'):
            key, line = line.split(maxsplit=1)
            message[key] = ""
        message[key] += ast.literal_eval(line)
    return message


if __name__ == "__main__":
    compile_all()

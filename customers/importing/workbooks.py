"""Excel workbooks: looked at from outside before they are opened, and opened in a process that may die of them."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from customers.models import Import

Problem = Import.Problem

READER = Path(__file__).with_name("spreadsheet.py")
MOST_PARTS = 5_000
MOST_UNPACKED = 400 * 1024 * 1024
MOST_RATIO = 150  # a full list of one repeated value packs 17 : 1
SECONDS = 90
KEPT_SETTINGS = ("PATH", "LANG", "LD_LIBRARY_PATH")


class Unreadable(Exception):
    """The file cannot become a list; `problem` says why."""

    def __init__(self, problem):
        super().__init__(problem)
        self.problem = Problem(problem)


def is_workbook(content: bytes) -> bool:
    return content.startswith(b"PK")


def read_workbook(content: bytes, limits) -> tuple[str, list[tuple[int, list[str]]]]:
    """Name and rows of the first visible sheet."""
    look_inside(content)
    answers = [json.loads(line) for line in _read_apart(content, limits).splitlines()]
    for answer in answers:
        if isinstance(answer, dict) and "problem" in answer:
            raise Unreadable(answer["problem"])
    return answers[0]["sheet"], [(line, cells) for line, cells in answers[1:]]


def look_inside(content: bytes):
    """What the directory of the archive says: is it a workbook, and what would it unpack to?"""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Unreadable(Problem.BROKEN) from None
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(MOST_UNPACKED, MOST_RATIO * len(content)):
        raise Unreadable(Problem.UNPACKS)
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise Unreadable(Problem.NOT_A_LIST)


def _read_apart(content, limits) -> str:
    """Run the reader. Whatever it dies of, only the file has failed. It gets none of our secrets."""
    command = [sys.executable, "-I", str(READER), *map(str, limits)]
    given = {"input": content, "env": {name: os.environ[name] for name in KEPT_SETTINGS if name in os.environ}}
    try:
        done = subprocess.run(command, **given, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unreadable(Problem.TOO_HEAVY) from None
    if done.returncode:
        raise Unreadable(Problem.TOO_HEAVY if done.returncode < 0 else Problem.BROKEN)
    return done.stdout.decode()

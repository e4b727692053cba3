"""What a file says: headings and rows, or a problem that becomes a sentence. Nothing of a file is believed, not its name,
not its size, not its encoding."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from customers.formulas import is_formula, restored
from customers.importing.workbooks import Problem, Unreadable, is_workbook, read_workbook
from customers.marking.watermark import is_line


class Limits(NamedTuple):
    """How large a list may be; the header line counts as a row."""

    rows: int = 50_001
    columns: int = 100
    characters: int = 2_000
    text: int = 40_000_000


LIMITS = Limits()
HEADING = 80
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030", "xlsx": "Excel"}
OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf", b"SQLite")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
csv.field_size_limit(64 * 1024 * 1024)


@dataclass
class Table:
    """Headings, and each row with something in it beside its number as a spreadsheet shows it."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str
    sheet: str = ""


def read(content: bytes) -> Table:
    """The list in a file, the line that a list of ours ends with left out; raises Unreadable."""
    rows, encoding, sheet = rows_of(content)
    return _table([row for row in rows if not is_line("".join(row[1][:1]))], encoding, sheet)


def rows_of(content: bytes) -> tuple[list[tuple[int, list[str]]], str, str]:
    """(line, cells) of everything in a file, its encoding, its sheet; raises Unreadable."""
    if not content.strip():
        raise Unreadable(Problem.EMPTY)
    if content.startswith(OLD_EXCEL):
        raise Unreadable(Problem.OLD_EXCEL)
    if content.startswith(OTHER_KINDS):
        raise Unreadable(Problem.NOT_A_LIST)
    if is_workbook(content):
        sheet, rows = read_workbook(content, LIMITS)
        return rows, "xlsx", sheet[:100]
    text, encoding = decoded(content)
    try:
        return list(_csv_rows(text)), encoding, ""
    except csv.Error:
        raise Unreadable(Problem.NOT_A_LIST) from None


def decoded(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: a mark decides, then strict UTF-8, then GB18030 if it reads as Chinese."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if b"\0" in content[:1000]:
            raise Unreadable(Problem.NUL) from None
        text = _strictly(content, "gb18030")
    if not _reads_as_chinese(text):
        raise Unreadable(Problem.UNDECODABLE)
    return text, "gb18030"


def _strictly(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(Problem.UNDECODABLE) from None


def _reads_as_chinese(text):
    """GB18030 takes almost any bytes. In Western text each accent swallows the ASCII letter after it; in Chinese few do."""
    pairs = [sign.encode("gb18030") for sign in text[:200_000] if not sign.isascii()]
    swallowed = sum(len(pair) == 2 and pair[1] < 0x80 for pair in pairs)
    return swallowed <= len(pairs) * 0.6


def _csv_rows(text):
    """Rows with something in them, cut where they are too long."""
    seen, left = 0, LIMITS.text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    for line, row in enumerate(reader, start=1):
        if not any(cell.strip() for cell in row):
            continue
        seen, left = seen + 1, left - sum(map(len, row))
        if seen > LIMITS.rows:
            raise Unreadable(Problem.TOO_MANY_ROWS)
        if left < 0:
            raise Unreadable(Problem.TOO_MUCH_TEXT)
        yield line, [cell[: LIMITS.characters + 1] for cell in row]


def _delimiter(text):
    """The one that makes the most columns in which the first lines agree with the headings."""
    return max(",;\t", key=lambda delimiter: _agreement(text[:100_000], delimiter))


def _agreement(text, delimiter):
    widths = [len(row) for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 20) if row]
    return widths.count(widths[0]) * (widths[0] - 1) if widths else 0


def _table(rows, encoding, sheet=""):
    if not rows:
        raise Unreadable(Problem.EMPTY)
    headers = _headings(rows[0][1])
    if len(rows) == 1:
        raise Unreadable(Problem.NO_ROWS)
    shaped = [(line, _shaped(cells, len(headers))) for line, cells in rows[1:]]
    return Table(headers, shaped, ENCODINGS[encoding], sheet)


def _headings(cells):
    """The first line, if it looks like headings at all."""
    if any("\0" in cell for cell in cells):
        raise Unreadable(Problem.NUL)
    if any(unicodedata.category(sign) == "Cc" and not sign.isspace() for cell in cells for sign in cell):
        raise Unreadable(Problem.NOT_A_LIST)
    headers = [" ".join(cell.split())[:HEADING] for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if headers and headers[0].startswith(("{", "[", "<")):
        raise Unreadable(Problem.NOT_A_LIST)
    if len(headers) > LIMITS.columns:
        raise Unreadable(Problem.TOO_MANY_COLUMNS)
    if any(_is_data(header) for header in headers):
        raise Unreadable(Problem.NO_HEADER)
    return headers


def _is_data(header):
    """An address, a number, a credit code, a formula or a company's legal form: a row of data stands where headings should."""
    return bool(
        re.search(r"://|^www\.|\S@\S+\.\S|^[\d\s()+-]{5,}$|^[0-9A-Z]{18}$|(有限公司|有限责任公司|股份公司)$", header)
        or re.search(r"\s(co\.?,? ?ltd|co|ltd|inc|corp|gmbh|s\.?a|plc|limited)\.?$", header, re.IGNORECASE)
        or is_formula(header)
    )


def _shaped(cells, width):
    """A row as wide as the headings, or one wider when there is more in it."""
    kept = cells[: width + 1] if any(cells[width:]) else cells[:width]
    return [restored(cell) for cell in kept] + [""] * (width - len(kept))

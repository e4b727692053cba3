"""The lists of a trial: customers and questions as CSV, read row by row; what cannot be read is told with its line."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from customers.duplicates.record import Digest, Record, read

NAMES = ("name", "other_name", "short_name")
OTHER_FIELDS = ("credit_code", "phone", "email", "website", "city", "address", "contact")
# Headings as others write them.
MEANT = {
    "uscc": "credit_code", "统一社会信用代码": "credit_code", "tel": "phone", "电话": "phone", "mail": "email", "e-mail": "email", "邮箱": "email",
    "web": "website", "网址": "website", "网站": "website", "城市": "city", "地址": "address", "联系人": "contact", "名称": "name", "公司名称": "name",
    "编号": "id",
}  # fmt: skip
ENCODINGS = ("utf-8-sig", "gb18030")
MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
BLOCK = 1 << 20
LONGEST_CELL = 10_000
csv.field_size_limit(64 * BLOCK)


class Unreadable(ValueError):
    """A sentence about a file, with the line where there is one."""


class Row(NamedTuple):
    id: str
    fields: dict[str, str]

    def as_compared(self, digest: Digest) -> Record:
        """As a customer or a draft with these fields is read."""
        names = [self.fields[name] for name in NAMES if self.fields.get(name)]
        return read({"name": names} | {name: self.fields.get(name, "") for name in OTHER_FIELDS}, digest)


def rows(path: Path, *ids: str) -> Iterator[Row]:
    """Each row of a file; `ids` are the headings its id may stand under, the best first."""
    with path.open(newline="", encoding=_encoding(path)) as file:
        yield from _rows(path.name, file, ids)


def _encoding(path):
    """The first in which the whole file can be read."""
    try:
        with path.open("rb") as file:
            start = file.read(2)
    except OSError as error:
        raise Unreadable(f"{path} cannot be opened: {error.strerror}.") from None
    if found := next((name for mark, name in MARKS if start == mark), None):
        return found
    wrong = 0
    for encoding in ENCODINGS:
        line = _first_wrong_line(path, encoding)
        if not line:
            return encoding
        wrong = max(wrong, line)
    raise Unreadable(f"{path.name}, line {wrong}: this is neither UTF-8 nor GB18030. Save the list as UTF-8.")


def _first_wrong_line(path, encoding):
    """The number of the first line that cannot be decoded, or 0."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + block.count(b"\n", 0, error.start)
            if not block:
                return 0
            line += block.count(b"\n")


def _rows(name, file, ids):
    reader = csv.reader(file, delimiter=_delimiter(file))
    try:
        names, key = _headings(name, next(reader, []), ids)
        before = reader.line_num
        for cells in reader:
            if any(cells):
                yield _row(name, before + 1, cells, names, key)
            before = reader.line_num
    except csv.Error as error:
        raise Unreadable(f"{name}, line {reader.line_num}: {error}.") from None


def _delimiter(file):
    head = file.readline()
    file.seek(0)
    return max(",;\t", key=head.count)


def _headings(name, cells, ids):
    """What each column means, and which one is the id."""
    names = [cell.strip().lower().lstrip("\ufeff").replace(" ", "_") for cell in cells]
    names = [MEANT.get(each, each) for each in names]
    key = next((each for each in ids if each in names), None)
    for wanted, there in ((ids[0], key), ("name", "name" in names)):
        if not there:
            raise Unreadable(
                f"{name}, line 1: there is no column {wanted}. The first line names the columns: {ids[0]}, name, uscc, phone, "
                f"email, website, city, address, contact, in any order; it says {', '.join(filter(None, names)) or 'nothing'}."
            )
    return names, key


def _row(name, line, cells, names, key):
    fields = {column: cell.replace("\0", "").strip() for column, cell in zip(names, cells, strict=False)}
    if any(cell.strip() for cell in cells[len(names) :]):
        raise Unreadable(f"{name}, line {line}: {len(cells)} cells, but the first line names {len(names)} columns.")
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise Unreadable(
            f"{name}, line {line}: a cell of more than {LONGEST_CELL} characters; a quotation mark may not be closed."
        )
    if not fields.get(key):
        raise Unreadable(f"{name}, line {line}: the column {key} is empty.")
    return Row(fields[key], fields)


def check(path: Path, *ids: str) -> None:
    """Read all of it once, before anything is made for it."""
    for _row in rows(path, *ids):
        pass

"""What a file says: encodings, headings, rows, and a problem for everything that is no list."""

import csv
import io
import json
import random
import zipfile
from contextlib import suppress

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.formulas import is_formula, neutral, restored
from customers.importing import reading
from customers.importing.reading import LIMITS, Limits, read
from customers.importing.workbooks import Problem, Unreadable

ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}
HEADINGS = ["公司名称", "Web site", "备注"]

cells = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=12)
tables = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8)


def as_csv(rows, encoding="utf-8", **style):
    out = io.StringIO(newline="")
    csv.writer(out, **style).writerows(rows)
    return out.getvalue().encode(encoding)


def as_workbook(rows, **options):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet("客户")
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(line, column, cell)
    return out.getvalue()


def problem_of(content):
    with pytest.raises(Unreadable) as refusal:
        read(content)
    assert refusal.value.problem.label, "every problem has a sentence"
    return refusal.value.problem


def kept(rows):
    """What should come back: each row that has something in it, beside its number in the file."""
    return [(line, row) for line, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]


# What comes back is what was written


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(rows=tables)
@settings(deadline=None)
def test_tables_come_back_from_every_encoding(encoding, rows):
    harmless = [[neutral(cell) for cell in row] for row in rows]
    content = as_csv([HEADINGS, ["恒川医疗器械", "", ""], *harmless], encoding)

    table = read(content)

    assert table.headers == HEADINGS
    assert table.rows[1:] == [(line + 1, row) for line, row in kept(rows)]
    assert table.encoding == ENCODINGS[encoding]


@given(rows=tables)
@settings(max_examples=15, deadline=None)
def test_tables_come_back_from_workbooks(rows):
    content = as_workbook([HEADINGS, ["恒川医疗器械", "", ""], *rows], strings_to_formulas=False, strings_to_urls=False,
                          strings_to_numbers=False)  # fmt: skip

    table = read(content)

    assert (table.headers, table.encoding, table.sheet) == (HEADINGS, "Excel", "客户")
    assert [cells for _line, cells in table.rows[1:]] == [[restored(cell) for cell in row] for _, row in kept(rows)]


@given(st.text())
@settings(deadline=None)
def test_a_harmless_cell_is_no_formula_and_comes_back_whole(cell):
    assert not is_formula(neutral(cell))
    assert restored(neutral(cell)) == cell


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_whatever_bytes_come_there_is_a_table_or_a_problem(content):
    with suppress(Unreadable):
        assert read(content).rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_of_every_program(delimiter, end):
    table = read(
        as_csv([["Name", "City, state"], ["Acme", "Springfield; IL"]], delimiter=delimiter, lineterminator=end)
    )

    assert table.rows == [(2, ["Acme", "Springfield; IL"])]


def test_numbers_and_dates_of_a_workbook_read_as_they_were_typed():
    table = read(as_workbook([["名称", "电话", "份额", "在册"], ["恒川", 13805122297, 0.25, True]]))

    assert table.rows == [(2, ["恒川", "13805122297", "0.25", "TRUE"])]


def test_lines_are_numbered_as_a_spreadsheet_shows_them():
    text = '名称,备注\n\n恒川,"两\n行"\n , \n予安,x\n'

    assert [line for line, _cells in read(text.encode()).rows] == [3, 5]


def test_short_rows_are_filled_and_long_ones_stand_out():
    table = read("名称,城市\n恒川\n予安,杭州,余杭\n卓然,上海,,\n".encode())

    assert [cells for _line, cells in table.rows] == [["恒川", ""], ["予安", "杭州", "余杭"], ["卓然", "上海"]]


def test_a_cell_of_ten_megabytes_is_cut_so_that_its_row_can_be_told():
    table = read(("名称\n" + "长" * 3_400_000 + "\n恒川\n").encode())

    assert [len(cells[0]) for _line, cells in table.rows] == [LIMITS.characters + 1, 2]


# What is no list


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", Problem.EMPTY),
        (b" \r\n \n", Problem.EMPTY),
        (b",,,\n,,\n", Problem.EMPTY),
        ("名称,网站\n".encode(), Problem.NO_ROWS),
        ("苏州恒川医疗器械有限公司,http://hengchuan.example\n予安,\n".encode(), Problem.NO_HEADER),
        (b"Acme Pumps Co., Ltd\nBolt Works\n", Problem.NO_HEADER),
        (b"name,+86 138 0512 2297\nx,y\n", Problem.NO_HEADER),
        (b"=1+1,name\nx,y\n", Problem.NO_HEADER),
        ("Société,Ville\nCafé,Orléans\n".encode("latin-1"), Problem.UNDECODABLE),
        (b"\xff\xfe\x00", Problem.UNDECODABLE),
        (b"\x80\x81\xfe\xff" * 9, Problem.UNDECODABLE),
        ("名称\n恒川\n".encode("utf-16-le"), Problem.NUL),
        (b"na\0me\nx\n", Problem.NUL),
        (b"\x07name\nx\n", Problem.NOT_A_LIST),
        (b"%PDF-1.7\n...", Problem.NOT_A_LIST),
        (b"\x89PNG\r\n\x1a\n", Problem.NOT_A_LIST),
        (b"[" * 2000, Problem.NOT_A_LIST),
        (json.dumps([{"name": "Acme"}]).encode(), Problem.NOT_A_LIST),
        (b"<html><body>", Problem.NOT_A_LIST),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Problem.OLD_EXCEL),
        (b"PK\x03\x04 cut off", Problem.BROKEN),
        (("a," * 100 + "b\n1\n").encode(), Problem.TOO_MANY_COLUMNS),
        (b"name\n" + b"x\n" * 50_001, Problem.TOO_MANY_ROWS),
    ],
)
def test_what_is_no_list_is_told_with_a_sentence(content, problem):
    assert problem_of(content) == problem


def test_western_text_is_not_taken_for_chinese_nor_chinese_for_undecodable():
    assert read("名称\n臺灣積體電路製造\n".encode("gb18030")).rows == [(2, ["臺灣積體電路製造"])]
    assert problem_of("Name\nBäckerei Müller\n".encode("cp1252")) == Problem.UNDECODABLE


def test_fifty_thousand_rows_are_not_too_many():
    assert len(read(b"name\n" + b"Acme\n" * 50_000).rows) == 50_000


def test_more_text_than_a_list_holds(monkeypatch):
    monkeypatch.setattr(reading, "LIMITS", Limits(text=100))

    assert problem_of(b"name\n" + b"Acme Pumps\n" * 20) == Problem.TOO_MUCH_TEXT
    assert problem_of(as_workbook([["name"], *([f"Acme {n} Pumps"] for n in range(20))])) == Problem.TOO_MUCH_TEXT


# Workbooks that mean harm


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def test_an_archive_that_is_no_workbook():
    assert problem_of(archive(word__document_xml="<w/>")) == Problem.NOT_A_LIST
    assert problem_of(archive(xl__workbook_xml="<nonsense")) == Problem.BROKEN


def test_a_zip_bomb_is_not_opened(monkeypatch):
    monkeypatch.setattr("customers.importing.workbooks._read_apart", lambda *_: pytest.fail("it was opened"))

    assert problem_of(archive(xl__workbook_xml=b" " * 60_000_000)) == Problem.UNPACKS


def test_two_cells_at_the_far_corners_end_the_reader_and_not_the_worker():
    """8 kB that ask for half a terabyte: the reading process dies of it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "名称")
        sheet.write(1_048_575, 16_383, "x")

    assert problem_of(out.getvalue()) == Problem.TOO_HEAVY


def test_a_workbook_with_too_many_rows_or_columns():
    assert problem_of(as_workbook([["名称"], *([random.randrange(9)] for _ in range(50_001))])) == Problem.TOO_MANY_ROWS
    assert problem_of(as_workbook([["a"] * 101, ["b"] * 101])) == Problem.TOO_MANY_COLUMNS


def test_a_reader_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr("customers.importing.workbooks.SECONDS", 0.01)

    assert problem_of(as_workbook([["名称"], ["恒川"]])) == Problem.TOO_HEAVY


def test_the_reader_gets_none_of_our_secrets(monkeypatch):
    given_to_it = {}
    monkeypatch.setenv("MASTER_KEY", "bright")
    monkeypatch.setattr("subprocess.run", lambda *_, **options: given_to_it.update(options) or pytest.skip("seen"))
    try:
        read(as_workbook([["名称"], ["恒川"]]))
    except pytest.skip.Exception:
        assert "MASTER_KEY" not in given_to_it["env"]
    else:
        pytest.fail("no process was started")

"""Reads a workbook in a process of its own, with little memory and little time.

A workbook of 8 kB may claim a cell in the last row and column: the reader then asks for half a terabyte and the process is
ended, whatever Python would like to catch. So this file is a program that `customers.importing.workbooks` starts; it
imports nothing of the project, reads the workbook from its input and writes one line of JSON a row.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY = 1024 * 1024 * 1024
SECONDS = 60


def limit():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main(rows, columns, characters, text):
    """Write the first visible sheet: its name, then `[line, cells]` of each row with something in it, or a problem."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        name = first_visible(book)
        sheet = book.get_sheet_by_name(name)
        say({"sheet": name})
        for answer in lines(sheet.iter_rows(), rows, columns, characters, text):
            say(answer)
    except PasswordError:
        say({"problem": "old_excel"})
    except CalamineError:
        say({"problem": "broken"})
    except MemoryError:
        say({"problem": "too_heavy"})
    except StopIteration:
        say({"problem": "empty"})


def first_visible(book):
    visible = (sheet for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible)
    return next(sheet.name for sheet in visible if sheet.typ == SheetTypeEnum.WorkSheet)


def lines(rows, most_rows, most_columns, characters, text):
    """The rows, cut where they are too long; ends with a problem where the whole is too much."""
    seen = 0
    for line, row in enumerate(rows, start=1):
        cells = [written(cell)[: characters + 1] for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not any(cell.strip() for cell in cells):
            continue
        seen, text = seen + 1, text - sum(map(len, cells))
        excess = {
            "too_many_rows": seen > most_rows,
            "too_many_columns": len(cells) > most_columns,
            "too_much_text": text < 0,
        }
        problem = next((name for name, exceeds in excess.items() if exceeds), "")
        yield {"problem": problem} if problem else [line, cells]
        if problem:
            return


def written(cell) -> str:
    """A cell as a person would have typed it: numbers without .0, dates as 2026-11-22."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes") if cell.time() != time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def say(answer):
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    limit()
    main(*map(int, sys.argv[1:]))

"""Cells that a spreadsheet would run instead of showing: what leaves is made harmless, what comes back is made whole."""

SIGNS = "=+-@＝＋－＠\t\r"


def is_formula(text: str) -> bool:
    return text[:1] in ("\t", "\r") or text.lstrip()[:1] in tuple(SIGNS)


def neutral(cell: str) -> str:
    """With an apostrophe before it if it is a formula; then it is text to every spreadsheet."""
    return f"'{cell}" if is_formula(cell.lstrip("'")) else cell


def restored(cell: str) -> str:
    """Without the apostrophe that `neutral` put there, so that a phone number comes back as it left."""
    return cell[1:] if cell[:1] == "'" and is_formula(cell.lstrip("'")) else cell

"""The workbook that an add-in is: one sheet that nobody sees, saying what it is."""

import io
from datetime import datetime

import xlsxwriter

_BUILT = datetime(2026, 1, 1)  # noqa: DTZ001  a fixed moment: the same sources give the same file
SHEETS = ("About",)


def body(about: str) -> bytes:
    """An .xlsx with a single sheet that holds the line `about`."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.set_properties({"title": "Duesheet", "comments": about, "created": _BUILT})
        page = book.add_worksheet(SHEETS[0])
        page.set_column(0, 0, 90)
        page.write_string(0, 0, about)
    return held.getvalue()

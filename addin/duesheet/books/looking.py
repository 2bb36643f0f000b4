"""What the user looks at in an open workbook: the sheet in front, its filter, the selected row, files to choose."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlwings as xw

from duesheet.books.slots import same
from duesheet.books.spots import Spot
from duesheet.errors import BookRefused

_LONGEST = 600
"""Seconds for somebody to choose a file."""


def show(spot: Spot) -> None:
    """Bring the sheet of a table to the front."""
    spot.sheet.activate()


def only(spot: Spot, wanted: Mapping[str, Sequence[str]]) -> None:
    """Filter the table at `spot` to the rows that have one of the `wanted` words under each header."""
    if spot.table is None:
        raise BookRefused(f"{spot.sheet.name} has no table to filter. Insert one (Ctrl+T), and try again.")
    places = {same(header): number for number, header in enumerate(spot.headers, start=1)}
    spot.table.autofilter.clear()
    for header, words in wanted.items():
        spot.table.autofilter.apply_values(places[same(header)], list(words))


def selected(book: xw.Book) -> tuple[str, int] | None:
    """The sheet and the row of the first selected cell of `book`."""
    cells = book.selection
    if cells is None or cells.sheet.book.name != book.name:
        return None
    return cells.sheet.name, cells.row


def pick(book: xw.Book, title: str, pattern: str) -> list[Path]:
    """The files the user chooses: in Excel's own window on Windows, in the system's on a Mac, else in Calc's."""
    if not book.app.visible:
        return []
    if book.app.engine.name != "excel":
        return [Path(one) for one in book.app.impl.pick(title, pattern)]
    return _on_mac(title) if sys.platform == "darwin" else _in_excel(book.app.api, title, pattern)


def _in_excel(excel: Any, title: str, pattern: str) -> list[Path]:  # noqa: ANN401  Excel's own object
    chosen = excel.GetOpenFilename(f"Files ({pattern}),{pattern}", 1, title, None, True)
    return [Path(one) for one in chosen] if chosen else []


def _on_mac(title: str) -> list[Path]:
    script = f'set found to choose file with prompt "{title}" with multiple selections allowed'
    lines = "repeat with one in found\nlog POSIX path of one\nend repeat"
    asked = subprocess.run(  # noqa: S603  the system's own program, and our words
        ["/usr/bin/osascript", "-e", f"{script}\n{lines}"],
        check=False,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
    )
    return (
        [Path(one) for one in asked.stderr.splitlines() if one.startswith("/")]
        if not asked.returncode
        else []
    )

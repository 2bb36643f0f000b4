"""Rows added under a table of an open workbook, and single cells written; no other cell changes."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import xlwings as xw

from duesheet.books.blocks import read
from duesheet.books.following import column_of, moved_formula
from duesheet.books.literals import TEXT, literal
from duesheet.books.live_writing import dress, resize, room, side_by_side, write
from duesheet.books.refiltering import unfiltered
from duesheet.books.slots import same
from duesheet.books.spots import Spot
from duesheet.books.totals import Totals
from duesheet.errors import BookRefused, TableMissing


def append_rows(spot: Spot, frame: pl.DataFrame, *, date1904: bool) -> None:
    """Add the rows of `frame` (columns: headers of the book) right below the last row of the table at `spot`.

    Rows typed right below the table belong to it; blank rows at its end are filled first. Raises TableMissing when
    `frame` has values under a header the book has not, BookRefused when something stands below after a gap.
    """
    columns = _columns(spot, frame)
    if not frame.height or not columns:
        return
    last = _last_row(spot, {column for column, _ in columns})
    bottom = max(last + frame.height, spot.area.bottom)
    room(spot, bottom - spot.area.top, below=last)
    with unfiltered(spot):
        totals = Totals.of(spot)
        resize(spot, bottom)
        dress(spot, max(last, spot.area.top + 1), bottom)
        for run in side_by_side(columns):
            write(spot, frame, run, last + 1, date1904=date1904)
        _fill(spot, {column for column, _ in columns}, last, last + frame.height)
        totals.stand_under(bottom)


def _columns(spot: Spot, frame: pl.DataFrame) -> list[tuple[int, str]]:
    """The sheet's columns of the frame's."""
    numbered = enumerate(spot.headers, start=spot.area.left)
    places = {same(header): column for column, header in reversed(list(numbered))}
    for name in frame.columns:
        if same(name) not in places and frame[name].null_count() < frame.height:
            raise TableMissing(
                f"{spot.sheet.name}: the column {name} is missing. Add its header to the sheet."
            )
    return [(places[same(name)], name) for name in frame.columns if same(name) in places]


def _last_row(spot: Spot, ours: set[int]) -> int:
    """The table's last row that holds anything, rows typed right below it counted in."""
    bottom = spot.area.bottom + spot.totals
    end = spot.last_row()
    under = read(spot.rows(bottom + 1, end)).filled() if end > bottom else []
    typed = under.index(False) if False in under else len(under)
    if True in under[typed:]:
        row = bottom + 1 + typed + under[typed:].index(True)
        raise BookRefused(
            f"{spot.sheet.name}, row {row}: something stands below the table after a gap. "
            f"Move it up to row {bottom + typed + 1}, or to another sheet."
        )
    if typed and spot.totals:
        raise BookRefused(
            f"{spot.sheet.name}, row {bottom + 1}: something stands below the row of totals. Move it above that row."
        )
    return bottom + typed if typed else _last_typed(spot, ours)


def _last_typed(spot: Spot, ours: set[int]) -> int:
    rows = read(spot.rows(spot.area.top + 1, spot.area.bottom)).rows
    last = spot.area.bottom
    while last > spot.area.top and not _typed(spot, rows[last - spot.area.top - 1], last, ours):
        last -= 1
    return last


def _typed(spot: Spot, values: Sequence[Any], row: int, ours: set[int]) -> bool:
    """Whether a row holds more than formulas in the user's own columns."""
    filled = [column for column, value in enumerate(values, start=spot.area.left) if value is not None]
    if any(column in ours for column in filled):
        return True
    return any(not str(spot.cell(row, column).formula).startswith("=") for column in filled)


def _fill(spot: Spot, ours: set[int], last: int, bottom: int) -> None:
    """Fill the user's own columns with the formula of the row above, where the new rows are blank."""
    if last <= spot.area.top:
        return
    for column in range(spot.area.left, spot.area.right + 1):
        above = str(spot.cell(last, column).formula) if column not in ours else ""
        cells = spot.range(last + 1, column, bottom, column)
        if above.startswith("=") and not any(column_of(cells.formula)):
            cells.formula = [[moved_formula(above, row - last)] for row in range(last + 1, bottom + 1)]


def put_cell(spot: Spot, row: int, header: str, value: str) -> None:
    """Write the text `value` at the sheet's `row` under `header`, in the format the cell has."""
    numbered = enumerate(spot.headers, start=spot.area.left)
    places = {same(name): column for column, name in reversed(list(numbered))}
    if same(header) not in places:
        raise TableMissing(f"{spot.sheet.name}: the column {header} is missing. Add its header to the sheet.")
    if row <= spot.area.top:
        raise BookRefused(f"{spot.sheet.name}, row {row}: only rows under the header row can be written.")
    cell: xw.Range = spot.cell(row, places[same(header)])
    cell.value = literal(value, bare=cell.number_format != TEXT)

"""An output table of an open workbook rewritten, in one call; what its user added follows."""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

import polars as pl
import xlwings as xw

from duesheet.books.areas import LAST_ROW
from duesheet.books.blocks import read
from duesheet.books.filters import in_order
from duesheet.books.following import Standing
from duesheet.books.links import MOST, address, split
from duesheet.books.literals import GENERAL, as_text, rows_of
from duesheet.books.moving import with_columns
from duesheet.books.ordering import sorted_by
from duesheet.books.refiltering import unfiltered
from duesheet.books.slots import Slot, link_words
from duesheet.books.spoken import answered
from duesheet.books.spots import Spot
from duesheet.books.totals import Totals
from duesheet.errors import BookRefused
from duesheet.layout import Table

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def replace_rows(spot: Spot, frame: pl.DataFrame, table: Table, *, date1904: bool) -> None:
    """Replace the data rows of the output `table`, which stands at `spot`, by `frame`.

    As in a closed book: the order of columns, formats, widths, filters and the sort order stay the user's; own
    columns and notes follow their row's identity; a row that is gone but holds the user's own words stays, with
    zeros. Raises BookRefused when something stands under the table where new rows go; nothing is written then.
    """
    old = Standing(spot, table, date1904)
    rows = old.rows_of(frame)
    room(spot, rows.height)
    if [slot.old for slot in old.columns] != list(range(spot.area.left, spot.area.right + 1)):
        spot = with_columns(spot, old.columns)
        old = Standing(spot, table, date1904)
        rows = old.rows_of(frame)
    order = in_order(sorted_by(spot), old.by_column(rows))
    rows = rows if order is None else rows[order]
    with unfiltered(spot):
        _lay(old, rows)


def room(spot: Spot, height: int, below: int = 0) -> None:
    """Refuse when `height` rows do not fit below the table's header; down to the row `below` all are its own."""
    bottom = spot.area.top + height + spot.totals
    if bottom > LAST_ROW:
        raise BookRefused(
            f"{spot.sheet.name}: {bottom:,} rows are more than a sheet can hold ({LAST_ROW:,})."
        )
    under = max(spot.area.bottom + spot.totals, below) + 1
    end = min(bottom, spot.sheet.used_range.last_cell.row)
    if end < under:
        return
    filled = read(spot.rows(under, end)).filled()
    if True in filled:
        row = under + filled.index(True)
        raise BookRefused(
            f"{spot.sheet.name}, row {row}: something stands under the table, where its new rows go. "
            "Move it beside the table or to another sheet."
        )


def _lay(old: Standing, rows: pl.DataFrame) -> None:
    spot, first = old.spot, old.spot.area.top + 1
    bottom, end = spot.area.top + rows.height, spot.area.bottom + spot.totals
    totals = Totals.of(spot)
    resize(spot, bottom)
    dress(spot, first, bottom)
    shown = rows.with_columns(link_words(old.columns))
    for run in side_by_side([(slot.column, slot.declared.name) for slot in old.columns if slot.declared]):
        write(spot, shown, run, first, date1904=old.date1904)
    if bottom + spot.totals < end:
        spot.rows(bottom + spot.totals + 1, end).clear_contents()
    old.follow(rows)
    totals.stand_under(bottom)
    _link(spot, rows, old.columns)


def resize(spot: Spot, bottom: int) -> None:
    """Let the table's data end at the sheet's row `bottom`."""
    if spot.table is None:
        return
    wanted = spot.rows(spot.area.top, bottom + spot.totals)
    if spot.table.range.get_address() != wanted.get_address():
        spot.table.resize(wanted)


def dress(spot: Spot, last: int, bottom: int) -> None:
    """Give rows new to the table the number formats of its row `last`; where that has none, of its first data row."""
    top = max(spot.area.bottom, last) + 1
    for column in range(spot.area.left, spot.area.right + 1) if top <= bottom else ():
        if spot.range(spot.area.top + 1, column, bottom, column).number_format is not None:
            continue  # all alike, as where the whole column has the format
        patterns = (spot.cell(row, column).number_format for row in (last, spot.area.top + 1))
        wanted = next((pattern for pattern in patterns if pattern != GENERAL), GENERAL)
        spot.range(top, column, bottom, column).number_format = wanted


def write(
    spot: Spot, rows: pl.DataFrame, run: Sequence[tuple[int, str]], first: int, *, date1904: bool
) -> None:
    """Write the columns `run` (the sheet's column and the frame's), which stand side by side, from row `first` on."""
    bottom = first + rows.height - 1
    for texts in side_by_side([(column, name) for column, name in run if rows[name].dtype == pl.String]):
        as_text(spot.range(first, texts[0][0], bottom, texts[-1][0]))
    block = spot.range(first, run[0][0], bottom, run[-1][0])
    block.raw_value = rows_of(rows, [name for _, name in run], date1904=date1904)


def side_by_side(columns: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Columns with their names, those that stand side by side together.

    >>> side_by_side([(1, "a"), (2, "b"), (4, "c")])
    [[(1, 'a'), (2, 'b')], [(4, 'c')]]
    """
    runs: list[list[tuple[int, str]]] = []
    for column, name in sorted(columns):
        if runs and runs[-1][-1][0] == column - 1:
            runs[-1].append((column, name))
        else:
            runs.append([(column, name)])
    return runs


def _link(spot: Spot, rows: pl.DataFrame, columns: Sequence[Slot]) -> None:
    """Make the hyperlinks of the columns of links anew: the only cells that are written one by one."""
    first = spot.area.top + 1
    for slot in columns:
        if not slot.declared or slot.declared.kind != "link":
            continue
        cells = spot.range(first, slot.column, spot.area.bottom, slot.column)
        answered(spot.sheet.name, partial(_unlink, cells))
        targets = [(row, value) for row, value in enumerate(rows[slot.declared.name], start=first) if value]
        for row, value in targets[:MOST]:
            word, target = split(value)
            spot.cell(row, slot.column).add_hyperlink(_address(target, spot), word)


def _unlink(cells: xw.Range) -> None:
    """Take the old hyperlinks off: Excel keeps them when cells get other values, Calc does not."""
    if hasattr(cells.api, "ClearHyperlinks"):
        cells.api.ClearHyperlinks()


def _address(target: str, spot: Spot) -> str:
    """Where a link leads: Excel takes a path as one from the workbook's folder, Calc wants to be told the whole."""
    written = target if target.startswith("#") else address(target)
    if written.startswith("#") or _SCHEME.match(written) or spot.sheet.book.app.engine.name == "excel":
        return written
    return urljoin(Path(spot.sheet.book.fullname).absolute().as_uri(), written)

"""The filter and sort order that a table, or a sheet without one, carries."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl
from lxml import etree

from duesheet.books.areas import Move
from duesheet.books.filters import hidden_rows, sorted_rows
from duesheet.books.grid import SPREADSHEET, Grid
from duesheet.books.headers import refit
from duesheet.books.rows import HIDDEN

_ROOT = re.compile(rb"<worksheet\b[^>]*>")
_PIECES = re.compile(
    rb"<autoFilter\b[^>]*/>|<autoFilter\b[^>]*>.*?</autoFilter>"
    rb"|<sortState\b[^>]*/>|<sortState\b[^>]*>.*?</sortState>",
    re.DOTALL,
)


class Criteria(NamedTuple):
    """Filter and sort order as they stand in the table's part, else in the sheet's own bytes (`pieces`)."""

    root: etree._Element
    left: int
    pieces: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, table: bytes | None, grid: Grid) -> "Criteria":
        """The criteria of the table's part, or of the sheet when it has no table."""
        if table is not None:
            return cls(etree.fromstring(table), grid.area.left)
        pieces = tuple(_PIECES.findall(grid.outline.tail))
        return cls(_parsed(grid, b"".join(pieces)), grid.area.left, pieces)

    def applied(self, rows: pl.DataFrame, values: Mapping[int, pl.Series]) -> pl.DataFrame:
        """`rows` in the asked order, HIDDEN where filtered out; `values` are theirs by old sheet column."""
        order = sorted_rows(next(self.root.iter(f"{SPREADSHEET}sortState"), None), values)
        if order is not None:
            rows = rows[order]
            values = {column: series.gather(order) for column, series in values.items()}
        by_number = {column - self.left: series for column, series in values.items()}
        hidden = hidden_rows(next(self.root.iter(f"{SPREADSHEET}autoFilter"), None), by_number)
        return rows if hidden is None else rows.with_columns(hidden.alias(HIDDEN))

    def tail(self, tail: bytes, grid: Grid, move: Move) -> bytes:
        """`tail`, the sheet after its rows, with the criteria in it put to the new rows and columns."""
        for piece in self.pieces:
            root = _parsed(grid, piece)
            refit(root, grid, move)
            fitted = b"".join(etree.tostring(element, with_tail=False) for element in root)
            tail = tail.replace(piece, fitted, 1)
        return tail


def _parsed(grid: Grid, pieces: bytes) -> etree._Element:
    tag = _ROOT.search(grid.outline.head)
    return etree.fromstring((tag[0] if tag else b"<worksheet>") + pieces + b"</worksheet>")

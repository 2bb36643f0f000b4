"""A declared table read from an open workbook, in one call."""

from collections.abc import Iterator

import polars as pl
import xlwings as xw

from duesheet.books import Cells
from duesheet.books.blocks import as_kind, read, said
from duesheet.books.ground import Ground, cells, kinds_of, named
from duesheet.books.markup import Place
from duesheet.books.scan import Extent, Odd
from duesheet.books.spots import Spot
from duesheet.layout import Table


def read_table(spot: Spot, table: Table) -> Cells | None:
    """The cells of `table`, which stands at `spot`; None when it has no header."""
    whole = spot.rows(spot.area.top, spot.last_row())
    found = read(whole)
    numbered = enumerate((said(column[0]) for column in found.columns), start=spot.area.left)
    columns = {number: name for number, name in numbered if name.strip()}
    last = spot.area.bottom if spot.table is not None else 0
    ground = named(Ground(spot.sheet.name, spot.area.top, columns, last, spot.totals), table)
    errors = [
        Odd(Place(spot.area.top + row, spot.area.left + column), text)
        for (row, column), text in sorted(found.errors.items())
    ]
    extent = Extent(errors=errors, merges=list(dict.fromkeys(_merges(whole))))
    kinds = kinds_of(ground, table)
    loaded = [
        as_kind(found.columns[number - spot.area.left][1:], kinds.get(number)).alias(str(number))
        for number in columns
    ]
    return cells(ground, pl.DataFrame(loaded), extent, table) if columns else None


def _merges(block: xw.Range) -> Iterator[str]:
    """The merged ranges in `block`: halved until what is merged stands alone."""
    if block.merge_cells is False:
        return
    first = block[0, 0]
    if first.merge_cells and _covers(first.merge_area, block):
        yield first.merge_area.get_address(row_absolute=False, column_absolute=False)
        return
    height, width = block.shape
    if height > 1:
        yield from _merges(block[: height // 2, :])
        yield from _merges(block[height // 2 :, :])
    elif width > 1:
        yield from _merges(block[:, : width // 2])
        yield from _merges(block[:, width // 2 :])


def _covers(merged: xw.Range, block: xw.Range) -> bool:
    (height, width), (rows, columns) = merged.shape, block.shape
    return (
        merged.row <= block.row
        and merged.column <= block.column
        and merged.row + height >= block.row + rows
        and merged.column + width >= block.column + columns
    )

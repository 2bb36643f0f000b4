"""A declared table found and read in a closed book."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import fastexcel
import polars as pl

from duesheet.books import Cells, turns
from duesheet.books.begun import LARGE
from duesheet.books.contents import Contents, Sheet, TablePart
from duesheet.books.formats import shown
from duesheet.books.gathering import Gathering
from duesheet.books.ground import Ground, cells, kinds_of, named
from duesheet.books.loading import header, load
from duesheet.books.package import Package, ahead
from duesheet.books.readers import Readers
from duesheet.books.scan import Extent, scan
from duesheet.layout import Table

Reader = Callable[[], AbstractContextManager[fastexcel.ExcelReader]]
"""Lends a reader of the book, as `Readers.one` does."""
Texts = Callable[[], pl.Series | None]
"""Gives a book's shared texts, as `strings.texts` does."""


def read_table(
    package: Package, found: Contents, readers: Readers, table: Table, texts: Texts | None
) -> Cells | None:
    """The cells of `table`, or None when the book has no such table.

    With the book's `texts` at hand a sheet that is plain is read without a reader.
    Raises BookRefused when the sheet is damaged, or holds a cell far from everything else.
    """
    where = found.find(table.name)
    if where is None:
        return None
    sheet, part = where
    gathering = Gathering(lambda: shown(package), texts) if texts and not found.since_1904 else None
    if gathering:
        turns.wait()
    with ahead(package.chunks(sheet.part)) as chunks:
        extent = scan(chunks, sheet.name, gathering.take if gathering else None)
    reader = partial(readers.one, large=package.size(sheet.part) >= LARGE)
    ground = _ground(reader, sheet, part, extent, table)
    if not ground.columns:
        return None
    kinds = kinds_of(ground, table)
    loaded = gathering.frame(ground.head, ground.columns, kinds) if gathering else None
    if loaded is None:
        with reader() as one:
            loaded = load(one, sheet.name, ground.head, ground.columns, kinds)
    return cells(ground, loaded, extent, table)


def _ground(reader: Reader, sheet: Sheet, part: TablePart | None, extent: Extent, table: Table) -> Ground:
    if part and part.header:
        numbered = enumerate(part.columns, start=part.box.first.column)
        head, last, totals = part.box.first.row, part.box.last.row - part.totals, part.totals
        return named(Ground(sheet.name, head, dict(numbered), last, totals), table)
    if not extent.first_row:
        return Ground(sheet.name, 0, {}, 0, 0)
    head = extent.first_row
    with reader() as one:
        columns = dict(header(one, sheet.name, head))
    return named(Ground(sheet.name, head, columns, 0, 0), table)

"""A declared table found and read in a closed book."""

import fastexcel

from duesheet.books import Cells
from duesheet.books.contents import Contents, Sheet, TablePart
from duesheet.books.ground import Ground, cells, kinds_of, named
from duesheet.books.loading import header, load
from duesheet.books.package import Package, ahead
from duesheet.books.scan import Extent, scan
from duesheet.layout import Table


def read_table(
    package: Package, found: Contents, reader: fastexcel.ExcelReader, table: Table
) -> Cells | None:
    """The cells of `table`, or None when the book has no such table.

    Raises BookRefused when the sheet is damaged, or holds a cell far from everything else.
    """
    where = found.find(table.name)
    if where is None:
        return None
    sheet, part = where
    with ahead(package.chunks(sheet.part)) as chunks:
        extent = scan(chunks, sheet.name)
    ground = _ground(reader, sheet, part, extent, table)
    if not ground.columns:
        return None
    loaded = load(reader, sheet.name, ground.head, ground.columns, kinds_of(ground, table))
    return cells(ground, loaded, extent, table)


def _ground(
    reader: fastexcel.ExcelReader, sheet: Sheet, part: TablePart | None, extent: Extent, table: Table
) -> Ground:
    if part and part.header:
        numbered = enumerate(part.columns, start=part.box.first.column)
        head, last, totals = part.box.first.row, part.box.last.row - part.totals, part.totals
        return named(Ground(sheet.name, head, dict(numbered), last, totals), table)
    if not extent.first_row:
        return Ground(sheet.name, 0, {}, 0, 0)
    head = extent.first_row
    return named(Ground(sheet.name, head, dict(header(reader, sheet.name, head)), 0, 0), table)

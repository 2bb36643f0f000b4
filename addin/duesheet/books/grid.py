"""Where a table lies in its sheet, and its headers: from the table's own part or, without one, from cells."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lxml import etree

from duesheet.books.areas import Area
from duesheet.books.cells import Cell, cells_in, plain
from duesheet.books.outline import Outline, canonical, outline, row_start, rows_in
from duesheet.errors import BookRefused

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FILTER = re.compile(rb'<autoFilter\b[^>]*?\bref="([^"]+)"')
_COL = re.compile(rb"<col\b[^>]*>")


class Grid(NamedTuple):
    """A table in its sheet: `area` from header row to last data row, `totals` rows (0 or 1) under it."""

    outline: Outline
    area: Area
    totals: int
    headers: tuple[str, ...]

    @property
    def first(self) -> int:
        """The sheet's row of the first data row."""
        return self.area.top + 1

    def styles(self) -> dict[int, str]:
        """The style number of every column: that of its first data row, else the sheet's column's."""
        looks = self.looks()
        start, end = self.outline.cuts[1:3]
        second = self.outline.xml.find(b"<row", start + 1, end)
        first = cells_in(self.outline.xml[start : second if second >= 0 else end])
        columns = range(self.area.left, self.area.right + 1)
        by_column = {column: looks.get(column, {}).get("style", "") for column in columns}
        return by_column | {cell.column: cell.style for cell in first}

    def looks(self) -> dict[int, dict[str, str]]:
        """The attributes of the sheet's <col> of every column of the table that has one."""
        found: dict[int, dict[str, str]] = {}
        for tag in _COL.findall(self.outline.head):
            look = dict(re.findall(r'([\w:]+)="([^"]*)"', tag.decode()))
            first, last = int(look.pop("min")), int(look.pop("max"))
            for column in range(max(first, self.area.left), min(last, self.area.right) + 1):
                found[column] = look
        return found


def grid(xml: bytes, table: bytes | None, shared: Callable[[int], str], sheet: str) -> Grid:
    """The grid of the sheet `xml` whose table part is `table`."""
    xml = canonical(xml, sheet)
    if table is None:
        return _grid_by_cells(xml, shared, sheet)
    root = etree.fromstring(table)
    if root.get("headerRowCount") == "0":
        raise BookRefused(
            f"{sheet}: the table's header row is switched off. Switch it on under Table Design."
        )
    whole, totals = Area.parse(root.get("ref", "")), int(root.get("totalsRowCount", "0"))
    area = Area(whole.left, whole.top, whole.right, max(whole.bottom - totals, whole.top + 1))
    names = [column.get("name", "") for column in root.iter(f"{SPREADSHEET}tableColumn")]
    return Grid(
        outline(xml, area.top, area.bottom, sheet),
        area,
        totals,
        tuple(plain(name.encode()) for name in names),
    )


def _grid_by_cells(xml: bytes, shared: Callable[[int], str], sheet: str) -> Grid:
    whole = outline(xml, 0, 0, sheet)
    filtered = _FILTER.search(whole.tail)
    top = Area.parse(filtered[1].decode()).top if filtered else _first_row(whole)
    start, end = whole.cuts[0], whole.cuts[3]
    cells = cells_in(xml[row_start(xml, top, start, end) : row_start(xml, top + 1, start, end)])
    names = {cell.column: text for cell in cells if (text := cell.text(shared))}
    if not names:
        raise BookRefused(f"{sheet}: the sheet has no header row.")
    left = min(names)
    right = next(column for column in range(left, max(names) + 2) if column not in names) - 1
    under = xml[row_start(xml, top + 1, start, end) : end]
    area = Area(left, top, right, max(last_filled(under, top, left, right), top + 1))
    headers = tuple(names[column] for column in range(left, right + 1))
    return Grid(outline(xml, top, area.bottom, sheet), area, 0, headers)


def _first_row(whole: Outline) -> int:
    filled = (row for row, xml in rows_in(whole.below) if any(cell.inside for cell in cells_in(xml)))
    return next(filled, 1)


def last_filled(rows: bytes, above: int, left: int, right: int) -> int:
    """The last of the `rows` holding something between two columns, without a gap from row `above` on."""
    last = above
    for row, cells in rows_in(rows):
        if row > last + 1 or not holds(cells_in(cells), left, right):
            break
        last = row
    return last


def holds(cells: Sequence[Cell], left: int, right: int) -> bool:
    """Whether any of `cells` between two columns of the sheet holds something."""
    return any(cell.inside and left <= cell.column <= right for cell in cells)

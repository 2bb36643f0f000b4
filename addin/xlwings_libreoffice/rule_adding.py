"""Adding a rule before those that a range has.

UNO adds rules only at the end, and cannot make color scales and icon sets at all. So a rule is made on a sheet that
is there for a moment; the range's own formats are copied there, and all of them come back with the rule at the top.
"""

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from xlwings_libreoffice import clipboard, kinds
from xlwings_libreoffice.addresses import COLUMNS, ROWS
from xlwings_libreoffice.uno_runtime import UnoObject, properties, uno

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

STYLED = 0
"""UNO's number of the rules that put a style on cells."""
NAME = "Rules"
STREAM = "com.sun.star.io.SequenceInputStream"
NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
BOOK = (
    "<office:document {namespaces} office:version='1.3'"
    " office:mimetype='application/vnd.oasis.opendocument.spreadsheet'><office:body><office:spreadsheet>"
    "<table:table table:name='Rules'><table:table-column/><table:table-row><table:table-cell/></table:table-row>"
    "<calcext:conditional-formats>"
    "<calcext:conditional-format calcext:target-range-address='Rules.XFD1048576:Rules.XFD1048576'>"
    "{rule}</calcext:conditional-format></calcext:conditional-formats></table:table>"
    "</office:spreadsheet></office:body></office:document>"
)


def add_styled(cells: "Range", describe: Callable[[UnoObject], None]) -> None:
    """Adds a rule that puts a style on cells; the caller describes it, as UNO's entry."""
    with _empty(cells.sheet) as beside:
        format_ = _created(beside, cells)
        format_.createEntry(STYLED, 0)
        describe(format_.getByIndex(0))
        _bring(cells, beside, format_)


def add_visual(cells: "Range", rule: str) -> None:
    """Adds a color scale, a data bar or an icon set, written as ODF."""
    with _imported(cells.sheet, rule) as beside:
        _bring(cells, beside, beside.xs.ConditionalFormats.getConditionalFormats()[0])


class _Beside:
    """A sheet at the end of the book, removed at the end."""

    def __init__(self, home: "Sheet", name: str) -> None:
        self.home = home
        self.name = name

    def __enter__(self) -> "Sheet":
        return type(self.home)(self.home.book, self.home.book.doc.Sheets.getByName(self.name))

    def __exit__(self, *_: object) -> None:
        self.home.book.doc.Sheets.removeByName(self.name)


def _empty(home: "Sheet") -> _Beside:
    """An empty sheet, for a while."""
    sheets = home.book.doc.Sheets
    name = next(name for number in count(1) if not sheets.hasByName(name := f"{NAME}{number}"))
    sheets.insertNewByName(name, sheets.Count)
    return _Beside(home, name)


def _imported(home: "Sheet", rule: str) -> _Beside:
    """A sheet with a rule on its last cell, for a while."""
    namespaces = " ".join(f"xmlns:{short}='{long}'" for short, long in NAMESPACES.items())
    content = uno().ByteSequence(BOOK.format(namespaces=namespaces, rule=rule).encode())
    context = home.book.app.office.context
    stream = context.ServiceManager.createInstanceWithArgumentsAndContext(STREAM, (content,), context)
    load = properties(InputStream=stream, FilterName="OpenDocument Spreadsheet Flat XML", Hidden=True)
    source = home.book.app.desktop.loadComponentFromURL("private:stream", "_blank", 0, load)
    sheets = home.book.doc.Sheets
    try:
        place = sheets.importSheet(source, NAME, sheets.Count)
    finally:
        source.close(True)
    return _Beside(home, str(sheets.getByIndex(place).Name))


def _created(beside: "Sheet", cells: "Range") -> UnoObject:
    """A rule without content, on the cells of that place and on one far from them.

    Its formulas are then meant from the first of these cells, and the far one keeps the rule
    when the formats of the range are copied over the others.
    """
    address = beside.block(cells.area).xr.RangeAddress
    far = beside.block(cells.area._replace(row=ROWS, last_row=ROWS, column=COLUMNS, last_column=COLUMNS))
    number = beside.xs.ConditionalFormats.createByRange(_ranges(beside, address, far.xr.RangeAddress))
    formats = beside.xs.ConditionalFormats.getConditionalFormats()
    return next(one for one in formats if number == one.ID)


def _bring(cells: "Range", beside: "Sheet", format_: UnoObject) -> None:
    place = beside.block(cells.area)
    first = place.xr.getCellByPosition(0, 0).CellAddress
    with _Unfiltered(cells):
        cells.sheet.xs.copyRange(first, cells.xr.RangeAddress)
        format_.Range = _ranges(beside, place.xr.RangeAddress)
        clipboard.copy(place)
        clipboard.paste(cells, "formats")


class _Unfiltered:
    """For a while, rows that a filter hides count as shown: filtered rows are left out when cells are copied."""

    def __init__(self, cells: "Range") -> None:
        self.rows = [row for row in _hidden(cells) if row.IsFiltered]

    def __enter__(self) -> None:
        self._mark(filtered=False)

    def __exit__(self, *_: object) -> None:
        self._mark(filtered=True)

    def _mark(self, *, filtered: bool) -> None:
        for row in self.rows:
            row.IsFiltered = filtered


def _hidden(cells: "Range") -> list[UnoObject]:
    """The rows of a range that are not shown."""
    area = cells.area
    line = cells.sheet.block(area._replace(column=1, last_column=COLUMNS)).xr
    shown = [kinds.area(address) for address in line.queryVisibleCells().RangeAddresses]
    rows = {row for one in shown for row in range(one.row, one.last_row + 1)}
    hidden = (
        [row for row in range(area.row, area.last_row + 1) if row not in rows]
        if len(rows) < area.shape[0]
        else []
    )
    return [cells.xr.Rows.getByIndex(row - area.row) for row in hidden]


def _ranges(sheet: "Sheet", *addresses: UnoObject) -> UnoObject:
    made = sheet.book.doc.createInstance("com.sun.star.sheet.SheetCellRanges")
    made.addRangeAddresses(addresses, False)
    return made

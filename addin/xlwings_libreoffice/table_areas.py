"""The cells of a table and around it: what holds something, what is inserted and removed, and the headers."""

from itertools import count
from typing import TYPE_CHECKING

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import COLUMNS, ROWS, Area, written
from xlwings_libreoffice.errors import OfficeError
from xlwings_libreoffice.uno_runtime import UnoObject, constant, enum, struct

if TYPE_CHECKING:
    from xlwings_libreoffice.sheet import Sheet

CONTENTS = ("VALUE", "DATETIME", "STRING", "FORMULA")
CONSTANTS = ("VALUE", "DATETIME", "STRING", "ANNOTATION")
INSERT = "com.sun.star.sheet.CellInsertMode"
DELETE = "com.sun.star.sheet.CellDeleteMode"


def cells(sheet: "Sheet", area: Area) -> UnoObject:
    """The cells of an area in UNO."""
    return sheet.xs.getCellRangeByPosition(
        area.column - 1, area.row - 1, area.last_column - 1, area.last_row - 1
    )


def address(sheet: "Sheet", area: Area) -> UnoObject:
    """The area as UNO's CellRangeAddress."""
    return kinds.address(int(sheet.xs.RangeAddress.Sheet), area)


def filled(sheet: "Sheet", area: Area, what: tuple[str, ...] = CONTENTS) -> bool:
    """Whether any cell of an area holds something."""
    return bool(contents(sheet, area, what))


def contents(sheet: "Sheet", area: Area, what: tuple[str, ...] = CONTENTS) -> list[Area]:
    """The parts of an area that hold something.

    LibreOffice answers for the last column in use when it is asked about one beyond: that is left out here.
    """
    found = [kinds.area(one) for one in cells(sheet, area).queryContentCells(flags(what)).RangeAddresses]
    return [one for one in found if overlap(one, area)]


def overlap(one: Area, other: Area) -> bool:
    """Whether two areas have a cell in common."""
    rows = one.row <= other.last_row and other.row <= one.last_row
    return rows and one.column <= other.last_column and other.column <= one.last_column


def flags(names: tuple[str, ...]) -> int:
    """UNO's flags for kinds of cell content, added up."""
    return sum(int(constant(f"com.sun.star.sheet.CellFlags.{name}")) for name in names)


def push_down(sheet: "Sheet", area: Area) -> None:
    """Inserts cells over an area and moves what is there and below it down."""
    if filled(sheet, Area(ROWS - area.shape[0] + 1, area.column, ROWS, area.last_column)):
        raise OfficeError("The cells cannot be moved down: the last rows of the sheet are filled.")
    sheet.xs.insertCells(address(sheet, area), enum(INSERT, "DOWN"))


def push_right(sheet: "Sheet", area: Area) -> None:
    """Inserts cells over an area and moves what is there and beside it to the right."""
    if filled(sheet, Area(area.row, COLUMNS - area.shape[1] + 1, area.last_row, COLUMNS)):
        raise OfficeError("The cells cannot be moved to the right: the last columns of the sheet are filled.")
    sheet.xs.insertCells(address(sheet, area), enum(INSERT, "RIGHT"))


def pull_up(sheet: "Sheet", area: Area) -> None:
    """Removes the cells of an area and moves what is below it up."""
    sheet.xs.removeRange(address(sheet, area), enum(DELETE, "UP"))


def pull_left(sheet: "Sheet", area: Area) -> None:
    """Removes the cells of an area and moves what is beside it to the left."""
    sheet.xs.removeRange(address(sheet, area), enum(DELETE, "LEFT"))


def copied(sheet: "Sheet", area: Area, row: int, column: int) -> None:
    """Copies cells with their formats to another place on the sheet."""
    place = struct(
        "com.sun.star.table.CellAddress", Sheet=address(sheet, area).Sheet, Row=row - 1, Column=column - 1
    )
    sheet.xs.copyRange(place, address(sheet, area))


def headers(sheet: "Sheet", row: Area) -> list[str]:
    """The texts of a header row."""
    found = cells(sheet, row)
    return [str(found.getCellByPosition(number, 0).String) for number in range(row.shape[1])]


def settle_headers(sheet: "Sheet", row: Area) -> None:
    """Makes every cell of a header row a text of its own, as Excel does: it refuses a table without them."""
    found, taken = cells(sheet, row), set[str]()
    for number in range(row.shape[1]):
        cell = found.getCellByPosition(number, 0)
        text = free(str(cell.String) or f"Column{number + 1}", taken)
        taken.add(text.casefold())
        if cell.Type.value != "TEXT" or cell.String != text:
            cell.setString(text)


def free(name: str, taken: set[str]) -> str:
    """The name, with the first number after it that makes it unlike those taken."""
    if name.casefold() not in taken:
        return name
    stem = name.rstrip("0123456789") if name.startswith("Column") else name
    return next(text for number in count(2) if (text := f"{stem}{number}").casefold() not in taken)


def told(area: Area) -> str:
    """The area as a message names it."""
    return written(area, row_absolute=False, column_absolute=False)


def with_headers(sheet: "Sheet", area: Area) -> Area:
    """The area with a row of headers above its data, which move down."""
    push_down(sheet, area._replace(last_row=area.row))
    settle_headers(sheet, area._replace(last_row=area.row))
    return area._replace(last_row=area.last_row + 1)


def with_row(sheet: "Sheet", area: Area) -> Area:
    """The area with at least one row below its headers."""
    if area.shape[0] > 1:
        return area
    below = area._replace(row=area.row + 1, last_row=area.row + 1)
    if filled(sheet, below):
        push_down(sheet, below)
    return area._replace(last_row=below.row)

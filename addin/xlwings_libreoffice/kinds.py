"""Kinds of number format: which cells of a range are dates or truth values, found in bulk, and made so."""

import functools
from collections.abc import Iterator
from typing import NamedTuple

from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.uno_runtime import UnoObject, constant, struct

DATE, TIME, DATETIME, TRUTH, GENERAL, OTHER = "date", "time", "datetime", "truth", "general", "other"
ENGLISH = {"Language": "en", "Country": "US"}
CODES = {DATE: "m/d/yyyy", DATETIME: "m/d/yyyy h:mm", TIME: "h:mm:ss", TRUTH: "BOOLEAN", GENERAL: "General"}
"""The formats given to what is written; those of dates are the ones Excel gives."""


class Stretch(NamedTuple):
    """Cells with one number format: its kind, and the cells as an object of UNO."""

    kind: str
    cells: UnoObject

    @property
    def areas(self) -> list[Area]:
        """The rectangles these cells make."""
        return [area(one) for one in self.cells.RangeAddresses]


def stretches(doc: UnoObject, cells: UnoObject) -> Iterator[Stretch]:
    """The cells of a range by their number format: two calls for each format that occurs."""
    formats = doc.NumberFormats
    groups = cells.getUniqueCellFormatRanges()
    for number in range(groups.Count):
        group = groups.getByIndex(number)
        yield Stretch(_kind(formats.getByKey(group.NumberFormat)), group)


def area(address: UnoObject) -> Area:
    """UNO's CellRangeAddress as an area."""
    return Area(address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1, address.EndColumn + 1)


def address(sheet: int, where: Area) -> UnoObject:
    """An area of a sheet (counted from 0) as UNO's CellRangeAddress."""
    return struct(
        "com.sun.star.table.CellRangeAddress",
        Sheet=sheet,
        StartRow=where.row - 1,
        StartColumn=where.column - 1,
        EndRow=where.last_row - 1,
        EndColumn=where.last_column - 1,
    )


def gathered(doc: UnoObject, sheet: int, areas: list[Area]) -> UnoObject:
    """Many areas of a sheet as one object of UNO."""
    cells = doc.createInstance("com.sun.star.sheet.SheetCellRanges")
    cells.addRangeAddresses(tuple(address(sheet, one) for one in areas), False)
    return cells


def give(doc: UnoObject, cells: UnoObject, kind: str) -> None:
    """Formats cells as that kind."""
    cells.NumberFormat = key(doc, CODES[kind])


def ready(doc: UnoObject, cells: UnoObject) -> list[Stretch]:
    """The cells by their format, made ready for new contents: those that showed TRUE or FALSE lose that format.

    A number in such a cell would still show, and be read, as one of them.
    """
    found = list(stretches(doc, cells))
    for stretch in found:
        if stretch.kind == TRUTH:
            give(doc, stretch.cells, GENERAL)
    return found


def key(doc: UnoObject, code: str) -> int:
    """The document's key of a number format that is written in English."""
    locale = struct("com.sun.star.lang.Locale", **ENGLISH)
    found = doc.NumberFormats.queryKey(code, locale, False)
    return int(found if found != -1 else doc.NumberFormats.addNew(code, locale))


def _kind(entry: UnoObject) -> str:
    bits = entry.Type & ~_flag("DEFINED")
    if bits & _flag("DATE"):
        return DATE
    if bits & _flag("TIME"):
        return TIME
    if bits == _flag("LOGICAL"):
        return TRUTH
    return GENERAL if bits == _flag("NUMBER") and entry.StandardFormat else OTHER


@functools.cache
def _flag(name: str) -> int:
    return int(constant(f"com.sun.star.util.NumberFormat.{name}"))

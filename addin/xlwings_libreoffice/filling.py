"""Filling: cells continued from those at one end of a range, in the ways Excel offers."""

from typing import TYPE_CHECKING

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.uno_runtime import UnoObject, enum

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

DATES = {
    "fill_days": "FILL_DATE_DAY",
    "fill_weekdays": "FILL_DATE_WEEKDAY",
    "fill_months": "FILL_DATE_MONTH",
    "fill_years": "FILL_DATE_YEAR",
}
SERIES = {
    "fill_default",
    "fill_series",
    "fill_values",
    "fill_copy",
    "fill_formats",
    "growth_trend",
    "linear_trend",
}
GUESSED = {"fill_default", "fill_values"}
FAR = 1e300
"""The value a series stops at: none."""


def fill(source: "Range", target: "Range", how: str) -> None:
    """Fills a range from the cells of it that another range holds, away from them."""
    if how not in SERIES and how not in DATES:
        raise NotImplementedError(f"LibreOffice cannot fill by {how!r}: it does not guess patterns in texts.")
    origin, goal = source.area, target.area
    if origin.joined(goal) != goal:
        raise ValueError("The destination must include the cells that are filled from.")
    for direction, area, count in _steps(origin, goal):
        _fill(target.sheet, area, direction, count, how)


def _steps(origin: Area, goal: Area) -> list[tuple[str, Area, int]]:
    """The directions to fill in: each with its area, and with how many cells of it are given."""
    rows, columns = origin.shape
    wide = origin._replace(column=goal.column, last_column=goal.last_column)
    return [
        step
        for step, needed in (
            (
                ("TO_RIGHT", origin._replace(last_column=goal.last_column), columns),
                goal.last_column > origin.last_column,
            ),
            (("TO_LEFT", origin._replace(column=goal.column), columns), goal.column < origin.column),
            (("TO_BOTTOM", wide._replace(last_row=goal.last_row), rows), goal.last_row > origin.last_row),
            (("TO_TOP", wide._replace(row=goal.row), rows), goal.row < origin.row),
        )
        if needed
    ]


def _fill(sheet: "Sheet", area: Area, direction: str, count: int, how: str) -> None:
    cells = sheet.block(area).xr
    toward = enum("com.sun.star.sheet.FillDirection", direction)
    if how in DATES:
        _series(cells, toward, "DATE", DATES[how], 1)
    elif how == "growth_trend":
        given = _given(cells, direction, count)
        _series(cells, toward, "GROWTH", DATES["fill_days"], given[1] / given[0] if len(given) > 1 else 2)
    elif how == "fill_formats":
        _only_formats(cells, toward, count)
    elif how == "fill_copy" or (how in GUESSED and _is_lone_number(sheet, area, direction, count)):
        _repeat(sheet, area, direction, count)
    else:
        cells.fillAuto(toward, count)


def _series(cells: UnoObject, toward: UnoObject, mode: str, date_mode: str, step: float) -> None:
    fill_mode = enum("com.sun.star.sheet.FillMode", mode)
    cells.fillSeries(toward, fill_mode, enum("com.sun.star.sheet.FillDateMode", date_mode), step, FAR)


def _given(cells: UnoObject, direction: str, count: int) -> list[float]:
    """The numbers a series starts with, in the order it runs in."""
    data = cells.getDataArray()
    line = [row[0] for row in data] if direction in {"TO_BOTTOM", "TO_TOP"} else list(data[0])
    line = line if direction in {"TO_BOTTOM", "TO_RIGHT"} else line[::-1]
    return [value for value in line[:count] if isinstance(value, float)]


def _only_formats(cells: UnoObject, toward: UnoObject, count: int) -> None:
    """Fills, and puts back what the cells held."""
    held = cells.getFormulaArray()
    cells.fillAuto(toward, count)
    cells.setFormulaArray(held)


def _is_lone_number(sheet: "Sheet", area: Area, direction: str, count: int) -> bool:
    """Whether the one given cell is a plain number, which Excel repeats and does not count on."""
    if count > 1:
        return False
    row = area.last_row if direction == "TO_TOP" else area.row
    column = area.last_column if direction == "TO_LEFT" else area.column
    upright = direction in {"TO_BOTTOM", "TO_TOP"}
    line = (
        Area(row, area.column, row, area.last_column)
        if upright
        else Area(area.row, column, area.last_row, column)
    )
    given = sheet.block(line).xr
    kind = next(kinds.stretches(sheet.book.doc, given)).kind
    numbers = [value for row_ in given.getDataArray() for value in row_ if value != ""]
    return kind != kinds.DATE and all(isinstance(value, float) for value in numbers)


def _repeat(sheet: "Sheet", area: Area, direction: str, count: int) -> None:
    """Repeats the given cells, block by block, away from them."""
    upright = direction in {"TO_BOTTOM", "TO_TOP"}
    length = area.shape[0 if upright else 1]
    backward = direction in {"TO_TOP", "TO_LEFT"}
    first, last = (area.row, area.last_row) if upright else (area.column, area.last_column)
    for start in range(count, length, count):
        size = min(count, length - start)
        low = last - start - size + 1 if backward else first + start
        near = last - size + 1 if backward else first
        names = ("row", "last_row") if upright else ("column", "last_column")
        block = area._replace(**dict(zip(names, (near, near + size - 1), strict=True)))
        place = sheet.block(area._replace(**{names[0]: low, names[1]: low + size - 1})).xr
        sheet.xs.copyRange(place.getCellByPosition(0, 0).CellAddress, sheet.block(block).xr.RangeAddress)

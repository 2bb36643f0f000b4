"""Cells as day numbers."""

from collections.abc import Sequence
from datetime import date, datetime
from math import isfinite

from duesheet import dates
from duesheet.dates import day_number
from duesheet.functions.cells import Wrong
from duesheet.functions.messages import Cell, plain, wrong

ORDINAL = dates.EPOCH.toordinal()
"""What Python counts more than a spreadsheet."""

_FIRST, _LAST = day_number(dates.FIRST), day_number(dates.LAST)
_FAR = 10**20
_TWO_WAYS = "can be read in two ways; type it as 2025-12-31"


def day(label: str, cell: Cell) -> int | Wrong:
    """The day number of a date, a spreadsheet's count of days, or a date typed as text.

    >>> day("Due date", datetime(2025, 1, 1)), day("Due date", 45658.75), day("Due date", "1 Jan 2025")
    (45658, 45658, 45658)
    >>> day("Due date", "3/4/2025")
    "Due date: '3/4/2025' can be read in two ways; type it as 2025-12-31"
    """
    cell = plain(cell)
    if isinstance(cell, date):
        number = cell.toordinal() - ORDINAL
    elif isinstance(cell, float | int) and not isinstance(cell, bool):
        number = int(cell) if -_FAR < cell < _FAR else 0
    elif isinstance(cell, str) and (typed := dates.parse(cell)) is not None:
        number = day_number(typed)
    else:
        vague = isinstance(cell, str) and (dates.parse(cell, "DMY") or dates.parse(cell, "MDY"))
        return wrong(label, cell, _TWO_WAYS if vague else "is not a date")
    return number if _FIRST <= number <= _LAST else wrong(label, cell, "is not a date from 1970 to 2199")


def days(cells: Sequence[Cell]) -> list[int] | None:
    """A column of dates at once, when every cell is one; else None."""
    kinds = set(map(type, cells))
    if kinds <= {datetime, date}:
        found = [cell.toordinal() - ORDINAL for cell in cells]
    elif kinds <= {float, int} and min(cells) > -_FAR and max(cells) < _FAR and isfinite(sum(cells)):
        found = list(map(int, cells))
    else:
        return None
    return found if min(found) >= _FIRST and max(found) <= _LAST else None


def moment(number: int) -> datetime:
    """A day number as a date that a cell shows.

    >>> moment(45658)
    datetime.datetime(2025, 1, 1, 0, 0)
    """
    return datetime.fromordinal(number + ORDINAL)

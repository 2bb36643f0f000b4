"""Values of cells as Python has them and as a cell of Calc holds them.

A cell holds a number, a text, an error or nothing.
Dates, times and truth values are numbers whose number format tells what they are.
"""

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 (cells know no time zone)
DAY = 86400
DAYS = dt.timedelta(days=1)
CONVERTED = {"Timestamp": "to_pydatetime", "Timedelta": "to_pytimedelta"}
"""How pandas gives its own types as Python's."""
LAST_DAY = 2958466
"""The day after 31 December 9999, beyond which there is no date."""


_SETTLED = frozenset({float, bool, dt.datetime, type(None), str})
"""The types of values that are given as they were read."""


@dataclass(frozen=True, slots=True)
class CellError:
    """An error in a cell, such as `#DIV/0!`."""

    text: str


NUMBERED = {
    "Err:502": "#NUM!",
    "Err:503": "#NUM!",
    "Err:504": "#VALUE!",
    "Err:508": "#NAME?",
    "Err:509": "#NAME?",
    "Err:510": "#NAME?",
    "Err:511": "#VALUE!",
    "Err:523": "#NUM!",
    "Err:533": "#VALUE!",
}
"""What Excel shows where Calc shows the number of an error: the square root of -1 is `Err:502`."""


def error(shown: str) -> CellError:
    """The error of a cell that shows this text, by the name Excel has for it; where it has none, Calc's own.

    >>> error("Err:502").text, error("#N/A").text, error("Err:522").text
    ('#NUM!', '#N/A', 'Err:522')
    """
    return CellError(NUMBERED.get(shown, shown))


class SettledRows(list[list[Any]]):
    """Rows of values without an error among them."""


def prepared(value: object) -> object:  # noqa: PLR0911 (one answer for each type)
    """One value in plain Python: what pandas and NumPy know as missing is nothing, their numbers are numbers."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (float, Decimal)):
        return None if math.isnan(value) else float(value)
    kind = type(value).__name__
    if kind in {"NaTType", "NAType"}:
        return None
    if kind in CONVERTED:
        return getattr(value, CONVERTED[kind])()
    if kind == "datetime64":
        return _from_numpy(value)
    return prepared(value.item()) if type(value).__module__ == "numpy" and hasattr(value, "item") else value


def serial(value: dt.date | dt.time | dt.timedelta) -> float:
    """The number a date, a time or a duration is in a cell; a time zone is dropped, as Excel's engine drops it."""
    if isinstance(value, dt.datetime):
        return ((value.replace(tzinfo=None) if value.tzinfo else value) - EPOCH) / DAYS
    if isinstance(value, dt.date):
        return float((value - EPOCH.date()).days)
    if isinstance(value, dt.time):
        return (
            dt.timedelta(
                hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
            )
            / DAYS
        )
    return value / DAYS


def moment(number: float) -> dt.datetime | None:
    """The moment that a number in a cell formatted as a date stands for; None outside the calendar.

    Fractions of a second are rounded to milliseconds: a cell has no more.
    """
    if not 0 <= number < LAST_DAY:
        return None
    return EPOCH + dt.timedelta(milliseconds=round(number * DAY * 1000))


def cleaned(
    data: Sequence[Sequence[Any]],
    datetime_builder: Callable[..., Any],
    empty_as: object,
    number_builder: Callable[[float], Any] | None,
    err_to_str: bool,  # noqa: FBT001 (a switch of xlwings)
) -> list[list[Any]]:
    """Rows of raw values as the caller asked for them: dates, empty cells, numbers and errors."""

    def clean(value: object) -> object:
        kind = type(value)
        if kind is float:
            return number_builder(value) if number_builder else value  # type: ignore[arg-type]
        if value is None or value == "":
            return empty_as
        if kind is dt.datetime:
            return _built(value, datetime_builder)  # type: ignore[arg-type]
        if kind is CellError:
            return value.text if err_to_str else None  # type: ignore[attr-defined]
        return value

    if datetime_builder is dt.datetime and empty_as is None and number_builder is None:
        # Rows as they were read are right already, but for errors.
        if isinstance(data, SettledRows):
            return list(data)
        return [list(row) if _SETTLED.issuperset(map(type, row)) else list(map(clean, row)) for row in data]
    return [list(map(clean, row)) for row in data]


def _built(value: dt.datetime, builder: Callable[..., Any]) -> object:
    if builder is dt.datetime:
        return value
    return builder(
        year=value.year,
        month=value.month,
        day=value.day,
        hour=value.hour,
        minute=value.minute,
        second=value.second,
        microsecond=value.microsecond,
        tzinfo=None,
    )


def _from_numpy(value: Any) -> dt.datetime | None:  # noqa: ANN401 (NumPy is not imported for this)
    microseconds = value.astype("datetime64[us]").item()
    return microseconds if isinstance(microseconds, dt.datetime) else None

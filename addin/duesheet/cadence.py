"""How often instalments fall due: periods in a year, and the dates counted from the first. Dates are day numbers."""

from calendar import monthrange
from datetime import date

from duesheet.dates import date_of, day_number, working_day

PERIODS = {"Week": 52, "2 weeks": 26, "Month": 12, "Quarter": 4}
"""Instalments a year, by what the Plans sheet calls them in its column Every."""

MONTHS = {"Month": 1, "Quarter": 3}
"""Months from one instalment to the next, where they are counted in months."""

DAYS = {"Week": 7, "2 weeks": 14}
"""Days from one instalment to the next, where they are counted in days."""

_EVERY_SAID = {
    "Week": ("week", "weekly", "1 week", "every week"),
    "2 weeks": ("2 weeks", "two weeks", "two-weekly", "biweekly", "bi-weekly", "fortnight", "fortnightly"),
    "Month": ("month", "monthly", "1 month", "every month"),
    "Quarter": ("quarter", "quarterly", "3 months", "every quarter"),
}
_EVERY = {said: every for every, names in _EVERY_SAID.items() for said in names}


def every_of(typed: str) -> str | None:
    """How often is meant, as `PERIODS` names it; None when it is not understood.

    >>> every_of("month"), every_of("Bi-weekly"), every_of("daily") is None
    ('Month', '2 weeks', True)
    """
    return _EVERY.get(" ".join(typed.split()).casefold())


def due(first_due: int, periods: int, every: str) -> int:
    """The day `periods` after `first_due`, counted from there, so that the month's end is never lost.

    >>> [date_of(due(day_number(date(2026, 1, 31)), no, "Month")).isoformat() for no in range(3)]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    if every in DAYS:
        return first_due + DAYS[every] * periods
    first = date_of(first_due)
    years, month = divmod(first.month - 1 + MONTHS[every] * periods, 12)
    year, month = first.year + years, month + 1
    return day_number(date(year, month, min(first.day, monthrange(year, month)[1])))


def due_dates(first_due: int, count: int, every: str, country: str | None = None) -> list[int]:
    """The due dates of `count` instalments.

    With `country` None they stay where they fall; "" moves them off weekends to the next working day, "DE" or
    "US-CA" off public holidays there too.

    >>> due_dates(46053, 2, "Month"), due_dates(46053, 2, "Month", "")
    ([46053, 46081], [46055, 46083])
    """
    days = [due(first_due, no, every) for no in range(count)]
    if country is None:
        return days
    return [day_number(working_day(date_of(day), country)) for day in days]

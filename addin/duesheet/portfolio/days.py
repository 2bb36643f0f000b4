"""The due dates of many plans at once (see `cadence`)."""

import numpy as np

from duesheet.cadence import DAYS, MONTHS
from duesheet.dates import date_of, day_number, working_day
from duesheet.portfolio.plans import Plans, Whole

_UNIX = 25569
"""1 January 1970, from where numpy counts, as a day number."""


def due(plans: Plans, plan: Whole, periods: Whole, country: str | None) -> Whole:
    """The due date of every row (see `cadence.due_dates`)."""
    by_days = np.array([DAYS.get(often, 0) for often in plans.every], dtype=np.int64)[plan]
    by_months = np.array([MONTHS.get(often, 0) for often in plans.every], dtype=np.int64)[plan]
    first = (plans.first_due - _UNIX).astype("datetime64[D]")
    month = first.astype("datetime64[M]")
    day = (first - month.astype("datetime64[D]")).astype(np.int64)[plan]
    reached = month[plan] + (by_months * periods).astype("timedelta64[M]")
    begins = reached.astype("datetime64[D]").astype(np.int64)
    length = (reached + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - begins
    monthly = begins + np.minimum(day, length - 1) + _UNIX
    due = np.where(by_days > 0, plans.first_due[plan] + by_days * periods, monthly)
    return due if country is None else _moved(due, country)


def _moved(due: Whole, country: str) -> Whole:
    """Due dates moved to working days, each date looked at once."""
    days, at = np.unique(due, return_inverse=True)
    moved = [day_number(working_day(date_of(int(day)), country)) for day in days]
    return np.array(moved, dtype=np.int64)[at]

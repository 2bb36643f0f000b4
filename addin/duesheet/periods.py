"""One currency over the months up to a day: the sums every figure of that day is worked out from."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import polars as pl

from duesheet.dates import date_of, day_number

MONTHS, YEAR = 3, 12
"""Figures are measured over three months, as is usual; what is rare or spread, over twelve."""
SHOWN = 12
"""How many month ends the series of months has."""
COUNTED_BACK = 24
"""How many months of sales are known to count back through."""


class Period(NamedTuple):
    """What happened in one currency up to the end of `day`; days are day numbers, money is minor units.

    `owed` in all, of it the items by `buckets` (current first); `beginning`: owed in all at the end of `since`, three
    months before. `sold` after `since`; `sold_in_year` and `written_off` after `year`, twelve months
    before. `sales` and `lengths`: sold in each month and the days in it, the newest first. Of the invoices paid after
    `year`: how many `paid`, their `days_late` added up, their `amount`, and `weighted`, days times amounts.
    """

    currency: str
    day: int
    since: int
    year: int
    owed: int
    buckets: tuple[int, ...]
    beginning: int
    sold: int
    sold_in_year: int
    written_off: int
    sales: tuple[int, ...]
    lengths: tuple[int, ...]
    paid: int
    days_late: int
    amount: int
    weighted: float

    @property
    def open(self) -> int:
        """What the items owe, money on account left aside."""
        return sum(self.buckets)

    @property
    def current(self) -> int:
        """What of it is not yet due."""
        return self.buckets[0] if self.buckets else 0


def back(day: int, months: int) -> int:
    """The same day so many months before; of the last day of a month, the last day of that month.

    >>> date_of(back(day_number(date(2026, 2, 28)), 3)), date_of(back(day_number(date(2026, 5, 30)), 3))
    (datetime.date(2025, 11, 30), datetime.date(2026, 2, 28))
    """
    found = date_of(day)
    year, month = divmod(found.year * 12 + found.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    ends = found.day == monthrange(found.year, found.month)[1]
    return day_number(date(year, month + 1, last if ends else min(found.day, last)))


def month_ends(as_of: int, count: int) -> list[int]:
    """The last `count` month ends up to `as_of`, the earliest first.

    >>> [str(date_of(day)) for day in month_ends(day_number(date(2026, 3, 30)), 2)]
    ['2026-01-31', '2026-02-28']
    """
    today = date_of(as_of)
    last = as_of if today.day == monthrange(today.year, today.month)[1] else as_of - today.day
    return [back(last, months) for months in range(count - 1, -1, -1)]


def looked_at(as_of: int) -> list[int]:
    """The days of which must be known what was owed: the month ends shown, `as_of`, and three months before each."""
    days = [*month_ends(as_of, SHOWN), as_of]
    return sorted({*days, *(back(day, MONTHS) for day in days)})


def counted_to(as_of: int) -> list[int]:
    """The days up to which must be known what was sold, written off and paid."""
    return sorted({*month_ends(as_of, SHOWN + COUNTED_BACK), as_of, back(as_of, MONTHS), back(as_of, YEAR)})


class Past:
    """What `months.owed` and `months.turned_over` found, by currency and day."""

    def __init__(self, owed: pl.DataFrame, turned_over: pl.DataFrame) -> None:
        self._owed = {(row["currency"], row["day"]): row for row in owed.iter_rows(named=True)}
        self._turned = {(row["currency"], row["day"]): row for row in turned_over.iter_rows(named=True)}

    def period(self, currency: str, day: int) -> Period:
        """The period up to `day`, one of those looked at; of a currency never used, one of zeros."""
        since, year = back(day, MONTHS), back(day, YEAR)
        owed = self._owed.get((currency, day), {})
        ends = [day, *(end for end in reversed(month_ends(day, COUNTED_BACK)) if end < day)]
        between = list(pairwise(ends))
        return Period(
            currency=currency,
            day=day,
            since=since,
            year=year,
            owed=owed.get("total", 0),
            buckets=tuple(amount for name, amount in owed.items() if name.startswith("bucket_")),
            beginning=self._owed.get((currency, since), {}).get("total", 0),
            sold=self._turned_over("sold", currency, since, day),
            sold_in_year=self._turned_over("sold", currency, year, day),
            written_off=self._turned_over("written_off", currency, year, day),
            sales=tuple(self._turned_over("sold", currency, before, after) for after, before in between),
            lengths=tuple(after - before for after, before in between),
            **{
                field: self._turned_over(name, currency, year, day)
                for field, name in (("paid", "count"), ("days_late", "days_late"), ("amount", "amount"))
            },
            weighted=self._turned_over("weighted", currency, year, day),
        )

    def _turned_over(self, name: str, currency: str, after: int, upto: int) -> int:
        """What there was of `name` after one day, up to another."""
        first, last = self._turned.get((currency, after), {}), self._turned.get((currency, upto), {})
        return last.get(name, 0) - first.get(name, 0)  # type: ignore[no-any-return]  # rows carry no types


def together(periods: Iterable[Period], base: str, worth: Callable[[int, str], int]) -> Period:
    """Periods of one day in several currencies as one in `base`; `worth` gives minor units of a currency in it."""
    changed = [_changed(one, base, worth) for one in periods]
    sums: dict[str, Any] = {
        name: sum(getattr(one, name) for one in changed) for name in (*_MONEY, *_COUNTS, "weighted")
    }
    for name in _SERIES:
        sums[name] = tuple(map(sum, zip(*(getattr(one, name) for one in changed), strict=True)))
    return changed[0]._replace(**sums)


_MONEY = ("owed", "beginning", "sold", "sold_in_year", "written_off", "amount")
_COUNTS = ("paid", "days_late")
_SERIES = ("sales", "buckets")


def _changed(one: Period, base: str, worth: Callable[[int, str], int]) -> Period:
    money: dict[str, Any] = {name: worth(getattr(one, name), one.currency) for name in _MONEY}
    for name in _SERIES:
        money[name] = tuple(worth(units, one.currency) for units in getattr(one, name))
    share = money["amount"] / one.amount if one.amount else 0.0
    return one._replace(currency=base, weighted=one.weighted * share, **money)

"""The figures of a day with what each was worked out from, in words, so that it can be checked by hand."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from duesheet import metrics
from duesheet.dates import date_of
from duesheet.money import plain
from duesheet.periods import Period

DAYS, SHARE, TIMES = "days", "%", "times a year"
"""Units; a share is a fraction that is shown as percent."""

_YEAR = 365
_DECIMALS = 6


class Figure(NamedTuple):
    """One figure: its value, None where there is no number, and how it came about or why there is none."""

    name: str
    unit: str
    value: float | None
    note: str


def figures(of: Period) -> Iterator[Figure]:
    """Every figure of the period."""
    for name, unit, work in _FIGURES:
        value, note = work(of)
        yield Figure(name, unit, None if value is None else round(value, _DECIMALS), note)


_Found = tuple[float | None, str]


def _shown(of: Period) -> Callable[[int], str]:
    return lambda units: plain(units, of.currency)


def _after(day: int) -> str:
    return date_of(day + 1).isoformat()


def _nothing_sold(of: Period, since: int) -> str:
    return f"No number: nothing was sold from {_after(since)} to {date_of(of.day)}"


def _by_sales(of: Period, units: int, words: str, value: float | None) -> _Found:
    if value is None:
        return None, _nothing_sold(of, of.since)
    days, shown = of.day - of.since, _shown(of)
    return value, f"{shown(units)} {words} / {shown(of.sold)} sold in {days} days x {days}"


def _dso(of: Period) -> _Found:
    return _by_sales(of, of.owed, "owed", metrics.dso(of.owed, of.sold, of.day - of.since))


def _best(of: Period) -> _Found:
    value = metrics.best_possible_dso(of.current, of.sold, of.day - of.since)
    return _by_sales(of, of.current, "not yet due", value)


def _delinquent(of: Period) -> _Found:
    value = metrics.average_days_delinquent(of.owed, of.current, of.sold, of.day - of.since)
    return _by_sales(of, of.owed - of.current, "owed and due", value)


def _count_back(of: Period) -> _Found:
    value, shown = metrics.count_back(of.owed, of.sales, of.lengths), _shown(of)
    if value is None and sum(of.sales) <= 0:
        return None, "No number: nothing was sold"
    if value is None:
        return (
            None,
            f"No number: {len(of.sales)} months sold {shown(sum(of.sales))}, less than {shown(of.owed)} owed",
        )
    left, whole = of.owed, 0
    for sold, length in zip(of.sales, of.lengths, strict=True):
        if left <= sold or left <= 0:
            break
        left, whole = left - sold, whole + length
    else:
        return value, f"{shown(of.owed)} owed: {_days(whole)} of sales in full"
    part = f"{shown(max(left, 0))} / {shown(sold)} sold x {_days(length)}"
    return value, f"{shown(of.owed)} owed: {_days(whole)} of sales in full, then {part}" if whole else part


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _paid_late(of: Period) -> _Found:
    if not of.paid:
        return None, f"No number: nothing was paid since {_after(of.year)}"
    note = f"{of.days_late:,} days late / {of.paid:,} items paid since {_after(of.year)}; early is below 0"
    return of.days_late / of.paid, note


def _weighted_late(of: Period) -> _Found:
    if of.amount <= 0:
        return None, f"No number: nothing was paid since {_after(of.year)}"
    weighted, paid = plain(round(of.weighted), of.currency), plain(of.amount, of.currency)
    return of.weighted / of.amount, f"{weighted} days x amounts / {paid} paid since {_after(of.year)}"


def _cei(of: Period) -> _Found:
    value, shown = metrics.cei(of.beginning, of.sold, of.owed, of.current), _shown(of)
    if value is None:
        return None, f"No number: there was nothing to collect from {_after(of.since)} to {date_of(of.day)}"
    begun = f"{shown(of.beginning)} + {shown(of.sold)} sold"
    return value, f"({begun} - {shown(of.owed)}) / ({begun} - {shown(of.current)})"


def _turnover(of: Period) -> _Found:
    days, shown = of.day - of.since, _shown(of)
    value = metrics.turnover(of.sold, of.beginning, of.owed)
    if value is None:
        return None, _nothing_sold(of, of.since) if of.sold <= 0 else "No number: nothing was owed"
    average = f"(({shown(of.beginning)} + {shown(of.owed)}) / 2)"
    return value * _YEAR / days, f"{shown(of.sold)} sold / {average} x {_YEAR} / {days} days"


def _current(of: Period) -> _Found:
    value, shown = metrics.percent_current(of.current, of.open), _shown(of)
    if value is None:
        return None, "No number: nothing is open"
    return value, f"{shown(of.current)} not yet due / {shown(of.open)} open"


def _bad_debt(of: Period) -> _Found:
    value, shown = metrics.bad_debt_share(of.written_off, of.sold_in_year), _shown(of)
    if value is None:
        return None, _nothing_sold(of, of.year)
    return (
        value,
        f"{shown(of.written_off)} written off / {shown(of.sold_in_year)} sold since {_after(of.year)}",
    )


_FIGURES: tuple[tuple[str, str, Callable[[Period], _Found]], ...] = (
    ("DSO", DAYS, _dso),
    ("DSO, count-back", DAYS, _count_back),
    ("Best possible DSO", DAYS, _best),
    ("ADD, DSO less best possible", DAYS, _delinquent),
    ("ADD, of paid invoices", DAYS, _paid_late),
    ("Weighted average days late", DAYS, _weighted_late),
    ("CEI", SHARE, _cei),
    ("Receivables turnover", TIMES, _turnover),
    ("Percent current", SHARE, _current),
    ("Bad-debt share", SHARE, _bad_debt),
)

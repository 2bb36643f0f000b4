"""The Settings sheet as values, each checked, each with the default a new book has."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, time
from difflib import get_close_matches
from functools import cache
from typing import Any

import polars as pl

from duesheet import dates, kinds, money, tables
from duesheet.books import Cells
from duesheet.errors import Fault
from duesheet.kinds import TEXTUAL
from duesheet.layout import Column, Setting, Table, layout

MOST_BUCKETS = 12
LATEST_EDGE = 9999
_COUNTED = frozenset({"whole", "money", "percent", "number"})
_LEAST = {"Letters per minute": 1, "SMTP port": 1}
_FIRST_READ = "Date order"


@dataclass(frozen=True)
class Settings:
    """How this book is kept: one field per row of the Settings sheet that the weekly job reads.

    Amounts are major units of the base currency, rates fractions, hours a pair of times.
    """

    as_of: date | None
    base_currency: str
    date_order: str
    age_from: str
    bucket_edges: tuple[int, ...]
    due_today_is: str
    unapplied_money: str
    grace_days: int
    weekend_due_dates_move_to_monday: bool
    holidays: str
    company: str
    from_name: str
    from_email: str
    reply_to: str
    how_to_pay: str
    payment_link: str
    contact_phone: str
    minimum_to_chase: float
    days_between_letters: int
    daily_cap: int | None
    letters_per_minute: int
    send_hours: tuple[time, time]
    payments_may_be_old_by_days: int
    carrier: str
    journal: str
    test_recipient: str
    book_id: str


def read(cells: Cells, table: Table) -> tuple[Settings, tuple[Fault, ...]]:
    """The settings typed in the book; a value that cannot be used is a fault and its default holds."""
    rows = tables.read(cells, table)
    found, faults = _chosen(rows.frame, cells.sheet)
    values: dict[str, Any] = {key_of(setting): _default(setting) for setting in layout().settings}
    # The order of dates comes first: the other settings may hold dates.
    for setting in sorted(layout().settings, key=lambda one: one.name != _FIRST_READ):
        value, row = found.get(setting.name, (None, 0))
        if value is not None and value != setting.default:
            try:
                values[key_of(setting)] = _typed(setting, value, values["date_order"])
            except ValueError as wrong:
                remedy = f"{setting.name}: {wrong} Until then: {setting.default or 'blank'}."
                faults.append(Fault(cells.sheet, row, "Value", value, remedy))
    chosen = Settings(**{part.name: values[part.name] for part in fields(Settings)})
    return chosen, (*rows.faults, *faults)


def _chosen(rows: pl.DataFrame, sheet: str) -> tuple[dict[str, tuple[str | None, int]], list[Fault]]:
    """What is typed beside the name of each setting, and its row; the first row of a name counts."""
    declared = {_folded(setting.name): setting.name for setting in layout().settings}
    found: dict[str, tuple[str | None, int]] = {}
    faults = []
    for typed, value, row in rows.select("setting", "value", "row").iter_rows():
        name = declared.get(_folded(typed))
        if name is None:
            faults += [_unknown(sheet, row, typed)] if value is not None else []
        elif name in found:
            remedy = f"Row {found[name][1]} has this setting already, and that row counts. Delete one."
            faults.append(Fault(sheet, row, "Setting", typed, remedy))
        else:
            found[name] = value, row
    return found, faults


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def key_of(setting: Setting) -> str:
    """The field that holds `setting`.

    >>> key_of(layout().settings[0])
    'as_of'
    """
    return setting.name.lower().replace(" ", "_").replace("-", "_")


def _unknown(sheet: str, row: int, name: str) -> Fault:
    near = get_close_matches(name, [setting.name for setting in layout().settings], n=1)
    hint = f'Did you mean "{near[0]}"?' if near else "Delete this row, or move it beside the table."
    return Fault(sheet, row, "Setting", name, f"There is no such setting. {hint}")


@cache
def _default(setting: Setting) -> object:
    if setting.default:
        return _typed(setting, setting.default, "YMD")
    return "" if setting.kind in TEXTUAL else None


def _typed(setting: Setting, value: str, order: str) -> object:
    special = _SPECIAL.get(setting.name)
    if special is not None:
        return special(value)
    column = Column(name=setting.name, kind=setting.kind, width=0, choices=setting.choices)
    found, bad = kinds.read(pl.Series([value], dtype=pl.String), column, order)
    if bad:
        raise ValueError(bad[0])
    least = _LEAST.get(setting.name, 0)
    if setting.kind in _COUNTED and found[0] < least:
        raise ValueError(f"Type {least} or more.")
    return _plain(setting, found[0])


def _plain(setting: Setting, value: object) -> object:
    if setting.kind == "date":
        return dates.date_of(int(str(value)))
    if setting.kind == "whole":
        return int(float(str(value)))
    return value == "Yes" if set(setting.choices) == {"Yes", "No"} else value


def _edges(value: str) -> tuple[int, ...]:
    try:
        edges = tuple(int(part) for part in value.replace(";", ",").rstrip(", ").split(","))
    except ValueError:
        raise ValueError("Type whole days with commas between them, as 30, 60, 90, 120.") from None
    rising = list(edges) == sorted(set(edges)) and edges[0] >= 1 and edges[-1] <= LATEST_EDGE
    if not rising or len(edges) > MOST_BUCKETS:
        raise ValueError(f"Up to {MOST_BUCKETS} edges, each later than the one before, as 30, 60, 90, 120.")
    return edges


def _currency(value: str) -> str:
    code = value.upper()
    if not money.is_currency(code):
        raise ValueError("Type the three letters of a currency, as EUR.")
    return code


def _country(value: str) -> str:
    if not dates.is_country(value):
        raise ValueError("Type a country code, as DE, or country and region, as US-CA.")
    return value


def _hours(value: str) -> tuple[time, time]:
    try:
        start, end = (_hour(part) for part in value.replace("\N{EN DASH}", "-").split("-"))
    except ValueError:
        raise ValueError("Type two times, as 08:00-18:00.") from None
    if start >= end:
        raise ValueError("The first time must be before the second, as 08:00-18:00.")
    return start, end


def _hour(typed: str) -> time:
    hour, _, minute = typed.strip().partition(":")
    return time(int(hour), int(minute or 0))


def _fee(value: str) -> float:
    kind = "percent" if value.endswith("%") else "number"
    found, bad = kinds.read(pl.Series([value]), Column(name="", kind=kind, width=0))
    if bad or found[0] < 0:
        raise ValueError("Type an amount, as 5, or a percentage, as 2%.")
    return float(found[0])


_SPECIAL: dict[str, Callable[[str], object]] = {
    "Bucket edges": _edges,
    "Base currency": _currency,
    "Holidays": _country,
    "Send hours": _hours,
    "Late fee value": _fee,
}

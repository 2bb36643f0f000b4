"""The Settings sheet as values, each checked, each with the default a new book has."""

from dataclasses import dataclass, fields
from datetime import date, time
from difflib import get_close_matches
from typing import Any

import polars as pl

from duesheet import dates, money, tables
from duesheet.books import Cells
from duesheet.errors import Fault
from duesheet.layout import Column, Setting, Table, layout

MOST_BUCKETS = 12


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
    declared = {setting.name: setting for setting in layout().settings}
    faults = list(rows.faults)
    values = {key_of(setting): _default(setting) for setting in declared.values()}
    for name, value, row in rows.frame.select("setting", "value", "row").iter_rows():
        if name not in declared:
            faults.append(_unknown(cells.sheet, row, name, declared))
        elif value is not None:
            setting = declared[name]
            try:
                values[key_of(setting)] = _typed(setting, value, str(values["date_order"]))
            except ValueError as wrong:
                faults.append(Fault(cells.sheet, row, "Value", value, f"{name}: {wrong}"))
    return Settings(**{part.name: values[part.name] for part in fields(Settings)}), tuple(faults)


def key_of(setting: Setting) -> str:
    """The field that holds `setting`.

    >>> key_of(layout().settings[0])
    'as_of'
    """
    return setting.name.lower().replace(" ", "_").replace("-", "_")


def _unknown(sheet: str, row: int, name: str, declared: dict[str, Setting]) -> Fault:
    near = get_close_matches(name, declared, n=1)
    hint = f'Did you mean "{near[0]}"?' if near else "Settings are listed in the guide; delete this row."
    return Fault(sheet, row, "Setting", name, f"There is no such setting. {hint}")


def _default(setting: Setting) -> Any:
    return _typed(setting, setting.default, "YMD") if setting.default else _blank(setting)


def _blank(setting: Setting) -> Any:
    return "" if setting.kind in tables.TEXTUAL else None


def _typed(setting: Setting, value: str, order: str) -> Any:
    special = _SPECIAL.get(setting.name)
    if special is not None:
        return special(value)
    column = Column(name=setting.name, kind=setting.kind, width=0, choices=setting.choices)
    found, bad = tables.checked(pl.Series([value]), column, order)
    if bad:
        raise ValueError(next(iter(bad.values())))
    return _plain(setting, found[0])


def _plain(setting: Setting, value: Any) -> Any:
    if setting.kind == "date":
        return dates.date_of(value)
    if setting.kind == "whole":
        return int(value)
    return value == "Yes" if setting.choices and set(setting.choices) == {"Yes", "No"} else value


def _edges(value: str) -> tuple[int, ...]:
    try:
        edges = tuple(int(part) for part in value.replace(";", ",").split(","))
    except ValueError:
        raise ValueError("Type whole days with commas between them, as 30, 60, 90, 120.") from None
    if not 1 <= len(edges) <= MOST_BUCKETS or list(edges) != sorted(set(edges)) or edges[0] < 1:
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
        start, end = (time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError:
        raise ValueError("Type two times, as 08:00-18:00.") from None
    if start >= end:
        raise ValueError("The first time must be before the second, as 08:00-18:00.")
    return start, end


_SPECIAL: dict[str, Any] = {
    "Bucket edges": _edges,
    "Base currency": _currency,
    "Holidays": _country,
    "Send hours": _hours,
}

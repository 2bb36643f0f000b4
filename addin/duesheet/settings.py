"""The Settings sheet as values, each checked, each with the default a new book has."""

from collections.abc import Callable, Iterator
from datetime import date, time
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

import polars as pl

from duesheet import allowance, dates, kinds, money, tables
from duesheet.books import Cells
from duesheet.errors import Fault
from duesheet.kinds import TEXTUAL
from duesheet.layout import Column, Setting, Table, layout

MOST_BUCKETS = 12
LATEST_EDGE = 9999
_COUNTED = frozenset({"whole", "money", "percent", "number"})
_LEAST = {"Letters per minute": 1, "SMTP port": 1, "Allowance months": 1}
_FIRST_READ = "Date order"
_BLANK: dict[str, object] = {"Allowance rates": ()}
"""What a blank stands for where it is neither no text nor nothing."""


class Settings(NamedTuple):
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
    late_fee: str
    late_fee_value: float | None
    late_fee_from_day: int
    interest: str
    interest_rate: float | None
    allowance_rates: tuple[Decimal, ...]
    allowance_months: int
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
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_sign_in: str
    attach_statement: bool
    imap_host: str
    journal: str
    test_recipient: str
    book_id: str
    interest_at: tuple[str, int] = ("Settings", 0)
    """The sheet and the row where Interest stands."""


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
    faults += _uneven(values, *found.get("Allowance rates", (None, 0)), cells.sheet)
    faults += _incomplete(values, found, cells.sheet)
    values["interest_at"] = (cells.sheet, found.get("Interest", (None, 0))[1])
    chosen = Settings(**{name: values[name] for name in Settings._fields})
    return chosen, (*rows.faults, *faults)


def _uneven(values: dict[str, Any], typed: str | None, row: int, sheet: str) -> Iterator[Fault]:
    """What is wrong with loss rates that are not one for each bucket; they are taken back."""
    rates, buckets = values["allowance_rates"], len(values["bucket_edges"]) + 2
    if rates and len(rates) != buckets:
        values["allowance_rates"] = ()
        told = (
            f"Allowance rates: there are {len(rates)}, and {buckets} buckets with Current. Type one for each."
        )
        yield Fault(sheet, row, "Value", typed or "", f"{told} Until then: blank.")


def _incomplete(
    values: dict[str, Any], found: dict[str, tuple[str | None, int]], sheet: str
) -> Iterator[Fault]:
    """A late fee without a value that fits it, interest without a rate; neither is quoted then."""
    for chosen, needed, wrong in (
        ("Late fee", "Late fee value", _unfit_fee(values, found.get("Late fee value", (None, 0))[0])),
        ("Interest", "Interest rate", _unfit_interest(values)),
    ):
        if not wrong:
            continue
        kind = values[chosen.lower().replace(" ", "_")]
        values[chosen.lower().replace(" ", "_")] = "None"
        typed, row = found.get(needed, (None, 0))
        if typed is None:
            yield Fault(sheet, found[chosen][1], "Value", kind, f"{chosen}: {wrong} Until then: None.")
        elif values[needed.lower().replace(" ", "_")] is not None:  # else that has been said already
            yield Fault(sheet, row, "Value", typed, f"{needed}: {wrong} Until then no fee is quoted.")


def _unfit_fee(values: dict[str, Any], typed: str | None) -> str:
    kind, value = values["late_fee"], values["late_fee_value"]
    if kind == "None":
        return ""
    if value is None:
        return f"{kind} needs a Late fee value, as {'5' if kind == 'Flat' else '2%'}."
    if kind == "Percent" and value >= 1:
        return f"Percentages are below 100%. Did you mean {value:g}%? Type it with the % sign."
    if kind == "Flat" and typed is not None and typed.endswith("%"):
        return "A flat fee is an amount, as 5. For a percentage choose Percent as Late fee."
    return ""


def _unfit_interest(values: dict[str, Any]) -> str:
    if values["interest"] in {"Annual rate", "Monthly rate"} and values["interest_rate"] is None:
        return f"{values['interest']} needs an Interest rate, as 8%."
    return ""


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
    return _BLANK.get(setting.name, "" if setting.kind in TEXTUAL else None)


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


def bucket_edges(value: str) -> tuple[int, ...]:
    """The edges of the buckets typed in a text; raises ValueError, saying what to type, when they are none.

    >>> bucket_edges("30, 60; 90")
    (30, 60, 90)
    """
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
    "Bucket edges": bucket_edges,
    "Base currency": _currency,
    "Holidays": _country,
    "Send hours": _hours,
    "Late fee value": _fee,
    "Allowance rates": allowance.stated,
}

"""Statutory interest and compensation for late payment between businesses: the UK's Act of 1998 and the EU's directive.

The rates come from `workbook/rates.toml`, with the lines of the user's own file of that name on top (see
`whereabouts.own_rates`). A day the table does not know is refused with a ValueError that says what to add, and where:
a rate is never guessed. Consumers are outside both laws; who is one is for the caller to know.

Sources: Late Payment of Commercial Debts (Interest) Act 1998, sections 1 to 6, and SI 2002/1675; Directive 2011/7/EU,
articles 2, 3 and 6.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from duesheet import dates, fees, money
from duesheet.assets import folder
from duesheet.dates import date_of, day_number
from duesheet.whereabouts import own_rates

LAWS = ("UK", "EU")

_SECOND_HALF = 7
"""July."""


class Law(NamedTuple):
    """One law on late payment: `points` over a reference rate that is looked up for each half-year.

    `rates` are (day number, rate) in order. `fixed`: the rate of the half-year in which interest begins holds to the
    end; else each half-year has its own. `compensation` are (from a debt of, amount) in minor units of `currency`.
    """

    name: str
    act: str
    reference: str
    points: Decimal
    days_before: int
    fixed: bool
    begins: int
    known_until: int
    currency: str
    compensation: tuple[tuple[int, int], ...]
    rates: tuple[tuple[int, Decimal], ...]


def law(name: str) -> Law:
    """The law called `name`, UK or EU, with the rates known on this computer. Raises ValueError, saying what is wrong.

    >>> law("uk").reference
    "the Bank of England's official Bank Rate"
    """
    found = name.strip().upper()
    if found not in LAWS:
        raise ValueError("There is no such law. Type UK or EU.")
    own = own_rates()
    return _laws(own, own.stat().st_mtime_ns if own.is_file() else 0)[found]


def annual_rate(day: int, name: str) -> Decimal:
    """The statutory rate of the half-year `day` is in. Raises ValueError where the table does not know it.

    >>> annual_rate(day_number(date(2026, 3, 1)), "UK"), annual_rate(day_number(date(2026, 3, 1)), "EU")
    (Decimal('0.1175'), Decimal('0.1015'))
    """
    return _rate(law(name), day)


def interest(owed: int, due: int, as_of: int, name: str) -> int:
    """Statutory interest on `owed` minor units, due and counted to on these day numbers; 0 until the day after due.

    Simple, by the day, /365, rounded half up once. UK: at the rate of the half-year in which it begins to run, for
    all its days. EU: each day at the rate of its own half-year. Raises ValueError where the table does not know one.

    >>> interest(1000000, day_number(date(2026, 1, 10)), day_number(date(2026, 3, 11)), "UK")
    19315
    """
    return fees.summed((owed, days, rate) for days, rate in spells(due, as_of, name))


def compensation(owed: int, name: str) -> int:
    """The fixed sum the law gives for a debt of `owed`, both in minor units of the law's own currency.

    >>> [compensation(pounds * 100, "UK") for pounds in (999, 1000, 10000)], compensation(100, "EU")
    ([4000, 7000, 10000], 4000)
    """
    return (
        max((amount for debt, amount in law(name).compensation if owed >= debt), default=0) if owed > 0 else 0
    )


def spells(due: int, as_of: int, name: str | Law) -> Iterator[tuple[int, Decimal]]:
    """The days after `due` up to `as_of`, by the annual rate they bear under the law of that name.

    >>> list(spells(day_number(date(2025, 12, 1)), day_number(date(2026, 1, 31)), "UK"))
    [(61, Decimal('0.1225'))]
    >>> list(spells(day_number(date(2025, 6, 20)), day_number(date(2025, 7, 5)), "EU"))
    [(10, Decimal('0.1115')), (5, Decimal('0.1015'))]
    """
    found = law(name) if isinstance(name, str) else name
    if found.fixed:
        if due < as_of:
            yield as_of - due, _rate(found, due + 1)
        return
    while due < as_of:
        last = min(half_year_end(due + 1), as_of)
        yield last - due, _rate(found, due + 1)
        due = last


def half_years(first: int, last: int, name: str) -> Iterator[tuple[int, int, Decimal | None]]:
    """The half-years from the one of day `first` to the one of day `last`: first day, last day, annual rate.

    The rate is None where the table does not know it.

    >>> [rate for _, _, rate in half_years(day_number(date(2026, 5, 1)), day_number(date(2027, 1, 1)), "EU")]
    [Decimal('0.1015'), Decimal('0.104'), None]
    """
    found = law(name)
    end = half_year_end(first)
    begin = _half_year_start(first)
    while begin <= last:
        inside = found.begins <= end <= found.known_until
        yield begin, end, _rate(found, end) if inside else None
        begin, end = end + 1, half_year_end(end + 1)


@lru_cache(maxsize=65536)
def half_year_end(day: int) -> int:
    """The last day of the half-year `day` is in: 30 June or 31 December.

    >>> date_of(half_year_end(day_number(date(2026, 7, 1))))
    datetime.date(2026, 12, 31)
    """
    on = date_of(day)
    return day_number(date(on.year, 6, 30) if on.month < _SECOND_HALF else date(on.year, 12, 31))


@lru_cache(maxsize=65536)
def _half_year_start(day: int) -> int:
    on = date_of(day)
    return day_number(date(on.year, 1 if on.month < _SECOND_HALF else _SECOND_HALF, 1))


def _rate(found: Law, day: int) -> Decimal:
    if day < found.begins:
        raise ValueError(
            f"The table of {found.name} rates begins on {_text(found.begins)}; it does not know {_text(day)}."
        )
    looked_up = _half_year_start(day) - found.days_before
    if day > found.known_until:
        raise ValueError(
            f"The table of {found.name} rates ends on {_text(found.known_until)}; {_text(day)} is beyond it. "
            f"Add {found.reference} of {_text(looked_up)} to {own_rates()}, with a later known_until, "
            "as docs/fees.md shows."
        )
    return found.points + next(rate for since, rate in reversed(found.rates) if since <= looked_up)


def _text(day: int) -> str:
    return dates.text(date_of(day))


@lru_cache(maxsize=4)
def _laws(own: Path, changed: int) -> dict[str, Law]:
    shipped = _toml(folder("workbook") / "rates.toml")
    known = {name: _law(name, shipped[name]) for name in LAWS}
    if not changed:
        return known
    try:
        return known | {name: _with(known[name], more) for name, more in _toml(own).items()}
    except (AttributeError, KeyError, TypeError, ArithmeticError, ValueError) as wrong:
        raise ValueError(f"{own} cannot be used ({wrong}). Write it as docs/fees.md shows.") from wrong


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)


def _law(name: str, said: Mapping[str, Any]) -> Law:
    code = said["currency"]
    sums = [
        tuple(money.minor(Decimal(one[part]), code) for part in ("debt", "amount"))
        for one in said["compensation"]
    ]
    return Law(
        name=name,
        act=said["law"],
        reference=said["reference"],
        points=said["points"],
        days_before=said["days_before"],
        fixed=said["fixed"],
        begins=day_number(said["begins"]),
        known_until=half_year_end(day_number(said["known_until"])),
        currency=code,
        compensation=tuple((debt, amount) for debt, amount in sums),
        rates=_rates(said),
    )


def _with(known: Law, more: Mapping[str, Any]) -> Law:
    """`known` with the user's own lines: newer ones win, and say until when the table is known."""
    rates = dict(known.rates) | dict(_rates(more))
    until = half_year_end(day_number(more["known_until"])) if "known_until" in more else known.known_until
    return known._replace(rates=tuple(sorted(rates.items())), known_until=until)


def _rates(said: Mapping[str, Any]) -> tuple[tuple[int, Decimal], ...]:
    rates = [(day_number(line["from"]), Decimal(line["rate"])) for line in said.get("rates", ())]
    for _, rate in rates:
        if not 0 <= rate < 1:
            raise ValueError(f"{rate} is no rate: 4% is 0.04")
    return tuple(sorted(rates))

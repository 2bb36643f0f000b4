"""The Rates sheet: what one unit of each currency is worth in the base currency, from which day on."""

from decimal import Decimal

import polars as pl

from duesheet import dates, money
from duesheet.errors import Fault
from duesheet.tables import Typed, quoted

_CURRENCY = "Not a currency; type its three letters, as USD."
_POSITIVE = "A rate is more than 0: units of the base currency for one unit of this one."
_AGAIN = "There is a rate for this currency and day in a row above, and that one counts. Delete one."


def read(typed: Typed, sheet: str = "Rates") -> tuple[pl.DataFrame, tuple[Fault, ...]]:
    """The rates that can be used (currency, date, rate, row), and the faults of the sheet."""
    frame = typed.frame.with_columns(pl.col("currency").str.to_uppercase())
    odd = [code for code in frame["currency"].unique() if not money.is_currency(code)]
    checks = (
        ("Currency", pl.col("currency").is_in(odd), _CURRENCY),
        ("Rate", pl.col("rate") <= 0, _POSITIVE),
        ("Date", ~pl.struct("currency", "date").is_first_distinct(), _AGAIN),
    )
    faults = list(typed.faults)
    for header, caught, remedy in checks:
        rows = frame.filter(caught).select("row", header.lower()).iter_rows()
        faults += [Fault(sheet, row, header, _shown(header, found), remedy) for row, found in rows]
        frame = frame.filter(~caught)
    return frame, tuple(faults)


def _shown(header: str, found: object) -> str:
    return dates.date_of(int(str(found))).isoformat() if header == "Date" else quoted(found)


def on(known: pl.DataFrame, day: int) -> dict[str, tuple[Decimal, int]]:
    """The rate of each currency on `day` (a day number) and the date it is of: the latest on or before that day.

    >>> known = pl.DataFrame({"currency": ["USD", "USD"], "date": [45000, 45030], "rate": [0.92, 0.9]})
    >>> on(known, 45010)
    {'USD': (Decimal('0.92'), 45000)}
    """
    rows = known.filter(pl.col("date") <= day).sort("date").select("currency", "rate", "date").iter_rows()
    return {currency: (Decimal(repr(rate)), date) for currency, rate, date in rows}


def worth(units: int, currency: str, rate: Decimal, base: str) -> int:
    """`units` minor units of `currency` in those of `base`, of which one unit of it costs `rate`; rounded half up.

    >>> worth(10_000, "USD", Decimal("0.92"), "EUR"), worth(10_000, "USD", Decimal(150), "JPY")
    (9200, 15000)
    """
    return money.minor(money.major(units, currency) * rate, base)

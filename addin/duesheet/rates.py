"""The Rates sheet: what one unit of each currency is worth in the base currency, from which day on."""

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

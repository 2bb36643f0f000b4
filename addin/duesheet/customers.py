"""The Customers sheet as customers with a code each, and the rows that cannot be used."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from duesheet import money, terms
from duesheet.errors import Fault
from duesheet.tables import Typed


@dataclass(frozen=True)
class Customers:
    """Every customer once.

    `frame` has the declared columns of Customers and `customer`, an Int64 code: the place of the id among all ids in
    order, so that it does not depend on the order of the rows. `doubtful` are the ids whose rows have a fault.
    """

    frame: pl.DataFrame
    faults: tuple[Fault, ...]
    doubtful: frozenset[str]


def read(typed: Typed, sheet: str = "Customers") -> Customers:
    """Customers by code; a second row of the same id is a fault and the first one counts."""
    frame, faults = first_of_each(typed.frame, "customer_id", sheet, "Customer ID")
    faults += _terms(frame, sheet)
    frame = frame.sort("customer_id").with_row_index("customer").with_columns(pl.col("customer").cast(pl.Int64))
    doubtful = {*typed.doubtful["customer_id"].drop_nulls(), *_ids_of_rows(typed.frame, faults)}
    return Customers(frame, (*typed.faults, *faults), frozenset(doubtful))


def first_of_each(frame: pl.DataFrame, key: str, sheet: str, header: str) -> tuple[pl.DataFrame, list[Fault]]:
    """The first row of each `key`, and a fault for every later one."""
    first = frame[key].is_first_distinct()
    if first.all():
        return frame, []
    kept = frame.filter(first)
    rows = dict(kept.select(key, "row").iter_rows())
    faults = [
        Fault(sheet, row, header, value, f"Row {rows[value]} has it already, and that row counts. Change or delete one.")
        for value, row in frame.filter(~first).select(key, "row").iter_rows()
    ]
    return kept, faults


def _terms(frame: pl.DataFrame, sheet: str) -> list[Fault]:
    known = {text: terms.parse(text) is not None for text in frame["terms"].drop_nulls().unique()}
    odd = frame.filter(pl.col("terms").replace_strict(known, default=True, return_dtype=pl.Boolean).not_())
    return [Fault(sheet, row, "Terms", text, terms.REMEDY) for text, row in odd.select("terms", "row").iter_rows()]


def _ids_of_rows(frame: pl.DataFrame, faults: Iterable[Fault]) -> Iterable[str]:
    rows = [fault.row for fault in faults]
    return frame.filter(pl.col("row").is_in(rows))["customer_id"] if rows else ()


def currency_of(*sources: pl.Expr, base: str) -> pl.Expr:
    """The first currency that is typed among `sources`, else `base`, in capitals."""
    return pl.coalesce(*sources, pl.lit(base)).str.to_uppercase().alias("currency")


def known_currencies(frame: pl.DataFrame) -> dict[str, int]:
    """Digits after the point of each real currency in column `currency`."""
    return {code: money.digits(code) for code in frame["currency"].unique() if money.is_currency(code)}


FRACTION = 1e-4
"""How far, in minor units, a cell may be from a whole number: what floating-point arithmetic leaves behind."""


def in_minor_units(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """`frame` with `amount` as Int64 minor units of `currency`, and which rows hold fractions of one."""
    scale = pl.col("currency").replace_strict(
        {code: 10.0**digits for code, digits in known_currencies(frame).items()}, default=1.0, return_dtype=pl.Float64
    )
    exact = frame.select(pl.col("amount") * scale).to_series()
    whole = exact.round(0)
    return frame.with_columns(whole.cast(pl.Int64).alias("amount")), (exact - whole).abs() > FRACTION

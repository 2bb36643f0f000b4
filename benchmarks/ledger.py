"""Ledgers of any size, the same for every engine; `python -m benchmarks.ledger INVOICES BOOK` writes a book.

One customer for twenty invoices, 1.2 payments an invoice with part payments, three years of dates to AS_OF.
A sheet ends after 1,048,576 rows: the largest book leaves the last payments out.
"""

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import polars as pl

AS_OF = dt.date(2025, 12, 31)
EPOCH = dt.date(1899, 12, 30)
YEARS = 3
MOST_ROWS = 1_048_575
SEED = 20251231


def customers(invoices: int) -> pl.DataFrame:
    """The Customers sheet of a ledger of so many invoices."""
    number = pl.int_range(1, max(invoices // 20, 1) + 1, eager=True)
    digits = number.cast(pl.String).str.zfill(6)
    return pl.DataFrame(
        {
            "Customer ID": "C" + digits,
            "Name": "Customer " + digits + " Ltd",
            "Email": "accounts" + digits + "@example.com",
            "Currency": pl.select(
                pl.when(number % 10 == 0).then(pl.lit("USD")).otherwise(pl.lit("EUR"))
            ).to_series(),
            "Terms": pl.repeat("Net 30", number.len(), eager=True),
        }
    )


def bills(invoices: int) -> pl.DataFrame:
    """The Invoices sheet."""
    chance = np.random.default_rng(SEED)
    day = chance.integers(0, YEARS * 365, invoices)
    terms = chance.choice([0, 14, 30, 30, 30, 60], invoices)
    return pl.DataFrame(
        {
            "Invoice": "INV-" + pl.int_range(1, invoices + 1, eager=True).cast(pl.String).str.zfill(8),
            "Customer ID": "C"
            + pl.Series(chance.integers(1, max(invoices // 20, 1) + 1, invoices))
            .cast(pl.String)
            .str.zfill(6),
            "Invoice date": _dates(day),
            "Due date": _dates(day + terms),
            "Amount": np.round(np.exp(chance.normal(6, 1.2, invoices)), 2) + 1,
            "Reference": "PO " + pl.Series(chance.integers(10_000, 99_999, invoices)).cast(pl.String),
        }
    ).with_columns(pl.col("Amount").round(2))


def payments(billed: pl.DataFrame) -> pl.DataFrame:
    """The Payments sheet: old invoices mostly paid, some in two or three parts, some money on account."""
    chance = np.random.default_rng(SEED + 1)
    age = (AS_OF - billed["Invoice date"]).dt.total_days().to_numpy()
    paid = billed.filter(pl.Series(chance.random(billed.height) < np.where(age > 120, 0.95, 0.45)))
    parts = pl.Series("parts", chance.choice([1, 1, 2, 3], paid.height, p=[0.5, 0.2, 0.2, 0.1]))
    late = pl.Series("late", np.maximum(chance.normal(12, 20, paid.height), -20).astype(int))
    rows = (
        paid.with_columns(parts, late).with_columns(pl.int_ranges(0, "parts").alias("part")).explode("part")
    )
    share = (pl.col("Amount") / pl.col("parts")).round(2)
    rest = (pl.col("Amount") - (pl.col("parts") - 1) * share).round(2)
    rows = rows.select(
        (pl.col("Due date") + pl.duration(days=pl.col("late") + 15 * pl.col("part"))).alias("Date"),
        "Customer ID",
        pl.when(pl.col("part") == pl.col("parts") - 1).then(rest).otherwise(share).alias("Amount"),
        pl.col("Invoice"),
    )
    on_account = pl.Series(chance.random(rows.height) < 0.01)
    named = pl.when(on_account).then(None).otherwise(pl.col("Invoice")).alias("Invoice")
    rows = rows.with_columns(named).filter(pl.col("Date") <= AS_OF).head(MOST_ROWS)
    return rows.select(
        ("PAY-" + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(8)).alias("Payment"), pl.all()
    )


def _dates(days: np.ndarray) -> pl.Series:
    first = AS_OF - dt.timedelta(days=YEARS * 365)
    return pl.Series(np.datetime64(first, "D") + days.astype("timedelta64[D]")).cast(pl.Date)


def write(invoices: int, path: Path) -> None:
    """A Duesheet workbook of so many invoices at `path`."""
    from duesheet.build import new_book  # noqa: PLC0415  the frames alone need no workbook library

    billed = bills(invoices)
    rows = {"Customers": customers(invoices), "Invoices": billed, "Payments": payments(billed)}
    settings = {"Base currency": "EUR", "Company": "Benchmark Ltd", "Payments may be old by days": "0"}
    new_book(path, rows=rows, settings=settings)


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))

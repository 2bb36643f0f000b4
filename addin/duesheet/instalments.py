"""What was billed as instalments with their due dates, and the discount the terms offer."""

import polars as pl

from duesheet import terms
from duesheet.dates import date_of, day_number, working_day

_SPREAD = {
    "terms_read": pl.String,
    "invoice_date": pl.Int64,
    "instalment": pl.Int64,
    "instalments": pl.Int64,
    "due_by_terms": pl.Int64,
}
_OFFER = {"terms_read": pl.String, "part": pl.Int64, "whole": pl.Int64, "days": pl.Int64}


def instalments(invoices: pl.DataFrame, *, moved: bool, country: str) -> pl.DataFrame:
    """One row per instalment of `invoices` (invoice, invoice_date, due_date, terms_read, amount in minor units).

    Gives `item` (Int64 code, in the order of invoice and instalment), `invoice`, `instalment` (1 to n),
    `instalments` (n), `due_date`, `amount`, `judged_due` (when `moved`, off weekends and the holidays of
    `country`) and `before`, what the instalments of the same invoice add up to that come first.
    """
    billed = invoices.filter(pl.col("amount") > 0)
    spread = billed.join(_spread(billed), on=["terms_read", "invoice_date"], how="left")
    # A due date typed in the sheet wins over the terms' one.
    spread = spread.with_columns(
        pl.coalesce("due_date", "due_by_terms").alias("due_date"),
        pl.col("instalment", "instalments").fill_null(1),
    )
    spread = spread.filter(pl.col("instalment") == 1) if _all_whole(spread) else _shared(spread)
    items = spread.select("invoice", "instalment", "instalments", "due_date", "amount")
    items = items.sort("invoice", "instalment").with_row_index("item")
    several = pl.col("instalments") > 1
    before = pl.when(several).then(pl.col("amount").cum_sum().over("invoice") - pl.col("amount"))
    return items.with_columns(
        pl.col("item").cast(pl.Int64), before.otherwise(0).alias("before"), _judged(items["due_date"], country, moved=moved)
    )

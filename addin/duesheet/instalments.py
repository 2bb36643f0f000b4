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


def instalments(invoices: pl.DataFrame, country: str | None) -> pl.DataFrame:
    """One row per instalment of `invoices` (invoice, invoice_date, due_date, terms_read, amount in minor units).

    Gives `item` (Int64 code, in the order of invoice and instalment), `invoice`, `instalment` (1 to n),
    `instalments` (n), `due_date`, `amount`, `judged_due` (moved off weekends and the holidays of `country`; not
    moved when that is None) and `before`, what the instalments of the same invoice add up to that come first.
    """
    # A due date typed in the sheet wins over the terms' one.
    by_terms = pl.when(pl.col("due_date").is_null()).then(pl.col("terms_read"))
    billed = invoices.select("invoice", "invoice_date", "due_date", "amount", terms_read=by_terms)
    billed = billed.filter(pl.col("amount") > 0)
    spread = billed.join(_spread(billed), on=["terms_read", "invoice_date"], how="left")
    spread = spread.with_columns(
        pl.coalesce("due_date", "due_by_terms").alias("due_date"),
        pl.col("instalment", "instalments").fill_null(1),
    )
    several = pl.col("instalments") > 1
    columns = ["invoice", "instalment", "instalments", "due_date", "amount"]
    items = pl.concat(
        [spread.filter(~several).select(columns), _shared(spread.filter(several)).select(columns)]
    )
    items = items.sort("invoice", "instalment").with_row_index("item")
    before = pl.when(several).then(pl.col("amount").cum_sum().over("invoice") - pl.col("amount")).otherwise(0)
    judged = items["due_date"] if country is None else _judged(items["due_date"], country)
    return items.with_columns(
        pl.col("item").cast(pl.Int64), before.alias("before"), judged.alias("judged_due")
    )


def _spread(billed: pl.DataFrame) -> pl.DataFrame:
    """The due dates of each pair of terms and invoice date, worked out once."""
    pairs = billed.select("terms_read", "invoice_date").drop_nulls().unique()
    rows = [
        (text, day, one.instalment, len(dues), one.due)
        for text, day in pairs.iter_rows()
        if (found := terms.parse(text)) is not None
        for dues in (terms.dues(found, day),)
        for one in dues
    ]
    return pl.DataFrame(rows, schema=_SPREAD, orient="row")


def _shared(spread: pl.DataFrame) -> pl.DataFrame:
    """Instalments with the amount shared out by the terms, to the cent."""
    parts = [
        terms.amounts(found, amount)[number - 1]
        for text, amount, number in spread.select("terms_read", "amount", "instalment").iter_rows()
        if (found := terms.parse(text)) is not None
    ]
    return spread.with_columns(pl.Series("amount", parts, dtype=pl.Int64))


def _judged(due: pl.Series, country: str) -> pl.Series:
    """The due dates by which paying late is judged: moved off weekends and holidays."""
    moved = {day: day_number(working_day(date_of(day), country)) for day in due.unique()}
    return due.replace_strict(moved, default=None, return_dtype=pl.Int64)


def with_discounts(invoices: pl.DataFrame) -> pl.DataFrame:
    """`invoices` with `discount` (minor units, rounded half up) and `discount_until`; null where none is offered."""
    offered = [
        (text, *found.discount.as_integer_ratio(), found.discount_days)
        for text in invoices["terms_read"].unique()
        if (found := terms.parse(text)) is not None and found.discount
    ]
    offers = pl.DataFrame(offered, schema=_OFFER, orient="row")
    invoices = invoices.join(offers, on="terms_read", how="left", maintain_order="left")
    billed = pl.when(pl.col("amount") > 0)
    halved = (pl.col("amount") * pl.col("part") * 2 + pl.col("whole")) // (pl.col("whole") * 2)
    until = pl.col("invoice_date") + pl.col("days")
    return invoices.with_columns(
        billed.then(halved).alias("discount"), billed.then(until).alias("discount_until")
    ).drop("part", "whole", "days")

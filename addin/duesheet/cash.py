"""The money expected to come in, week by week: from promises, plans that are kept, and how customers pay."""

import polars as pl

WEEKS = 13
"""A quarter."""
DAYS_A_WEEK = 7
LATER, DISPUTED, NEVER = WEEKS + 1, WEEKS + 2, WEEKS + 3
"""Beyond the weeks; disputed, so that nobody knows when; and not expected at all."""


def expected(items: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """One row per currency and week: `currency`, `week`, `amount` and `items`, `promised` and `planned` of it.

    `items`: open items with currency, open (minor units), due_date, expected_date, promised (day number or null),
    disputed (0 or 1) and on_plan (0 or 1: an instalment of a plan that is kept). Week 1 is the seven days after
    `as_of`, with what is promised for that day itself. A promise still running counts before all else, then the due
    date of an instalment not overdue, then the expected date. What comes after the last week is LATER; DISPUTED items
    and those without an expected date, NEVER, stand apart. All amounts add up to what is open.
    """
    promised = (pl.col("promised") >= as_of).fill_null(value=False)
    kept = (pl.col("on_plan") == 1) & (pl.col("due_date") >= as_of)
    planned = kept & pl.col("expected_date").is_not_null() & ~promised
    disputed = pl.col("disputed") == 1
    day = pl.when(promised).then("promised").when(planned).then("due_date").otherwise("expected_date")
    week = ((day - as_of - 1) // DAYS_A_WEEK + 1).clip(1, LATER).fill_null(NEVER)
    dated = items.with_columns(
        week=pl.when(disputed).then(DISPUTED).otherwise(week).cast(pl.Int64),
        by_promise=pl.when(promised & ~disputed).then("open").otherwise(0),
        by_plan=pl.when(planned & ~disputed).then("open").otherwise(0),
    )
    return (
        dated.group_by("currency", "week")
        .agg(
            amount=pl.col("open").sum(),
            items=pl.len().cast(pl.Int64),
            promised=pl.col("by_promise").sum(),
            planned=pl.col("by_plan").sum(),
        )
        .sort("currency", "week")
    )

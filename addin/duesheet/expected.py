"""When open items will be paid, and how likely late, by what their customers did before.

The medians are worked out in Polars whatever frames come in: no narwhals expression covers them.
"""

import polars as pl
from narwhals.typing import IntoFrame

from duesheet.risk import collected, history

_QUARTILES = (0.25, 0.5, 0.75)
"""Where in the ledger the three average invoices stand that every customer is given."""

_SPAN, _MIDDLE = 2**20, 2**19
"""Room for the days late of one customer, early ones included, in one sorting key."""

_UNIT = 2**30
"""Weights are whole numbers of this many parts, so that sums are exact in any order."""


def expected_dates(
    settled: IntoFrame, open_items: IntoFrame, scored: IntoFrame, as_of: int, grace: int
) -> pl.DataFrame:
    """`open_items` in their order, with expected_date (a day after `as_of`) and late_probability (0 to 1).

    The date is the due date plus the weighted median of the customer's own days late and of three average
    invoices of the ledger, counting only those later than the item already is; if nothing ever came this
    late, the day after `as_of`. What is past its grace is late for certain; else the probability is the
    customer's, from `scored` (see `risk.score`).
    """
    items = collected(open_items)
    past = collected(history(settled, as_of, grace).select("customer", "days_late", "weight", "recent"))
    chances = collected(scored).select("customer", late_probability="probability")
    late = pl.col("judged_due") + grace < as_of
    return (
        items.with_columns(expected_date=_dates(items, past, as_of))
        .join(chances, on="customer", how="left", maintain_order="left")
        .with_columns(late_probability=pl.when(late).then(1.0).otherwise(pl.col("late_probability")))
    )


def typical(past: pl.DataFrame) -> list[int]:
    """The days late of three average invoices: of the last 365 days, of all when there are none, else 0."""
    recent = past.filter(pl.col("recent") == 1)["days_late"]
    days = recent if len(recent) else past["days_late"]
    return [int(days.quantile(place, "nearest") or 0) for place in _QUARTILES]


def _dates(items: pl.DataFrame, past: pl.DataFrame, as_of: int) -> pl.Series:
    samples, first, due = _samples(past, items), items["customer"] * _SPAN, items["due_date"]
    keys, until = samples["key"], pl.concat([pl.Series([0], dtype=pl.Int64), samples["units"].cum_sum()])
    begin = keys.search_sorted(first + _MIDDLE + (as_of - due), side="right")
    end = keys.search_sorted(first + _SPAN, side="left")
    middle = (until[1:] * 2).search_sorted(until[begin] + until[end], side="left")
    found = due + keys[middle.clip(upper_bound=max(len(keys) - 1, 0))] - first - _MIDDLE
    return found.zip_with(end > begin, pl.repeat(as_of + 1, len(found), eager=True, dtype=pl.Int64))


def _samples(past: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """What was seen of each customer, average invoices included, in the order of customers and days late."""
    average = pl.DataFrame({"days_late": typical(past), "weight": 1.0})
    given = items.select("customer").unique().join(average, how="cross")
    return (
        pl.concat([past.select("customer", "days_late", "weight"), given])
        .select(
            key=pl.col("customer") * _SPAN + _MIDDLE + pl.col("days_late"),
            units=(pl.col("weight") * _UNIT).round().cast(pl.Int64).clip(lower_bound=1),
        )
        .sort("key")
    )

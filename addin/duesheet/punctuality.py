"""How punctually each invoice was settled, and how overdue the open ones are: what risk is judged from.

Frames are pandas, Polars or DuckDB; `as_given` gives back the kind that came in. Dates are day numbers,
money is whole minor units; customers, accounts (customer and currency) and invoices are integer codes.

- *settled*, one row per settled item: account, customer, invoice, amount, due_date, judged_due (the due
  date moved off the weekend), settled_on, written_off (0/1), credit_only (0/1: settled by credit, so it
  tells nothing).
- *open items*, one row per item: account, customer, invoice, due_date, judged_due, days_overdue, open,
  promised (day number or null). Further columns are let be.
"""

from math import log
from typing import Any

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame, IntoFrameT

HALF_LIFE = 180
"""After how many days a settled invoice counts half."""
YEAR = 365
VERY_LATE = 30
"""More days late than this are what `Late over 30` is about."""

DECAY = log(2) / HALF_LIFE
ONE, ZERO = nw.lit(1, nw.Int64), nw.lit(0, nw.Int64)


def history(settled: IntoFrame, as_of: int, grace: int) -> nw.LazyFrame[Any]:
    """The settled items that count as of `as_of`, with what is judged about each.

    Added columns: late (0/1: settled more than `grace` days after judged_due, or written off), very_late (the
    same with 30 days, or with `grace` where that is more), recent (0/1: settled in the last 365 days), weight,
    days_late (from the due date itself; negative = early).
    """
    lateness = nw.col("settled_on") - nw.col("judged_due")
    lost = nw.col("written_off") == 1
    return (
        nw.from_native(settled)
        .lazy()
        .filter(nw.col("credit_only") == 0, nw.col("settled_on") <= as_of)
        .with_columns(
            late=_one((lateness > grace) | lost),
            very_late=_one((lateness > max(grace, VERY_LATE)) | lost),
            recent=_one(nw.col("settled_on") > as_of - YEAR),
            weight=((nw.col("settled_on") - as_of) * DECAY).exp(),
            days_late=nw.col("settled_on") - nw.col("due_date"),
        )
    )


def overdue(open_items: IntoFrame, as_of: int, grace: int) -> nw.LazyFrame[Any]:
    """The items with money open, as of `as_of`.

    Added columns: overdue_now (0/1: more than `grace` days past judged_due), long_overdue_now (the same with 30
    days, or with `grace` where that is more), promise_broken (0/1: promised for a day that is over).
    """
    lateness = as_of - nw.col("judged_due")
    return (
        nw.from_native(open_items)
        .lazy()
        .filter(nw.col("open") > 0)
        .with_columns(
            overdue_now=_one(lateness > grace),
            long_overdue_now=_one(lateness > max(grace, VERY_LATE)),
            promise_broken=_one(nw.col("promised") < as_of),
        )
    )


def collected(frame: IntoFrame | nw.LazyFrame[Any]) -> pl.DataFrame:
    """`frame` as an eager Polars frame."""
    return nw.from_native(frame).lazy().collect("polars").to_native()  # type: ignore[no-any-return]


def as_given(result: nw.LazyFrame[Any], like: IntoFrameT) -> IntoFrameT:
    """`result` as the kind of frame `like` is: eager for eager, lazy for lazy."""
    native: Any = like
    given = nw.from_native(native)
    if isinstance(given, nw.LazyFrame):
        return result.to_native()  # type: ignore[no-any-return]
    return result.collect(given.implementation).to_native()  # type: ignore[no-any-return]


def _one(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(ONE).otherwise(ZERO)

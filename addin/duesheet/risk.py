"""Who will pay late: from the invoices a customer has settled, and those overdue now.

`P = (sum of w * late + overdue now + 3 * ledger rate) / (sum of w + overdue now + 3)`, where an invoice's
weight `w` halves with every 180 days since it was settled. It is judged per customer, over all of the
customer's currencies: it counts invoices, so nothing has to be converted, and all rows of a customer show
the same score.

Frames are pandas, Polars or DuckDB; a function gives back the kind it was given. Dates are day numbers,
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
YEAR = 365
AVERAGE_INVOICES = 3
"""How many invoices as punctual as the whole ledger each customer is given to start with."""
ENOUGH = 3
WATCH, HIGH = 20, 50
LONG_OVERDUE = 90
NO_HISTORY = "Not enough history"

_ONE, _ZERO = nw.lit(1, nw.Int64), nw.lit(0, nw.Int64)
_COUNTS = ("settled_count", "late_count", "settled_year", "late_year", "overdue_now")
_FIGURES = ("weight", "weighted_late", *_COUNTS, "oldest_days", "promise_broken")


def history(settled: IntoFrame, as_of: int, grace: int) -> nw.LazyFrame[Any]:
    """The settled items that count as of `as_of`, with what is judged about each.

    Added columns: late (0/1: settled more than `grace` days after judged_due, or written off), recent (0/1:
    settled in the last 365 days), late_recent, weight, weighted_late, days_late (from the due date itself;
    negative = early).
    """
    after = nw.col("settled_on") > nw.col("judged_due") + grace
    return (
        nw.from_native(settled)
        .lazy()
        .filter(nw.col("credit_only") == 0, nw.col("settled_on") <= as_of)
        .with_columns(
            late=nw.when(after | (nw.col("written_off") == 1)).then(_ONE).otherwise(_ZERO),
            recent=nw.when(nw.col("settled_on") > as_of - YEAR).then(_ONE).otherwise(_ZERO),
            weight=((nw.col("settled_on") - as_of) * (log(2) / HALF_LIFE)).exp(),
            days_late=nw.col("settled_on") - nw.col("due_date"),
        )
        .with_columns(
            late_recent=nw.col("late") * nw.col("recent"), weighted_late=nw.col("weight") * nw.col("late")
        )
    )


def overdue(open_items: IntoFrame, as_of: int, grace: int) -> nw.LazyFrame[Any]:
    """The items with money open, as of `as_of`.

    Added columns: overdue_now (0/1: more than `grace` days past judged_due), promise_broken (0/1: promised
    for a day that is over).
    """
    return (
        nw.from_native(open_items)
        .lazy()
        .filter(nw.col("open") > 0)
        .with_columns(
            overdue_now=nw.when(nw.col("judged_due") + grace < as_of).then(_ONE).otherwise(_ZERO),
            promise_broken=nw.when(nw.col("promised") < as_of).then(_ONE).otherwise(_ZERO),
        )
    )


def ledger_rate(settled: IntoFrame, as_of: int, grace: int) -> float:
    """The share paid late of the invoices settled in the last 365 days; of all when none; else 0."""
    counted = history(settled, as_of, grace).with_columns(ever=_ONE)
    sums = counted.select(nw.col("recent", "late_recent", "ever", "late").sum()).collect().rows()[0]
    recent, late_recent, ever, late = (int(value or 0) for value in sums)
    return late_recent / recent if recent else late / ever if ever else 0.0


def score(settled: IntoFrameT, open_items: IntoFrameT, as_of: int, grace: int) -> IntoFrameT:
    """One row per customer: how likely the next invoice is paid late, and the counts behind it.

    Columns: customer, probability (0 to 1), score (0 to 100), settled_count, late_count, settled_year and
    late_year (of the last 365 days), overdue_now, oldest_days (0 when nothing is overdue), promise_broken
    (0/1).
    """
    rate = ledger_rate(settled, as_of, grace)
    weight = nw.col("weight") + nw.col("overdue_now") + AVERAGE_INVOICES
    late = nw.col("weighted_late") + nw.col("overdue_now") + AVERAGE_INVOICES * rate
    counts = nw.concat([_past(settled, as_of, grace), _present(open_items, as_of, grace)]).group_by(
        "customer"
    )
    return _as_given(
        counts.agg(nw.col(*_FIGURES[:-2]).sum(), nw.col(*_FIGURES[-2:]).max())
        # The ninth digit hides in which order an engine adds up, so that a score of 20 is 20 on each.
        .with_columns(nw.col(*_COUNTS).cast(nw.Int64), probability=(late / weight).round(9))
        .with_columns(score=nw.col("probability") * 100)
        .select("customer", "probability", "score", *_COUNTS, "oldest_days", "promise_broken"),
        open_items,
    )


def _past(settled: IntoFrame, as_of: int, grace: int) -> nw.LazyFrame[Any]:
    nothing = dict.fromkeys(("overdue_now", "oldest_days", "promise_broken"), _ZERO)
    return (
        history(settled, as_of, grace)
        .with_columns(
            settled_count=_ONE,
            late_count=nw.col("late"),
            settled_year=nw.col("recent"),
            late_year=nw.col("late_recent"),
            **nothing,
        )
        .select("customer", *_FIGURES)
    )


def _present(open_items: IntoFrame, as_of: int, grace: int) -> nw.LazyFrame[Any]:
    nothing = dict.fromkeys(_COUNTS[:-1], _ZERO)
    return (
        overdue(open_items, as_of, grace)
        .with_columns(
            weight=nw.lit(0.0),
            weighted_late=nw.lit(0.0),
            oldest_days=nw.when(nw.col("days_overdue") > 0).then(nw.col("days_overdue")).otherwise(_ZERO),
            **nothing,
        )
        .select("customer", *_FIGURES)
    )


def average_days_late(settled: IntoFrameT, as_of: int) -> IntoFrameT:
    """One row per account: account, average (days from due date to settlement, weighted by amount).

    Early counts below 0. Only invoices settled in the last 365 days count; an account without any has no
    row.
    """
    return _as_given(
        history(settled, as_of, 0)
        .filter(nw.col("recent") == 1, nw.col("amount") > 0)
        # Floats: amount times days of a large book would not fit 64 bits.
        .with_columns(amount=nw.col("amount").cast(nw.Float64))
        .with_columns(weighted=nw.col("amount") * nw.col("days_late"))
        .group_by("account")
        .agg(nw.col("weighted", "amount").sum())
        .with_columns(average=nw.col("weighted") / nw.col("amount"))
        .select("account", "average"),
        settled,
    )


def flag(  # noqa: PLR0913  each reason stands by itself, as in the worksheet function
    score: float,
    settled_count: int,
    *,
    over_limit: bool = False,
    oldest_days: int = 0,
    promise_broken: bool = False,
    instalment_missed: bool = False,
) -> str:
    """The flag's name: High, Watch, Low or "Not enough history".

    >>> flag(19.9, 8), flag(20, 8), flag(50, 8), flag(99, 2)
    ('Low', 'Watch', 'High', 'Not enough history')
    >>> flag(0, 0, over_limit=True), flag(0, 0, oldest_days=90), flag(0, 0, oldest_days=91)
    ('Watch', 'Not enough history', 'High')
    """
    known = settled_count >= ENOUGH
    if oldest_days > LONG_OVERDUE or promise_broken or instalment_missed or (known and score >= HIGH):
        return "High"
    if over_limit or (known and score >= WATCH):
        return "Watch"
    return "Low" if known else NO_HISTORY


def flags(scored: IntoFrameT) -> IntoFrameT:
    """`scored` with a column flag, each row as `flag` judges it.

    Read columns: score, settled_count, oldest_days, promise_broken (as `score` gives them), over_limit and
    instalment_missed (0/1, from the caller). A null counts as 0.
    """
    read = ("score", "settled_count", "oldest_days", "promise_broken", "over_limit", "instalment_missed")
    figure = {name: nw.col(name).fill_null(0) for name in read}
    known = figure["settled_count"] >= ENOUGH
    hard = (
        (figure["oldest_days"] > LONG_OVERDUE)
        | (figure["promise_broken"] == 1)
        | (figure["instalment_missed"] == 1)
    )
    high = hard | (known & (figure["score"] >= HIGH))
    watch = (figure["over_limit"] == 1) | (known & (figure["score"] >= WATCH))
    lowest = nw.when(known).then(nw.lit("Low")).otherwise(nw.lit(NO_HISTORY))
    raised = (
        nw.when(high).then(nw.lit("High")).otherwise(nw.when(watch).then(nw.lit("Watch")).otherwise(lowest))
    )
    given: Any = scored
    return _as_given(nw.from_native(given).lazy().with_columns(flag=raised), scored)


def collected(frame: IntoFrame | nw.LazyFrame[Any]) -> pl.DataFrame:
    """`frame` as an eager Polars frame."""
    return nw.from_native(frame).lazy().collect("polars").to_native()  # type: ignore[no-any-return]


def _as_given(result: nw.LazyFrame[Any], like: IntoFrameT) -> IntoFrameT:
    """`result` as the kind of frame `like` is: eager for eager, lazy for lazy."""
    native: Any = like
    given = nw.from_native(native)
    if isinstance(given, nw.LazyFrame):
        return result.to_native()  # type: ignore[no-any-return]
    return result.collect(given.implementation).to_native()  # type: ignore[no-any-return]

"""Who will pay late: from the invoices a customer has settled, and those overdue now.

`P = (sum of w * late + overdue now + 3 * ledger rate) / (sum of w + overdue now + 3)`, where an invoice's
weight `w` halves with every 180 days since it was settled. It is judged per customer, over all of the
customer's currencies: it counts invoices, so nothing has to be converted, and all rows of a customer show
the same score. How likely more than 30 days late is the same formula with that kind of late throughout.

The frames are those of `punctuality`; a function gives back the kind it was given.
"""

from collections.abc import Sequence
from math import exp, fsum
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrame, IntoFrameT

from duesheet.punctuality import DECAY, ONE, ZERO, as_given, history, overdue

AVERAGE_INVOICES = 3
"""How many invoices as punctual as the whole ledger each customer is given to start with."""
ENOUGH = 3
WATCH, HIGH = 20, 50
LONG_OVERDUE = 90
NO_HISTORY = "Not enough history"

_COUNTS = ("settled_count", "late_count", "settled_year", "late_year", "overdue_now", "long_overdue_now")
_SUMS = ("weight", "weighted_late", "weighted_very_late", *_COUNTS)
_HARD = ("oldest_days", "promise_broken")


def ledger_rate(settled: IntoFrame, as_of: int, grace: int) -> float:
    """The share paid late of the invoices settled in the last 365 days; of all when none; else 0."""
    return _ledger_rates(settled, as_of, grace)[0]


def _ledger_rates(settled: IntoFrame, as_of: int, grace: int) -> tuple[float, float]:
    """The shares paid late and more than 30 days late."""
    counted = history(settled, as_of, grace).with_columns(
        ever=ONE,
        late_recent=nw.col("late") * nw.col("recent"),
        very_recent=nw.col("very_late") * nw.col("recent"),
    )
    sums = counted.select(nw.col("ever", "late", "very_late", "recent", "late_recent", "very_recent").sum())
    found = [int(value or 0) for value in sums.collect().rows()[0]]
    among, late, very_late = found[3:] if found[3] else found[:3]
    return (late / among, very_late / among) if among else (0.0, 0.0)


def score(settled: IntoFrameT, open_items: IntoFrameT, as_of: int, grace: int) -> IntoFrameT:
    """One row per customer: how likely the next invoice is paid late, and the counts behind it.

    Columns: customer, probability (0 to 1), score (0 to 100), very_late_probability (0 to 1, of more than 30
    days), settled_count, late_count, settled_year and late_year (of the last 365 days), overdue_now and
    long_overdue_now, oldest_days (0 when nothing is overdue), promise_broken (0/1).
    """
    rate, very_late_rate = _ledger_rates(settled, as_of, grace)
    counts = nw.concat([_past(settled, as_of, grace), _present(open_items, as_of, grace)]).group_by(
        "customer"
    )
    return as_given(
        counts.agg(nw.col(*_SUMS).sum(), nw.col(*_HARD).max())
        .with_columns(
            nw.col(*_COUNTS).cast(nw.Int64),
            probability=_probability("weighted_late", "overdue_now", rate),
            very_late_probability=_probability("weighted_very_late", "long_overdue_now", very_late_rate),
        )
        .with_columns(score=nw.col("probability") * 100)
        .select("customer", "probability", "score", "very_late_probability", *_COUNTS, *_HARD),
        open_items,
    )


def _probability(late: str, overdue_now: str, rate: float) -> nw.Expr:
    happened = nw.col(late) + nw.col(overdue_now) + AVERAGE_INVOICES * rate
    # The ninth digit hides in which order an engine adds up, so that a score of 20 is 20 on each.
    return (happened / (nw.col("weight") + nw.col(overdue_now) + AVERAGE_INVOICES)).round(9)


def customer_score(  # noqa: PLR0913, PLR0917  the figures of the formula in its order
    days_late: Sequence[int],
    settled_on: Sequence[int],
    as_of: int,
    overdue_now: int = 0,
    ledger_rate: float = 0.0,
    grace: int = 3,
) -> float:
    """The score (0 to 100) of one customer, as `score` gives it, from the settled invoices typed side by side.

    `days_late` counts from the due date moved off the weekend (negative = early), `settled_on` and `as_of` are
    day numbers; what was settled after `as_of` is not known yet. `ledger_rate`, the share of all customers'
    invoices paid late, is a fraction. Raises ValueError where the two lists differ in length.

    Paid 10 days late today, in time half a year ago, one item overdue: (1 + 1 + 3 * 0.2) / (1.5 + 1 + 3).

    >>> round(customer_score([10, 0], [1000, 820], as_of=1000, overdue_now=1, ledger_rate=0.2), 4)
    47.2727
    """
    known = [
        (exp((day - as_of) * DECAY), late > grace)
        for late, day in zip(days_late, settled_on, strict=True)
        if day <= as_of
    ]
    weight = fsum(one for one, _ in known) + overdue_now + AVERAGE_INVOICES
    late = fsum(one for one, was_late in known if was_late) + overdue_now + AVERAGE_INVOICES * ledger_rate
    return round(late / weight, 9) * 100


def _past(settled: IntoFrame, as_of: int, grace: int) -> nw.LazyFrame[Any]:
    nothing = dict.fromkeys(("overdue_now", "long_overdue_now", *_HARD), ZERO)
    return (
        history(settled, as_of, grace)
        .with_columns(
            weighted_late=nw.col("weight") * nw.col("late"),
            weighted_very_late=nw.col("weight") * nw.col("very_late"),
            settled_count=ONE,
            late_count=nw.col("late"),
            settled_year=nw.col("recent"),
            late_year=nw.col("late") * nw.col("recent"),
            **nothing,
        )
        .select("customer", *_SUMS, *_HARD)
    )


def _present(open_items: IntoFrame, as_of: int, grace: int) -> nw.LazyFrame[Any]:
    nothing = dict.fromkeys(_SUMS[:3], nw.lit(0.0)) | dict.fromkeys(_COUNTS[:4], ZERO)
    return (
        overdue(open_items, as_of, grace)
        .with_columns(
            oldest_days=nw.when(nw.col("days_overdue") > 0).then(nw.col("days_overdue")).otherwise(ZERO),
            **nothing,
        )
        .select("customer", *_SUMS, *_HARD)
    )


def average_days_late(settled: IntoFrameT, as_of: int) -> IntoFrameT:
    """One row per account: account, average (days from due date to settlement, weighted by amount).

    Early counts below 0. Only invoices settled in the last 365 days count; an account without any has no
    row.
    """
    return as_given(
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
    return as_given(nw.from_native(given).lazy().with_columns(flag=raised), scored)

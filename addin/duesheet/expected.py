"""When open items will be paid, and how likely late, by what their customers did before.

Every customer is given three average invoices beside the own ones, spread over the ledger's days late in ten
places. With `w` as in `risk`, the expected date is the due date plus the weighted median of those days late;
the 10 % and 90 % quantiles of the same days are the interval that four invoices in five should be paid in.

The frames are those of `punctuality`; a function gives back the kind it was given.
"""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrame, IntoFrameT

from duesheet.ledger import Frame
from duesheet.punctuality import ONE, VERY_LATE, ZERO, as_given, collected, history
from duesheet.risk import AVERAGE_INVOICES

PLACES = 10
"""In how many places of the ledger the three average invoices stand: at 5 %, 15 % ... 95 % of its days late."""

_TENTHS = {"expected_from": 1, "expected_date": 5, "expected_to": 9}
_SPAN = 2**21
"""Room for the days late of one customer, early ones included, in one sorting key."""

_INTERVAL = ("expected_from", "expected_to")
_UNIT = PLACES * 2**26
"""Weights are whole numbers of this many parts, so that sums are exact in any order."""

_AVERAGE_UNITS = _UNIT * AVERAGE_INVOICES // PLACES
_ENOUGH_UNITS = 2 * _UNIT
"""An interval needs samples that count for two invoices: from fewer, far fewer than four in five fall into it."""


def expected_dates(
    settled: IntoFrame, open_items: IntoFrameT, scored: IntoFrame, as_of: int, grace: int
) -> IntoFrameT:
    """`open_items` with expected_date (a day after `as_of`) and its interval, and how likely each is late.

    Added columns: expected_date; expected_from and expected_to, days too; late_probability and
    very_late_probability (0 to 1). Only days later than the item already is count; if nothing ever came this
    late, the date is the day after `as_of`. The interval is null where those days count for fewer than two
    invoices, and in a ledger without history. What is past its grace is late for certain, what is past 30 days
    very late; else the probabilities are the customer's, from `scored` (see `risk.score`).
    """
    past = _frame(
        as_given(history(settled, as_of, grace).select("customer", "days_late", "weight", "recent"), settled)
    )
    chances = _frame(scored).select("customer", "probability", "very_late_probability")
    lateness = as_of - nw.col("judged_due")
    return (  # type: ignore[no-any-return]  # the kind that came in
        _dated(_frame(open_items), past, as_of)
        .join(chances, on="customer", how="left")
        .with_columns(
            late_probability=_sure(lateness > grace, "probability"),
            very_late_probability=_sure(lateness > max(grace, VERY_LATE), "very_late_probability"),
        )
        .drop("probability")
        .to_native()
    )


def _frame(native: Any) -> Frame:  # noqa: ANN401  a frame of any engine
    """`native` for narwhals: eager frames share what a lazy plan would work out again for each use."""
    return nw.from_native(native)  # type: ignore[no-any-return]


def _sure(happened: nw.Expr, chance: str) -> nw.Expr:
    return nw.when(happened).then(nw.lit(1.0)).otherwise(nw.col(chance))


def typical(past: Frame) -> list[int]:
    """The days late of the average invoices, from `history`: of the last 365 days, of all when there are none.

    Ten figures, or none where nothing was ever settled.
    """
    counted = past.with_columns(ever=ONE).group_by("days_late").agg(nw.col("ever", "recent").sum())
    rows = sorted((int(days), int(ever), int(recent)) for days, ever, recent in collected(counted).rows())
    recent = [(days, count) for days, _, count in rows if count]
    return _spread(recent or [(days, count) for days, count, _ in rows])


def _spread(counted: Sequence[tuple[int, int]]) -> list[int]:
    """The days in the middle of each of `PLACES` equal parts of days counted in order."""
    total = sum(count for _, count in counted)
    found: list[int] = []
    reached = 0
    for days, count in counted:
        reached += count
        while len(found) < PLACES and (2 * len(found) + 1) * total <= 2 * PLACES * reached:
            found.append(days)
    return found


def _dated(items: Frame, past: Frame, as_of: int) -> Frame:
    """The items with the three dates; an item's samples are those of its customer beyond its days late so far."""
    average = typical(past)
    asked = items.select("customer", days=as_of - nw.col("due_date")).unique()
    samples = _samples(past, asked, average)
    dated = items.with_columns(late_so_far=as_of - nw.col("due_date")).join(
        _reached(samples, asked),
        left_on=["customer", "late_so_far"],
        right_on=["customer", "days"],
        how="left",
    )
    date = {name: nw.col("due_date") + nw.col(name) for name in _TENTHS}
    unknown = nw.lit(None, nw.Int64)
    return dated.with_columns(
        expected_from=date["expected_from"] if average else unknown,
        expected_to=date["expected_to"] if average else unknown,
        expected_date=nw.coalesce(date["expected_date"], nw.lit(as_of + 1, nw.Int64)),
    ).drop("late_so_far")


def _samples(past: Frame, asked: Frame, average: Sequence[int]) -> Frame:
    """The days late of each customer asked about, the average invoices' too, and what each counts for."""
    customers = asked.select("customer").unique()
    units = nw.max_horizontal((nw.col("weight") * _UNIT).round().cast(nw.Int64), ONE)
    own = past.join(customers, on="customer", how="semi").select("customer", "days_late", units=units)
    given = [
        customers.with_columns(days_late=nw.lit(days, nw.Int64), units=nw.lit(_AVERAGE_UNITS, nw.Int64))
        for days in average or [0]
    ]
    return nw.concat([own, *given]).select("customer", "units", days="days_late")


def _reached(samples: Frame, asked: Frame) -> Frame:
    """For each of `asked` (customer, days): by what days a tenth, five and nine of what lies beyond `days` came in."""
    risen = _risen(samples, asked)
    seen = risen.filter(nw.col("asks") == 0).select(found="days", level=10 * nw.col("risen"))
    questions = nw.concat(_questions(risen)).sort("level")
    answers = questions.join_asof(seen.sort("level"), on="level", strategy="forward")
    columns = {
        name: nw.when(nw.col("tenth") == tenth).then(nw.col("found")) for name, tenth in _TENTHS.items()
    }
    return answers.with_columns(**columns).group_by("customer", "days").agg(nw.col(*_TENTHS).max())


def _risen(samples: Frame, asked: Frame) -> Frame:
    """What all samples count for together, customer by customer, up to and with some days late.

    `asks` marks the days asked about: they stand in one line with the samples, so that the sum passes by them.
    """
    asks = asked.with_columns(units=ZERO, asks=ONE).select("customer", "units", "days", "asks")
    turn = nw.col("customer") * _SPAN + 2 * nw.col("days") + nw.col("asks")
    both = nw.concat([samples.with_columns(asks=ZERO), asks]).with_columns(turn=turn)
    return both.with_columns(risen=nw.col("units").cum_sum().over(order_by="turn").cast(nw.Int64))


def _questions(risen: Frame) -> list[Frame]:
    """For each tenth, the days asked about, with the `level` the sum has to reach, unless too little lies beyond."""
    whole = risen.group_by("customer").agg(whole=nw.col("risen").max())
    beyond = nw.col("whole") - nw.col("risen")
    asked = risen.filter(nw.col("asks") == 1).join(whole, on="customer", how="inner")
    return [
        asked.filter(beyond >= (_ENOUGH_UNITS if name in _INTERVAL else 1)).select(
            "customer",
            "days",
            tenth=nw.lit(tenth, nw.Int64),
            level=10 * nw.col("risen") + tenth * beyond,
        )
        for name, tenth in _TENTHS.items()
    ]

"""What became of the money in each aging bucket: how much of what came there went on to the next, unpaid.

This is how a provision matrix is made from one's own books. Each item is followed from the day it would enter a
bucket to the day it would enter the next. Written-off money was not paid: it rolls on, and counts as lost.
"""

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from duesheet.movements import Movements
from duesheet.tally import tally

_ALWAYS, _NEVER = -(10**6), 10**6


def rolled(  # noqa: PLR0913  the ledger's frames, and how they are read
    items: pl.DataFrame,
    moved: Movements,
    covered: pl.DataFrame,
    *,
    window: tuple[int, int],
    starts: Sequence[int],
    groups: int,
) -> pl.DataFrame:
    """How money rolled from bucket to bucket: one row per group and bucket, `came` and `went_on` in minor units.

    `items`: every item in the order of its code, with group (a number below `groups`, as of its currency), start (the
    day it ages from) and amount; `moved`: every change since the items that count entered the bucket they go on from;
    `covered`: group, start, day and amount of what money on account settled. `starts`: the days since an item's start
    on which the overdue buckets begin, as 1 and 31. Counted are the items that would go on within the `window`:
    after its first day number, up to its last. Of the last bucket, `went_on` is what by then is still unpaid or was
    written off.
    """
    billed, paid = _within(items, moved, covered, (window[0] - starts[-1], window[1] - starts[0]))
    rows = []
    for bucket, (enters, leaves) in enumerate(pairwise([_ALWAYS, *starts, _NEVER])):
        begin = enters if leaves == _NEVER else leaves
        inside = (pl.col("start") + begin > window[0]) & (pl.col("start") + begin <= window[1])
        known, less = billed.filter(inside), paid.filter(inside)
        all_known = known if bucket else items.filter(inside)
        came = _left(all_known, less.filter(pl.col("day") < pl.col("start") + enters), groups)
        went_on = _left(known, less.filter(pl.col("day") < pl.col("start") + leaves), groups)
        rows.append(pl.DataFrame({"came": came, "went_on": went_on}).with_row_index("group"))
    numbered = (part.with_columns(bucket=pl.lit(bucket, pl.Int64)) for bucket, part in enumerate(rows))
    return pl.concat(numbered).select("group", "bucket", "came", "went_on").sort("group", "bucket")


def _within(
    items: pl.DataFrame, moved: Movements, covered: pl.DataFrame, days: tuple[int, int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What was billed, and what was paid of it, by items that begin to age within `days`."""
    beside = items.select("group", "start")
    settled = moved.settled.select("day", "amount", "written_off").hstack(beside[moved.settled["item"]])
    columns = ("group", "start", "day", "amount")
    paid = pl.concat([settled.filter(pl.col("written_off") == 0).select(columns), covered.select(columns)])
    billed = moved.billed.select("amount").hstack(beside[moved.billed["item"]])
    near = pl.col("start").is_between(*days)
    return billed.filter(near), paid.filter(near)


def _left(billed: pl.DataFrame, paid: pl.DataFrame, groups: int) -> pl.Series:
    """By group, what was billed less what was paid."""
    return tally(billed["group"], billed["amount"], groups) - tally(paid["group"], paid["amount"], groups)

"""Open items and an as-of date to days overdue, buckets and one row per account; the tie-out."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import narwhals as nw

from duesheet.ledger import Frame


def aged(
    items: Frame,
    *,
    as_of: int,
    edges: Sequence[int],
    from_due: bool = True,
    due_today_is_overdue: bool = False,
) -> Frame:
    """Open items with `days_overdue` (negative = not yet due), `days_aged` and `bucket` (0 = current, 1 = first).

    Days are counted from the due date, or from the invoice date where `from_due` is not set. Edges are inclusive:
    with 30 and 60, day 30 is in the first bucket and day 31 in the second; day 0 is current unless
    `due_today_is_overdue`.
    """
    start = nw.col("due_date") if from_due else nw.col("invoice_date")
    items = items.filter(nw.col("open") != 0)
    items = items.with_columns(
        days_overdue=nw.lit(as_of) - nw.col("due_date"), days_aged=nw.lit(as_of) - start
    )
    first = 0 if due_today_is_overdue else 1
    bucket = nw.when(nw.col("days_aged") < first).then(nw.lit(0)).otherwise(nw.lit(len(edges) + 1))
    for number in range(len(edges), 0, -1):
        inside = (nw.col("days_aged") >= first) & (nw.col("days_aged") <= edges[number - 1])
        items = items.with_columns(bucket=bucket)
        bucket = nw.when(inside).then(nw.lit(number)).otherwise(nw.col("bucket"))
    return items.with_columns(bucket=bucket.cast(nw.Int64))


def bucket(days: int, edges: Sequence[int]) -> int:
    """The bucket of an item `days` overdue, as `aged` gives it: 0 = current, 1 = first; due today is current.

    >>> [bucket(days, [30, 60]) for days in (-3, 0, 1, 30, 31, 60, 61)]
    [0, 0, 1, 1, 2, 2, 3]
    """
    return bisect_left(edges, days) + 1 if days > 0 else 0


def by_account(items: Frame, accounts: Frame, *, buckets: int) -> Frame:
    """One row per account that has anything open or unapplied.

    `items` as `aged` gives them, with `disputed` (0 or 1); `accounts` as `ledger.open_items` gives them. Columns:
    `account`, `bucket_0` (current) to `bucket_<buckets>`, `unapplied` (money on account as a negative figure),
    `total`, `overdue`, `disputed`, `oldest_days` (0 = nothing overdue), `last_payment`. All in minor units.
    """
    numbers = range(buckets + 1)
    spread = items.with_columns(
        *[
            nw.when(nw.col("bucket") == n).then(nw.col("open")).otherwise(nw.lit(0)).alias(f"bucket_{n}")
            for n in numbers
        ],
        contested=nw.when(nw.col("disputed") == 1).then(nw.col("open")).otherwise(nw.lit(0)),
    )
    sums = spread.group_by("account").agg(
        *[nw.col(f"bucket_{n}").sum() for n in numbers],
        disputed=nw.col("contested").sum(),
        oldest_days=nw.col("days_aged").max(),
    )
    names = [f"bucket_{n}" for n in numbers]
    whole = (*names, "disputed", "oldest_days", "unapplied", "last_payment")
    rows = accounts.join(sums, on="account", how="full", suffix="_owing").with_columns(
        nw.coalesce("account", "account_owing").cast(nw.Int64).alias("account"),
        *[nw.col(name).fill_null(0).cast(nw.Int64) for name in whole],
    )
    rows = rows.with_columns(
        unapplied=-nw.col("unapplied"),
        oldest_days=nw.max_horizontal(nw.col("oldest_days"), nw.lit(0)),
        overdue=nw.sum_horizontal(*[nw.col(name) for name in names[1:]]).cast(nw.Int64),
    )
    rows = rows.with_columns(
        total=(nw.sum_horizontal(*[nw.col(name) for name in names]) + nw.col("unapplied")).cast(nw.Int64)
    )
    owing = nw.sum_horizontal(*[nw.col(name).abs() for name in (*names, "unapplied")]) != 0
    return rows.filter(owing).drop("pot", "account_owing")


def ties_out(aged_by_currency: Mapping[str, int], booked_by_currency: Mapping[str, int]) -> dict[str, int]:
    """By how much buckets and unapplied money differ from what was booked, per currency; empty when all tie out.

    >>> ties_out({"EUR": 1000, "USD": 5}, {"EUR": 1000, "USD": 7})
    {'USD': -2}
    """
    codes = {*aged_by_currency, *booked_by_currency}
    gaps = {code: aged_by_currency.get(code, 0) - booked_by_currency.get(code, 0) for code in sorted(codes)}
    return {code: gap for code, gap in gaps.items() if gap}

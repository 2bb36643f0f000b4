"""What was owed in each currency on many days of the past, bucket by bucket, worked out in one go.

Each figure is the one `position.position` gives for that day: nothing dated later exists. A change of what is owed
counts for a day when it lies on or before it, so that changes, added up from day to day, are all that is needed.
"""

from collections.abc import Sequence

import polars as pl

from duesheet import replays
from duesheet.movements import Movements
from duesheet.records import Records
from duesheet.settings import Settings
from duesheet.tally import tally


def owed(records: Records, moved: Movements, days: Sequence[int]) -> pl.DataFrame:
    """One row per currency and day of `days` (day numbers, rising): what was owed at the end of that day.

    `moved` as `movements.movements` gives it, with every change up to the last of the days, and none left out that
    matters from the first on. Columns: `currency`, `day`, `bucket_0` (current) and so on, `unapplied` (money on
    account as a negative figure), `total`; minor units.
    """
    asked = replays.pairs(records, moved, days)
    apart = records.settings.unapplied_money == "Keep apart"
    groups = _by_group(moved, records, days, asked)
    sums = _summed(groups, len(records.settings.bucket_edges) + 1, apart=apart)
    figures = pl.exclude("currency", "account", "day")
    if asked.height:
        anew = replays.replayed(records, asked).select(sums.columns)
        added_up = sums.join(asked.with_columns(anew=pl.lit(0)), on=("account", "day"), how="left")
        kept = added_up.with_columns(
            pl.exclude("currency", "account", "day", "anew") * pl.col("anew").fill_null(1)
        ).drop("anew")
        sums = pl.concat([kept, anew])
    return sums.group_by("currency", "day").agg(figures.sum()).sort("currency", "day")


def turned_over(records: Records, settled: pl.DataFrame, days: Sequence[int]) -> pl.DataFrame:
    """One row per currency and day of `days`: what there had been from the beginning of the book to that day.

    `settled` is the payment history of the position. Columns: `currency`, `day`; `sold` (credit sales: invoices less
    credit notes, by their dates) and `written_off`, minor units; of invoices settled with money `count`, `days_late`
    (added up; early is below 0), `amount` (minor units) and `weighted` (each one's days late times its amount).
    """
    books = records.accounts
    codes = books.frame.select(
        "account", "currency", group=pl.col("currency").rank("dense").cast(pl.Int64) - 1
    )
    paid = settled.filter((pl.col("credit_only") == 0) & (pl.col("written_off") == 0)).select(
        "account", "amount", day="settled_on", late=pl.col("settled_on") - pl.col("due_date"), one=pl.lit(1)
    )
    off = books.payments.select("account", "amount", "date", "kind").filter(pl.col("kind") == "Write-off")
    parts = {
        "sold": books.invoices.select("account", "amount", day="invoice_date"),
        "written_off": off.select("account", "amount", day="date"),
        "count": paid.select("account", "day", amount="one"),
        "days_late": paid.select("account", "day", amount="late"),
        "amount": paid.select("account", "day", "amount"),
        "weighted": paid.select("account", "day", amount=pl.col("amount") * pl.col("late").cast(pl.Float64)),
    }
    grid = _grid(codes.select("group", "currency").unique().sort("group"), days)
    steps = {
        name: _steps(part.with_columns(group=codes["group"].gather(part["account"])), grid, days)
        for name, part in parts.items()
    }
    grid = grid.with_columns(part.alias(name) for name, part in steps.items())
    return grid.with_columns(pl.col(list(steps)).cum_sum().over("group")).drop("group")


def bucket_starts(chosen: Settings) -> list[int]:
    """The first day of each overdue bucket, counted from the day an item ages from."""
    return [0 if chosen.due_today_is == "Overdue" else 1, *(edge + 1 for edge in chosen.bucket_edges)]


def _by_group(moved: Movements, records: Records, days: Sequence[int], asked: pl.DataFrame) -> pl.DataFrame:
    """For each group and day: what items owe that are in each bucket or a later one, and the money on account.

    A group is an account where its own money on account is set against its own items, else a whole currency.
    """
    chosen, groups = records.settings, _groups(moved.loose, records, days, asked)
    start = pl.col("due_date" if chosen.age_from != "Invoice date" else "invoice_date").alias("start")
    changes = pl.concat(
        [
            moved.billed.select("account", start, "amount", day="invoice_date"),
            moved.settled.select("account", start, -pl.col("amount"), "day"),
        ]
    )
    changes = changes.with_columns(group=groups["group"].gather(changes["account"]))
    whole = groups.select("group", "currency", "own", pl.when("own").then("account").alias("account"))
    grid = _grid(whole.unique().sort("group"), days)
    loose = moved.loose.with_columns(group=groups["group"].gather(moved.loose["account"]))
    steps = {"pot": _steps(loose, grid, days), "from_0": _steps(changes, grid, days)}
    for number, begin in enumerate(bucket_starts(chosen), start=1):
        changes = changes.with_columns(day=pl.max_horizontal("day", pl.col("start") + begin))
        changes = changes.filter(pl.col("day") <= days[-1])
        steps[f"from_{number}"] = _steps(changes, grid, days)
    grid = grid.with_columns(part.alias(name) for name, part in steps.items())
    return grid.with_columns(pl.col(list(steps)).cum_sum().over("group"))


def _groups(loose: pl.DataFrame, records: Records, days: Sequence[int], asked: pl.DataFrame) -> pl.DataFrame:
    """The group of each account: its own (`own`) where it has money on account to set against items on a day.

    So have the accounts that are `asked` for one by one.
    """
    accounts = records.accounts.frame.select("account", "currency", group="account")
    grid = _grid(accounts, days)
    pots = grid.with_columns(_steps(loose.with_columns(group="account"), grid, days).alias("pot"))
    positive = pots.select("account", pl.col("pot").cum_sum().over("account") > 0).filter("pot")["account"]
    if records.settings.unapplied_money == "Keep apart":
        positive = positive.clear()
    own = pl.col("account").is_in(pl.concat([positive, asked["account"]]).unique().implode())
    whole = pl.struct("currency", pl.when("own").then("account").otherwise(-1))
    return accounts.with_columns(own=own).with_columns(group=whole.rank("dense").cast(pl.Int64) - 1)


def _grid(groups: pl.DataFrame, days: Sequence[int]) -> pl.DataFrame:
    """Every group on every day, group by group."""
    dated = pl.DataFrame({"day": days}, schema={"day": pl.Int64})
    return groups.join(dated, how="cross", maintain_order="left_right")


def _steps(changes: pl.DataFrame, grid: pl.DataFrame, days: Sequence[int]) -> pl.Series:
    """What changed since the day before, in the order of the grid."""
    known = changes.filter(pl.col("day") <= days[-1])
    every_day = pl.int_range(days[0], days[-1] + 1, eager=True)
    reached = pl.Series(days, dtype=pl.Int64).search_sorted(every_day)
    place = reached.gather(known["day"].clip(days[0]) - days[0]).cast(pl.Int64)
    return tally(known["group"] * len(days) + place, known["amount"], grid.height)


def _summed(groups: pl.DataFrame, last: int, *, apart: bool) -> pl.DataFrame:
    """Buckets and unapplied money: what stands on account covers the oldest items, those in the latest buckets."""
    pot = pl.when(pl.lit(not apart) & pl.col("own")).then(pl.col("pot").clip(lower_bound=0)).otherwise(0)
    opened = (
        (pl.col(f"from_{number}") - pot).clip(lower_bound=0).alias(f"open_{number}")
        for number in range(last + 1)
    )
    groups = groups.with_columns(*opened, pl.lit(0, pl.Int64).alias(f"open_{last + 1}"))
    buckets = (
        (pl.col(f"open_{number}") - pl.col(f"open_{number + 1}")).alias(f"bucket_{number}")
        for number in range(last + 1)
    )
    unapplied = pl.col("from_0") - pl.col("open_0") - pl.col("pot")
    return groups.select(
        "currency", "account", "day", *buckets, unapplied=unapplied, total=pl.col("from_0") - pl.col("pot")
    )

"""How what each item owes, and the money on account, changed from day to day.

Every change is dated with the day from which it counts, whatever later day one looks back from: an application with
its own date, or the invoice's where that comes later (until then the money stood on account).
"""

from typing import NamedTuple

import polars as pl

from duesheet.allocation import KINDS
from duesheet.tally import tally

_PAYMENT, _WRITE_OFF = KINDS["Payment"], KINDS["Write-off"]
_ITEM = ("item", "account", "invoice_date", "due_date")
_COLUMNS = (*_ITEM, "day", "amount", "written_off")


class Movements(NamedTuple):
    """Changes, one a row; `day` is a day number, amounts are minor units.

    `billed`: item, account, invoice_date, due_date, amount (owed from the invoice date on). `settled`: the same, and
    `day`, `amount` (owed less from that day on; negative = owed again), `written_off` (0 or 1). `loose`: account, day,
    amount (money on account; negative = refunded).
    """

    billed: pl.DataFrame
    settled: pl.DataFrame
    loose: pl.DataFrame


def movements(
    invoices: pl.DataFrame, items: pl.DataFrame, applications: pl.DataFrame, since: int = 0
) -> Movements:
    """The changes behind `applications` (as `allocation.applications` gives them, for the latest day of interest).

    `invoices` and `items` as `accounts.Accounts` has them, all invoices in the order of their codes. Added up to
    any day from `since` on, the changes are what `ledger.open_items` gives for that day before money on account is
    set against items; what was settled for good by `since` is left out. One case is not covered: a payment that
    names several invoices, one of them dated later than the payment, is shared out in another way once that
    invoice exists.
    """
    named = _dated(applications.filter(pl.col("invoice").is_not_null()), invoices)
    early = named.filter(pl.col("day") <= since)
    covered = tally(named["invoice"], named["amount"], invoices.height)
    covered_early = tally(early["invoice"], early["amount"], invoices.height)
    beyond = (covered > invoices["amount"]).gather(named["invoice"])
    odd = pl.concat(
        [
            named.filter(beyond | (named["amount"] < 0) | _fits())["invoice"],
            items.filter(pl.col("instalments") > 1)["invoice"],
        ]
    )
    settled = (covered_early == invoices["amount"]) & (invoices["amount"] > 0)
    fate = (settled.cast(pl.Int8) * _SETTLED).scatter(odd, _FOLLOWED)
    named = named.with_columns(fate=fate.gather(named["invoice"]))
    billed = items.filter(fate.gather(items["invoice"]) != _SETTLED).select(*_ITEM, "amount")
    paid, excess = _followed(named.filter(pl.col("fate") == _FOLLOWED), items)
    plain = _plain(named.filter(pl.col("fate") == 0), items, invoices.height)
    return Movements(billed, pl.concat([plain, paid]), _loose(applications, named, excess))


_SETTLED, _FOLLOWED = 1, 2


def _dated(named: pl.DataFrame, invoices: pl.DataFrame) -> pl.DataFrame:
    """Applications with what is billed, and the day from which each counts."""
    columns = ("invoice_date", "discount", "discount_until", pl.col("amount").alias("billed"))
    known = invoices.select(columns)[named["invoice"]]
    return named.hstack(known).with_columns(
        day=pl.max_horizontal("date", "invoice_date"),
        written_off=(pl.col("kind") == _WRITE_OFF).cast(pl.Int8),
    )


def _plain(named: pl.DataFrame, items: pl.DataFrame, invoices: int) -> pl.DataFrame:
    """Applications to undivided invoices: the item owes less by each."""
    blank = pl.zeros(invoices, dtype=pl.Int64, eager=True)
    beside = [
        blank.scatter(items["invoice"], items[name]).gather(named["invoice"]).alias(name)
        for name in ("item", "due_date")
    ]
    return named.with_columns(*beside).select(_COLUMNS)


def _fits() -> pl.Expr:
    """Whether an application takes the early payment discount, if it is the only one in time."""
    exact = pl.col("amount") == pl.col("billed") - pl.col("discount")
    in_time = pl.col("date") <= pl.col("discount_until")
    return (exact & in_time & (pl.col("kind") == _PAYMENT)).fill_null(value=False)


def _followed(named: pl.DataFrame, items: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What each application changed on the items of its invoice, and on account beyond them."""
    columns = ("invoice", "day", "amount", "written_off")
    flows = pl.concat([named.select(columns), _discounts(named).select(columns)])
    levels = (
        flows.group_by("invoice", "day")
        .agg(pl.col("amount").sum(), pl.col("written_off").min())
        .sort("invoice", "day")
        .with_columns(level=pl.col("amount").cum_sum().over("invoice"))
    )
    spread = levels.drop("amount").join(
        items.select(*_ITEM, "invoice", "instalment", "instalments", "before", "amount"), on="invoice"
    )
    reached = pl.col("level") - pl.col("before")
    last = pl.col("instalment") == pl.col("instalments")
    first = pl.col("instalment") == 1
    spread = spread.with_columns(
        share=pl.min_horizontal(reached.clip(lower_bound=0), "amount"),
        excess=pl.when(last).then((reached - pl.col("amount")).clip(lower_bound=0)).otherwise(0)
        + pl.when(first).then(reached.clip(upper_bound=0)).otherwise(0),
    ).sort("item", "day")
    changed = spread.with_columns(
        (pl.col(name) - pl.col(name).shift(1, fill_value=0).over("item")).alias(name)
        for name in ("share", "excess")
    )
    paid = changed.filter(pl.col("share") != 0).with_columns(amount="share").select(_COLUMNS)
    beyond = changed.filter(pl.col("excess") != 0).select("account", "day", amount="excess")
    return paid, beyond


def _discounts(named: pl.DataFrame) -> pl.DataFrame:
    """Early payment discounts, from the payment that took each; given back where a second one in time follows it."""
    in_time = named.filter(pl.col("date") <= pl.col("discount_until")).with_columns(fits=_fits())
    first = pl.col("day") == pl.col("day").min().over("invoice")
    taken = (
        in_time.filter(first)
        .group_by("invoice")
        .agg(pl.len(), pl.col("day").first(), pl.col("fits").any(), amount=pl.col("discount").first())
        .filter((pl.col("len") == 1) & pl.col("fits"))
        .with_columns(written_off=pl.lit(0, pl.Int8))
    )
    spoiled = in_time.filter(~first).group_by("invoice").agg(pl.col("day").min())
    back = taken.drop("day").join(spoiled, on="invoice").with_columns(-pl.col("amount"))
    return pl.concat(
        [
            taken.select("invoice", "day", "amount", "written_off"),
            back.select("invoice", "day", "amount", "written_off"),
        ]
    )


def _loose(applications: pl.DataFrame, named: pl.DataFrame, excess: pl.DataFrame) -> pl.DataFrame:
    """Changes of the money on account; what names an invoice to come stands there until its date."""
    early = named.filter(pl.col("date") < pl.col("invoice_date"))
    return pl.concat(
        [
            applications.filter(pl.col("invoice").is_null()).select("account", day="date", amount="amount"),
            early.select("account", day="date", amount="amount"),
            early.select("account", day="invoice_date", amount=-pl.col("amount")),
            excess,
        ]
    )

"""Invoices and payments to open items: what each instalment still owes, and what stands on account.

The functions take and give frames of any engine narwhals knows (pandas, Polars, DuckDB), eager or lazy. Amounts are
Int64 minor units, dates Int64 day numbers, identities Int64 codes.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import narwhals as nw

Frame: TypeAlias = nw.LazyFrame[Any]
"""A frame of any engine; the functions use what eager and lazy frames share."""

NEVER = 10**7
"""A day number after every date: not settled yet."""

_PAYMENT = 0


@dataclass(frozen=True)
class Ledger:
    """Open items and accounts as of a date.

    `items`: the columns of the items given, and `settled_by_name`, `on_account` (what the customer's unapplied
    money covers; `ahead` of it stand older items), `paid` (both), `open`, `excess` (paid beyond the invoice).
    `accounts`: `account`, `pot` (money received on account, what was paid beyond the invoices included), `unapplied`
    (what of it is not set against an item; negative = refunded beyond what was there, so owed), `last_payment`.
    `taken`: `invoice`, `discount_taken`.
    """

    items: Frame
    accounts: Frame
    taken: Frame


def open_items(
    invoices: Frame, items: Frame, applications: Frame, *, as_of: int, oldest_first: bool = True
) -> Ledger:
    """What every instalment still owes on `as_of` (a day number).

    `invoices` (invoice, amount, discount, discount_until), `items` (item, invoice, instalment, account, invoice_date,
    due_date, amount, before: the instalments of the same invoice that come first), `applications` as
    `allocation.applications` gives them. Nothing is lost: for every account, open items less unapplied money are
    what was billed less what was applied and the discounts taken.
    """
    items = items.filter(nw.col("invoice_date") <= as_of)
    named = applications.filter(~nw.col("invoice").is_null())
    taken = _discounts_taken(invoices, named)
    items = _settled_by_name(items, _settled(invoices, named, taken))
    accounts = _pots(items, applications)
    items = _on_account(items, accounts, oldest_first=oldest_first)
    return Ledger(items, _unapplied(accounts, items), taken)


def _whole(name: str) -> nw.Expr:
    return nw.col(name).fill_null(0).cast(nw.Int64)


def _discounts_taken(invoices: Frame, named: Frame) -> Frame:
    """Invoices closed by one payment of the amount less the discount, inside its window, with nothing before it."""
    offers = invoices.filter(~nw.col("discount").is_null()).select(
        "invoice", "discount", "discount_until", nw.col("amount").alias("net")
    )
    paid = named.join(offers, on="invoice", how="inner").filter(nw.col("date") <= nw.col("discount_until"))
    fits = (nw.col("amount") == nw.col("net") - nw.col("discount")) & (nw.col("kind") == _PAYMENT)
    paid = paid.with_columns(fits=nw.when(fits).then(nw.lit(1)).otherwise(nw.lit(0)), one=nw.lit(1))
    counted = paid.group_by("invoice").agg(
        fits=nw.col("fits").sum(), payments=nw.col("one").sum(), discount_taken=nw.col("discount").max()
    )
    return counted.filter((nw.col("fits") == 1) & (nw.col("payments") == 1)).select(
        "invoice", "discount_taken"
    )


def _settled(invoices: Frame, named: Frame, taken: Frame) -> Frame:
    """Per invoice: `applied` within its amount, and the `excess` that stands on account."""
    sums = named.group_by("invoice").agg(sum_named=nw.col("amount").sum())
    sums = sums.join(taken, on="invoice", how="left")
    sums = sums.join(invoices.select("invoice", nw.col("amount").alias("net")), on="invoice", how="inner")
    sums = sums.with_columns(covered=_whole("sum_named") + _whole("discount_taken"))
    applied = nw.min_horizontal(nw.max_horizontal(nw.col("covered"), nw.lit(0)), nw.col("net"))
    sums = sums.with_columns(applied=applied.cast(nw.Int64))
    return sums.select("invoice", "applied", excess=nw.col("covered") - nw.col("applied"))


def _settled_by_name(items: Frame, settled: Frame) -> Frame:
    items = items.join(settled, on="invoice", how="left")
    share = nw.min_horizontal(
        nw.max_horizontal(_whole("applied") - nw.col("before"), nw.lit(0)), nw.col("amount")
    )
    # The excess of an invoice is carried by its first instalment, so that it counts once.
    excess = nw.when(nw.col("instalment") == 1).then(_whole("excess")).otherwise(nw.lit(0))
    items = items.with_columns(settled_by_name=share.cast(nw.Int64), excess=excess.cast(nw.Int64))
    return items.with_columns(left=nw.col("amount") - nw.col("settled_by_name")).drop("applied")


def _pots(items: Frame, applications: Frame) -> Frame:
    """Per account: the money on account, received as such or paid beyond an invoice."""
    loose = nw.when(nw.col("invoice").is_null()).then(nw.col("amount")).otherwise(nw.lit(0))
    paid_on = (
        nw.when((nw.col("kind") == _PAYMENT) & (nw.col("amount") > 0))
        .then(nw.col("date"))
        .otherwise(nw.lit(0))
    )
    received = (
        applications.with_columns(loose=loose, paid_on=paid_on)
        .group_by("account")
        .agg(loose=nw.col("loose").sum(), last_payment=nw.col("paid_on").max())
    )
    owed = items.group_by("account").agg(excess=nw.col("excess").sum())
    return received.join(owed, on="account", how="full", suffix="_owed").select(
        account=nw.coalesce("account", "account_owed").cast(nw.Int64),
        pot=_whole("loose") + _whole("excess"),
        last_payment=_whole("last_payment"),
    )


def _on_account(items: Frame, accounts: Frame, *, oldest_first: bool) -> Frame:
    """Unapplied money set against the oldest items, by due date; those not yet due come last of themselves."""
    if not oldest_first:
        items = items.with_columns(on_account=nw.lit(0, nw.Int64), ahead=nw.lit(0, nw.Int64))
        return _with_open(items)
    funded = accounts.filter(nw.col("pot") > 0).select("account", "pot")
    owing = items.filter(nw.col("left") > 0).select("item", "account", "due_date", "left")
    owing = owing.join(funded, on="account", how="inner")
    before = nw.col("left").cum_sum().over("account", order_by=["due_date", "item"]) - nw.col("left")
    owing = owing.with_columns(ahead=before.cast(nw.Int64))
    covered = nw.min_horizontal(nw.max_horizontal(nw.col("pot") - nw.col("ahead"), nw.lit(0)), nw.col("left"))
    covered_items = owing.select("item", "ahead", on_account=covered.cast(nw.Int64))
    items = items.join(covered_items, on="item", how="left")
    items = items.with_columns(on_account=_whole("on_account"), ahead=_whole("ahead"))
    return _with_open(items)


def _with_open(items: Frame) -> Frame:
    return items.with_columns(
        paid=nw.col("settled_by_name") + nw.col("on_account"), open=nw.col("left") - nw.col("on_account")
    ).drop("left")


def _unapplied(accounts: Frame, items: Frame) -> Frame:
    used = items.group_by("account").agg(used=nw.col("on_account").sum())
    accounts = accounts.join(used, on="account", how="left")
    return accounts.with_columns(unapplied=nw.col("pot") - _whole("used")).drop("used")

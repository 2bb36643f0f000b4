"""Invoices and payments to open items: what each instalment still owes, and what stands on account.

The functions take and give frames of any engine narwhals knows (pandas, Polars, DuckDB), eager or lazy. Amounts are
Int64 minor units, dates Int64 day numbers, identities Int64 codes.
"""

from typing import Any, NamedTuple, TypeAlias

import narwhals as nw

Frame: TypeAlias = nw.LazyFrame[Any]
"""A frame of any engine; the functions use what eager and lazy frames share."""

NEVER = 10**7
"""A day number after every date: not settled yet."""

_PAYMENT = 0


class Ledger(NamedTuple):
    """Open items and accounts as of a date.

    `items`: the columns of the items given, and `settled_by_name`, `on_account` (what the customer's unapplied
    money covers; `ahead` of it stand older items), `paid` (both), `open`, `excess` (paid beyond the invoice).
    `accounts`: `account`, `pot` (money received on account, what was paid beyond the invoices included), `unapplied`
    (what of it is not set against an item; negative = refunded beyond what was there, so owed), `last_payment`; an
    account without any money has no row.
    `taken`: `invoice`, `discount_taken`.
    """

    items: Frame
    accounts: Frame
    taken: Frame


def open_items(
    invoices: Frame, items: Frame, applications: Frame, *, as_of: int, oldest_first: bool = True
) -> Ledger:
    """What every instalment still owes on `as_of` (a day number).

    `invoices` (invoice, amount, discount, discount_until), `items` (item, invoice, instalment, instalments,
    account, invoice_date, due_date, amount, before: the instalments of the same invoice that come first),
    `applications` as `allocation.applications` gives them. Nothing is lost: for every account, open items less
    unapplied money are what was billed less what was applied and the discounts taken.
    """
    items = items.filter(nw.col("invoice_date") <= as_of)
    named = applications.filter(~nw.col("invoice").is_null())
    taken = discounts_taken(invoices, named)
    items = _settled_by_name(items, _covered(named, taken))
    accounts = _pots(items, applications)
    items = _on_account(items, accounts, oldest_first=oldest_first)
    return Ledger(items, _unapplied(accounts, items), taken)


def _whole(name: str) -> nw.Expr:
    return nw.col(name).fill_null(0).cast(nw.Int64)


def discounts_taken(invoices: Frame, named: Frame) -> Frame:
    """Invoices closed by one payment of the amount less the discount, inside its window, with nothing before it.

    Gives `invoice` and `discount_taken`; `invoices` as `open_items` takes them, `named` the applications to one.
    """
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


def _covered(named: Frame, taken: Frame) -> Frame:
    """Per invoice: what was applied to it by name, the discount it took included."""
    discounts = taken.select("invoice", amount=nw.col("discount_taken").cast(nw.Int64))
    money = named.select(nw.col("invoice").cast(nw.Int64), nw.col("amount").cast(nw.Int64))
    sums = nw.concat([money, discounts]).group_by("invoice").agg(covered=nw.col("amount").sum())
    return sums.select("invoice", nw.col("covered").cast(nw.Int64))


def _settled_by_name(items: Frame, covered: Frame) -> Frame:
    """Each item's share of what was applied to its invoice, and the `excess` that stands on account.

    The first instalment carries what was refunded beyond all payments, the last what was paid beyond the invoice.
    """
    items = items.join(covered, on="invoice", how="left")
    items = items.with_columns(reached=_whole("covered") - nw.col("before"))
    share = nw.min_horizontal(nw.max_horizontal(nw.col("reached"), nw.lit(0, nw.Int64)), nw.col("amount"))
    beyond = nw.max_horizontal(nw.col("reached") - nw.col("amount"), nw.lit(0, nw.Int64))
    short = nw.min_horizontal(nw.col("reached"), nw.lit(0, nw.Int64))
    nothing = nw.lit(0, nw.Int64)
    items = items.with_columns(
        settled_by_name=share,
        beyond=nw.when(nw.col("instalment") == nw.col("instalments")).then(beyond).otherwise(nothing),
        short=nw.when(nw.col("instalment") == 1).then(short).otherwise(nothing),
    )
    return items.with_columns(
        left=nw.col("amount") - nw.col("settled_by_name"), excess=nw.col("beyond") + nw.col("short")
    ).drop("covered", "reached", "beyond", "short")


def _pots(items: Frame, applications: Frame) -> Frame:
    """Per account: the money on account, received as such or paid beyond an invoice."""
    paid = applications.filter((nw.col("kind") == _PAYMENT) & (nw.col("amount") > 0))
    last = paid.group_by("account").agg(last_payment=nw.col("date").max())
    loose = applications.filter(nw.col("invoice").is_null()).select("account", money=nw.col("amount"))
    excess = items.filter(nw.col("excess") != 0).select("account", money=nw.col("excess"))
    pots = nw.concat([loose, excess]).group_by("account").agg(pot=nw.col("money").sum())
    return last.join(pots, on="account", how="full", suffix="_pot").select(
        account=nw.coalesce("account", "account_pot").cast(nw.Int64),
        pot=_whole("pot"),
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
    used = items.filter(nw.col("on_account") != 0).group_by("account").agg(used=nw.col("on_account").sum())
    accounts = accounts.join(used, on="account", how="left")
    return accounts.with_columns(unapplied=nw.col("pot") - _whole("used")).drop("used")

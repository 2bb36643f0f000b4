"""The past of single accounts worked out anew: those whose past cannot be added up from changes."""

from collections.abc import Iterable, Sequence

import narwhals as nw
import polars as pl

from duesheet import aging, allocation, ledger
from duesheet.movements import Movements
from duesheet.planned import planned
from duesheet.records import Records

_PAIR = {"account": pl.Int64, "day": pl.Int64}


def pairs(records: Records, moved: Movements, days: Sequence[int]) -> pl.DataFrame:
    """The accounts to work out anew, and the days: `account`, `day`."""
    every_day = pl.DataFrame({"day": days}, schema={"day": pl.Int64})
    hard = _hard(records).join(every_day, how="cross")
    return pl.concat([hard.select(*_PAIR), _on_plan(records, moved, every_day).select(*_PAIR)]).unique()


def _hard(records: Records) -> pl.DataFrame:
    """The accounts with a case that `movements` does not cover, or whose buckets it does not tell."""
    named, books = records.payments.named, records.accounts
    several = named.filter(pl.col("position") > 1).select("payment").unique()
    dated = (
        named.join(several, on="payment", how="semi")
        .join(books.invoices.select("invoice", "invoice_date"), on="invoice")
        .join(books.payments.select("payment", "account", "date"), on="payment")
    )
    hard = dated.filter(pl.col("invoice_date") > pl.col("date")).select("account")
    if records.settings.unapplied_money != "Keep apart" and records.settings.age_from == "Invoice date":
        # Money on account settles by due date; where items age from another date, buckets do not tell which.
        hard = books.payments.select("account")
    return hard.unique()


def _on_plan(records: Records, moved: Movements, days: pl.DataFrame) -> pl.DataFrame:
    """The accounts with a plan that runs, on the days on which invoices it may be about owe anything.

    Their invoices fall due otherwise from the day the plan was signed.
    """
    signed = [
        (plan.customer, plan.currency, plan.signed_on, plan.cancelled_on)
        for plan in records.plans.rows
        if plan.signed_on is not None
    ]
    if not signed:
        return pl.DataFrame(schema=_PAIR)
    columns = {"customer": pl.Int64, "currency": pl.String, "signed": pl.Int64, "cancelled": pl.Int64}
    codes = records.accounts.frame.select("account", pl.col("customer").cast(pl.Int64), "currency")
    plans = pl.DataFrame(signed, schema=columns, orient="row").join(codes, on=("customer", "currency"))
    changes = pl.concat(
        [
            moved.billed.select("account", "invoice_date", "amount", since="invoice_date"),
            moved.settled.select("account", "invoice_date", -pl.col("amount"), since="day"),
        ]
    )
    running = (pl.col("signed") <= pl.col("day")) & (pl.col("cancelled") > pl.col("day")).fill_null(
        value=True
    )
    about = (
        plans.join(changes, on="account")
        .filter(pl.col("invoice_date") <= pl.col("signed"))
        .join(days, how="cross")
        .filter(running & (pl.col("since") <= pl.col("day")))
    )
    left = about.group_by("account", "signed", "day").agg(pl.col("amount").sum())
    return left.filter(pl.col("amount") != 0)


def replayed(records: Records, asked: pl.DataFrame) -> pl.DataFrame:
    """What each account of `asked` (account, day) owed at the end of the day, as `months.owed` has it by currency.

    Each day is a ledger of its own, with its own codes and with its dates put off to the last of the days; all of
    them are worked out in one go.
    """
    whole = _part(records, asked.select("account").unique())
    days = sorted(asked["day"].unique())
    ledgers = [
        _Ledger(_part(whole, asked.filter(pl.col("day") == day).select("account")), number, day, days[-1])
        for number, day in enumerate(days)
    ]
    invoices, applied = (_stacked(one.invoices for one in ledgers), _stacked(one.applied for one in ledgers))
    items = _stacked(one.items for one in ledgers).with_row_index("item").cast({"item": pl.Int64})
    chosen, last = records.settings, days[-1]
    found = ledger.open_items(
        nw.from_native(invoices),
        nw.from_native(items),
        nw.from_native(applied),
        as_of=last,
        oldest_first=chosen.unapplied_money != "Keep apart",
    )
    aged = aging.aged(
        found.items,
        as_of=last,
        edges=chosen.bucket_edges,
        from_due=chosen.age_from != "Invoice date",
        due_today_is_overdue=chosen.due_today_is == "Overdue",
    )
    rows: pl.DataFrame = aging.by_account(
        aged.with_columns(disputed=nw.lit(0)), found.accounts, buckets=len(chosen.bucket_edges) + 1
    ).to_native()
    accounts = records.accounts.frame.select("account", "currency")
    coded = rows.with_columns(
        account=pl.col("account") % _MANY,
        day=(pl.col("account") // _MANY).replace_strict(dict(enumerate(days))),
    )
    return coded.join(accounts, on="account")


_MANY = 10**9
"""More than there are invoices or accounts: the codes of each day's ledger begin at a multiple of it."""


class _Ledger:
    """What the ledger of one day takes, its codes and dates made those of the stack."""

    def __init__(self, records: Records, number: int, day: int, last: int) -> None:
        books = records.accounts
        applied = allocation.applications(books.invoices, books.payments, records.payments.named, as_of=day)
        billed = books.invoices.select("invoice", "amount", "discount", "discount_until")
        items = planned(records, billed, applied, day).items.filter(pl.col("invoice_date") <= day)
        moved, code = last - day, number * _MANY
        self.invoices = billed.with_columns(pl.col("invoice") + code, pl.col("discount_until") + moved)
        self.applied = applied.with_columns(
            pl.col("invoice") + code, pl.col("account") + code, pl.col("date") + moved
        )
        self.items = items.sort("item").select(
            pl.col("invoice") + code,
            pl.col("account") + code,
            pl.col("invoice_date", "due_date") + moved,
            "instalment",
            "instalments",
            "amount",
            "before",
        )


def _stacked(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames, how="vertical_relaxed")


def _part(records: Records, accounts: pl.DataFrame) -> Records:
    """The records of some accounts only."""
    books = records.accounts
    kept = (
        frame.join(accounts, on="account", how="semi", maintain_order="left")
        for frame in (books.frame, books.invoices, books.items, books.payments)
    )
    parts = dict(zip(("frame", "invoices", "items", "payments"), kept, strict=True))
    known = set(parts["frame"].select("customer", "currency").iter_rows())
    rows = tuple(plan for plan in records.plans.rows if (plan.customer, plan.currency) in known)
    return records._replace(accounts=books._replace(**parts), plans=records.plans._replace(rows=rows))

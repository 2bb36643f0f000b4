"""Where the book stands on a date: open items, one row per account, payment history, the tie-out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import NamedTuple

import narwhals as nw
import polars as pl

from duesheet import (
    aging,
    allocation,
    expected,
    ledger,
    limits,
    outlook,
    planned,
    progress,
    quotes,
    rates,
    reasons,
    risk,
)
from duesheet.dates import date_of, day_number
from duesheet.errors import Fault
from duesheet.punctuality import collected
from duesheet.records import Records
from duesheet.settlements import settlements


class Position(NamedTuple):
    """The book on `as_of`.

    `items`: the open items with account, days overdue, bucket and what the sheet says of them; `accounts`: one row
    per account with anything open, with its buckets, risk and names; `settled`: the payment history, item by item;
    `applied`: what settled which invoice, as `allocation.applications` gives it;
    `gaps`: per currency, by how many minor units the tie-out fails (empty: it ties out); `booked`: what was billed
    less what was paid, credited, discounted and written off, per currency; `plans`: where the payment plans stand;
    `faults`: what the settings ask for and could not be quoted.
    """

    as_of: date
    items: pl.DataFrame
    accounts: pl.DataFrame
    settled: pl.DataFrame
    applied: pl.DataFrame
    booked: dict[str, dict[str, int]]
    gaps: dict[str, int]
    newest_payment: date | None
    plans: progress.Standings
    faults: tuple[Fault, ...] = ()


def position(records: Records, as_of: date) -> Position:
    """The position of the book on `as_of`; nothing dated later exists."""
    books, chosen, day = records.accounts, records.settings, day_number(as_of)
    applied = allocation.applications(books.invoices, books.payments, records.payments.named, as_of=day)
    billed = books.invoices.select("invoice", "amount", "discount", "discount_until")
    plans = planned.planned(records, billed, applied, day)
    found = ledger.open_items(
        _frame(billed),
        _frame(plans.items),
        _frame(applied),
        as_of=day,
        oldest_first=chosen.unapplied_money != "Keep apart",
    )
    items, accounts, taken = (_polars(frame) for frame in (found.items, found.accounts, found.taken))
    with ThreadPoolExecutor(1) as pool:  # the past and the present are worked out side by side
        dating = pool.submit(settlements, found.items, _frame(applied), found.taken)
        open_now = _described(items, applied, records, day)
        aged = aging.by_account(_frame(open_now), _frame(accounts), buckets=len(chosen.bucket_edges) + 1)
        rows = books.frame.join(_polars(aged), on="account", how="inner", maintain_order="left")
        booked = _booked(records, day, taken)
        quoted = quotes.quoted(records, open_now, quotes.Ledger(items, billed, applied), day)
        dated = _polars(dating.result())
    return Position(
        as_of=as_of,
        items=quoted.items,
        accounts=rows,
        settled=_history(items, dated, books.invoices),
        applied=applied,
        booked=booked,
        gaps=aging.ties_out(_by_currency(rows), {code: sums["total"] for code, sums in booked.items()}),
        newest_payment=_newest(books.payments, day),
        plans=planned.stand(plans, items, dated, _spare(accounts, chosen.unapplied_money), day),
        faults=quoted.faults,
    )


def _spare(accounts: pl.DataFrame, unapplied_money: str) -> dict[int, int]:
    """By account, the money that settles nothing; kept apart it is for nothing yet."""
    spare = accounts.filter((pl.col("unapplied") > 0) & pl.lit(unapplied_money != "Keep apart"))
    return dict(spare.select("account", "unapplied").iter_rows())


def _frame(frame: pl.DataFrame) -> ledger.Frame:
    """`frame` for the core. Eager frames share what a lazy plan for each result would work out again."""
    return nw.from_native(frame)


def _polars(frame: ledger.Frame) -> pl.DataFrame:
    return frame.to_native()  # type: ignore[no-any-return]


def _described(items: pl.DataFrame, applied: pl.DataFrame, records: Records, day: int) -> pl.DataFrame:
    """The open items, aged, with what the Invoices sheet says of them, and the discounts still to be had."""
    chosen = records.settings
    said = records.accounts.invoices.select(
        "invoice",
        "invoice_id",
        "customer_id",
        "currency",
        "reference",
        "description",
        "promised",
        "hold",
        "discount",
        "discount_until",
        "file",
        pl.col("disputed").alias("dispute"),
        pl.col("disputed").is_not_null().cast(pl.Int64).alias("disputed"),
    )
    aged = aging.aged(
        _frame(items),
        as_of=day,
        edges=chosen.bucket_edges,
        from_due=chosen.age_from != "Invoice date",
        due_today_is_overdue=chosen.due_today_is == "Overdue",
    )
    described = _polars(aged).join(said, on="invoice", how="left", maintain_order="left")
    return _on_offer(described, applied, day)


def _on_offer(items: pl.DataFrame, applied: pl.DataFrame, day: int) -> pl.DataFrame:
    """`items` with the early payment discount only where it can still be had: in time, and nothing paid, ever.

    What is paid by a plan is not paid early.
    """
    early = (pl.col("discount_until") >= day) & (pl.col("paid") == 0) & pl.col("plan").is_null()
    whole = items.filter(early).join(applied, on="invoice", how="anti")["item"]
    kept = pl.when(pl.col("item").is_in(whole.implode()))
    return items.with_columns(kept.then(name).alias(name) for name in ("discount", "discount_until"))


def _history(items: pl.DataFrame, dated: pl.DataFrame, billed: pl.DataFrame) -> pl.DataFrame:
    names = billed.select("invoice", pl.col("invoice_id").alias("name"))
    columns = (
        "item",
        "invoice",
        "account",
        "customer",
        "amount",
        "due_date",
        "judged_due",
        "on_account",
        "invoice_date",
    )
    return dated.join(items.select(columns), on="item").join(names, on="invoice", how="left")


def _booked(records: Records, day: int, taken: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Per currency, straight from the rows: billed, credit notes, paid, credited, discounts, written off, total."""
    books = records.accounts
    billed = books.invoices.select("invoice", "currency", "amount", day="invoice_date").filter(
        pl.col("day") <= day
    )
    paid = books.payments.select("currency", "kind", "amount", "date").filter(pl.col("date") <= day)
    discounts = taken.join(billed.select("invoice", "currency"), on="invoice")
    parts = {
        "billed": billed.filter(pl.col("amount") > 0),
        "credit notes": billed.filter(pl.col("amount") < 0),
        **{
            kind: paid.filter(pl.col("kind") == kind).with_columns(-pl.col("amount"))
            for kind in allocation.KINDS
        },
        "taken": discounts.with_columns((-pl.col("discount_taken")).alias("amount")),
    }
    sums: dict[str, dict[str, int]] = {}
    for part, frame in parts.items():
        for code, amount in (
            frame.group_by("currency").agg(pl.col("amount").sum()).sort("currency").iter_rows()
        ):
            line = sums.setdefault(code, {"total": 0})
            line[part] = amount
            line["total"] += amount
    return sums


def _by_currency(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.group_by("currency").agg(pl.col("total").sum()).iter_rows())


def _newest(payments: pl.DataFrame, day: int) -> date | None:
    received = payments.select(pl.col("date").filter((pl.col("date") <= day) & (pl.col("kind") == "Payment")))
    newest = received["date"].max()
    return None if newest is None else date_of(int(newest))  # type: ignore[arg-type]  # a column of whole numbers


def scored(records: Records, now: Position) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The accounts with their risk, and the open items with their expected date and late probability.

    Added to the accounts: score, flag, why, average, used (of the credit limit, as a fraction), expected_30 and
    suggested (a credit limit; both minor units).
    """
    day, grace = day_number(now.as_of), records.settings.grace_days
    history = now.settled.select(
        "account",
        "customer",
        "invoice",
        "name",
        "amount",
        "due_date",
        "judged_due",
        "settled_on",
        "written_off",
        "credit_only",
        "invoice_date",
    )
    open_now = now.items.with_columns(pl.col("invoice_id").alias("name"))
    chances = collected(risk.score(history, open_now, day, grace))
    credit = limits.used(now.accounts, _worth(records, day))
    owing = now.accounts.select("customer", "own").unique()
    judged = chances.join(owing, on="customer", how="inner").join(credit, on="customer", how="left")
    judged = judged.join(outlook.missed(now.plans.standings), on="customer", how="left").with_columns(
        currency="own",
        over_limit=(pl.col("over_by") > 0).fill_null(value=False).cast(pl.Int64),
        instalment_missed=pl.col("missed").is_not_null().cast(pl.Int64),
    )
    judged = judged.with_columns(pl.when(pl.col("over_by") > 0).then(pl.col("over_by")).alias("over_by"))
    flagged = risk.flags(judged)
    said = flagged.with_columns(reasons.why(history, open_now, flagged, day, grace)["why"])
    items = outlook.awaited(
        expected.expected_dates(history, open_now, chances, day, grace), now.plans.standings
    )
    soon = (
        items.filter(pl.col("expected_date") <= day + 30)
        .group_by("account")
        .agg(expected_30=pl.col("open").sum())
    )
    average = risk.average_days_late(history, day)
    suggested = limits.suggested(records.accounts.invoices, history, chances, day)
    accounts = now.accounts.join(
        said.select("customer", "score", "flag", "why"), on="customer", how="left", maintain_order="left"
    )
    for extra in (average, soon, suggested):
        accounts = accounts.join(extra, on="account", how="left", maintain_order="left")
    return accounts.join(
        credit.select("customer", "used"), on="customer", how="left", maintain_order="left"
    ), items


def _worth(records: Records, day: int) -> dict[str, float]:
    """What a unit of each currency is worth in the base currency."""
    known = rates.on(records.rates, day)
    return {code: float(rate) for code, (rate, _) in known.items()} | {records.settings.base_currency: 1.0}

"""The output sheets' rows: Aging, OpenItems, Reminders and Activity, from a position and its decisions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import polars as pl

from duesheet.dates import EPOCH, day_number
from duesheet.layout import bucket_names
from duesheet.records import Records
from duesheet.reminders import HELD, IN_DOUBT, READY, SENT, Decision
from duesheet.worklist import row_key

_LONGEST = 2000
_DECIMALS = 4
"""More than any currency has."""
_DAY = 86_400


def _major(*names: str) -> list[pl.Expr]:
    """Minor units as the amount a cell shows."""
    # A division by a constant is a multiplication to the engine, and leaves 73.60000000000001 behind.
    return [(pl.col(name) / 10.0 ** pl.col("digits")).round(_DECIMALS).alias(name) for name in names]


def aging(accounts: pl.DataFrame, decisions: Sequence[Decision], edges: Sequence[int]) -> pl.DataFrame:
    """Rows of the Aging sheet, by the declared keys, in the order of customers and currencies."""
    buckets = [f"bucket_{number}" for number in range(len(edges) + 2)]
    said = pl.DataFrame(
        {
            "account": [one.debtor.account for one in decisions],
            "last_letter": [day_number(one.last_letter) if one.last_letter else None for one in decisions],
            "next_step": [one.step.name if one.step else None for one in decisions],
        },
        schema={"account": pl.Int64, "last_letter": pl.Int64, "next_step": pl.String},
    )
    rows = accounts.join(said, on="account", how="left", maintain_order="left").with_columns(
        *_major(*buckets, "unapplied", "total", "overdue", "disputed", "expected_30", "suggested"),
        last_payment=pl.when(pl.col("last_payment") > 0).then(pl.col("last_payment")),
    )
    return rows.rename(
        {
            "bucket_0": "current",
            "name": "customer",
            "flag": "risk_flag",
            "score": "risk_score",
            "average": "average_days_late",
            "expected_30": "expected_in_30_days",
            "used": "credit_used",
            "suggested": "suggested_limit",
        }
        | {"customer": "customer_code"}
    )


def open_items(items: pl.DataFrame, accounts: pl.DataFrame, edges: Sequence[int]) -> pl.DataFrame:
    """Rows of the OpenItems sheet, by the declared keys: customer by customer, the oldest first."""
    names = dict(enumerate(["Current", *bucket_names(edges)]))
    whose = accounts.select("account", "digits", pl.col("name").alias("customer_name"))
    rows = items.join(whose, on="account", how="left", maintain_order="left").sort(
        "customer_id", "currency", "due_date", "item"
    )
    return rows.select(
        pl.col("invoice_id").alias("invoice"),
        number_shown().alias("instalment"),
        "customer_id",
        pl.col("customer_name").alias("customer"),
        "invoice_date",
        "due_date",
        "days_overdue",
        pl.col("bucket").replace_strict(names, return_dtype=pl.String).alias("bucket"),
        "currency",
        *_major("amount", "paid", "open"),
        pl.col("dispute").alias("disputed"),
        "promised",
        *_major("late_fee", "interest"),
        "discount_until",
        *_major("discount"),
        "expected_date",
        "late_probability",
        "expected_from",
        "expected_to",
        pl.col("very_late_probability").alias("late_over_30"),
        "plan",
    )


def number_shown() -> pl.Expr:
    """The number of an item: the No of its payment plan, else that by the terms; null where it needs none."""
    by_terms = pl.when(pl.col("instalments") > 1).then(pl.col("instalment"))
    return pl.when(pl.col("plan").is_null()).then(by_terms).otherwise(pl.col("no"))


class Posted(NamedTuple):
    """What the outbox and the journal add to a row of Reminders."""

    subject: str = ""
    preview: str = ""
    status: str = ""
    sent_at: datetime | None = None
    problem: str = ""


def reminders(
    decisions: Iterable[Decision], records: Records, refused: frozenset[str], posted: Mapping[str, Posted]
) -> pl.DataFrame:
    """Rows of the Reminders sheet: ready letters first, the largest on top, then what is held."""
    whose = records.customers.frame.select("customer_id", "name", "email", "customer")
    digits = dict(records.accounts.frame.select("account", "digits").iter_rows())
    rows = [_reminder(one, digits, records.settings.book_id, refused, posted) for one in decisions]
    frame = pl.DataFrame(rows, schema=_REMINDERS)
    frame = frame.join(
        whose.rename({"name": "customer", "customer": "code"}),
        on="customer_id",
        how="left",
        maintain_order="left",
    )
    order = {READY: 0, IN_DOUBT: 1, "Failed": 2, "Refused": 3, SENT: 4, "Skipped": 5, HELD: 6}
    ranked = pl.col("status").replace_strict(order, default=9, return_dtype=pl.Int64)
    return frame.sort(ranked, -pl.col("amount_due"), "customer_id", "currency")


_REMINDERS = {
    "send": pl.String,
    "customer_id": pl.String,
    "channel": pl.String,
    "step": pl.Int64,
    "letter": pl.String,
    "invoices": pl.String,
    "currency": pl.String,
    "amount_due": pl.Float64,
    "oldest_days": pl.Int64,
    "last_letter": pl.Int64,
    "why": pl.String,
    "subject": pl.String,
    "preview": pl.String,
    "status": pl.String,
    "sent_at": pl.Int64,
    "problem": pl.String,
    "key": pl.String,
}


def _reminder(
    one: Decision,
    digits: Mapping[int, int],
    book_id: str,
    refused: frozenset[str],
    posted: Mapping[str, Posted],
) -> dict[str, object]:
    key = row_key(one, book_id)
    news = posted.get(key, Posted())
    return {
        "send": "No" if key in refused else "Yes",
        "customer_id": one.debtor.customer_id,
        "channel": one.step.channel if one.step else None,
        "step": one.step.number if one.step else None,
        "letter": one.step.name if one.step else None,
        "invoices": invoice_list(owed.invoice for owed in one.owed),
        "currency": one.debtor.currency,
        "amount_due": one.amount_due / 10 ** digits[one.debtor.account],
        "oldest_days": max((owed.days_overdue for owed in one.owed), default=None),
        "last_letter": day_number(one.last_letter) if one.last_letter else None,
        "why": one.why,
        "subject": news.subject or None,
        "preview": news.preview or None,
        "status": news.status or one.status,
        "sent_at": seconds(news.sent_at) if news.sent_at else None,
        "problem": news.problem or None,
        "key": key,
    }


def invoice_list(invoices: Iterable[str]) -> str:
    """Invoice ids with semicolons between them, each once.

    >>> invoice_list(["INV-1", "INV-2", "INV-1"])
    'INV-1; INV-2'
    """
    return "; ".join(dict.fromkeys(invoices))[:_LONGEST]


def seconds(moment: datetime) -> int:
    """A moment as a cell holds it: seconds since the epoch of day numbers, by the clock on the wall."""
    plain = moment.replace(tzinfo=None)
    return (plain.date() - EPOCH).days * _DAY + plain.hour * 3600 + plain.minute * 60 + plain.second

"""How the accounts of payment plans stood on the day each plan was signed."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import narwhals as nw
import polars as pl

from duesheet import allocation, ledger
from duesheet.accounts import Accounts
from duesheet.plans import Plan


class Piece(NamedTuple):
    """One item of an invoice as it stood on signing: what was settled of it by name and on account, what was open."""

    place: int
    invoice: int
    name: str
    due_date: int
    judged_due: int
    by_name: int
    on_account: int
    open: int


def stood(
    known: Sequence[Plan], books: Accounts, named: pl.DataFrame, as_of: int, *, oldest_first: bool
) -> dict[int, tuple[int, tuple[Piece, ...]]]:
    """By the place of each plan among `known`, its account and the items of that account on the day of signing.

    `named` as `payments.read` gives it. Invoices of the day of signing are there, money of that day is not: it pays
    the plan. A plan that is not signed is taken as signed on the day after `as_of`, with the invoices up to then.
    """
    if not known:
        return {}
    asked = _asked(known, books, as_of)
    billed, items, paid, names = _copies(asked, books, named)
    applied = allocation.applications(billed, paid, names, as_of=ledger.NEVER)
    found = ledger.open_items(
        nw.from_native(billed.select("invoice", "amount", "discount", "discount_until")),
        nw.from_native(items),
        nw.from_native(applied),
        as_of=ledger.NEVER,
        oldest_first=oldest_first,
    ).items.to_native()
    whose = books.invoices.select(original="invoice", name="invoice_id")
    rows = found.join(whose, on="original").sort("account", "item")
    columns = (
        "account",
        "original",
        "name",
        "due_date",
        "judged_due",
        "settled_by_name",
        "on_account",
        "open",
    )
    accounts = dict(asked.select("place", "account").iter_rows())
    return {
        place: (accounts[place], tuple(Piece(*row) for row in of_plan))
        for place, of_plan in groupby(rows.select(columns).iter_rows(), key=itemgetter(0))
    }


def _asked(known: Sequence[Plan], books: Accounts, as_of: int) -> pl.DataFrame:
    """The account of each plan, the last day on which it was billed, and the first whose money pays the plan."""
    rows: Iterable[tuple[int, int, str, int, int]] = (
        (
            place,
            plan.customer,
            plan.currency,
            as_of if plan.signed_on is None else plan.signed_on,
            as_of + 1 if plan.signed_on is None else plan.signed_on,
        )
        for place, plan in enumerate(known)
    )
    schema = {
        "place": pl.Int64,
        "customer": pl.Int64,
        "currency": pl.String,
        "day": pl.Int64,
        "paying": pl.Int64,
    }
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    codes = books.frame.select("customer", "currency", "account")
    return frame.join(codes, on=["customer", "currency"]).drop("customer", "currency")


def _copies(
    asked: pl.DataFrame, books: Accounts, named: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The books of each plan's account as they stood on signing, each under an account of its own: the plan's place.

    One ledger then answers for all plans at once, whenever each was signed.
    """
    bill = (pl.col("amount") > 0) & (pl.col("invoice_date") <= pl.col("day"))
    note = (pl.col("amount") <= 0) & (pl.col("invoice_date") < pl.col("paying"))
    columns = ("account", "invoice", "invoice_date", "amount", "credits", "discount", "discount_until")
    billed = asked.join(books.invoices.select(columns), on="account").filter(bill | note)
    billed = _as_code(billed, "invoice", "original")
    codes = billed.select("place", "original", "invoice")
    credited = codes.rename({"original": "credits", "invoice": "copy"})
    billed = billed.join(credited, on=["place", "credits"], how="left").with_columns(credits=pl.col("copy"))
    items = asked.join(books.items, on="account").rename({"invoice": "original"})
    items = _as_code(items.join(codes, on=["place", "original"]), "item", "old_item")
    paid = asked.join(books.payments.select("account", "payment", "date", "amount", "kind"), on="account")
    paid = _as_code(paid.filter(pl.col("date") < pl.col("paying")), "payment", "old")
    names = named.rename({"payment": "old", "invoice": "original"}).join(
        paid.select("place", "old", "payment"), on="old"
    )
    names = names.join(codes, on=["place", "original"]).select("payment", "position", "invoice")
    own = pl.col("place").alias("account")
    return billed.with_columns(own), items.with_columns(own), paid.with_columns(own), names


def _as_code(frame: pl.DataFrame, column: str, kept: str) -> pl.DataFrame:
    """`frame` with new codes in `column`, in the order of the old ones, which go to `kept`."""
    frame = frame.rename({column: kept}).sort(kept, "place").with_row_index(column)
    return frame.with_columns(pl.col(column).cast(pl.Int64))

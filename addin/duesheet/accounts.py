"""One account per customer and currency: money never crosses from one to another."""

from typing import NamedTuple

import polars as pl

from duesheet import money
from duesheet.customers import Customers
from duesheet.invoices import Invoices
from duesheet.payments import Payments


class Accounts(NamedTuple):
    """Every pair of customer and currency that has an invoice or a payment.

    `frame`: `account` (Int64 code), `customer`, `currency`, `digits` (after the point), and of the customer
    `customer_id`, `name`, `owner`, `credit_limit`, `own` (its currency). `invoices`, `items` and
    `payments` are those of the sheets with their `account`.
    """

    frame: pl.DataFrame
    invoices: pl.DataFrame
    items: pl.DataFrame
    payments: pl.DataFrame


def open_accounts(customers: Customers, invoices: Invoices, payments: Payments, base: str) -> Accounts:
    """The accounts behind `invoices` and `payments`; codes follow the order of customer ids, then currencies.

    `base` is the currency of customers that name none.
    """
    pairs = pl.concat([part.select("customer", "currency") for part in (invoices.frame, payments.frame)])
    frame = pairs.unique().sort("customer", "currency").with_row_index("account")
    digits = {code: money.digits(code) for code in frame["currency"].unique()}
    frame = frame.with_columns(
        pl.col("account").cast(pl.Int64),
        pl.col("currency").replace_strict(digits, default=2, return_dtype=pl.Int64).alias("digits"),
    )
    columns = ("customer", "customer_id", "name", "owner", "credit_limit")
    named = customers.frame.select(*columns, own=pl.col("currency").fill_null(base))
    codes = frame.select("account", "customer", "currency")
    billed = invoices.frame.with_columns(_account(invoices.frame, codes))
    whose = billed.select("invoice", "account", "customer", "invoice_date")
    items = invoices.items.join(whose, on="invoice", how="left", maintain_order="left")
    paid = payments.frame.with_columns(_account(payments.frame, codes))
    return Accounts(frame.join(named, on="customer", how="left", maintain_order="left"), billed, items, paid)


def _account(frame: pl.DataFrame, codes: pl.DataFrame) -> pl.Series:
    """The account of each row; only the two columns that decide it are joined, not the whole wide frame."""
    keys = ["customer", "currency"]
    return frame.select(keys).join(codes, on=keys, how="left", maintain_order="left")["account"]

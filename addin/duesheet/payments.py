"""The Payments sheet as payments and the invoices they name, coded, and the rows that cannot be used."""

from dataclasses import dataclass

import polars as pl

from duesheet.customers import Customers, first_of_each
from duesheet.errors import Fault
from duesheet.invoices import Invoices, Sieve, place
from duesheet.settings import Settings
from duesheet.tables import Typed


@dataclass(frozen=True)
class Payments:
    """Every payment once.

    `frame`: `payment` (Int64 code, in the order of date and id), `payment_id`, `customer`, `currency`, `date`,
    `amount` (minor units; negative = refund), `kind`. `named`: `payment`, `position` (1 for the first), `invoice`
    (code), for payments that name invoices.
    """

    frame: pl.DataFrame
    named: pl.DataFrame
    faults: tuple[Fault, ...]
    doubtful: frozenset[str]


def read(
    typed: Typed, customers: Customers, invoices: Invoices, settings: Settings, sheet: str = "Payments"
) -> Payments:
    """Payments and the invoices they name; a name that leads nowhere leaves the money on account, with a fault."""
    frame, faults = first_of_each(typed.frame, "payment", sheet, "Payment")
    sieve = Sieve(frame, sheet)
    sieve.doubt(typed, faults)
    names = _names(sieve.frame, invoices)
    sieve.frame = _named_currency(sieve.frame, names)
    place(sieve, customers, settings)
    sieve.frame = sieve.frame.with_columns(pl.col("kind").fill_null("Payment"))
    named = _checked_names(sieve, names)
    coded = sieve.frame.rename({"payment": "payment_id"}).sort("date", "payment_id")
    coded = coded.with_row_index("payment").with_columns(pl.col("payment").cast(pl.Int64))
    named = named.join(coded.select("payment", "row"), on="row").select("payment", "position", "invoice")
    return Payments(coded.drop("invoice"), named, (*typed.faults, *faults, *sieve.faults), frozenset(sieve.doubtful))


def _names(frame: pl.DataFrame, invoices: Invoices) -> pl.DataFrame:
    """One row per invoice a payment names: `row`, `position`, `name`, and the invoice's code, owner and currency."""
    typed = frame.filter(pl.col("invoice").is_not_null()).select("row", pl.col("invoice").str.split(";").alias("name"))
    spread = typed.with_columns(pl.int_ranges(1, pl.col("name").list.len() + 1).alias("position"))
    spread = spread.explode("name", "position").with_columns(pl.col("name").str.strip_chars())
    spread = spread.filter(pl.col("name") != "").unique(["row", "name"], keep="first", maintain_order=True)
    owed = invoices.frame.filter(pl.col("amount") > 0).select(
        pl.col("invoice_id").alias("name"),
        "invoice",
        pl.col("customer_id").alias("owed_by"),
        pl.col("currency").alias("owed_in"),
    )
    return spread.join(owed, on="name", how="left", maintain_order="left")


def _named_currency(frame: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Payments without a currency take that of the first invoice they name."""
    first = names.filter(pl.col("owed_in").is_not_null()).unique("row", keep="first", maintain_order=True)
    frame = frame.join(first.select("row", "owed_in"), on="row", how="left", maintain_order="left")
    return frame.with_columns(pl.coalesce("currency", "owed_in").alias("currency")).drop("owed_in")


def _checked_names(sieve: Sieve, names: pl.DataFrame) -> pl.DataFrame:
    own = sieve.frame.select("row", "customer_id", "currency")
    checked = names.join(own, on="row", maintain_order="left")
    lost = pl.col("invoice").is_null()
    other = pl.col("owed_by") != pl.col("customer_id")
    crossed = pl.col("owed_in") != pl.col("currency")
    _report(sieve, checked.filter(lost), "No such invoice; the money stands on account until this is mended.")
    _report(sieve, checked.filter(~lost & other), "That invoice is another customer's; the money stands on account.")
    _report(
        sieve,
        checked.filter(~lost & ~other & crossed),
        "That invoice is in another currency, and money never crosses currencies; it stands on account.",
    )
    sieve.doubtful.update(checked.filter(~lost & other)["owed_by"])
    return checked.filter(~lost & ~other & ~crossed).select("row", "position", "invoice")


def _report(sieve: Sieve, rows: pl.DataFrame, remedy: str) -> None:
    for row, name, customer in rows.select("row", "name", "customer_id").iter_rows():
        sieve.faults.append(Fault(sieve.sheet, row, "Invoice", name, remedy))
        sieve.doubtful.add(customer)

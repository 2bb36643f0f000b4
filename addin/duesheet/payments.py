"""The Payments sheet as payments and the invoices they name, coded, and the rows that cannot be used."""

from typing import NamedTuple

import polars as pl

from duesheet.customers import Customers
from duesheet.errors import Fault
from duesheet.invoices import Invoices
from duesheet.placing import place
from duesheet.settings import Settings
from duesheet.sieve import Sieve
from duesheet.tables import Typed

_NO_INVOICE = "No such invoice; the money stands on account until this is mended."
_COMMAS = "No such invoice; put ; between several. The money stands on account until this is mended."
_UNUSABLE = (
    "Row {} of Invoices, which has it, cannot be used; the money stands on account until that is mended."
)
_OTHER = "That invoice is another customer's; the money stands on account until this is mended."
_CROSSED = "That invoice is in another currency, and money never crosses currencies; it stands on account."


class Payments(NamedTuple):
    """Every payment once.

    `frame`: `payment` (Int64 code, in the order of date and id), `payment_id`, `customer`, `customer_id`,
    `currency`, `date`, `amount` (minor units; negative = refund), `kind`, `row`. `named`: `payment`, `position`
    (1 for the first), `invoice` (code), for payments that name invoices with something to pay. `doubtful` are the
    customers with a fault on a row, and those whose invoices are named on such a row.
    """

    frame: pl.DataFrame
    named: pl.DataFrame
    faults: tuple[Fault, ...]
    doubtful: frozenset[str]


def read(
    typed: Typed, customers: Customers, invoices: Invoices, settings: Settings, sheet: str = "Payments"
) -> Payments:
    """Payments and the invoices they name; a name that leads nowhere leaves the money on account, with a fault."""
    sieve = Sieve(typed, sheet)
    sieve.first_of_each("Payment")
    names = _names(sieve.frame, invoices)
    sieve.frame = _named_currency(sieve.frame, names)
    place(sieve, customers, settings.base_currency)
    sieve.frame = sieve.frame.with_columns(pl.col("kind").fill_null("Payment"))
    named = _checked_names(sieve, names, invoices)
    # Money on a row that cannot be used may be the money these customers are asked for.
    if (dropped := sieve.dropped()).height:
        sieve.doubtful.update(_names(dropped, invoices)["owed_by"].drop_nulls())
    ordered = sieve.frame.sort("payment").sort("date", maintain_order=True)  # quicker than by both at once
    coded = ordered.rename({"payment": "payment_id"}).with_row_index("payment")
    coded = coded.with_columns(pl.col("payment").cast(pl.Int64))
    named = named.join(coded.select("payment", "row"), on="row").select("payment", "position", "invoice")
    return Payments(coded.drop("invoice"), named, tuple(sieve.faults), frozenset(sieve.doubtful))


def _names(frame: pl.DataFrame, invoices: Invoices) -> pl.DataFrame:
    """One row per invoice a payment names: `row`, `position`, `name`, and the invoice's code, owner, currency, sign."""
    typed = frame.filter(pl.col("invoice").is_not_null()).select("row", name=pl.col("invoice"))
    single = typed.filter(~pl.col("name").str.contains(";", literal=True))
    spread = pl.concat([single.with_columns(position=pl.lit(1, pl.Int64)), _several(typed)])
    owed = invoices.frame.select(
        "invoice",
        name="invoice_id",
        owed_by="customer_id",
        owed_in="currency",
        billed=pl.col("amount") > 0,
    )
    return spread.join(owed, on="name", how="left", maintain_order="left")


def _several(typed: pl.DataFrame) -> pl.DataFrame:
    several = typed.filter(pl.col("name").str.contains(";", literal=True))
    several = several.with_columns(pl.col("name").str.split(";"))
    several = several.with_columns(position=pl.int_ranges(1, pl.col("name").list.len() + 1, dtype=pl.Int64))
    several = several.explode("name", "position").with_columns(pl.col("name").str.strip_chars())
    return several.filter(pl.col("name") != "").unique(["row", "name"], keep="first", maintain_order=True)


def _named_currency(frame: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Payments without a currency take that of the first invoice they name."""
    first = names.filter(pl.col("owed_in").is_not_null()).unique("row", keep="first", maintain_order=True)
    frame = frame.join(first.select("row", "owed_in"), on="row", how="left", maintain_order="left")
    return frame.with_columns(pl.coalesce("currency", "owed_in").alias("currency")).drop("owed_in")


def _checked_names(sieve: Sieve, names: pl.DataFrame, invoices: Invoices) -> pl.DataFrame:
    """The names that lead to an invoice of the payment's own account with something to pay; faults for the others."""
    own = sieve.frame.select("row", "customer_id", "currency")
    checked = names.join(own, on="row", maintain_order="left")
    lost = pl.col("invoice").is_null()
    other = pl.col("owed_by") != pl.col("customer_id")
    crossed = pl.col("owed_in") != pl.col("currency")
    for row, name, customer in checked.filter(lost).select("row", "name", "customer_id").iter_rows():
        _report(sieve, row, name, _lost(name, invoices), customer)
    wrong = checked.filter(~lost & (other | crossed))
    columns = ("row", "name", "customer_id", "owed_by")
    for row, name, customer, owner in wrong.select(columns).iter_rows():
        _report(sieve, row, name, _CROSSED if owner == customer else _OTHER, customer)
        sieve.doubtful.add(owner)
    # A credit note is named naturally, and has nothing to pay: the money stands on account beside it.
    good = checked.filter(~lost & ~other & ~crossed & pl.col("billed"))
    return good.select("row", "position", "invoice")


def _lost(name: str, invoices: Invoices) -> str:
    row = invoices.left_out.get(name)
    if row is not None:
        return _UNUSABLE.format(row)
    return _COMMAS if "," in name else _NO_INVOICE


def _report(sieve: Sieve, row: int, name: str, remedy: str, customer: str) -> None:
    sieve.faults.append(Fault(sieve.sheet, row, "Invoice", name, remedy))
    sieve.doubtful.add(customer)

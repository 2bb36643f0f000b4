"""The Invoices sheet as invoices and their instalments, coded, and the rows that cannot be used."""

from typing import NamedTuple

import polars as pl

from duesheet import terms
from duesheet.customers import Customers
from duesheet.errors import Fault
from duesheet.instalments import instalments, with_discounts
from duesheet.placing import place
from duesheet.settings import Settings
from duesheet.sieve import Sieve
from duesheet.tables import Typed

_ON_RECEIPT = "Due on receipt"
_NO_INVOICE = "No such invoice; the credit stands on account until this is mended."
_UNUSABLE = "Row {} of {}, which has it, cannot be used; the credit stands on account until that is mended."
_FOREIGN = "That invoice is another customer's or in another currency; the credit stands on account."
_NOT_BILLED = "That invoice has no amount to credit; the credit stands on account. Name another, or none."
_NO_CREDIT = "Only a credit note credits an invoice; its amount is negative."


class Invoices(NamedTuple):
    """Every invoice once.

    `frame`: `invoice` (Int64 code, in the order of the ids), `invoice_id`, `customer`, `customer_id`, `currency`,
    `invoice_date`, `amount` (minor units; negative = credit note), `credits` (code or null), `discount`,
    `discount_until` (null = none), `row`, and what the sheet says of it (`disputed`, `promised`, `hold`,
    `reference`, `description`, `file`). `items` as `instalments` gives them. `doubtful` are the customers with a
    fault on a row, `left_out` gives the row of each id that stands only on rows that cannot be used.
    """

    frame: pl.DataFrame
    items: pl.DataFrame
    faults: tuple[Fault, ...]
    doubtful: frozenset[str]
    left_out: dict[str, int]


def read(typed: Typed, customers: Customers, settings: Settings, sheet: str = "Invoices") -> Invoices:
    """Invoices and their instalments; rows with a fault that decides about money are left out."""
    sieve = Sieve(typed, sheet)
    sieve.first_of_each("Invoice")
    place(sieve, customers, settings.base_currency)
    _read_terms(sieve)
    _check_credits(sieve)
    coded = sieve.frame.sort("invoice").rename({"invoice": "invoice_id"}).with_row_index("invoice")
    coded = coded.with_columns(pl.col("invoice").cast(pl.Int64))
    named = pl.col("credits").is_in(coded["credits"].drop_nulls().unique().implode())
    codes = coded.select(credits="invoice_id", credited="invoice").filter(named)
    coded = coded.join(codes, on="credits", how="left", maintain_order="left")
    country = settings.holidays if settings.weekend_due_dates_move_to_monday else None
    return Invoices(
        with_discounts(coded).drop("terms_read", "due_date", "credits").rename({"credited": "credits"}),
        instalments(coded, country),
        tuple(sieve.faults),
        frozenset(sieve.doubtful),
        sieve.lost("Invoice"),
    )


def _read_terms(sieve: Sieve) -> None:
    """Settle which terms hold; typed beside a due date they decide about the discount only."""
    texts = pl.coalesce("terms", "customer_terms", pl.lit(_ON_RECEIPT)).alias("terms_read")
    sieve.frame = sieve.frame.with_columns(texts)
    understood = {text: terms.parse(text) for text in sieve.frame["terms_read"].unique()}
    odd = [text for text, found in understood.items() if found is None]
    if odd:
        sieve.catch(sieve.frame["terms"].is_in(odd), "Terms", terms.REMEDY)
        # The customer's own terms are told of on Customers; until they are mended the invoice is due at once.
        mended = pl.when(~pl.col("terms_read").is_in(odd)).then(pl.col("terms_read"))
        sieve.frame = sieve.frame.with_columns(mended.otherwise(pl.lit(_ON_RECEIPT)).alias("terms_read"))
    several = [text for text, found in understood.items() if found is not None and len(found.parts) > 1]
    # Terms of the customer give way to a due date typed on the invoice; terms typed beside it contradict it.
    both = sieve.frame["due_date"].is_not_null() & sieve.frame["terms"].is_in(several)
    sieve.catch(both, "Terms", terms.REMEDY_BESIDE)


def _check_credits(sieve: Sieve) -> None:
    """Tell of names of invoices that cannot be credited, and take them back."""
    frame = sieve.frame
    if frame["credits"].null_count() == frame.height:
        return
    target = frame.select(
        credits="invoice", owed_by="customer_id", owed_in="currency", billed=pl.col("amount") > 0
    )
    sieve.frame = frame = frame.join(target, on="credits", how="left", maintain_order="left")
    lost = frame["credits"].is_not_null() & frame["owed_by"].is_null()
    foreign = (frame["owed_by"] != frame["customer_id"]) | (frame["owed_in"] != frame["currency"])
    bill = frame["credits"].is_not_null() & (frame["amount"] > 0)
    unusable = {name: _UNUSABLE.format(row, sieve.sheet) for name, row in sieve.lost("Invoice").items()}
    names = frame["credits"].filter(lost)
    sieve.catch(bill, "Credits", _NO_CREDIT, keep=True)
    sieve.catch(lost & ~bill, "Credits", {name: unusable.get(name, _NO_INVOICE) for name in names}, keep=True)
    sieve.catch(foreign & ~bill, "Credits", _FOREIGN, keep=True)
    sieve.catch(~frame["billed"] & ~foreign & ~bill, "Credits", _NOT_BILLED, keep=True)
    good = frame["billed"] & ~foreign & ~bill
    kept = pl.when(good).then(pl.col("credits")).alias("credits")
    sieve.frame = frame.with_columns(kept).drop("owed_by", "owed_in", "billed")

"""The Invoices sheet as invoices and their instalments, coded, and the rows that cannot be used."""

from dataclasses import dataclass

import polars as pl

from duesheet import terms
from duesheet.customers import Customers, currency_of, first_of_each, in_minor_units, known_currencies
from duesheet.dates import date_of, day_number, working_day
from duesheet.errors import Fault
from duesheet.settings import Settings
from duesheet.tables import Typed


@dataclass(frozen=True)
class Invoices:
    """Every invoice once.

    `frame`: `invoice` (Int64 code, in the order of the ids), `invoice_id`, `customer`, `customer_id`, `currency`,
    `invoice_date`, `amount` (minor units; negative = credit note), `credits` (code or null), `discount`,
    `discount_until` (null = none), and what the sheet says of it (`disputed`, `promised`, `hold`, `reference`,
    `description`, `file`). `items`: one row per instalment of what was billed: `invoice`, `instalment` (1 to n),
    `instalments` (n), `item` (Int64 code, in the order of invoice and
    instalment), `before` (the instalments that come first), `due_date`, `judged_due` (moved off weekends and holidays as set), `amount`.
    """

    frame: pl.DataFrame
    items: pl.DataFrame
    faults: tuple[Fault, ...]
    doubtful: frozenset[str]


class Sieve:
    """Rows that pass through one check after the other; what is caught becomes faults."""

    def __init__(self, frame: pl.DataFrame, sheet: str) -> None:
        self.frame, self.sheet = frame, sheet
        self.faults: list[Fault] = []
        self.doubtful: set[str] = set()

    def doubt(self, typed: Typed, faults: list[Fault]) -> None:
        """Note the customers of the rows that had a fault before."""
        self.doubtful.update(typed.doubtful["customer_id"].drop_nulls())
        rows = [fault.row for fault in faults]
        if rows:
            self.doubtful.update(typed.frame.filter(pl.col("row").is_in(rows))["customer_id"].drop_nulls())

    def catch(self, caught: pl.Series, header: str, column: str, remedy: str, *, keep: bool = False) -> None:
        """Make a fault of every row in `caught`, quoting `column`; leave the rows out unless `keep`."""
        if not caught.any():
            return
        rows = self.frame.filter(caught)
        self.doubtful.update(rows["customer_id"].drop_nulls())
        self.faults += [
            Fault(self.sheet, row, header, "" if found is None else _quoted(found), remedy)
            for row, found in rows.select("row", column).iter_rows()
        ]
        if not keep:
            self.frame = self.frame.filter(~caught)


def _quoted(found: object) -> str:
    return f"{found:.15g}" if isinstance(found, float) else str(found)


def read(typed: Typed, customers: Customers, settings: Settings, sheet: str = "Invoices") -> Invoices:
    """Invoices and their instalments; rows with a fault that decides about money are left out."""
    frame, faults = first_of_each(typed.frame, "invoice", sheet, "Invoice")
    sieve = Sieve(frame, sheet)
    sieve.doubt(typed, faults)
    place(sieve, customers, settings)
    _credits(sieve)
    _due(sieve)
    coded = sieve.frame.rename({"invoice": "invoice_id"}).sort("invoice_id")
    coded = coded.with_row_index("invoice").with_columns(pl.col("invoice").cast(pl.Int64))
    coded = coded.join(
        coded.select(pl.col("invoice_id").alias("credits"), pl.col("invoice").alias("credited")), on="credits", how="left"
    )
    coded = coded.drop("credits").rename({"credited": "credits"})
    items = _items(coded, settings)
    coded = _discounts(coded)
    return Invoices(
        coded.drop("terms_read", "due_date"),
        items,
        (*typed.faults, *faults, *sieve.faults),
        frozenset(sieve.doubtful),
    )


def place(sieve: Sieve, customers: Customers, settings: Settings) -> None:
    """Put each row under its customer and currency, its amount in minor units."""
    known = customers.frame.select(
        "customer_id", "customer", pl.col("currency").alias("customer_currency"), pl.col("terms").alias("customer_terms")
    )
    sieve.frame = sieve.frame.join(known, on="customer_id", how="left", maintain_order="left")
    unknown = sieve.frame["customer"].is_null()
    sieve.catch(unknown, "Customer ID", "customer_id", "No such customer; add it to Customers or mend the id.")
    sieve.frame = sieve.frame.with_columns(
        currency_of(pl.col("currency"), pl.col("customer_currency"), base=settings.base_currency)
    )
    real = sieve.frame["currency"].is_in(list(known_currencies(sieve.frame)))
    sieve.catch(~real, "Currency", "currency", "Not a currency; type its three letters, as EUR, here or on Customers.")
    typed_amounts = sieve.frame["amount"]
    sieve.frame, broken = in_minor_units(sieve.frame)
    if broken.any():
        sieve.frame = sieve.frame.with_columns(typed_amounts.alias("amount_typed"))
        sieve.catch(broken, "Amount", "amount_typed", "Smaller than the currency's smallest coin; round the amount.")
        sieve.frame = sieve.frame.drop("amount_typed")


def _credits(sieve: Sieve) -> None:
    frame = sieve.frame
    named = frame["credits"].is_not_null()
    if not named.any():
        return
    target = frame.select(pl.col("invoice").alias("credits"), pl.col("customer_id").alias("owed_by"), pl.col("currency").alias("owed_in"))
    sieve.frame = frame.join(target, on="credits", how="left", maintain_order="left")
    lost = named & sieve.frame["owed_by"].is_null()
    remedy = "No such invoice; the credit stands on account until this is mended."
    sieve.catch(lost, "Credits", "credits", remedy, keep=True)
    foreign = named & ~lost & (
        (sieve.frame["owed_by"] != sieve.frame["customer_id"]) | (sieve.frame["owed_in"] != sieve.frame["currency"])
    )
    remedy = "That invoice is another customer's or in another currency; the credit stands on account until this is mended."
    sieve.catch(foreign, "Credits", "credits", remedy, keep=True)
    wrong = named & ~lost & (sieve.frame["amount"] > 0)
    sieve.catch(wrong, "Credits", "credits", "Only a credit note credits an invoice; its amount is negative.", keep=True)
    void = lost | foreign | wrong
    sieve.frame = sieve.frame.with_columns(pl.when(void).then(None).otherwise(pl.col("credits")).alias("credits"))
    sieve.frame = sieve.frame.drop("owed_by", "owed_in")


def _due(sieve: Sieve) -> None:
    """Read the terms; typed beside a due date they decide about the discount only."""
    texts = pl.coalesce("terms", "customer_terms", pl.lit("Due on receipt")).alias("terms_read")
    sieve.frame = sieve.frame.with_columns(texts)
    understood = {text: terms.parse(text) for text in sieve.frame["terms_read"].unique()}
    odd = [text for text, found in understood.items() if found is None]
    typed_here = sieve.frame["terms"].is_in(odd)
    sieve.catch(typed_here, "Terms", "terms", terms.REMEDY)
    # The customer's own terms were reported on Customers; until they are mended the invoice is due at once.
    sieve.frame = sieve.frame.with_columns(
        pl.when(pl.col("terms_read").is_in(odd)).then(pl.lit("Due on receipt")).otherwise(pl.col("terms_read")).alias("terms_read")
    )
    several = [text for text, found in understood.items() if found is not None and len(found.parts) > 1]
    # Terms of the customer give way to a due date typed on the invoice; terms typed beside it contradict it.
    both = sieve.frame["due_date"].is_not_null() & sieve.frame["terms"].is_in(several)
    sieve.catch(both, "Due date", "terms", "These terms make several due dates; leave Due date or Terms blank.")


def _items(frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """One row per instalment; worked out once for each pair of terms and invoice date."""
    billed = frame.filter(pl.col("amount") > 0)
    typed = pl.col("due_date").is_not_null()
    single = billed.filter(typed).select(
        "invoice", pl.lit(1, pl.Int64).alias("instalment"), pl.lit(1, pl.Int64).alias("instalments"), "due_date", "amount"
    )
    by_terms = billed.filter(~typed)
    pairs = by_terms.select("terms_read", "invoice_date").unique(maintain_order=True)
    rows = [
        (text, day, number, len(dues), due)
        for text, day in pairs.iter_rows()
        if (found := terms.parse(text)) is not None
        for dues in (terms.dues(found, day),)
        for number, due in enumerate((entry.due for entry in dues), start=1)
    ]
    schema = {"terms_read": pl.String, "invoice_date": pl.Int64, "instalment": pl.Int64, "instalments": pl.Int64, "due_date": pl.Int64}
    spread = by_terms.join(pl.DataFrame(rows, schema=schema, orient="row"), on=["terms_read", "invoice_date"], suffix="_worked")
    spread = spread.with_columns(pl.col("due_date_worked").alias("due_date")) if "due_date_worked" in spread.columns else spread
    whole = spread.filter(pl.col("instalments") == 1).select(single.columns)
    items = pl.concat([single, whole, _shared(spread.filter(pl.col("instalments") > 1), single.columns)])
    items = items.with_columns(_judged(items["due_date"], settings)).sort("invoice", "instalment").with_row_index("item")
    before = (pl.col("amount").cum_sum().over("invoice") - pl.col("amount")).alias("before")
    several = pl.col("instalments") > 1
    return items.with_columns(pl.col("item").cast(pl.Int64), pl.when(several).then(before).otherwise(0).alias("before"))


def _shared(spread: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Instalments with the amount shared out by the terms, to the cent."""
    parts = [
        part
        for text, amount, number in spread.select("terms_read", "amount", "instalment").iter_rows()
        if (found := terms.parse(text)) is not None
        for part in (terms.amounts(found, amount)[number - 1],)
    ]
    return spread.with_columns(pl.Series("amount", parts, dtype=pl.Int64)).select(columns)


def _judged(due: pl.Series, settings: Settings) -> pl.Series:
    """The due date by which paying late is judged: moved off weekends and holidays where the setting says so."""
    if not settings.weekend_due_dates_move_to_monday:
        return due.alias("judged_due")
    moved = {day: day_number(working_day(date_of(day), settings.holidays)) for day in due.unique()}
    return due.replace_strict(moved, return_dtype=pl.Int64).alias("judged_due")


def _discounts(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with `discount` (minor units, rounded half up) and `discount_until`; null where the terms offer none."""
    texts = frame["terms_read"].unique()
    offered = {text: found for text in texts if (found := terms.parse(text)) is not None and found.discount}
    rows = [(text, *found.discount.as_integer_ratio(), found.discount_days) for text, found in offered.items()]
    schema = {"terms_read": pl.String, "part": pl.Int64, "whole": pl.Int64, "days": pl.Int64}
    frame = frame.join(pl.DataFrame(rows, schema=schema, orient="row"), on="terms_read", how="left", maintain_order="left")
    billed = pl.col("amount") > 0
    halved = (pl.col("amount") * pl.col("part") * 2 + pl.col("whole")) // (pl.col("whole") * 2)
    return frame.with_columns(
        pl.when(billed).then(halved).alias("discount"),
        pl.when(billed).then(pl.col("invoice_date") + pl.col("days")).alias("discount_until"),
    ).drop("part", "whole", "days")

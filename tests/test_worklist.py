"""The week's decisions over a whole book: their keys, their order, and that many of them are made fast."""

import time
from datetime import date, timedelta

import polars as pl

from desk import BOOK_ID, Desk, desk
from duesheet import keys, records
from duesheet.cycles import Said
from duesheet.debtors import Past
from duesheet.layout import layout
from duesheet.position import position
from duesheet.worklist import is_letter, key_of, plan, row_key, stops
from firm import Firm

BOOK = """
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
1 | A | 2026-01-01 | 2026-01-31 | 100
2 | B | 2026-01-01 | 2026-03-31 | 100
"""


def test_a_letters_key_names_customer_currency_cycle_and_step() -> None:
    """The key of a letter that is due bears the day its cycle begins; who owes nothing overdue has no letter."""
    due, later = Firm(BOOK).decisions("2026-02-02")

    assert key_of(due, BOOK_ID) == keys.key(BOOK_ID, "A", "EUR", date(2026, 2, 2), 1)
    assert row_key(due, BOOK_ID) == key_of(due, BOOK_ID)
    assert (key_of(later, BOOK_ID), row_key(later, BOOK_ID)) == ("", "B|USD")
    assert (is_letter(due), is_letter(later)) == (True, False)


def test_a_no_for_a_row_without_a_letter_is_kept_too() -> None:
    """Send = No on a row that has no letter yet holds it as long as there is none."""
    firm = Firm(BOOK)
    firm.add("Reminders", send="No", customer_id="B", key="B|USD")

    assert firm.why("2026-02-02")["B"].endswith("; Send is No")


def test_what_stops_everybody_is_said_once() -> None:
    """A book that is in order stops nobody; one without an id, or with old payments, says each reason."""
    good, bad = (records.read(desk(BOOK, **chosen)) for chosen in ({}, {"book_id": ""}))

    assert stops(good, position(good, date(2026, 2, 2))) == ()
    assert stops(bad, position(bad, date(2026, 2, 2))) == ("The book has no Book ID; see Problems",)


def large(customers: int, each: int) -> Desk:
    """A book of so many customers with so many open invoices each."""
    book = desk("")
    number = pl.int_range(customers, eager=True)
    names = ("C" + number.cast(pl.String).str.zfill(6)).alias("Customer ID")
    who = pl.DataFrame({"Customer ID": names, "Name": names, "Email": ["pay@example.com"] * customers})
    bill = pl.col("bill")
    due = (pl.lit(date(2026, 1, 1)) + pl.duration(days=bill % 150)).cast(pl.String)
    what = pl.select(bill=pl.int_range(customers * each)).select(
        bill.cast(pl.String).alias("Invoice"),
        ("C" + (bill % customers).cast(pl.String).str.zfill(6)).alias("Customer ID"),
        due.alias("Invoice date"),
        due.alias("Due date"),
        pl.lit("100").alias("Amount"),
    )
    for name, rows in (("Customers", who), ("Invoices", what)):
        columns = [pl.lit(None, pl.String).alias(column.name) for column in layout().tables[name].columns]
        book.sheets[name] = rows.with_columns(
            [one for one in columns if one.meta.output_name() not in rows.columns]
        )
    return book


def test_ten_thousand_customers_are_decided_in_a_second() -> None:
    """10,000 customers with 60,000 open invoices, half of them written to before, take a second or so."""
    found = records.read(large(10_000, 6))
    now = position(found, date(2026, 8, 1))
    day = date(2026, 8, 1) - timedelta(days=20)
    said = {
        (name, "EUR"): [Said(keys.key(BOOK_ID, name, "EUR", day, 1), 1, day, day)]
        for name in found.customers.frame["customer_id"].head(5_000)
    }
    start = time.perf_counter()
    made = plan(found, now, Past(said))
    took = time.perf_counter() - start

    assert [decision.step.number for decision in made if decision.step] == [2] * 5_000 + [1] * 5_000
    assert took < 4  # about 0.4 on the machine this was written on

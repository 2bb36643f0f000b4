"""The rows of Aging, OpenItems and Reminders."""

from datetime import datetime

import polars as pl

from desk import BOOK_ID, day, desk
from duesheet import records, reports
from duesheet.debtors import Past
from duesheet.position import position, scored
from duesheet.reports import Posted
from duesheet.worklist import key_of, plan

BOOK = """
Customers
Customer ID | Name | Email | Currency
A | Alder Ltd | pay@example.com | EUR
B | Birch GmbH | ap@example.org | EUR
C | Cedar KK | ap@example.net | JPY
D | Dogwood |  | EUR
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount | Terms
1 | A | 2026-01-01 | 2026-01-31 | 100.10
2 | B | 2026-02-01 | | 200 | 50% Net 10, 50% Net 60
3 | C | 2026-01-01 | 2026-01-31 | 5000
4 | D | 2026-01-01 | 2026-01-31 | 900
5 | A | 2026-02-10 | | 60 | 2/10 Net 30
Payments
Payment | Date | Customer ID | Amount | Invoice
p | 2026-01-15 | A | 40 | 1
"""
EDGES = (30, 60, 90, 120)


def week(text: str = BOOK, as_of: str = "2026-02-15", **chosen: str) -> tuple[pl.DataFrame, ...]:
    """Aging, OpenItems and Reminders of a book."""
    found = records.read(desk(text, **chosen))
    now = position(found, day(as_of))
    accounts, items = scored(found, now)
    made = plan(found, now, Past())
    return (
        reports.aging(accounts, made, EDGES),
        reports.open_items(items, accounts, EDGES),
        reports.reminders(made, found, frozenset(), {}),
    )


def test_aging_has_a_row_for_each_customer_and_currency() -> None:
    """Amounts are in major units by the currency's digits, with the next step beside them."""
    aging, _, _ = week()
    columns = ("customer_id", "currency", "current", "bucket_1", "total", "next_step")

    assert aging.select(columns).rows() == [
        ("A", "EUR", 60.0, 60.1, 120.1, "Friendly reminder"),
        ("B", "EUR", 100.0, 100.0, 200.0, "Friendly reminder"),
        ("C", "JPY", 0.0, 5000.0, 5000.0, "Friendly reminder"),
        ("D", "EUR", 0.0, 900.0, 900.0, "Friendly reminder"),
    ]


def test_open_items_are_listed_customer_by_customer_the_oldest_first() -> None:
    """Instalments are numbered, single items are not; an early payment discount is shown while it can be taken."""
    _, items, _ = week()
    columns = ("invoice", "instalment", "bucket", "amount", "paid", "open", "discount")

    assert items.select(columns).rows() == [
        ("1", None, "1-30", 100.1, 40.0, 60.1, None),
        ("5", None, "Current", 60.0, 0.0, 60.0, 1.2),
        ("2", 1, "1-30", 100.0, 0.0, 100.0, None),
        ("2", 2, "Current", 100.0, 0.0, 100.0, None),
        ("3", None, "1-30", 5000.0, 0.0, 5000.0, None),
        ("4", None, "1-30", 900.0, 0.0, 900.0, None),
    ]


def test_ready_rows_come_first_the_largest_on_top() -> None:
    """Letters to send stand above what is held, whatever the amounts."""
    _, _, reminders = week()

    assert reminders.select("customer_id", "status", "amount_due").rows() == [
        ("C", "Ready", 5000.0),
        ("B", "Ready", 100.0),
        ("A", "Ready", 60.1),
        ("D", "Held", 900.0),
    ]
    assert reminders["send"].to_list() == ["Yes"] * 4


def test_every_row_of_reminders_has_a_key_of_its_own() -> None:
    """Rows without a letter have their customer and currency for a key."""
    _, _, reminders = week(as_of="2026-01-10")

    assert reminders["key"].to_list() == ["A|EUR", "C|JPY", "D|EUR"]


def test_what_became_of_a_letter_stands_in_its_row() -> None:
    """Subject, link, status, time and problem come from the outbox and the journal, by key."""
    found = records.read(desk(BOOK))
    now = position(found, day("2026-02-15"))
    made = plan(found, now, Past())
    key = key_of(made[0], BOOK_ID)
    news = Posted("Invoice 1", "open|x.eml", "Failed", datetime(2026, 2, 15, 9, 30).astimezone(), "No answer")
    row = (
        reports.reminders(made, found, frozenset({key}), {key: news})
        .filter(pl.col("key") == key)
        .to_dicts()[0]
    )

    assert (row["send"], row["subject"], row["preview"]) == ("No", "Invoice 1", "open|x.eml")
    assert (row["status"], row["problem"]) == ("Failed", "No answer")
    assert row["sent_at"] == 46068 * 86_400 + 9 * 3600 + 30 * 60

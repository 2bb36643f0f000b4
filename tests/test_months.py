"""What was owed at past month ends: the same, to the cent, as if the book had been worked out on that day."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import Desk, day, desk
from duesheet import allocation, months, records
from duesheet.dates import date_of, day_number
from duesheet.movements import movements
from duesheet.position import position
from duesheet.records import Records
from duesheet.sample import sample_ledger

KEPT = [
    {},
    {"unapplied_money": "Keep apart"},
    {"age_from": "Invoice date"},
    {"due_today_is": "Overdue", "bucket_edges": "7, 45"},
]

CUSTOMERS = """
Customers
Customer ID | Name | Currency | Terms
A | Alder Ltd | EUR | Net 30
B | Birch GmbH | USD | 2/10 Net 30
"""


def owed(found: Records, days: list[int]) -> dict[tuple[str, int], tuple[int, ...]]:
    """What the months say was owed, by currency and day: buckets, money on account, total."""
    books = found.accounts
    applied = allocation.applications(books.invoices, books.payments, found.payments.named, as_of=days[-1])
    moved = movements(books.invoices, books.items, applied, days[0])
    return {row[:2]: row[2:] for row in months.owed(found, moved, days).iter_rows()}


def worked_out(found: Records, days: list[int]) -> dict[tuple[str, int], tuple[int, ...]]:
    """What the position of each day says."""
    names = [f"bucket_{number}" for number in range(len(found.settings.bucket_edges) + 2)]
    nothing = (0,) * (len(names) + 2)
    sums = {(code, one): nothing for code in found.accounts.frame["currency"].unique() for one in days}
    for one in days:
        accounts = position(found, date_of(one)).accounts
        rows = accounts.group_by("currency").agg(pl.col(*names, "unapplied", "total").sum())
        sums |= {(row[0], one): row[1:] for row in rows.iter_rows()}
    return sums


def ends(first: str, last: str, step: int) -> list[int]:
    """Every so many days from `first` to `last`, which is the last of them."""
    return sorted({*range(day_number(day(first)), day_number(day(last)), step), day_number(day(last))})


def checked(book: Desk, days: list[int]) -> None:
    """Both ways agree on `book`."""
    found = records.read(book)

    assert owed(found, days) == worked_out(found, days)


STORIES = {
    "part payments": """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2026-01-05 | 100
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-02-20 | A | 40 | 1
        q | 2026-05-02 | A | 35 | 1
        """,
    "credit notes, one before its invoice": """
        Invoices
        Invoice | Customer ID | Invoice date | Amount | Credits
        1 | A | 2026-01-20 | 100 |
        2 | A | 2026-01-05 | -30 | 1
        3 | A | 2026-02-05 | -90 | 1
        4 | A | 2026-03-01 | 60 |
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        """,
    "money on account, before and after": """
        Invoices
        Invoice | Customer ID | Invoice date | Due date | Amount
        1 | A | 2026-01-05 | 2026-02-04 | 100
        2 | A | 2026-01-15 | 2026-01-20 | 50
        3 | B | 2026-02-15 | 2026-03-20 | 70
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-01-10 | A | 70 |
        q | 2026-02-10 | A | 20 |
        r | 2026-03-10 | A | -15 |
        s | 2026-02-01 | B | 90 | 3
        t | 2026-04-01 | A | 500 | 1
        """,
    "an early payment discount, spoiled by a second payment in time": """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | B | 2026-01-05 | 100
        2 | B | 2026-01-05 | 100
        3 | B | 2026-01-05 | 200
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-01-08 | B | 98 | 1
        q | 2026-01-13 | B | 1 | 1
        r | 2026-01-10 | B | 98 | 2
        s | 2026-01-16 | B | 196 | 3
        """,
    "write-offs, refunds and money beyond an invoice": """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2026-01-05 | 100
        2 | A | 2026-01-09 | 80
        Payments
        Payment | Date | Customer ID | Amount | Invoice | Kind
        p | 2026-01-20 | A | 130 | 1 |
        q | 2026-02-20 | A | -60 | 1 |
        r | 2026-03-20 | A | 45 | 1 | Write-off
        s | 2026-04-20 | A | -200 | 2 |
        """,
    "instalments by terms": """
        Invoices
        Invoice | Customer ID | Invoice date | Terms | Amount
        1 | A | 2026-01-05 | 30% now, 30% Net 30, 40% Net 60 | 100
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-01-20 | A | 45 | 1
        q | 2026-02-20 | A | 70 | 1
        r | 2026-03-20 | A | -20 | 1
        """,
    "a payment for several invoices, one of them dated later": """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2026-01-05 | 100
        2 | A | 2026-03-05 | 50
        3 | A | 2026-01-25 | 70
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-02-01 | A | 90 | 2; 1
        q | 2026-02-08 | A | 60 | 1; 3
        """,
    "a payment plan, signed while some of it was paid, and cancelled": """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2025-12-05 | 100
        2 | A | 2025-12-20 | 200
        3 | A | 2026-02-20 | 70
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-01-10 | A | 60 | 1
        q | 2026-03-01 | A | 80 | 2
        r | 2026-04-10 | A | 40 |
        Plans
        Plan | Customer ID | Invoices | Instalments | First due | Signed on | Cancelled on
        P | A | 1; 2 | 3 | 2026-03-01 | 2026-02-01 | 2026-05-15
        """,
    "payments dated before their invoice": """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2026-02-05 | 100
        2 | A | 2026-01-01 | 30
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-01-15 | A | 100 | 1
        """,
}


@pytest.mark.parametrize("kept", KEPT[:2], ids=str)
@pytest.mark.parametrize("story", STORIES)
def test_every_past_day_is_as_it_would_have_been_worked_out(story: str, kept: dict[str, str]) -> None:
    """Whatever happened since, the past is what it was: each day alone gives the same buckets and totals."""
    checked(desk(CUSTOMERS + STORIES[story], **kept), ends("2025-12-31", "2026-06-30", 20))


@pytest.mark.parametrize("kept", KEPT[::3], ids=str)
def test_the_sample_firms_past_is_as_it_would_have_been_worked_out(kept: dict[str, str]) -> None:
    """The months of the sample firm, through every case it holds."""
    as_of = date(2026, 11, 23)
    book = desk("", **kept)
    book.sheets |= {name: rows for name, rows in sample_ledger(as_of).items() if name != "Settings"}

    checked(book, ends("2026-01-31", "2026-11-23", 61))


dates = st.dates(date(2026, 1, 1), date(2026, 4, 30)).map(str)
cents = st.integers(1, 30_000).map(lambda units: f"{units / 100:.2f}")


@st.composite
def books(draw: st.DrawFn) -> str:
    """A book of a few invoices and payments, of every kind and in any order."""
    customers = st.sampled_from(["A", "B"])
    terms = st.sampled_from(["", "Net 10", "10/10 Net 30", "30% now, 70% Net 60"])
    invoices = [
        f"{number} | {draw(customers)} | {draw(dates)} | {draw(terms)} | {draw(cents)} |"
        for number in range(1, draw(st.integers(1, 5)) + 1)
    ]
    invoices += [
        f"{number} | {draw(customers)} | {draw(dates)} | | -{draw(cents)} | {draw(st.integers(1, len(invoices)))}"
        for number in range(6, 6 + draw(st.integers(0, 2)))
    ]
    kinds = st.sampled_from(["Payment", "Payment", "Credit", "Discount", "Write-off"])
    names = st.lists(st.integers(1, 5), max_size=3, unique=True).map(lambda some: "; ".join(map(str, some)))
    signs = st.sampled_from(["", "", "", "-"])
    paid = [
        f"{number} | {draw(dates)} | {draw(customers)} | {draw(signs)}{draw(cents)} | {draw(names)} | {draw(kinds)}"
        for number in range(1, draw(st.integers(0, 6)) + 1)
    ]
    lines = [
        "Invoices",
        "Invoice | Customer ID | Invoice date | Terms | Amount | Credits",
        *invoices,
        "Payments",
        "Payment | Date | Customer ID | Amount | Invoice | Kind",
        *paid,
    ]
    return "\n".join(lines)


@settings(max_examples=12, deadline=None)
@given(book=books(), kept=st.sampled_from(KEPT))
def test_any_past_is_as_it_would_have_been_worked_out(book: str, kept: dict[str, str]) -> None:
    """Whatever is typed, each day of the past alone gives the same figures as all of them at once."""
    checked(desk(CUSTOMERS + book, **kept), ends("2026-01-15", "2026-06-15", 30))

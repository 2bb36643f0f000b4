"""The Dashboard's rows: the chart's figures first, each figure once, the tie-out and the largest debtors."""

import polars as pl
import pytest

from desk import day, desk
from duesheet import dashboard, records
from duesheet.position import position

BOOK = """
Customers
Customer ID | Name | Currency
A | Alder Ltd | EUR
B | Birch GmbH | USD
C | Cedar Ltd | EUR
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
1 | A | 2026-01-01 | 2026-01-31 | 100
2 | B | 2026-01-01 | 2026-06-30 | 50
3 | C | 2026-01-01 | 2026-06-30 | 300
4 | C | 2026-01-02 | 2026-06-30 | -20
5 | A | 2026-01-01 | 2026-06-30 | oops
Payments
Payment | Date | Customer ID | Amount | Invoice
p | 2026-01-20 | A | 40 | 1
"""


@pytest.fixture
def rows() -> pl.DataFrame:
    """The Dashboard of the book."""
    found = records.read(desk(BOOK, base_currency="USD"))
    return dashboard.rows(found, position(found, day("2026-03-01")))


def figure(rows: pl.DataFrame, name: str, currency: str | None) -> tuple[float, str]:
    """The amount and the note of one figure."""
    return (
        rows.filter((pl.col("figure") == name) & pl.col("currency").eq_missing(pl.lit(currency)))
        .select("amount", "note")
        .row(0)
    )


def test_the_base_currencys_aging_comes_first(rows: pl.DataFrame) -> None:
    """The first rows are what the chart shows: Current and each bucket in the base currency."""
    head = rows.head(6)

    assert head["figure"].to_list() == ["Current", "1-30", "31-60", "61-90", "91-120", "Over 120"]
    assert set(head["currency"]) == {"USD"}
    assert head["amount"].to_list() == [50.0, 0, 0, 0, 0, 0]


def test_every_figure_stands_once(rows: pl.DataFrame) -> None:
    """Figure and currency tell one row from another, so that the user's own notes follow it."""
    assert rows.select("figure", "currency").is_duplicated().sum() == 0


def test_totals_say_how_many_customers(rows: pl.DataFrame) -> None:
    """One customer is a customer, two are customers; shares are of what is owed."""
    assert figure(rows, "Owed in all", "USD") == (50.0, "1 customer with something open")
    assert figure(rows, "Owed in all", "EUR") == (340.0, "2 customers with something open")
    assert figure(rows, "Overdue", "EUR") == (60.0, "18% of what is owed; 1 customer")
    assert figure(rows, "Overdue", "USD") == (0.0, "0% of what is owed; 0 customers")


def test_the_tie_out_is_a_sum_anybody_can_follow(rows: pl.DataFrame) -> None:
    """Billed less credit notes and payments is what the books say, and what the aging says."""
    told = rows.filter((pl.col("section") == "Tie-out") & (pl.col("currency") == "EUR"))
    sums = dict(told.select("figure", "amount").iter_rows())

    assert sums == {
        "Invoices billed": 400.0,
        "less credit notes": -20.0,
        "less payments, refunds added back": -40.0,
        "equals what the books say": 340.0,
        "Aging: buckets and money on account": 340.0,
        "Difference": 0.0,
    }


def test_the_largest_debtors_come_in_order(rows: pl.DataFrame) -> None:
    """Who owes most stands first, with what share of it is overdue."""
    told = rows.filter((pl.col("section") == "Largest debtors") & (pl.col("currency") == "EUR"))

    assert told.select("figure", "amount", "note").rows() == [
        ("1. Cedar Ltd (C)", 280.0, "Nothing overdue"),
        ("2. Alder Ltd (A)", 60.0, "100% overdue"),
    ]


def test_what_is_left_out_is_counted(rows: pl.DataFrame) -> None:
    """Rows that cannot be used are in no total, and the Dashboard says how many there are."""
    assert figure(rows, "Rows that cannot be used", None)[0] == 1.0


def test_a_gap_is_told_in_the_sections_name() -> None:
    """When a currency does not tie out, its section says so."""
    found = records.read(desk(BOOK))
    now = position(found, day("2026-03-01"))
    now.gaps["EUR"] = 7
    told = dashboard.rows(found, now).filter(pl.col("section") == "Does not tie out")

    assert told.filter(pl.col("figure") == "Difference").select("amount", "note").row(0) == (
        0.07,
        "Nothing is sent until this is 0",
    )

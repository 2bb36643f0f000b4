"""The Plans sheet: what makes a plan, and what is said of rows that make none."""

from decimal import Decimal

import pytest

from desk import day, desk
from duesheet import records
from duesheet.errors import Fault
from duesheet.position import Position, position
from duesheet.records import Records

BOOK = """
Customers
Customer ID | Name | Currency | Terms
A | Alder Ltd | EUR | Net 30
B | Birch GmbH | EUR | Net 30
C | Cedar Inc | USD | Net 30
D | Dale & Co | | Net 30
Invoices
Invoice | Customer ID | Invoice date | Amount | Currency | Credits
1 | A | 2025-01-01 | 300 | |
2 | A | 2025-02-01 | 500 | |
3 | A | 2025-02-15 | 70 | USD |
4 | A | 2025-06-01 | 40 | |
N | A | 2025-02-20 | -10 | | 1
b1 | B | 2025-01-01 | 100 | |
c1 | C | 2025-01-01 | 100 | GBP |
d1 | D | 2025-01-01 | 80 | GBP |
d2 | D | 2025-01-01 | 90 | USD |
bad | A | someday | 100 | |
Plans
"""
COLUMNS = (
    "Plan | Customer ID | Invoices | Principal | Down payment | Instalments | Every | First due | Annual rate"
    " | Fee | Method | Signed on | Cancelled on"
)
TYPED = "P1 | A | 2; 1 | 700 | 100 | 6 | 2 weeks | 2025-04-05 | 7.5% | 25 | Equal principal | 2025-03-10 | 2025-09-01"
PLANS_ROW = "P1 | A | 1; 2 | {} | {} | {} | Month | 2025-04-05 | {} | {} | | 2025-03-10 |"


def read(*rows: str) -> Records:
    """The records of the book with these plans."""
    return records.read(desk("\n".join([BOOK, COLUMNS, *rows])))


def stood(*rows: str, as_of: str = "2025-03-20") -> Position:
    """Where the book with these plans stands."""
    return position(read(*rows), day(as_of))


def faults(*rows: str, as_of: str = "2025-03-20") -> list[Fault]:
    """What is wrong with these plans, in the sheet and in the light of the ledger."""
    found = read(*rows)
    now = position(found, day(as_of))
    return [fault for fault in (*found.faults, *now.plans.faults) if fault.table == "Plans"]


def test_a_full_row_is_read_as_typed() -> None:
    """Every column of a plan is read; money in minor units, the rate exact."""
    (plan,) = read(TYPED).plans.rows
    (one,) = stood(TYPED).plans.standings

    assert (plan.plan, plan.customer_id, plan.currency, plan.count) == ("P1", "A", "EUR", 6)
    assert (plan.principal, plan.down_payment, plan.fee) == (700_00, 100_00, 25_00)
    assert (plan.annual_rate, plan.every, plan.method) == (Decimal("0.075"), "2 weeks", "Equal principal")
    assert [(name, owed) for _, name, owed in one.debt.invoices] == [("2", 500_00), ("1", 290_00)]


def test_blanks_have_their_defaults() -> None:
    """Without more a plan is monthly and level, free of interest, fee and down payment, and not signed."""
    (plan,) = read("P1 | A | 1 | | | 6 | | 2025-04-05").plans.rows

    assert (plan.every, plan.method, plan.annual_rate) == ("Month", "Level", Decimal(0))
    assert (plan.principal, plan.down_payment, plan.fee) == (None, 0, 0)
    assert (plan.signed_on, plan.cancelled_on) == (None, None)


@pytest.mark.parametrize(
    ("row", "column", "found", "remedy"),
    [
        ("P1 | X | 1 | | | 2 | | 2025-04-05", "Customer ID", "X", "No such customer"),
        ("P1 | A | 9 | | | 2 | | 2025-04-05", "Invoices", "9", "No such invoice"),
        ("P1 | A | 1, 2 | | | 2 | | 2025-04-05", "Invoices", "1, 2", "put ; between several"),
        ("P1 | A | bad | | | 2 | | 2025-04-05", "Invoices", "bad", "Row 11 of Invoices"),
        ("P1 | A | b1 | | | 2 | | 2025-04-05", "Invoices", "b1", "another customer's"),
        ("P1 | A | 1; N | | | 2 | | 2025-04-05", "Invoices", "N", "That is a credit note"),
        ("P1 | A | 1; 3 | | | 2 | | 2025-04-05", "Invoices", "1; 3", "in several currencies"),
        ("P1 | D | | | | 2 | | 2025-04-05", "Invoices", "", "in several currencies; name those"),
        (PLANS_ROW.format("", "", 0, "", ""), "Instalments", "0", "Type a whole number from 1"),
        (PLANS_ROW.format("", "", 2.5, "", ""), "Instalments", "2.5", "Type a whole number."),
        (PLANS_ROW.format("100", "200", 2, "", ""), "Down payment", "200", "more than the principal"),
        (PLANS_ROW.format("", "", 2, "8", ""), "Annual rate", "8", "Did you mean 8%?"),
        (PLANS_ROW.format("", "", 2, "-1%", ""), "Annual rate", "-0.01", "0% or more"),
        (PLANS_ROW.format("", "", 2, "", "-5"), "Fee", "-5", "0 or more"),
        (PLANS_ROW.format("0", "", 2, "", ""), "Principal", "0", "above 0"),
        (PLANS_ROW.format("1.005", "", 2, "", ""), "Principal", "1.005", "smallest coin"),
        (PLANS_ROW.format("790.01", "", 2, "", ""), "Principal", "790.01", "These invoices owed €790.00"),
        (PLANS_ROW.format("", "800", 2, "", ""), "Down payment", "800.00", "more than the €790.00"),
        (
            "P1 | A | 4 | | | 2 | | 2025-04-05 | | | | 2025-03-10",
            "Invoices",
            "4",
            "dated after the plan was signed",
        ),
        ("P1 | B | b1 | | | 2 | | 2025-04-05 | | | | 2024-12-31", "Invoices", "b1", "dated after"),
        ("P1 | B | | | | 2 | | 2025-04-05 | | | | 2024-12-31", "Invoices", "", "Nothing was open"),
        ("P1 | A | 1 | | | 2 | | | | | | 2025-03-10", "First due", "", "First due is required"),
    ],
)
def test_a_wrong_plan_is_told_of_and_counts_for_nothing(
    row: str, column: str, found: str, remedy: str
) -> None:
    """One fault at its cell, its customer held, no row on Schedule, and the ledger as without it."""
    book = read(row)
    now, without = position(book, day("2025-03-20")), stood()
    (fault,) = [one for one in (*book.faults, *now.plans.faults) if one.table == "Plans"]

    assert (fault.row, fault.column, fault.found) == (2, column, found)
    assert remedy in fault.remedy
    assert row.split(" | ")[1] in book.doubtful | now.plans.doubtful
    assert now.plans.standings == ()
    assert now.items.equals(without.items)


def test_an_invoice_is_in_one_running_plan_only() -> None:
    """Of two running plans about one invoice the one signed first counts; the other is told of it."""
    first = "P1 | A | 1 | | | 2 | | 2025-04-05 | | | | 2025-03-10 | {}"
    second = "P0 | A | 2; 1 | | | 2 | | 2025-05-05 | | | | 2025-03-12 |"
    (fault,) = faults(second, first.format(""))
    now = stood(second, first.format(""))

    assert (fault.row, fault.column, fault.found) == (2, "Invoices", "1")
    assert fault.remedy.startswith("1 is in plan P1 already, which counts.")
    assert set(now.plans.states) == {"P1"}
    assert faults(second, first.format("2025-03-12")) == []
    assert faults(second, first.format(""), as_of="2025-03-11") == []
    assert faults(second, first.format("").replace("2025-03-10", "")) == []


def test_a_plan_named_twice_counts_once() -> None:
    """The first row of a plan's number counts, and the second is told so."""
    (fault,) = faults("P1 | A | 1 | | | 2 | | 2025-04-05", "P1 | A | 2 | | | 3 | | 2025-04-05")

    assert (fault.row, fault.column) == (3, "Plan")
    assert (
        len(stood("P1 | A | 1 | | | 2 | | 2025-04-05", "P1 | A | 2 | | | 3 | | 2025-04-05").plans.standings)
        == 1
    )


def test_a_plan_that_names_no_invoices_is_about_all_that_are_open() -> None:
    """Those of the customer's currency, else of the only one there is, the oldest due first, but not another plan's."""
    blank = "P2 | {} | | | | 2 | | 2025-04-05 | | | | 2025-03-11"
    other = "P1 | A | 1 | | | 2 | | 2025-04-05 | | | | 2025-03-10"

    def about(*rows: str) -> list[str]:
        return [
            name
            for one in stood(*rows).plans.standings
            for _, name, _ in one.debt.invoices
            if one.debt.plan.plan == "P2"
        ]

    assert about(blank.format("A")) == ["1", "2"]
    assert about(blank.format("A"), other) == ["2"]
    assert about(blank.format("C")) == ["c1"]


def test_nothing_later_than_the_day_is_known() -> None:
    """A plan signed later is not there yet, on Schedule or anywhere; one cancelled by the day is gone."""
    row = "P1 | A | 1 | | | 2 | | 2025-04-05 | | | | 2025-03-10 | 2025-03-15"

    assert stood(row, as_of="2025-03-09").plans.states == {}
    assert stood(row, as_of="2025-03-10").plans.states == {"P1": "on track"}
    assert stood(row, as_of="2025-03-14").plans.states == {"P1": "on track"}
    assert stood(row, as_of="2025-03-15").plans.states == {}

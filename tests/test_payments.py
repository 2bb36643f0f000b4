"""The Payments sheet: every payment once, the invoices it names, and what cannot be used."""

import pytest

from desk import desk
from duesheet import records
from duesheet.records import Records

BOOK = """
Customers
Customer ID | Name | Currency
A | Alder Ltd | EUR
B | Birch GmbH | USD

Invoices
Invoice | Customer ID | Invoice date | Amount | Currency
1 | A | 2025-01-01 | 10 |
2 | A | 2025-01-01 | 20 |
3 | A | 2025-01-01 | -5 |
4 | A | 2025-01-01 | 7 | GBP
5 | B | 2025-01-01 | 9 |
6 | A | 2025-01-01 | soon |
0 | A | 2025-01-01 | 0 |
"""
HEADER = "Payments\nPayment | Customer ID | Date | Amount | Invoice | Currency | Kind\n"


def read(rows: str) -> Records:
    """The records of the book with `rows` of payments."""
    return records.read(desk(BOOK + HEADER + rows))


def told(found: Records) -> list[tuple[int, str, str]]:
    """Row, column and found of each fault on Payments."""
    return [fault[1:4] for fault in found.faults if fault.table == "Payments"]


def named(found: Records) -> list[tuple[str, int, str]]:
    """Payment, position and invoice of each name that counts."""
    invoices = dict(found.invoices.frame.select("invoice", "invoice_id").iter_rows())
    payments = dict(found.payments.frame.select("payment", "payment_id").iter_rows())
    rows = found.payments.named.sort("payment", "position").iter_rows()
    return [(payments[payment], position, invoices[invoice]) for payment, position, invoice in rows]


def test_payments_have_codes_in_the_order_of_date_and_id() -> None:
    """Codes do not depend on the order of the rows; a blank kind is Payment."""
    found = read("q | A | 2025-02-01 | 1\nb | A | 2025-01-01 | 2 | | | CREDIT\na | A | 2025-02-01 | 3")

    columns = ("payment", "payment_id", "amount", "kind")
    assert found.payments.frame.select(columns).rows() == [
        (0, "b", 200, "Credit"),
        (1, "a", 300, "Payment"),
        (2, "q", 100, "Payment"),
    ]


def test_a_payment_names_invoices_in_its_own_order_and_each_once() -> None:
    """Blanks and doubled names between semicolons do not count."""
    found = read("p | A | 2025-01-10 | 30 | 2; 1;;2 ;")

    assert told(found) == []
    assert named(found) == [("p", 1, "2"), ("p", 2, "1")]


def test_a_payment_without_currency_takes_that_of_the_invoices_it_names() -> None:
    """Then the customer's; the currency typed wins over both."""
    found = read("p | A | 2025-01-10 | 7 | 4\nq | A | 2025-01-10 | 7\nr | A | 2025-01-10 | 7 | | usd")

    assert told(found) == []
    assert found.payments.frame["currency"].to_list() == ["GBP", "EUR", "USD"]


@pytest.mark.parametrize("name", ["3", "0"])
def test_naming_a_credit_note_is_no_fault_and_applies_nothing_to_it(name: str) -> None:
    """Refunding a credit note, or netting it off, is natural: the money stands on account beside it."""
    found = read(f"p | A | 2025-01-10 | 10 | 1; {name}\nr | A | 2025-01-10 | -5 | {name}")

    assert told(found) == []
    assert named(found) == [("p", 1, "1")]


LOST: list[tuple[str, str]] = [
    ("9", "No such invoice"),
    ("1, 2", "put ; between several"),
    ("6", "Row 7 of Invoices"),
    ("5", "another customer's"),
    ("4; 1", "another currency"),
]


@pytest.mark.parametrize(("name", "remedy"), LOST)
def test_a_name_that_leads_nowhere_is_told_and_the_money_stands_on_account(name: str, remedy: str) -> None:
    """The payment counts, its customer is in doubt, and the remedy says what is wrong with the name."""
    found = read(f"p | A | 2025-01-10 | 10 | {name}")

    (fault,) = (fault for fault in found.faults if fault.table == "Payments")
    assert fault.column == "Invoice"
    assert remedy in fault.remedy
    assert found.payments.frame.height == 1
    assert "A" in found.doubtful


def test_the_customer_whose_invoice_another_one_paid_is_in_doubt_too() -> None:
    """Perhaps the payment is theirs: they are not chased until it is mended."""
    assert "B" in read("p | A | 2025-01-10 | 9 | 5").doubtful


@pytest.mark.parametrize(
    "row", ["p | Z | 2025-01-10 | 9 | 5", "p | | 2025-01-10 | 9 | 5", "p | A | 2025-01-10 | nine | 5"]
)
def test_an_unusable_payment_holds_the_customers_of_the_invoices_it_names(row: str) -> None:
    """The money may have come, so nobody asks for it again."""
    found = read(row)

    assert found.payments.frame.height == 0
    assert found.left_out.rows == 2
    assert "B" in found.doubtful


def test_a_kind_that_is_none_leaves_the_row_out() -> None:
    """Whether it settles as money or as a write-off decides what it does."""
    found = read("p | A | 2025-01-10 | 9 | | | Gift")

    assert told(found) == [(2, "Kind", "Gift")]
    assert found.payments.frame.height == 0


def test_a_refund_and_a_payment_of_nothing_are_no_faults() -> None:
    """Negative and zero amounts are read as they stand."""
    found = read("p | A | 2025-01-10 | -9\nq | A | 2025-01-10 | 0")

    assert told(found) == []
    assert found.payments.frame["amount"].to_list() == [-900, 0]

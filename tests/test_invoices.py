"""The Invoices sheet: every invoice once, in minor units and instalments, and what cannot be used."""

import pytest

from desk import desk
from duesheet import records
from duesheet.dates import date_of
from duesheet.records import Records

CUSTOMERS = """
Customers
Customer ID | Name | Currency | Terms
A | Alder Ltd | EUR | Net 30
B | Birch GmbH | JPY |
C | Cedar Ltd | EURO | 50% now, 50% Net 30
00123 | Dogwood | KWD | Net 10
"""
HEADER = "Invoices\nInvoice | Customer ID | Invoice date | Due date | Amount | Credits | Currency | Terms | Promised\n"


def read(rows: str, **settings: str) -> Records:
    """The records of a book with `rows` of invoices."""
    return records.read(desk(CUSTOMERS + HEADER + rows, **settings))


def told(found: Records) -> list[tuple[int, str, str]]:
    """Row, column and found of each fault on Invoices."""
    return [fault[1:4] for fault in found.faults if fault.table == "Invoices"]


def remedy(found: Records) -> str:
    """What to do about the only fault on Invoices."""
    (fault,) = (fault for fault in found.faults if fault.table == "Invoices")
    return fault.remedy


def kept(found: Records) -> list[str]:
    """The invoices that can be used."""
    return found.invoices.frame["invoice_id"].to_list()


def test_amounts_are_whole_minor_units_of_their_currency() -> None:
    """Cents for euros, yen for yen, fils for dinars; to the cent also at the largest amount."""
    found = read(
        """
        1 | A | 2025-01-01 | | 1,234.50
        2 | B | 2025-01-01 | | 500
        3 | 00123 | 2025-01-01 | | 1.234
        4 | A | 2025-01-01 | | 99999999999.99
        5 | A | 2025-01-01 | | 0.1 | | usd
        """
    )

    assert told(found) == []
    assert found.invoices.frame.select("currency", "amount").rows() == [
        ("EUR", 123450),
        ("JPY", 500),
        ("KWD", 1234),
        ("EUR", 9999999999999),
        ("USD", 10),
    ]


@pytest.mark.parametrize(("customer", "amount"), [("A", "10.005"), ("B", "0.5"), ("00123", "1.0005")])
def test_a_fraction_of_the_smallest_coin_is_a_fault(customer: str, amount: str) -> None:
    """No amount is rounded behind the user's back: the row is left out and told."""
    found = read(f"1 | {customer} | 2025-01-01 | | {amount}")

    assert told(found) == [(2, "Amount", amount)]
    assert "smallest coin" in remedy(found)
    assert kept(found) == []
    assert found.left_out.rows == 1
    assert found.doubtful >= {customer}


def test_an_amount_of_zero_is_no_fault_and_opens_nothing() -> None:
    """Zero amounts and credit notes have no items; both are invoices that can be named."""
    found = read("1 | A | 2025-01-01 | | 0\n2 | A | 2025-01-01 | | -5\n3 | A | 2025-01-01 | | 5")

    assert told(found) == []
    assert kept(found) == ["1", "2", "3"]
    assert found.invoices.items["invoice"].to_list() == [2]


def test_a_second_row_of_one_invoice_is_left_out_and_both_customers_are_in_doubt() -> None:
    """Nobody knows whose invoice it is, so neither is written to."""
    found = read("1 | A | 2025-01-01 | | 10\n2 | B | 2025-01-01 | | 7\n1 | 00123 | 2025-01-01 | | 10")

    assert told(found) == [(4, "Invoice", "1")]
    assert found.invoices.frame.select("invoice_id", "customer_id").rows() == [("1", "A"), ("2", "B")]
    assert found.doubtful >= {"A", "00123"}
    assert found.left_out.money == (("KWD", 10.0),)


def test_an_unknown_customer_is_told_with_the_id_it_may_be() -> None:
    """Lost leading zeros and other capitals are the usual slips."""
    found = read("1 | 123 | 2025-01-01 | | 10\n2 | a | 2025-01-01 | | 10\n3 | Z9 | 2025-01-01 | | 10")

    assert told(found) == [(2, "Customer ID", "123"), (3, "Customer ID", "a"), (4, "Customer ID", "Z9")]
    remedies = [fault.remedy for fault in found.faults if fault.table == "Invoices"]
    assert 'Is it "00123"?' in remedies[0]
    assert 'Is it "A"?' in remedies[1]
    assert "add it to Customers" in remedies[2]


def test_a_currency_that_is_none_is_told_where_it_was_typed() -> None:
    """On the invoice, or, where that is blank, on Customers."""
    found = read(
        "1 | A | 2025-01-01 | | 10 | | EURO\n2 | C | 2025-01-01 | | 10\n3 | C | 2025-01-01 | | 10 | | eur"
    )

    assert told(found) == [(2, "Currency", "EURO"), (3, "Currency", "")]
    assert "mend it on Customers" in found.faults[-1].remedy
    assert kept(found) == ["3"]


def test_blank_terms_and_due_dates_come_from_the_customer_then_due_on_receipt() -> None:
    """A typed due date wins over terms; the customer's instalments give way to it too."""
    found = read(
        """
        1 | A | 2025-01-01 | | 10
        2 | A | 2025-01-01 | 2025-01-05 | 10
        3 | B | 2025-01-01 | | 10
        4 | A | 2025-01-01 | | 10 | | | EOM
        5 | C | 2025-01-01 | 2025-02-01 | 10 | | EUR
        """
    )

    assert told(found) == []
    due = [date_of(day).isoformat() for day in found.invoices.items["due_date"]]
    assert due == ["2025-01-31", "2025-01-05", "2025-01-01", "2025-01-31", "2025-02-01"]
    assert found.invoices.items["instalments"].to_list() == [1] * 5


def test_terms_in_parts_make_instalments_that_add_up() -> None:
    """Each part is rounded, the last takes the rest, and `before` is what comes first."""
    found = read("1 | C | 2025-01-01 | | 0.03 | | EUR | 30% now, 30% Net 30, 40% Net 60")

    items = found.invoices.items.select("instalment", "instalments", "amount", "before")
    assert items.rows() == [(1, 3, 1, 0), (2, 3, 1, 1), (3, 3, 1, 2)]


def test_terms_that_are_not_understood_leave_the_row_out() -> None:
    """Terms decide when money is due, so the row cannot be used; parts beside a due date contradict it."""
    found = read(
        """
        1 | A | 2025-01-01 | | 10 | | | soonish
        2 | A | 2025-01-01 | 2025-02-01 | 10 | | | 30% now, 70% Net 60
        """
    )

    assert told(found) == [(2, "Terms", "soonish"), (3, "Terms", "30% now, 70% Net 60")]
    assert kept(found) == []


def test_an_early_payment_discount_is_rounded_half_up() -> None:
    """2/10 of 10.25 is 0.21, up to the tenth day; a credit note offers none."""
    found = read(
        "1 | A | 2025-01-01 | | 10.25 | | | 2/10 Net 30\n2 | A | 2025-01-01 | | -10 | | | 2/10 Net 30"
    )

    (offered, none) = found.invoices.frame.select("discount", "discount_until").rows()
    assert (offered[0], date_of(offered[1]).isoformat()) == (21, "2025-01-11")
    assert none == (None, None)


def test_due_dates_move_off_weekends_only_for_judging_who_paid_late() -> None:
    """1 March 2025 is a Saturday; the due date in aging stays."""
    moved = read("1 | A | 2025-01-01 | 2025-03-01 | 10").invoices.items
    kept_ = read("1 | A | 2025-01-01 | 2025-03-01 | 10", weekend_due_dates_move_to_monday="No").invoices.items

    assert [date_of(day).isoformat() for day in moved.select("due_date", "judged_due").row(0)] == [
        "2025-03-01",
        "2025-03-03",
    ]
    assert kept_["judged_due"].equals(kept_["due_date"].alias("judged_due"))


CREDITS: list[tuple[str, str]] = [
    ("2 | A | 2025-01-02 | | -5 | 1", ""),
    ("2 | A | 2025-01-02 | | -5 | 9", "No such invoice"),
    ("2 | B | 2025-01-02 | | -5 | 1", "another customer's"),
    ("2 | A | 2025-01-02 | | -5 | 1 | USD", "another currency"),
    ("2 | A | 2025-01-02 | | 5 | 1", "Only a credit note"),
    ("2 | A | 2025-01-02 | | -5 | 2", "no amount to credit"),
    ("2 | A | 2025-01-02 | | -5 | bad", "Row 4 of Invoices"),
]


@pytest.mark.parametrize(("row", "expected"), CREDITS)
def test_a_credit_note_credits_an_invoice_of_its_own_account(row: str, expected: str) -> None:
    """Any other name is told; the row stays, and its money stands on account."""
    found = read(f"1 | A | 2025-01-01 | | 10\n{row}\nbad | A | 2025-01-01 | | soon")

    faults = [fault for fault in found.faults if fault.column == "Credits"]
    assert [expected in fault.remedy for fault in faults] == ([True] if expected else [])
    assert kept(found) == ["1", "2"]
    assert found.invoices.frame["credits"].to_list() == [None, None if expected else 0]


def test_a_promise_that_is_no_date_keeps_the_row_and_holds_the_customer() -> None:
    """The money counts; whether it may be chased nobody knows."""
    found = read("1 | A | 2025-01-01 | | 10 | | | | next week")

    assert told(found) == [(2, "Promised", "next week")]
    assert kept(found) == ["1"]
    assert "A" in found.doubtful
    assert found.left_out.rows == 0

"""Early payment discounts: shown while they can be had, taken to the cent, never offered again once spoiled."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet import records, terms
from duesheet.position import Position, position
from firm import Firm

INVOICE = """
Invoices
Invoice | Customer ID | Invoice date | Terms | Amount
1 | A | 2025-03-01 | 2/10 Net 30 | 1000
"""


def stood(text: str, today: str, **chosen: str) -> Position:
    """Where the book stands as of a day."""
    return position(records.read(Firm(text, **chosen).book), date.fromisoformat(today))


def offers(text: str, today: str, **chosen: str) -> dict[str, int]:
    """The discounts shown on the open items, by invoice, in cents."""
    shown = stood(text, today, **chosen).items.filter(pl.col("discount").is_not_null())
    assert shown["discount_until"].null_count() == 0
    return dict(shown.select("invoice_id", "discount").iter_rows())


def owed(text: str, today: str) -> dict[str, int]:
    """What is open, by invoice, in cents."""
    return dict(stood(text, today).items.select("invoice_id", "open").iter_rows())


def taken(text: str, today: str) -> int:
    """The early payment discounts taken, in cents, as the tie-out counts them."""
    now = stood(text, today)
    assert now.gaps == {}
    return -now.booked["EUR"].get("taken", 0)


def paid(*rows: str) -> str:
    """The invoice of 1,000.00 with these payments."""
    return "\n".join([INVOICE, "Payments", "Payment | Date | Customer ID | Amount | Invoice | Kind", *rows])


def test_a_discount_is_shown_through_its_last_day() -> None:
    """2/10 on an invoice of 1 March can be had through the 11th, not on the 12th."""
    assert offers(INVOICE, "2025-03-01") == {"1": 2000}
    assert offers(INVOICE, "2025-03-11") == {"1": 2000}
    assert offers(INVOICE, "2025-03-12") == {}


@pytest.mark.parametrize(
    ("payment", "left", "discount"),
    [
        ("p | 2025-03-11 | A | 980 | 1 |", {}, 2000),
        ("p | 2025-03-12 | A | 980 | 1 |", {"1": 2000}, 0),
        ("p | 2025-03-11 | A | 979.99 | 1 |", {"1": 2001}, 0),
        ("p | 2025-03-11 | A | 980.01 | 1 |", {"1": 1999}, 0),
        ("p | 2025-03-11 | A | 1000 | 1 |", {}, 0),
        ("p | 2025-03-11 | A | 980 | 1 | Credit", {"1": 2000}, 0),
        ("p | 2025-03-11 | A | 980 | |", {"1": 2000}, 0),
    ],
)
def test_a_discount_is_taken_to_the_cent_and_to_the_day(
    payment: str, left: dict[str, int], discount: int
) -> None:
    """One payment that names the invoice, in time, of net less discount: not a cent or a day beside it, no credit."""
    assert owed(paid(payment), "2025-04-01") == left
    assert taken(paid(payment), "2025-04-01") == discount


SPOILED = {
    "a part payment": ["p | 2025-03-02 | A | 100 | 1 |"],
    "a part payment given back": ["p | 2025-03-02 | A | 100 | 1 |", "q | 2025-03-03 | A | -100 | 1 |"],
    "a credit": ["p | 2025-03-02 | A | 100 | 1 | Credit"],
    "money on account": ["p | 2025-03-02 | A | 100 | |"],
}


@pytest.mark.parametrize("rows", SPOILED.values(), ids=SPOILED)
def test_a_discount_once_spoiled_is_not_offered_again(rows: list[str]) -> None:
    """Anything paid or credited before it ends the offer, given back or not."""
    assert offers(paid(*rows), "2025-03-04") == {}


def test_the_rest_of_a_part_payment_takes_no_discount() -> None:
    """100.00 and then 880.00 make 980.00, but not in one payment: 20.00 stay open."""
    rows = paid("p | 2025-03-02 | A | 100 | 1 |", "q | 2025-03-03 | A | 880 | 1 |")

    assert owed(rows, "2025-03-05") == {"1": 2000}
    assert taken(rows, "2025-03-05") == 0


def test_money_kept_apart_spoils_nothing() -> None:
    """Where money on account is kept apart it is not set against the invoice, and the offer stands."""
    apart = paid("p | 2025-03-02 | A | 100 | |")

    assert offers(apart, "2025-03-04", unapplied_money="Keep apart") == {"1": 2000}


TWO = """
Invoices
Invoice | Customer ID | Invoice date | Terms | Amount
1 | A | 2025-03-01 | 2/10 Net 30 | 1000
2 | A | 2025-03-05 | 3/10 Net 30 | 500
3 | A | 2025-03-05 | Net 30 | 50
Payments
Payment | Date | Customer ID | Amount | Invoice
"""


@pytest.mark.parametrize(
    ("payment", "left", "discount"),
    [
        # 980 and 485 and 50: both discounts.
        ("p | 2025-03-11 | A | 1515 | 1; 2; 3", {}, 3500),
        # 1000 and 485 and 50: only the one of invoice 2, whichever is named first.
        ("p | 2025-03-11 | A | 1535 | 2; 3; 1", {}, 1500),
        ("p | 2025-03-11 | A | 1530 | 2; 1; 3", {}, 2000),
        # The first window is over.
        ("p | 2025-03-12 | A | 1535 | 1; 2; 3", {}, 1500),
        ("p | 2025-03-12 | A | 1515 | 1; 2; 3", {"3": 3500}, 0),
        # A cent beside it: in order, without any discount.
        ("p | 2025-03-11 | A | 1515.01 | 1; 2; 3", {"3": 3499}, 0),
    ],
)
def test_one_payment_for_several_invoices_takes_the_discounts_it_leaves_out(
    payment: str, left: dict[str, int], discount: int
) -> None:
    """A payment that is short by exactly some of the discounts on offer takes those, and closes what it names."""
    assert owed(TWO + payment, "2025-04-01") == left
    assert taken(TWO + payment, "2025-04-01") == discount


def test_a_joint_payment_takes_no_discount_that_is_spoiled() -> None:
    """100.00 paid and given back spoiled the discount of invoice 1: the joint payment fills in order."""
    rows = (
        TWO + "p | 2025-03-02 | A | 100 | 1\nq | 2025-03-03 | A | -100 | 1\nr | 2025-03-10 | A | 1480 | 1; 2"
    )

    assert owed(rows, "2025-03-20") == {"2": 2000, "3": 5000}
    assert taken(rows, "2025-03-20") == 0


def test_half_a_cent_of_discount_is_a_cent() -> None:
    """2% of 100.25 are 2.005, offered as 2.01 and taken by a payment of 98.24."""
    text = INVOICE.replace("1000", "100.25") + "Payments\nPayment | Date | Customer ID | Amount | Invoice\n"

    assert offers(text, "2025-03-05") == {"1": 201}
    assert taken(text + "p | 2025-03-05 | A | 98.24 | 1", "2025-03-05") == 201


def test_a_disputed_invoice_keeps_its_discount() -> None:
    """A dispute does not stop the clock, nor take the offer away."""
    text = """
    Invoices
    Invoice | Customer ID | Invoice date | Terms | Amount | Disputed
    1 | A | 2025-03-01 | 2/10 Net 30 | 1000 | wrong price
    """

    assert offers(text, "2025-03-11") == {"1": 2000}
    assert offers(text, "2025-03-12") == {}


def test_a_letter_names_the_discount_while_it_can_be_had() -> None:
    """The heads-up before the due date says how much may be deducted and until when; later letters do not."""
    text = INVOICE.replace("2/10 Net 30", "2/10 Net 12")
    firm = Firm(text)
    firm.run("2025-03-11")
    firm.run("2025-03-20")
    lines = [(line.discount, line.discount_until) for one in firm.notices for line in one.lines]

    assert lines == [(2000, date(2025, 3, 11)), (0, None)]


@given(st.integers(1, 10**13), st.sampled_from(["1/10 Net 30", "2.5/8 Net 20", "50/1 Net 2"]))
def test_a_discount_never_exceeds_the_invoice(units: int, typed: str) -> None:
    """What may be deducted is a part of the amount, and no more."""
    found = terms.parse(typed)
    assert found is not None

    assert 0 <= terms.discount(found, units) <= units

"""One account per customer and currency."""

from desk import desk
from duesheet import records

BOOK = """
Customers
Customer ID | Name | Currency | Owner | Credit limit
B | Birch GmbH | | Ann | 500
A | Alder Ltd | usd | |
C | Cedar Ltd | | |

Invoices
Invoice | Customer ID | Invoice date | Amount | Currency
1 | B | 2025-01-01 | 10 | JPY
2 | A | 2025-01-01 | 20 |
3 | B | 2025-01-01 | 30 |

Payments
Payment | Customer ID | Date | Amount | Currency
p | B | 2025-01-10 | 5 | GBP
"""


def test_every_pair_of_customer_and_currency_is_an_account() -> None:
    """Codes follow customer ids, then currencies; a customer without a booking has none."""
    found = records.read(desk(BOOK)).accounts

    columns = ("account", "customer_id", "currency", "digits", "own", "owner", "credit_limit")
    assert found.frame.select(columns).rows() == [
        (0, "A", "USD", 2, "USD", None, None),
        (1, "B", "EUR", 2, "EUR", "Ann", 500.0),
        (2, "B", "GBP", 2, "EUR", "Ann", 500.0),
        (3, "B", "JPY", 0, "EUR", "Ann", 500.0),
    ]


def test_invoices_items_and_payments_know_their_account() -> None:
    """Money never crosses from one account to another, so each booking has exactly one."""
    found = records.read(desk(BOOK)).accounts

    assert found.invoices["account"].to_list() == [3, 0, 1]
    assert found.items.select("invoice", "account", "customer").rows() == [(0, 3, 1), (1, 0, 0), (2, 1, 1)]
    assert found.payments["account"].to_list() == [2]


def test_an_empty_book_has_no_accounts() -> None:
    """Nothing typed is nothing owed, and no fault."""
    found = records.read(desk(""))

    assert found.accounts.frame.height == 0
    assert found.faults == ()

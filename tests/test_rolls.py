"""What rolled from bucket to bucket, followed through a book: what the loss rates of its own are made from."""

import polars as pl

from desk import Desk, day, desk
from duesheet import records
from duesheet.dates import day_number
from duesheet.periods import back
from duesheet.position import position
from duesheet.prospects import looking_back, moved_since, rolled

AS_OF = "2026-12-31"

# The cohort of the published example: sold 100,000 in January; paid on time 50,000; 1-30 days late 27,000; 31-60
# days late 15,000; 61-90 days late 6,000; 2,000 never.
COHORT = """
Customers
Customer ID | Name | Currency
A | Alder Ltd | EUR
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
0 | A | 2025-11-01 | 2025-11-10 | 5
1 | A | 2026-01-01 | 2026-01-31 | 50000
2 | A | 2026-01-01 | 2026-01-31 | 27000
3 | A | 2026-01-01 | 2026-01-31 | 15000
4 | A | 2026-01-01 | 2026-01-31 | 6000
5 | A | 2026-01-01 | 2026-01-31 | 2000
Payments
Payment | Date | Customer ID | Amount | Invoice | Kind
z | 2025-11-10 | A | 5 | 0 |
a | 2026-01-31 | A | 50000 | 1 |
b | 2026-02-01 | A | 10000 | 2 |
c | 2026-03-02 | A | 17000 | 2 |
d | 2026-03-03 | A | 15000 | 3 |
e | 2026-05-01 | A | 6000 | 4 |
"""


def rows(book: Desk, as_of: str = AS_OF, months: int = 12) -> list[tuple[int, int]]:
    """What came to each bucket and what went on, in whole units."""
    found = records.read(book)
    now = position(found, day(as_of))
    since = back(day_number(now.as_of), months)
    told = rolled(found, now, moved_since(found, now, since), (since, day_number(now.as_of)))
    return [(came // 100, went_on // 100) for came, went_on in told.select("came", "went_on").iter_rows()]


def test_a_cohort_rolls_as_published() -> None:
    """IFRScommunity.com: of 100,000 sold, 50,000, 23,000, 8,000 and 2,000 came to the buckets, one after the other."""
    book = desk(COHORT, bucket_edges="30, 60, 90")

    assert rows(book) == [
        (100_000, 50_000),
        (50_000, 23_000),
        (23_000, 8_000),
        (8_000, 2_000),
        (2_000, 2_000),
    ]


def test_the_books_own_rates_are_the_published_ones() -> None:
    """The rates and the story behind each: 2 %, 4 %, 8.6957 %, 25 % and 100 %."""
    found = records.read(desk(COHORT, bucket_edges="30, 60, 90"))
    rates = looking_back(found, position(found, day(AS_OF))).rates["EUR"]

    assert [str(one.rate) for one in rates] == ["0.020000", "0.040000", "0.086957", "0.250000", "1.000000"]
    assert rates[2].why == "8,000.00 of 23,000.00 rolled on x 25%"
    assert rates[4].why == "2,000.00 of 2,000.00 stayed unpaid"


def test_money_written_off_rolls_on() -> None:
    """A write-off on the second day of being late is no payment: the money counts as lost in every later bucket."""
    off = COHORT + "w | 2026-02-02 | A | 2000 | 5 | Write-off\n"

    assert rows(desk(off, bucket_edges="30, 60, 90")) == rows(desk(COHORT, bucket_edges="30, 60, 90"))


def test_credit_notes_and_money_on_account_are_no_loss() -> None:
    """What is credited, or covered by money on account, does not roll on from that day."""
    book = """
        Customers
        Customer ID | Name | Currency
        A | Alder Ltd | EUR
        Invoices
        Invoice | Customer ID | Invoice date | Due date | Amount | Credits
        1 | A | 2026-01-01 | 2026-01-31 | 100 |
        2 | A | 2026-01-20 | | -40 | 1
        3 | A | 2026-01-01 | 2026-01-31 | 200 |
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-02-20 | A | 260 |
        """

    assert rows(desk(book, bucket_edges="30, 60")) == [(300, 260), (260, 0), (0, 0), (0, 0)]


def test_only_what_would_go_on_in_these_months_counts() -> None:
    """The months of Settings: what would have gone on before them tells nothing, as it is not known for long."""
    assert rows(desk(COHORT, bucket_edges="30, 60, 90"), months=9) == [
        (0, 0),
        (0, 0),
        (23_000, 8_000),
        (8_000, 2_000),
        (2_000, 2_000),
    ]


def test_too_short_a_book_has_no_rates_of_its_own() -> None:
    """Where the first invoice is younger than the months asked for, there is no rate, and the reason in words."""
    found = records.read(desk(COHORT, bucket_edges="30, 60, 90"))
    rates = looking_back(found, position(found, day("2026-06-30"))).rates["EUR"]
    words = "the first invoice is of 2025-11-01, and loss rates of the book's own take 12 months (Settings)"

    assert {one.rate for one in rates} == {None}
    assert {one.why for one in rates} == {words}


def test_stated_rates_win_over_the_books_own() -> None:
    """Rates on Settings are taken as they stand."""
    book = desk(COHORT, bucket_edges="30, 60, 90", allowance_rates="0.3%, 1.6%, 3.6%, 6.6%, 10.6%")
    found = records.read(book)
    rates = looking_back(found, position(found, day("2026-06-30"))).rates["EUR"]

    assert [f"{one.rate:.1%}" for one in rates] == ["0.3%", "1.6%", "3.6%", "6.6%", "10.6%"]


def test_currencies_roll_each_for_itself() -> None:
    """What another currency's customers paid has no part in the rates of this one."""
    both = COHORT.replace("A | Alder Ltd | EUR", "A | Alder Ltd | EUR\nB | Birch GmbH | USD").replace(
        "5 | A |", "9 | B | 2026-01-01 | 2026-01-31 | 10\n5 | A |"
    )
    found = records.read(desk(both, bucket_edges="30, 60, 90"))
    now = position(found, day(AS_OF))
    since = back(day_number(now.as_of), 12)
    told = rolled(found, now, moved_since(found, now, since), (since, day_number(now.as_of)))

    assert told.filter(pl.col("group") == 1)["came"].to_list() == [1000] * 5
    assert told.filter(pl.col("group") == 0)["came"].to_list()[0] == 10_000_000


def test_a_currency_without_an_invoice_to_pay_has_no_rates() -> None:
    """Where there are only credit notes, nothing ever came to a bucket."""
    book = COHORT.replace("A | Alder Ltd | EUR", "A | Alder Ltd | EUR\nB | Birch GmbH | USD").replace(
        "5 | A |", "9 | B | 2025-01-01 | | -10\n5 | A |"
    )
    found = records.read(desk(book, bucket_edges="30, 60, 90"))
    rates = looking_back(found, position(found, day(AS_OF))).rates["USD"]

    assert [(one.rate, one.why) for one in rates] == [(None, "nothing came to this bucket")] * 5

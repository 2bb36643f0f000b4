"""Open items, unapplied money and the tie-out, from small books and by the laws of money."""

import math
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import day, desk
from duesheet import aging, allocation, ledger, records
from duesheet.dates import day_number
from duesheet.position import Position, position
from duesheet.records import Records
from duesheet.settlements import settlements

CUSTOMERS = """
Customers
Customer ID | Name | Currency | Terms
A | Alder Ltd | EUR | Net 30
B | Birch GmbH | USD | Net 30
"""


def stand(text: str, as_of: str, **chosen: str) -> tuple[Records, Position]:
    """The records and the position of a book."""
    found = records.read(desk(CUSTOMERS + text, **chosen))
    return found, position(found, day(as_of))


def owed(now: Position) -> dict[str, int]:
    """What is open, by invoice (instalments added up)."""
    sums = now.items.group_by("invoice_id").agg(pl.col("open").sum())
    return dict(sums.sort("invoice_id").iter_rows())


def unapplied(now: Position) -> dict[str, int]:
    """Money on account by customer id, negative as on the Aging sheet."""
    return {
        code: amount for code, amount in now.accounts.select("customer_id", "unapplied").iter_rows() if amount
    }


def test_a_payment_settles_the_invoice_it_names() -> None:
    """A payment that names an invoice settles that one, not the oldest."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2025-01-01 | 100
        2 | A | 2025-02-01 | 50
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p1 | 2025-02-10 | A | 50 | 2
        """,
        "2025-03-01",
    )

    assert owed(now) == {"1": 10000}
    assert now.gaps == {}


def test_money_on_account_settles_the_oldest_first() -> None:
    """Money that names no invoice is set against the items in the order of their due dates."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Due date | Amount
        new | A | 2025-01-01 | 2025-06-01 | 100
        old | A | 2025-02-01 | 2025-02-15 | 80
        Payments
        Payment | Date | Customer ID | Amount
        p1 | 2025-02-10 | A | 100
        """,
        "2025-03-01",
    )

    assert owed(now) == {"new": 8000}
    assert unapplied(now) == {}


def test_money_kept_apart_stands_in_unapplied() -> None:
    """With Keep apart nothing is set against the items, and Unapplied shows the money as a negative figure."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2025-01-01 | 100
        Payments
        Payment | Date | Customer ID | Amount
        p1 | 2025-01-10 | A | 30
        """,
        "2025-03-01",
        unapplied_money="Keep apart",
    )

    assert owed(now) == {"1": 10000}
    assert unapplied(now) == {"A": -3000}
    assert now.accounts["total"].to_list() == [7000]


def test_a_payment_names_several_invoices_in_its_own_order() -> None:
    """Several names with semicolons are settled in that order; what is left over stands on account."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2025-01-01 | 100
        2 | A | 2025-01-02 | 100
        3 | A | 2025-01-03 | 100
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p1 | 2025-01-10 | A | 150 | 3; 1
        """,
        "2025-03-01",
    )

    assert owed(now) == {"1": 5000, "2": 10000}


def test_an_earlier_payment_of_the_same_invoice_comes_first() -> None:
    """What an earlier payment settled is not settled again by a later one that names two invoices."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2025-01-01 | 50
        2 | A | 2025-01-02 | 50
        3 | A | 2025-01-03 | 50
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p1 | 2025-01-10 | A | 100 | 1; 2
        p2 | 2025-02-10 | A | 50 | 2; 3
        """,
        "2025-03-01",
    )

    assert owed(now) == {}


def test_a_credit_note_settles_what_it_credits_and_the_rest_is_on_account() -> None:
    """A credit note larger than its invoice leaves the difference as the customer's money."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount | Credits
        1 | A | 2025-01-01 | 100 |
        CN1 | A | 2025-01-05 | -130 | 1
        """,
        "2025-03-01",
    )

    assert owed(now) == {}
    assert unapplied(now) == {"A": -3000}


def test_a_refund_reopens_the_invoice_it_names() -> None:
    """A negative payment that names a paid invoice makes it open again."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2025-01-01 | 100
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p1 | 2025-01-10 | A | 100 | 1
        p2 | 2025-01-20 | A | -40 | 1
        """,
        "2025-03-01",
    )

    assert owed(now) == {"1": 4000}


def test_a_refund_beyond_the_money_there_stands_as_owed() -> None:
    """A refund on account uses up unapplied money first, and what exceeds it is owed, as a positive figure."""
    _, now = stand(
        """
        Payments
        Payment | Date | Customer ID | Amount
        p1 | 2025-01-10 | A | 100
        p2 | 2025-01-20 | A | -140
        """,
        "2025-03-01",
    )

    assert unapplied(now) == {"A": 4000}


def test_nothing_dated_later_exists() -> None:
    """As of a day, later invoices and payments are not there, even when they name each other."""
    text = """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2025-01-01 | 100
        2 | A | 2025-03-01 | 70
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p1 | 2025-02-10 | A | 70 | 2
        p2 | 2025-04-10 | A | 100 | 1
        """

    assert owed(stand(text, "2025-01-31")[1]) == {"1": 10000}
    assert owed(stand(text, "2025-02-28")[1]) == {"1": 3000}
    assert owed(stand(text, "2025-03-31")[1]) == {"1": 10000}
    assert owed(stand(text, "2025-04-30")[1]) == {}


def test_money_never_crosses_currencies() -> None:
    """Euros on account leave a dollar invoice of the same customer open."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount | Currency
        1 | A | 2025-01-01 | 100 | USD
        Payments
        Payment | Date | Customer ID | Amount
        p1 | 2025-01-10 | A | 100
        """,
        "2025-03-01",
    )

    assert owed(now) == {"1": 10000}
    assert sorted(now.accounts.select("currency", "total").iter_rows()) == [("EUR", -10000), ("USD", 10000)]


def test_an_early_payment_discount_closes_the_invoice() -> None:
    """Net less discount inside the window closes the invoice, and the discount stands in the tie-out as such."""
    text = """
        Invoices
        Invoice | Customer ID | Invoice date | Amount | Terms
        1 | A | 2025-01-01 | 1000 | 2/10 Net 30
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p1 | {paid} | A | 980 | 1
        """
    _, early = stand(text.format(paid="2025-01-11"), "2025-03-01")
    _, late = stand(text.format(paid="2025-01-12"), "2025-03-01")

    assert owed(early) == {}
    assert early.booked["EUR"]["taken"] == -2000
    assert owed(late) == {"1": 2000}
    assert early.gaps == late.gaps == {}


def test_two_discounts_taken_by_one_payment_close_both_invoices() -> None:
    """A payment that names two invoices and equals both less their discounts takes both discounts."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount | Terms
        1 | A | 2025-01-01 | 1000 | 2/10 Net 30
        2 | A | 2025-01-02 | 500 | 2/10 Net 30
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p1 | 2025-01-10 | A | 1470 | 1; 2
        """,
        "2025-03-01",
    )

    assert owed(now) == {}
    assert now.booked["EUR"]["taken"] == -3000


def test_instalments_in_the_terms_fill_oldest_first() -> None:
    """Terms in parts make several open items of one invoice, and money fills the first before the second."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount | Terms
        1 | A | 2025-01-01 | 100.01 | 30% now, 70% Net 60
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p1 | 2025-01-10 | A | 40 | 1
        """,
        "2025-01-20",
    )

    rows = now.items.select("instalment", "amount", "paid", "open", "days_overdue").rows()
    assert rows == [(2, 7001, 1000, 6001, -41)]


def test_yen_have_no_cents_and_dinars_have_three() -> None:
    """Amounts are kept in the currency's own smallest unit."""
    _, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount | Currency
        1 | A | 2025-01-01 | 1500 | JPY
        2 | A | 2025-01-01 | 1.234 | KWD
        """,
        "2025-03-01",
    )

    assert owed(now) == {"1": 1500, "2": 1234}


def test_a_zero_amount_opens_nothing() -> None:
    """An invoice of nothing is no fault and no open item."""
    found, now = stand(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount
        1 | A | 2025-01-01 | 0
        """,
        "2025-03-01",
    )

    assert found.faults == ()
    assert now.items.height == 0


AMOUNT = st.integers(min_value=-20_000, max_value=50_000)
DAY = st.integers(min_value=day_number(day("2025-01-01")), max_value=day_number(day("2025-04-30")))


@st.composite
def small_books(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Coded invoices, items, payments and the names on them, of three accounts."""
    count = draw(st.integers(1, 8))
    billed = [
        (
            code,
            draw(st.integers(0, 2)),
            draw(DAY),
            draw(AMOUNT),
            draw(st.one_of(st.none(), st.integers(0, count - 1))),
        )
        for code in range(count)
    ]
    schema = {
        "invoice": pl.Int64,
        "account": pl.Int64,
        "invoice_date": pl.Int64,
        "amount": pl.Int64,
        "credits": pl.Int64,
    }
    invoices = pl.DataFrame(billed, schema=schema, orient="row")
    # A credit note credits an invoice of its own account, as the reading makes sure of.
    owner = dict(invoices.filter(pl.col("amount") > 0).select("invoice", "account").iter_rows())
    kept = [
        credited if credited is not None and amount < 0 and owner.get(credited) == account else None
        for _, account, _, amount, credited in billed
    ]
    offer = [draw(st.booleans()) for _ in billed]
    invoices = invoices.with_columns(
        pl.Series("credits", kept, dtype=pl.Int64),
        pl.Series(
            "discount",
            [amount // 50 if on else None for (_, _, _, amount, _), on in zip(billed, offer, strict=True)],
            dtype=pl.Int64,
        ),
        pl.Series(
            "discount_until",
            [date + 10 if on else None for (_, _, date, _, _), on in zip(billed, offer, strict=True)],
            dtype=pl.Int64,
        ),
    )
    return invoices, *_paid(draw, invoices, owner)


def _paid(
    draw: st.DrawFn, invoices: pl.DataFrame, owner: dict[int, int]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    items = []
    for invoice, account, date, amount in invoices.select(
        "invoice", "account", "invoice_date", "amount"
    ).iter_rows():
        parts = [amount] if draw(st.booleans()) or amount < 3 else [amount // 3, amount - amount // 3]
        before = 0
        for number, part in enumerate(parts if amount > 0 else [], start=1):
            items.append((invoice, number, len(parts), account, date, date + 20 * number, part, before))
            before += part
    columns = dict.fromkeys(
        ("invoice", "instalment", "instalments", "account", "invoice_date", "due_date", "amount", "before"),
        pl.Int64,
    )
    frame = (
        pl.DataFrame(items, schema=columns, orient="row")
        .with_row_index("item")
        .with_columns(pl.col("item").cast(pl.Int64))
    )
    payments, named = [], []
    for code in range(draw(st.integers(0, 8))):
        account = draw(st.integers(0, 2))
        payments.append(
            (code, account, draw(DAY), draw(AMOUNT), draw(st.sampled_from(list(allocation.KINDS)[:4])))
        )
        own = [invoice for invoice, its in owner.items() if its == account]
        names = draw(st.lists(st.sampled_from(own), max_size=3, unique=True)) if own else []
        named += [(code, place, invoice) for place, invoice in enumerate(names, start=1)]
    paid = pl.DataFrame(
        payments,
        schema={
            "payment": pl.Int64,
            "account": pl.Int64,
            "date": pl.Int64,
            "amount": pl.Int64,
            "kind": pl.String,
        },
        orient="row",
    )
    return (
        frame,
        paid,
        pl.DataFrame(
            named, schema={"payment": pl.Int64, "position": pl.Int64, "invoice": pl.Int64}, orient="row"
        ),
    )


def worked(
    book: tuple[pl.DataFrame, ...], as_of: int, engine: str = "polars", *, oldest_first: bool = True
) -> tuple[pl.DataFrame, ...]:
    """Items, accounts, discounts taken, settlements and aging of a coded book, by one engine."""
    invoices, items, payments, named = book
    applied = allocation.applications(invoices, payments, named, as_of=as_of)
    frames = [invoices.select("invoice", "amount", "discount", "discount_until"), items, applied]
    with duckdb.connect() as connection:
        given = [_as(engine, frame, connection, f"t{number}") for number, frame in enumerate(frames)]
        found = ledger.open_items(*given, as_of=as_of, oldest_first=oldest_first)
        dated = settlements(found.items, given[2], found.taken)
        aged = aging.aged(found.items, as_of=as_of, edges=(30, 60))
        rows = aging.by_account(aged.with_columns(disputed=nw.lit(0)), found.accounts, buckets=3)
        return tuple(_back(frame) for frame in (found.items, found.accounts, found.taken, dated, rows))


def _as(engine: str, frame: pl.DataFrame, connection: duckdb.DuckDBPyConnection, name: str) -> Any:
    if engine == "pandas":
        return nw.from_native(frame.to_pandas())
    if engine == "duckdb":
        connection.register(name, frame.to_arrow())
        return nw.from_native(connection.table(name))
    return nw.from_native(frame if engine == "polars" else frame.lazy())


def _back(frame: Any) -> pl.DataFrame:
    eager = frame.collect("polars") if isinstance(frame, nw.LazyFrame) else frame
    columns = {
        name: [None if value is None or math.isnan(value) else int(value) for value in eager[name].to_list()]
        for name in eager.columns
    }
    found = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64))
    return found.select(sorted(found.columns)).sort(sorted(found.columns))


@settings(max_examples=60)
@given(small_books(), DAY, st.booleans())
def test_no_money_is_lost_or_made(book: tuple[pl.DataFrame, ...], as_of: int, oldest_first: bool) -> None:
    """Open items less money on account are what was billed less what was paid, credited and discounted."""
    invoices, _, payments, _ = book
    items, accounts, taken, _, rows = worked(book, as_of, oldest_first=oldest_first)

    billed = invoices.filter(pl.col("invoice_date") <= as_of)["amount"].sum()
    paid = payments.filter(pl.col("date") <= as_of)["amount"].sum()
    booked = int(billed) - int(paid) - int(taken["discount_taken"].sum())
    assert int(items["open"].sum()) - int(accounts["unapplied"].sum()) == booked
    assert int(rows["total"].sum()) == booked
    assert (items["open"] >= 0).all()
    assert (items["open"] <= items["amount"]).all()


@settings(max_examples=30)
@given(small_books(), DAY, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    book: tuple[pl.DataFrame, ...], as_of: int, chance: Any
) -> None:
    """Shuffled rows give the same items, accounts and settlement dates."""
    shuffled = tuple(frame.sample(fraction=1, shuffle=True, seed=chance.randint(0, 10**6)) for frame in book)

    for one, other in zip(worked(book, as_of), worked(shuffled, as_of), strict=True):
        assert one.equals(other)


@pytest.mark.parametrize("engine", ["lazy", "pandas", "duckdb"])
@settings(max_examples=12)
@given(small_books(), DAY, st.booleans())
def test_every_engine_gives_the_same(
    engine: str, book: tuple[pl.DataFrame, ...], as_of: int, oldest_first: bool
) -> None:
    """Polars (lazy), pandas and DuckDB give what eager Polars gives."""
    expected = worked(book, as_of, oldest_first=oldest_first)

    for one, other in zip(expected, worked(book, as_of, engine, oldest_first=oldest_first), strict=True):
        assert one.equals(other), (one, other)


@settings(max_examples=30)
@given(small_books(), DAY, st.integers(0, 60))
def test_aging_at_two_dates_is_consistent(book: tuple[pl.DataFrame, ...], as_of: int, later: int) -> None:
    """An item that no money reached between two dates is open on both, and older by the days between."""
    invoices, _, payments, _ = book
    dated = set(invoices.filter(pl.col("invoice_date").is_between(as_of + 1, as_of + later))["account"])
    dated |= set(payments.filter(pl.col("date").is_between(as_of + 1, as_of + later))["account"])
    first, second = worked(book, as_of)[0], worked(book, as_of + later)[0]

    quiet = ~pl.col("account").is_in(list(dated))
    columns = ["item", "open", "paid", "due_date"]
    # A discount's window or a credit dated earlier cannot change what is settled on a day without bookings.
    assert first.filter(quiet).select(columns).equals(second.filter(quiet).select(columns))


@settings(max_examples=40)
@given(small_books(), DAY)
def test_what_is_settled_has_a_day_and_what_is_open_has_none(
    book: tuple[pl.DataFrame, ...], as_of: int
) -> None:
    """Every settled item has exactly one settlement, on or before the as-of date, and no open item has one."""
    items, _, _, dated, _ = worked(book, as_of)

    assert dated["item"].is_unique().all()
    assert (dated["settled_on"] <= as_of).all()
    assert set(dated["item"]) <= set(items.filter(pl.col("open") == 0)["item"])
    assert set(dated["item"]) == set(items.filter(pl.col("open") == 0)["item"])

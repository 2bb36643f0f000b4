"""Credit limits: what is used of them in every currency, and the limit a customer's own history suggests."""

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import day, desk
from duesheet import limits, records, risk
from duesheet.books.slots import slots
from duesheet.layout import layout
from duesheet.position import position, scored
from duesheet.punctuality import collected

AS_OF = 1000
KINDS: list[Callable[[pl.DataFrame], Any]] = [
    pl.DataFrame.clone,
    pl.DataFrame.lazy,
    lambda frame: pd.DataFrame(frame.to_dict(as_series=False)),
    lambda frame: duckdb.from_arrow(frame.to_arrow()),
]


def accounts(*rows: tuple[int, str, str, int, float | None]) -> pl.DataFrame:
    """Accounts typed as customer, currency, the customer's own, total in minor units, credit limit."""
    named = {
        "customer": pl.Int64,
        "currency": pl.String,
        "own": pl.String,
        "total": pl.Int64,
        "credit_limit": pl.Float64,
    }
    yen = pl.when(pl.col("currency") == "JPY").then(0).otherwise(2)
    return pl.DataFrame(list(rows), schema=named, orient="row").with_columns(digits=yen)


def used(*rows: tuple[int, str, str, int, float | None], **rates: float) -> list[tuple[Any, ...]]:
    """What is used, by customer."""
    return limits.used(accounts(*rows), {"EUR": 1.0, **rates}).sort("customer").rows()


def test_a_limit_is_used_by_what_is_owed_in_all() -> None:
    """Over the limit is what exceeds it; at the limit is not over; without a limit there is nothing to say."""
    assert used(
        (1, "EUR", "EUR", 120000, 1000.0), (2, "EUR", "EUR", 100000, 1000.0), (3, "EUR", "EUR", 1, None)
    ) == [(1, "EUR", 20000, 1.2, None), (2, "EUR", 0, 1.0, None)]


def test_no_credit_is_a_limit_of_nothing() -> None:
    """With a limit of 0 every cent is over, and no share of it can be told."""
    assert used((1, "EUR", "EUR", 1, 0.0)) == [(1, "EUR", 1, None, None)]


def test_other_currencies_count_by_their_rates() -> None:
    """What is owed in another currency is added in the customer's own, whatever the base currency."""
    rows = ((1, "USD", "USD", 50000, 1000.0), (1, "JPY", "USD", 30000, 1000.0))

    assert used(*rows, USD=0.9, JPY=0.006) == [(1, "USD", -30000, 0.7, None)]


def test_a_currency_without_a_rate_is_left_out_and_named() -> None:
    """Without a rate a currency is not counted; one in which nothing is owed is not missed."""
    rows = ((1, "EUR", "EUR", 50000, 1000.0), (1, "USD", "EUR", 90000, 1000.0), (1, "JPY", "EUR", 0, 1000.0))

    assert used(*rows) == [(1, "EUR", -50000, 0.5, "USD")]


def invoices(*rows: tuple[int, int]) -> pl.DataFrame:
    """Invoices of account 10 typed as days before the as-of date, amount."""
    frame = pl.DataFrame(list(rows), schema={"ago": pl.Int64, "amount": pl.Int64}, orient="row")
    return frame.select("amount", account=pl.lit(10, pl.Int64), invoice_date=AS_OF - pl.col("ago"))


def settled(*rows: tuple[int, int, int]) -> pl.DataFrame:
    """Settled items of account 10, customer 1, due after 30 days; typed as days ago, days out, amount."""
    typed = dict.fromkeys(("ago", "out", "amount"), pl.Int64)
    return pl.DataFrame(list(rows), schema=typed, orient="row").select(
        pl.lit(0, pl.Int64).alias("written_off"),
        pl.lit(0, pl.Int64).alias("credit_only"),
        "amount",
        account=pl.lit(10, pl.Int64),
        customer=pl.lit(1, pl.Int64),
        invoice=pl.int_range(pl.len()),
        invoice_date=AS_OF - pl.col("ago") - pl.col("out"),
        due_date=AS_OF - pl.col("ago") - pl.col("out") + 30,
        judged_due=AS_OF - pl.col("ago") - pl.col("out") + 30,
        settled_on=AS_OF - pl.col("ago"),
    )


def no_items() -> pl.DataFrame:
    """Nothing open."""
    names = ("customer", "judged_due", "open", "promised", "days_overdue")
    return pl.DataFrame(schema=dict.fromkeys(names, pl.Int64))


def suggested(
    billed: pl.DataFrame, paid: pl.DataFrame, kind: Callable[[pl.DataFrame], Any] = pl.DataFrame.clone
) -> list[tuple[int, int]]:
    """The limits suggested, by account."""
    chances = risk.score(paid, no_items(), AS_OF, 3)
    return collected(limits.suggested(kind(billed), kind(paid), kind(chances), AS_OF)).rows()


@pytest.mark.parametrize("kind", KINDS)
def test_a_suggested_limit_by_hand(kind: Callable[[pl.DataFrame], Any]) -> None:
    """The most billed in 30 days, for as long as money is out, by the chance of paying in time, to two figures."""
    billed = invoices((0, 100_000), (29, 400_000), (30, 300_000), (359, 450_000), (360, 990_000))
    paid = settled((0, 20, 100_000), (0, 30, 100_000), (0, 60, 200_000))
    days_out = (20 * 1 + 30 * 1 + 60 * 2) / 4
    late = (1 + 3 * (1 / 3)) / (3 + 3)

    assert suggested(billed, paid, kind) == [(10, 470_000)]
    assert round(500_000 * days_out / 30 * (1 - late), -4) == 470_000


def test_a_quick_payer_may_owe_a_month() -> None:
    """However fast money comes, a month's invoices are let stand."""
    assert suggested(invoices((0, 123_456)), settled(*((0, 2, 1) for _ in range(3)))) == [(10, 120_000)]


@pytest.mark.parametrize(
    "paid",
    [settled((0, 30, 1), (0, 30, 1)), settled(*((365, 30, 1) for _ in range(5))), settled()],
    ids=["two settled", "none this year", "none"],
)
def test_without_enough_history_no_limit_is_suggested(paid: pl.DataFrame) -> None:
    """Fewer than three settled invoices, or none in the last year, suggest nothing; nor does a year of silence."""
    assert suggested(invoices((0, 100_000)), paid) == []
    assert suggested(invoices((360, 100_000)), settled(*((0, 30, 1) for _ in range(3)))) == []


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 90)), min_size=3, max_size=9),
    st.integers(1, 10**9),
)
def test_a_suggested_limit_is_two_figures_near_the_rule(paid: list[tuple[int, int]], amount: int) -> None:
    """A suggested limit has two figures, and lies within a twentieth of what the rule gives unrounded."""
    past = settled(*((ago, out, 100) for ago, out in paid))
    late = float(risk.score(past, no_items(), AS_OF, 3)["probability"].item())
    days = sum(out for _, out in paid) / len(paid)
    exact = amount * max(days, 30) / 30 * (1 - late)
    for _, found in suggested(invoices((5, amount)), past):
        assert len(str(found).rstrip("0")) <= 2
        assert abs(found - exact) <= max(0.051 * exact, 0.51)


BOOK = """
Customers
Customer ID | Name | Currency | Terms | Credit limit
A | Alder Ltd | EUR | Net 30 | 1000
B | Birch Ltd | EUR | Net 30 | 1000
Invoices
Invoice | Customer ID | Invoice date | Amount | Currency
1 | A | 2026-01-02 | 600 | EUR
2 | A | 2026-01-02 | 500 | USD
3 | B | 2026-01-02 | 900 | EUR
4 | B | 2026-01-02 | 700 | GBP
Rates
Currency | Date | Rate
USD | 2026-01-01 | 0.9
USD | 2026-01-20 | 2.0
"""


def test_the_book_counts_all_currencies_against_the_limit() -> None:
    """By the rate of the day A is over its limit in two currencies; of B the one without a rate is named."""
    found = records.read(desk(BOOK, base_currency="EUR"))
    rows, _ = scored(found, position(found, day("2026-01-10")))
    told = rows.select("customer_id", "currency", "used", "flag", "why").rows()

    assert told[:2] == [
        ("A", "EUR", 1.05, "Watch", "no invoice settled yet; over the credit limit by €50.00"),
        ("A", "USD", 1.05, "Watch", "no invoice settled yet; over the credit limit by €50.00"),
    ]
    assert told[2][2:] == (
        0.9,
        risk.NO_HISTORY,
        "no invoice settled yet; GBP not counted against the credit limit: no rate on Rates",
    )


@pytest.mark.parametrize(
    ("sheet", "added"),
    [("Aging", ["Suggested limit"]), ("OpenItems", ["Expected from", "Expected to", "Late over 30"])],
)
def test_a_book_made_before_gets_the_columns_behind_its_last(sheet: str, added: list[str]) -> None:
    """In a book without them the columns are put in behind the ones they follow; the user's own stay last."""
    table = layout().tables[sheet]
    names = [column.name for column in table.columns]
    before = [name for name in names if name not in added]
    place = names.index(added[0])
    found = [slot.header for slot in slots([*before, "My notes"], 1, table)]

    assert found == [*names, "My notes"]
    assert names[place : place + len(added)] == added

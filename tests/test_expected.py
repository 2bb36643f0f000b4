"""When open items will be paid: dates and probabilities."""

from collections.abc import Callable
from statistics import median_low
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet import expected, risk

AS_OF, GRACE = 1000, 3


def as_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The frame in pandas; a column with gaps is one of nullable whole numbers."""
    return pd.DataFrame({name: pd.Series(frame[name].to_list(), dtype="Int64") for name in frame.columns})


def as_duckdb(frame: pl.DataFrame) -> Any:
    """The frame as a DuckDB relation."""
    return duckdb.from_arrow(frame.to_arrow())


def settled(*rows: tuple[int, int, int]) -> pl.DataFrame:
    """Settled items typed as customer, due, settled on."""
    named = dict.fromkeys(("customer", "due_date", "settled_on"), pl.Int64)
    return pl.DataFrame(list(rows), schema=named, orient="row").with_columns(
        pl.lit(0, dtype=pl.Int64).alias("written_off"),
        pl.lit(0, dtype=pl.Int64).alias("credit_only"),
        account="customer",
        judged_due="due_date",
        amount=pl.lit(100),
        invoice=pl.int_range(pl.len()),
    )


def open_items(*rows: tuple[int, int]) -> pl.DataFrame:
    """Open items typed as customer, due."""
    named = dict.fromkeys(("customer", "due_date"), pl.Int64)
    return pl.DataFrame(list(rows), schema=named, orient="row").with_columns(
        pl.lit(None, dtype=pl.Int64).alias("promised"),
        account="customer",
        judged_due="due_date",
        days_overdue=AS_OF - pl.col("due_date"),
        open=pl.lit(100),
        invoice=pl.int_range(pl.len()),
    )


def foretold(paid: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """The items with their dates and probabilities."""
    return expected.expected_dates(paid, items, risk.score(paid, items, AS_OF, GRACE), AS_OF, GRACE)


def days_after_due(paid: pl.DataFrame, items: pl.DataFrame) -> list[int]:
    """How many days after their due dates the items are expected."""
    found = foretold(paid, items)
    return (found["expected_date"] - found["due_date"]).to_list()


@pytest.mark.parametrize("kind", [pl.DataFrame.clone, pl.DataFrame.lazy, as_pandas, as_duckdb])
def test_every_kind_of_frame_is_told_the_same(kind: Callable[[pl.DataFrame], Any]) -> None:
    """Dates and probabilities are the same on every kind of frame, and further columns stay."""
    paid = settled((1, 980, 990), (1, 900, 912), (1, 800, 799), (2, 900, 900))
    items = open_items((1, 995), (2, 1010), (1, 1001), (3, 990))
    scored = risk.score(kind(paid), kind(items), AS_OF, GRACE)
    found = expected.expected_dates(kind(paid), kind(items), scored, AS_OF, GRACE).sort("invoice")

    assert found["expected_date"].to_list() == foretold(paid, items)["expected_date"].to_list()
    assert found["late_probability"].to_list() == foretold(paid, items)["late_probability"].to_list()
    assert set(items.columns) < set(found.columns)


def test_a_customer_pays_as_before() -> None:
    """Many invoices paid nine days late outweigh the rest of the ledger."""
    paid = settled(*((1, 960 + day, 969 + day) for day in range(9)), *((2, 900, 900) for _ in range(50)))

    assert days_after_due(paid, open_items((1, 1001))) == [9]


def test_a_new_customer_pays_as_the_ledger_does() -> None:
    """Without own history the median of the ledger holds."""
    paid = settled((1, 900, 902), (1, 900, 906), (1, 900, 910))

    assert days_after_due(paid, open_items((2, 1001))) == [6]


def test_an_item_already_late_is_judged_by_what_came_later() -> None:
    """Only payments later than the item already is count for it."""
    paid = settled(*((1, 900, 901) for _ in range(20)), (1, 900, 930), (1, 900, 940), (1, 900, 940))

    assert days_after_due(paid, open_items((1, 998), (1, 990), (1, 1005))) == [40, 40, 1]


def test_later_than_anything_seen_means_tomorrow() -> None:
    """An item later than every payment so far is expected on the day after the as-of date."""
    assert foretold(settled((1, 900, 901)), open_items((1, 500)))["expected_date"].to_list() == [AS_OF + 1]


def test_a_new_book_expects_payment_when_due() -> None:
    """Without any history an item is expected on its due date, or tomorrow when that is over."""
    assert foretold(settled(), open_items((1, 1020), (1, 1000)))["expected_date"].to_list() == [
        1020,
        AS_OF + 1,
    ]


def test_an_empty_book_expects_nothing() -> None:
    """Without open items there is nothing to expect."""
    assert foretold(settled((1, 900, 901)), open_items()).is_empty()


def test_the_probability_is_the_customers_until_the_item_is_late() -> None:
    """Past its grace an item is late for certain; before, the customer's probability stands."""
    paid = settled(*((1, 900, 900) for _ in range(9)))
    items = open_items((1, AS_OF - GRACE - 1), (1, AS_OF - GRACE), (1, 1010))
    found = foretold(paid, items)["late_probability"].to_list()

    assert found[0] == 1
    assert found[1] == found[2] == risk.score(paid, items, AS_OF, GRACE)["probability"].item()


def weighted(paid: pl.DataFrame, customer: int, due: int) -> int:
    """The expected date of one item, worked out sample by sample."""
    known = risk.collected(risk.history(paid, AS_OF, GRACE))
    own = known.filter(pl.col("customer") == customer).select("days_late", "weight").rows()
    tries = sorted([*own, *((days, 1.0) for days in expected.typical(known))])
    left = [(days, round(weight * 2**30)) for days, weight in tries if due + days > AS_OF]
    spread = [days for days, weight in left for _ in range(max(1, weight // 2**20))]
    return due + median_low(spread) if spread else AS_OF + 1


PAST = st.lists(st.tuples(st.integers(1, 3), st.integers(900, 1000)), max_size=12)


@given(PAST, st.lists(st.tuples(st.integers(1, 4), st.integers(900, 1100)), min_size=1, max_size=6))
def test_dates_by_hand(paid: list[tuple[int, int]], items: list[tuple[int, int]]) -> None:
    """The date is the weighted median, worked out one by one, and always after the as-of date."""
    # All settled on one day, so that the weights are equal and the plain median can be asked.
    past = settled(*((customer, due, AS_OF) for customer, due in paid))
    found = foretold(past, open_items(*items))["expected_date"].to_list()

    assert found == [weighted(past, customer, due) for customer, due in items]
    assert all(one > AS_OF for one in found)

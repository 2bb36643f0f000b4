"""When open items will be paid: dates, their intervals, and probabilities."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duesheet import expected, risk
from duesheet.punctuality import collected, history

AS_OF, GRACE = 1000, 3
DATES = ("expected_from", "expected_date", "expected_to")
TOLD = (*DATES, "late_probability", "very_late_probability")


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
    """The items with their dates and probabilities, in the order they were typed."""
    scored = risk.score(paid, items, AS_OF, GRACE)
    return expected.expected_dates(paid, items, scored, AS_OF, GRACE).sort("invoice")


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
    found = expected.expected_dates(kind(paid), kind(items), scored, AS_OF, GRACE)

    assert type(found) is type(kind(items))
    told = collected(found).sort("invoice")
    assert told.select(TOLD).equals(foretold(paid, items).select(TOLD), null_equal=True)
    assert set(items.columns) < set(told.columns)


def test_a_customer_pays_as_before() -> None:
    """Many invoices paid nine days late outweigh the rest of the ledger."""
    paid = settled(*((1, 960 + day, 969 + day) for day in range(9)), *((2, 900, 900) for _ in range(50)))

    assert days_after_due(paid, open_items((1, 1001))) == [9]


def test_a_new_customer_pays_as_the_ledger_does() -> None:
    """Without own history the median of the ledger holds, and the interval is that of eight invoices in ten."""
    paid = settled(*((1, 900, 900 + days) for days in range(1, 101)))
    found = foretold(paid, open_items((2, 1001)))

    assert days_after_due(paid, open_items((2, 1001))) == [45]
    assert [found[name].item() - 1001 for name in ("expected_from", "expected_to")] == [5, 85]


def test_an_item_already_late_is_judged_by_what_came_later() -> None:
    """Only payments later than the item already is count for it."""
    paid = settled(*((1, 900, 901) for _ in range(20)), (1, 900, 930), (1, 900, 940), (1, 900, 940))

    assert days_after_due(paid, open_items((1, 998), (1, 990), (1, 1005))) == [40, 40, 1]
    assert min(foretold(paid, open_items((1, 998)))["expected_from"]) > AS_OF


def test_later_than_anything_seen_means_tomorrow() -> None:
    """An item later than every payment so far is expected on the day after the as-of date, without an interval."""
    found = foretold(settled((1, 900, 901)), open_items((1, 500)))

    assert found.select(DATES).rows() == [(None, AS_OF + 1, None)]


def test_an_interval_needs_days_that_count_for_two_invoices() -> None:
    """Where hardly anything was ever paid this late there is a date and no interval."""
    paid = settled(*((1, 900, 901) for _ in range(40)), *((1, 980, 1000) for _ in range(2)))
    enough, few = (paid.filter(pl.col("invoice") < count) for count in (42, 41))

    assert foretold(enough, open_items((1, 990))).select(DATES).rows() == [(1010, 1010, 1010)]
    assert foretold(few, open_items((1, 990))).select(DATES).rows() == [(None, 1010, None)]


def test_a_new_book_expects_payment_when_due() -> None:
    """Without any history an item is expected on its due date, or tomorrow when that is over."""
    found = foretold(settled(), open_items((1, 1020), (1, 1000)))

    assert found.select(DATES).rows() == [(None, 1020, None), (None, AS_OF + 1, None)]


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


def test_the_probability_of_thirty_days_is_the_customers_until_the_item_is_so_late() -> None:
    """Past 30 days an item is very late for certain; before, the customer's probability stands."""
    paid = settled(*((1, 900, 931) for _ in range(5)), *((1, 900, 930) for _ in range(5)))
    items = open_items((1, AS_OF - 31), (1, AS_OF - 30), (1, 1010))
    found = foretold(paid, items)["very_late_probability"].to_list()

    assert found[0] == 1
    assert found[1] == found[2] == risk.score(paid, items, AS_OF, GRACE)["very_late_probability"].item()


def by_hand(paid: pl.DataFrame, customer: int, due: int) -> tuple[int | None, int, int | None]:
    """The dates of one item, worked out sample by sample in fractions."""
    known = collected(history(paid, AS_OF, GRACE))
    days = sorted(known["days_late"])
    spread = [days[-(-(2 * place + 1) * len(days) // 20) - 1] for place in range(10)] if days else []
    own = [days for whose, days in known.select("customer", "days_late").iter_rows() if whose == customer]
    samples = [*((days, Fraction(1)) for days in own), *((days, Fraction(3, 10)) for days in spread or [0])]
    left = sorted(one for one in samples if due + one[0] > AS_OF)
    if not left:
        return None, AS_OF + 1, None
    low, middle, high = (_reached(left, Fraction(tenth, 10)) for tenth in (1, 5, 9))
    enough = days and sum(weight for _, weight in left) >= 2
    return (due + low, due + middle, due + high) if enough else (None, due + middle, None)


def _reached(samples: list[tuple[int, Fraction]], share: Fraction) -> int:
    """The first of the days by which that share of the weights is reached."""
    wanted = sum(weight for _, weight in samples) * share
    return next(
        days
        for place, (days, _) in enumerate(samples)
        if sum(weight for _, weight in samples[: place + 1]) >= wanted - Fraction(1, 10**6)
    )


PAST = st.lists(st.tuples(st.integers(1, 3), st.integers(900, 1000)), max_size=12)


@given(PAST, st.lists(st.tuples(st.integers(1, 4), st.integers(900, 1100)), min_size=1, max_size=6))
def test_dates_by_hand(paid: list[tuple[int, int]], items: list[tuple[int, int]]) -> None:
    """The dates are the weighted quantiles, worked out one by one, in order and after the as-of date."""
    # All settled on one day, so that the weights are equal and fractions are exact.
    past = settled(*((customer, due, AS_OF) for customer, due in paid))
    found = foretold(past, open_items(*items)).select(DATES).rows()

    assert found == [by_hand(past, customer, due) for customer, due in items]
    assert all(AS_OF < (low or date) <= date <= (high or date) for low, date, high in found)


@settings(max_examples=20, deadline=None)
@given(PAST, PAST, st.integers(950, 1100))
def test_dates_are_the_same_on_duckdb(
    paid: list[tuple[int, int]], items: list[tuple[int, int]], due: int
) -> None:
    """Whatever the ledger, DuckDB names the days that Polars names."""
    past = settled(*((customer, day - 30, day) for customer, day in paid))
    coming = open_items((1, due), *items)
    scored = risk.score(past, coming, AS_OF, GRACE)
    found = expected.expected_dates(as_duckdb(past), as_duckdb(coming), as_duckdb(scored), AS_OF, GRACE)

    assert (
        collected(found).sort("invoice").select(DATES).rows() == foretold(past, coming).select(DATES).rows()
    )

"""Many plans at once: the same cents as one by one, in a fraction of the time, and no number too large."""

import time
import timeit
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet import schedule
from duesheet.cadence import PERIODS
from duesheet.dates import day_number
from duesheet.portfolio import Stack, stacked
from duesheet.schedule import METHODS

FIRST = day_number(date(2026, 1, 31))
PLAN = st.tuples(
    st.integers(-1, 20) | st.integers(1, 10**9) | st.integers(1, 10**15),
    st.integers(0, 40) | st.integers(1, 400),
    st.dates(date(2000, 1, 1), date(2110, 12, 31)).map(day_number),
    st.sampled_from([*PERIODS, "monthly", "Day"]),
    st.sampled_from(
        [Decimal(0), Decimal("0.06"), Decimal("0.5"), Decimal(1), Decimal("1e-20"), Decimal("NaN")]
    )
    | st.decimals(0, Decimal("0.9999"), places=4)
    | st.floats(0, 0.999).map(lambda rate: Decimal(str(rate))),
    st.just(0) | st.integers(0, 10**6),
    st.just(0) | st.integers(-1, 10**6),
    st.sampled_from([*METHODS, "annuity"]),
)


def together(plans: list[tuple[Any, ...]], country: str | None = None) -> Stack:
    """The schedules of `plans`, each a tuple in the order of the Plans sheet's terms."""
    principals, counts, firsts, everies, rates, downs, fees, methods = (
        zip(*plans, strict=True) if plans else [()] * 8
    )
    return stacked(
        principals,
        counts,
        firsts,
        everies=everies,
        annual_rates=rates,
        down_payments=downs,
        fees=fees,
        methods=methods,
        country=country,
    )


def alone(plan: tuple[Any, ...], country: str | None = None) -> list[tuple[int, ...]]:
    """The schedule of one plan, by `schedule.instalments`."""
    principal, count, first, every, rate, down, fee, method = plan
    rows = schedule.instalments(
        principal,
        count,
        first,
        every=every,
        annual_rate=rate,
        down_payment=down,
        fee=fee,
        method=method,
        country=country,
    )
    return [tuple(row) for row in rows]


def wrong(plan: tuple[Any, ...]) -> list[schedule.Objection]:
    """What `schedule.objections` says of one plan."""
    principal, count, first, every, rate, down, fee, method = plan
    return schedule.objections(
        principal, count, first, every=every, annual_rate=rate, down_payment=down, fee=fee, method=method
    )


@given(st.lists(PLAN, max_size=8), st.sampled_from([None, "", "DE"]))
def test_plans_together_are_the_plans_alone(plans: list[tuple[Any, ...]], country: str | None) -> None:
    """Every row and every objection is that of the plan by itself, to the cent and the day."""
    found = together(plans, country)

    bad = {at: objections for at, plan in enumerate(plans) if (objections := wrong(plan))}
    assert found.objections == bad
    assert found.rows.rows() == [
        (at, *row) for at, plan in enumerate(plans) if at not in bad for row in alone(plan, country)
    ]


@pytest.mark.parametrize("rate", ["0.04", "0.06", "0.12", "0.5", "0.123456789012345678"])
def test_interest_of_exactly_half_a_cent_is_rounded_up_together_too(rate: str) -> None:
    """Where an estimate cannot tell which way to round, the exact figure is worked out."""
    plans = [
        (units, 12, FIRST, "Month", Decimal(rate), 0, 0, method)
        for units in (*range(1, 1500), 10**14 + 50, 10**15)
        for method in METHODS
    ]

    assert together(plans).rows.rows() == [(at, *row) for at, plan in enumerate(plans) for row in alone(plan)]


def test_amounts_beyond_all_bounds_are_objected_to_rather_than_wrapped_around() -> None:
    """A principal that no whole number of 64 bits holds is told of like any other mistake."""
    plans = [(10**30, 12, FIRST, "Month", Decimal(0), 0, 0, "Level")]

    assert together(plans).objections == {0: wrong(plans[0])}
    assert together(plans).rows.is_empty()


def test_no_plans_give_no_rows() -> None:
    """An empty column is no mistake."""
    assert stacked([], [], []).rows.is_empty()


def test_columns_of_unequal_length_are_refused() -> None:
    """A value missing in one column is not made up."""
    with pytest.raises(ValueError, match="one value a plan"):
        stacked([100], [1, 2], [FIRST])


def spent(work: Callable[[], object]) -> float:
    """The processor's time that `work` takes, at best of three."""
    return min(timeit.repeat(work, timer=time.process_time, number=1, repeat=3))


def test_ten_thousand_plans_take_less_than_a_tenth_of_ten_thousand_calls() -> None:
    """A column of plans is worked out at once: a thousand calls alone take longer than all of them together."""
    many = range(10_000)
    principals, firsts = [1000_00 + 7919 * at for at in many], [FIRST + at % 700 for at in many]
    rates = [Decimal(at % 2000) / 10_000 for at in many]

    at_once = spent(lambda: stacked(principals, [12] * len(many), firsts, annual_rates=rates, country=""))
    alone_each = spent(
        lambda: [
            schedule.instalments(principals[at], 12, firsts[at], annual_rate=rates[at], country="")
            for at in many[:1000]
        ]
    )

    assert at_once < alone_each

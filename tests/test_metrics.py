"""The figures of the trade, against examples others have published, and where there is no number."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet import metrics

money = st.integers(0, 10**12)
lengths = st.integers(1, 366)


@pytest.mark.parametrize(
    ("receivables", "current", "sales", "days", "expected"),
    [
        (15_000, 4_000, 10_000, 30, (45, 12, 33)),  # creditguru.com, DSO and ADD; accountingtools.com
        (25_000, 6_000, 15_000, 30, (50, 12, 38)),  # gaviti.com, average days delinquent
    ],
)
def test_days_sales_outstanding_as_published(
    receivables: int, current: int, sales: int, days: int, expected: tuple[int, int, int]
) -> None:
    """DSO, the best possible one and what lies between them are those of the published examples."""
    found = (
        metrics.dso(receivables, sales, days),
        metrics.best_possible_dso(current, sales, days),
        metrics.average_days_delinquent(receivables, current, sales, days),
    )

    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("receivables", "sales", "days", "expected"),
    [
        # Benji Pays, "Mastering DSO calculation: the count-back method explained"; trymesha.com has the same.
        (212_000, [100_000, 80_000, 70_000], [30, 30, 30], 73.7),
        # "Debtor days calculation count back method": March, February and January with their own days.
        (2_100_000, [900_000, 800_000, 700_000], [31, 28, 31], 76.7),
    ],
)
def test_count_back_as_published(
    receivables: int, sales: list[int], days: list[int], expected: float
) -> None:
    """Counting back through the months gives the published days."""
    found = metrics.count_back(receivables, sales, days)

    assert found is not None
    assert round(found, 1) == expected


def test_simple_dso_of_a_year_as_published() -> None:
    """150,000 owed of 1,800,000 sold in a year are 30.4 days (trymesha.com, simple against countback)."""
    found = metrics.dso(150_000, 1_800_000, 365)

    assert found == pytest.approx(30.4, abs=0.05)


@pytest.mark.parametrize(
    ("beginning", "sales", "ending", "current", "expected"),
    [
        (100_000, 1_000_000, 120_000, 100_000, 0.98),  # gaviti.com, collection effectiveness index
        (
            6_200,
            10_890 / 3,
            6_340,
            3_590,
            0.559,
        ),  # creditguru.com, January to March, sales of an average month
    ],
)
def test_collection_effectiveness_as_published(
    beginning: float, sales: float, ending: float, current: float, expected: float
) -> None:
    """The index is that of the published examples, as a fraction."""
    assert metrics.cei(beginning, sales, ending, current) == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize(
    ("sales", "beginning", "ending", "expected"),
    [
        (15_000, 2_000, 3_000, 6.0),  # bit1024.com, receivables turnover
        (644_790, 43_300, 51_730, 13.57),  # Company A, year ended 30 June 20Y0, a textbook's exercise
    ],
)
def test_turnover_as_published(sales: float, beginning: float, ending: float, expected: float) -> None:
    """Sales over the average of both ends are the published times."""
    assert metrics.turnover(sales, beginning, ending) == pytest.approx(expected, abs=0.005)


def test_no_figure_is_made_from_nothing() -> None:
    """Nothing sold, nothing owed or nothing paid gives no number and no error."""
    nothing: list[Any] = [
        metrics.dso(100, 0, 30),
        metrics.dso(100, -5, 30),
        metrics.best_possible_dso(100, 0, 30),
        metrics.average_days_delinquent(100, 50, 0, 30),
        metrics.count_back(100, [0, 0], [31, 30]),
        metrics.count_back(100, [], []),
        metrics.cei(0, 0, 0, 0),
        metrics.turnover(0, 10, 10),
        metrics.turnover(10, 0, 0),
        metrics.percent_current(0, 0),
        metrics.bad_debt_share(10, 0),
        metrics.average_days_late([]),
        metrics.weighted_average_days_late([], []),
    ]

    assert nothing == [None] * len(nothing)


def test_count_back_does_not_guess_beyond_the_sales_it_knows() -> None:
    """Where more is owed than all the months sold, the days are not known."""
    assert metrics.count_back(181, [100, 80], [31, 30]) is None
    assert metrics.count_back(180, [100, 80], [31, 30]) == 61


def test_count_back_passes_a_month_without_sales() -> None:
    """A month in which nothing was sold counts its days and takes nothing off."""
    assert metrics.count_back(50, [0, 100], [31, 30]) == 46


def test_nothing_owed_is_owed_for_no_days() -> None:
    """No receivables, or money on account beyond them, count back to no day."""
    assert metrics.count_back(0, [100], [30]) == 0
    assert metrics.count_back(-20, [100], [30]) == 0


@given(receivables=money, current=money, sales=st.integers(1, 10**12), days=lengths)
def test_delinquent_days_are_what_dso_has_above_the_best(
    receivables: int, current: int, sales: int, days: int
) -> None:
    """Best possible DSO and average days delinquent add up to DSO."""
    best = metrics.best_possible_dso(current, sales, days)
    late = metrics.average_days_delinquent(receivables, current, sales, days)

    assert best is not None
    assert late is not None
    assert best + late == pytest.approx(
        metrics.dso(receivables, sales, days), abs=1e-12 * (current + receivables) * days
    )


@given(share=st.floats(0, 1), sold=st.integers(1, 10**9), days=lengths, months=st.integers(1, 12))
def test_with_even_sales_both_ways_of_counting_agree(share: float, sold: int, days: int, months: int) -> None:
    """Where each period sells the same, the simple and the counted-back days are the same."""
    receivables = share * sold * months
    simple = metrics.dso(receivables, sold * months, days * months)
    counted = metrics.count_back(receivables, [sold] * (months + 1), [days] * (months + 1))

    assert counted == pytest.approx(simple)


@given(beginning=money, sales=money, ending=money, current=money)
def test_collecting_more_is_never_less_effective(
    beginning: int, sales: int, ending: int, current: int
) -> None:
    """The less is left owing at the end, the higher the index."""
    index = metrics.cei(beginning, sales, ending, current)
    better = metrics.cei(beginning, sales, ending // 2, current)

    assert (index is None) == (better is None)
    assert index is None or better is None or better >= index


@given(paid=st.lists(st.tuples(st.integers(1, 10**9), st.integers(-60, 400)), min_size=1))
def test_equal_amounts_weigh_the_same(paid: list[tuple[int, int]]) -> None:
    """Weighted by one amount for all, the average is the plain one; weighted at all, it stays among the days."""
    days = [late for _, late in paid]
    weighted = metrics.weighted_average_days_late([amount for amount, _ in paid], days)

    assert metrics.weighted_average_days_late([5] * len(days), days) == pytest.approx(
        metrics.average_days_late(days)
    )
    assert weighted is not None
    assert min(days) - 1e-9 <= weighted <= max(days) + 1e-9

"""The provision matrix, from stated rates and from roll rates, against published examples."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet import allowance

rates_of = [Decimal(text) for text in ("0.003", "0.016", "0.036", "0.066", "0.106")]


def test_the_standards_own_matrix() -> None:
    """IFRS 9, illustrative example 12: 15, 7.5, 4, 2.5 and 1 million at 0.3 to 10.6 % make 580,000."""
    balances = [15_000_000, 7_500_000, 4_000_000, 2_500_000, 1_000_000]

    assert allowance.losses(balances, rates_of) == [45_000, 120_000, 144_000, 165_000, 106_000]
    assert allowance.allowance(balances, rates_of) == 580_000


def test_a_matrix_from_what_became_of_the_sales() -> None:
    """IFRScommunity.com, IFRS 9 impairment: of 100,000 sold, 2,000 were lost; 388,000 owed lose 27,567."""
    came = [100_000, 50_000, 23_000, 8_000, 2_000]
    rates = allowance.loss_rates(allowance.roll_rates(came, [*came[1:], 2_000]))
    known = [rate for rate in rates if rate is not None]
    balances = [300_000, 140_000, 60_000, 23_000, 5_000]

    assert [f"{rate:.1%}" for rate in known] == ["2.0%", "4.0%", "8.7%", "25.0%", "100.0%"]
    assert allowance.losses(balances, known) == [6_000, 5_600, 5_217, 5_750, 5_000]
    assert allowance.allowance(balances, known) == 27_567


def test_a_small_matrix_as_published() -> None:
    """faqifrs.com, step 6, apply the provision matrix: 15,000 to 2,500 euros at 0.5, 2.2, 2.7 and 4.5 %."""
    rates = [Decimal(text) for text in ("0.005", "0.022", "0.027", "0.045")]

    # The page cuts the last one, 112.50, to 112.
    assert allowance.losses([1_500_000, 750_000, 400_000, 250_000], rates) == [7_500, 16_500, 10_800, 11_250]


def test_money_on_account_is_not_a_loss() -> None:
    """A balance below 0 is owed to the customer and loses nothing."""
    assert allowance.losses([-500, 1_000], [Decimal("0.1"), Decimal("0.1")]) == [0, 100]


def test_a_bucket_nothing_came_to_has_no_rate() -> None:
    """Where nothing came to a bucket its rate is not known; the rates before it are 0, for nothing rolled on."""
    rolls = allowance.roll_rates([100, 40, 0, 0], [40, 0, 0, 0])

    assert rolls == [Decimal("0.4"), Decimal(0), None, None]
    assert allowance.loss_rates(rolls) == [0, 0, None, None]


def test_no_more_rolls_on_than_came() -> None:
    """A refund can make more go on than came; the rate stays a share."""
    assert allowance.roll_rates([100, 50], [120, -5]) == [1, 0]


@pytest.mark.parametrize("lost", [0, 1_000, 2_000])
def test_a_loss_rate_is_the_lost_part_of_what_came_to_its_bucket(lost: int) -> None:
    """The product of the roll rates is what was lost over what came to the bucket."""
    came = [100_000, 50_000, 23_000, 8_000, 2_000]
    rates = allowance.loss_rates(allowance.roll_rates(came, [*came[1:], lost]))

    assert [round(rate or 0, 12) for rate in rates] == [round(Decimal(lost) / amount, 12) for amount in came]


@given(st.lists(st.integers(0, 10**12), min_size=5, max_size=5))
def test_an_allowance_is_never_more_than_is_owed(balances: list[int]) -> None:
    """Each bucket loses at most itself, and all of them the sum of their losses."""
    lost = allowance.losses(balances, rates_of)

    assert all(0 <= part <= balance for part, balance in zip(lost, balances, strict=True))
    assert allowance.allowance(balances, rates_of) == sum(lost)


@given(st.lists(st.integers(1, 10**12), min_size=5, max_size=5).map(lambda some: sorted(some, reverse=True)))
def test_the_older_the_likelier_lost(came: list[int]) -> None:
    """What rolls from bucket to bucket is the likelier lost the further it has come."""
    rates = [
        rate or Decimal(0) for rate in allowance.loss_rates(allowance.roll_rates(came, [*came[1:], came[-1]]))
    ]

    assert all(before <= after + Decimal("1e-20") for before, after in pairwise(rates))
    assert rates[-1] == 1

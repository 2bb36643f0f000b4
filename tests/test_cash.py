"""The cash expected by week: a promise first, then a kept plan, then the expected date; nothing of it is lost."""

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from duesheet.cash import DISPUTED, LATER, NEVER, WEEKS, expected

TODAY = 1000


def item(**said: Any) -> dict[str, Any]:
    """An open item of 100.00, overdue, expected tomorrow, with what is `said` of it otherwise."""
    plain = {
        "currency": "EUR",
        "open": 10_000,
        "due_date": TODAY - 5,
        "expected_date": TODAY + 1,
        "promised": None,
        "disputed": 0,
        "on_plan": 0,
    }
    return plain | said


def frame(*items: dict[str, Any]) -> pl.DataFrame:
    """Items as a frame."""
    return pl.DataFrame(list(items), schema=dict.fromkeys(item(), pl.Int64) | {"currency": pl.String})


def weeks(*items: dict[str, Any]) -> list[int]:
    """The week of each item."""
    return [int(expected(frame(one), TODAY)["week"].item()) for one in items]


def test_weeks_are_seven_days_after_today() -> None:
    """The first week ends seven days from today; after the thirteenth comes what is later."""
    days = (1, 7, 8, 14, 7 * WEEKS, 7 * WEEKS + 1)

    assert weeks(*(item(expected_date=TODAY + day) for day in days)) == [1, 1, 2, 2, WEEKS, LATER]


def test_a_running_promise_counts_before_all_else() -> None:
    """What is promised comes on the promised day, through that day itself; a broken promise counts no more."""
    soon = item(promised=TODAY + 20, expected_date=TODAY + 2, on_plan=1, due_date=TODAY + 9)

    assert weeks(soon, item(promised=TODAY), item(promised=TODAY - 1, expected_date=TODAY + 30)) == [3, 1, 5]


def test_an_instalment_of_a_kept_plan_comes_when_it_is_due() -> None:
    """On track, an instalment not overdue is expected on its due date; one that is overdue like any other item."""
    on_track = item(on_plan=1, due_date=TODAY + 10, expected_date=TODAY + 40)
    overdue = item(on_plan=1, due_date=TODAY - 1, expected_date=TODAY + 40)

    assert weeks(on_track, overdue) == [2, 6]


def test_what_is_disputed_or_let_go_stands_apart() -> None:
    """Disputed money has no date, even if promised; what will be written off with its plan is not expected."""
    assert weeks(item(disputed=1, promised=TODAY + 3), item(expected_date=None, on_plan=1)) == [
        DISPUTED,
        NEVER,
    ]


def test_it_says_where_the_money_of_a_week_comes_from() -> None:
    """Promised and planned money is told apart from the rest, per currency."""
    found = expected(
        frame(
            item(promised=TODAY + 2, open=100),
            item(on_plan=1, due_date=TODAY + 3, open=20),
            item(open=3),
            item(currency="USD", open=7),
        ),
        TODAY,
    )

    assert found.rows() == [("EUR", 1, 123, 3, 100, 20), ("USD", 1, 7, 1, 0, 0)]


days = st.integers(TODAY - 300, TODAY + 300)
items = st.builds(
    item,
    currency=st.sampled_from(["EUR", "USD"]),
    open=st.integers(1, 10**12),
    due_date=days,
    expected_date=st.none() | st.integers(TODAY + 1, TODAY + 300),
    promised=st.none() | days,
    disputed=st.integers(0, 1),
    on_plan=st.integers(0, 1),
)


@given(st.lists(items, max_size=12))
def test_cash_expected_adds_up_to_what_is_open(some: list[dict[str, Any]]) -> None:
    """Weeks, later, disputed and never are all there is: nothing is counted twice or lost."""
    found = expected(frame(*some), TODAY)
    by_currency = dict(found.group_by("currency").agg(pl.col("amount").sum()).iter_rows())

    for currency in ("EUR", "USD"):
        open_now = sum(one["open"] for one in some if one["currency"] == currency)
        assert by_currency.get(currency, 0) == open_now
    assert found["items"].sum() == len(some)
    assert found.filter(pl.col("promised") + pl.col("planned") > pl.col("amount")).is_empty()

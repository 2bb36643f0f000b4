"""The figures of a day and their notes: each note is a sum that gives its figure when worked out by hand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import day
from duesheet.dates import day_number
from duesheet.figures import SHARE, figures
from duesheet.periods import Period, back, counted_to, looked_at, month_ends, together

DAY = day_number(day("2026-11-30"))
# creditguru.com, DSO and ADD: 15,000 owed, 4,000 of it current, 10,000 sold in 30 days.
PUBLISHED = Period(
    currency="EUR",
    day=DAY,
    since=DAY - 30,
    year=DAY - 365,
    owed=1_500_000,
    buckets=(400_000, 700_000, 400_000),
    beginning=1_200_000,
    sold=1_000_000,
    sold_in_year=12_000_000,
    written_off=24_000,
    sales=(1_000_000, 800_000),
    lengths=(30, 31),
    paid=4,
    days_late=30,
    amount=1_000_000,
    weighted=2_500_000.0,
)


def told(of: Period) -> dict[str, tuple[float | None, str]]:
    """Each figure's value and note."""
    return {one.name: (one.value, one.note) for one in figures(of)}


def test_each_figure_says_how_it_came_about() -> None:
    """The published example, figure by figure, with the numbers behind it."""
    assert told(PUBLISHED) == {
        "DSO": (45.0, "15,000.00 owed / 10,000.00 sold in 30 days x 30"),
        "DSO, count-back": (
            49.375,
            "15,000.00 owed: 30 days of sales in full, then 5,000.00 / 8,000.00 sold x 31 days",
        ),
        "Best possible DSO": (12.0, "4,000.00 not yet due / 10,000.00 sold in 30 days x 30"),
        "ADD, DSO less best possible": (33.0, "11,000.00 owed and due / 10,000.00 sold in 30 days x 30"),
        "ADD, of paid invoices": (7.5, "30 days late / 4 items paid since 2025-12-01; early is below 0"),
        "Weighted average days late": (2.5, "25,000.00 days x amounts / 10,000.00 paid since 2025-12-01"),
        "CEI": (
            0.388889,
            "(12,000.00 + 10,000.00 sold - 15,000.00) / (12,000.00 + 10,000.00 sold - 4,000.00)",
        ),
        "Receivables turnover": (
            9.012346,
            "10,000.00 sold / ((12,000.00 + 15,000.00) / 2) x 365 / 30 days",
        ),
        "Percent current": (0.266667, "4,000.00 not yet due / 15,000.00 open"),
        "Bad-debt share": (0.002, "240.00 written off / 120,000.00 sold since 2025-12-01"),
    }


def test_without_numbers_the_note_says_why() -> None:
    """A period in which nothing happened has no figure at all, and a reason for each."""
    empty = PUBLISHED._replace(owed=0, buckets=(0, 0, 0), beginning=0, sold=0, sold_in_year=0, written_off=0)
    nothing = told(empty._replace(sales=(0, 0), paid=0, amount=0))

    assert {value for value, _ in nothing.values()} == {None}
    assert {note for _, note in nothing.values()} == {
        "No number: nothing was sold from 2026-11-01 to 2026-11-30",
        "No number: nothing was sold",
        "No number: nothing was paid since 2025-12-01",
        "No number: there was nothing to collect from 2026-11-01 to 2026-11-30",
        "No number: nothing is open",
        "No number: nothing was sold from 2025-12-01 to 2026-11-30",
    }


def test_less_owed_than_the_last_month_sold_is_a_part_of_it() -> None:
    """Within the newest month there is nothing to count in full."""
    assert told(PUBLISHED._replace(owed=500_000))["DSO, count-back"] == (
        15.0,
        "5,000.00 / 10,000.00 sold x 30 days",
    )


def test_more_owed_than_was_ever_sold_cannot_be_counted_back() -> None:
    """Where the sales known do not make up what is owed, the note gives both."""
    value, note = told(PUBLISHED._replace(sales=(400_000, 300_000)))["DSO, count-back"]

    assert value is None
    assert note == "No number: 2 months sold 7,000.00, less than 15,000.00 owed"


amounts = st.integers(0, 10**9)


@given(st.lists(amounts, min_size=6, max_size=6))
def test_notes_can_be_worked_out_by_hand(money: list[int]) -> None:
    """Read as arithmetic, with the words left out, each note gives the value beside it."""
    owed, current, beginning, sold, off, year = money
    of = PUBLISHED._replace(
        owed=owed,
        buckets=(current, max(owed - current, 0)),
        beginning=beginning,
        sold=sold,
        sold_in_year=year,
        written_off=off,
    )
    for name, (value, note) in told(of).items():
        if value is not None and "count-back" not in name:
            sum_of = re.sub(r"; .*|since [\d-]+|in \d+ days|[a-z]{2,}|,", "", note).replace("x", "*")
            by_hand = eval(re.sub(r"\*\s*(?=/)", "", sum_of), {})  # noqa: S307  numbers and signs only
            assert by_hand == pytest.approx(value, rel=1e-4, abs=1e-4), (name, note, sum_of)


def test_month_ends_go_back_by_calendar_months() -> None:
    """Three months before the end of a month is the end of a month; the days asked for cover every period."""
    ends = month_ends(DAY, 12)

    assert ends[-1] == DAY
    assert [back(end, 3) for end in ends[3:]] == ends[:-3]
    assert {DAY, back(DAY, 3), *ends, back(ends[0], 3)} <= set(looked_at(DAY))
    assert {DAY, back(DAY, 12), *(back(end, 12) for end in ends)} <= set(counted_to(DAY))


def test_currencies_are_added_at_their_rates() -> None:
    """Together, money is converted and added, counts are added, and shares follow from the sums."""
    dollars = PUBLISHED._replace(currency="USD")
    both = together([PUBLISHED, dollars], "EUR", lambda units, code: units if code == "EUR" else units // 2)

    assert (both.currency, both.owed, both.current, both.sales) == (
        "EUR",
        2_250_000,
        600_000,
        (1_500_000, 1_200_000),
    )
    assert (both.paid, both.weighted / both.amount) == (8, 2.5)
    assert told(both)["DSO"][0] == 45.0


def test_shares_are_fractions() -> None:
    """What is shown as percent stands in the cell as a fraction, as Excel has it."""
    shares = [one.value for one in figures(PUBLISHED) if one.unit == SHARE]

    assert all(value is not None and 0 <= value <= 1 for value in shares)

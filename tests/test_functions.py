"""The worksheet functions: cells in every form, blanks, mistakes, and the examples others have published."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duesheet import functions
from duesheet.functions import (
    AR_ADD,
    AR_AGING,
    AR_ALLOWANCE,
    AR_BEST_DSO,
    AR_BUCKET,
    AR_CEI,
    AR_DAYS_OVERDUE,
    AR_DISCOUNT,
    AR_DSO,
    AR_DUE_DATE,
    AR_INTEREST,
    AR_LATE_FEE,
    AR_RISK_FLAG,
    AR_RISK_SCORE,
    AR_SCHEDULE,
    AR_STATUTORY_INTEREST,
)

AS_OF = datetime(2026, 3, 2)  # noqa: DTZ001  a date in a cell has no zone
LAST_ROW = 1_048_576
AGING = ("Customer ID", "Currency", "Current", "Unapplied", "Total", "Overdue", "Oldest days")

# Every function with one row it can work on, so that all can be asked the same.
GOOD: dict[str, tuple[Any, ...]] = {
    "AR_DAYS_OVERDUE": ("2026-01-31", AS_OF),
    "AR_BUCKET": (45,),
    "AR_DUE_DATE": ("2026-01-31", "Net 30"),
    "AR_DISCOUNT": (1000, "2026-01-05", "2/10 Net 30", "2026-01-15"),
    "AR_LATE_FEE": (1000, "2026-01-31", AS_OF, 5),
    "AR_INTEREST": (1000, "2026-01-31", AS_OF, 0.08),
    "AR_STATUTORY_INTEREST": (1000, "2026-01-31", AS_OF, "UK"),
    "AR_RISK_FLAG": (30, 8),
    "AR_DSO": (15000, 10000, 30),
    "AR_BEST_DSO": (4000, 10000, 30),
    "AR_ADD": (15000, 4000, 10000, 30),
    "AR_CEI": (100000, 1000000, 120000, 100000),
}
TABLES: dict[str, tuple[Any, ...]] = {
    "AR_AGING": (
        [["Invoice", "Customer ID", "Invoice date", "Amount"], ["1", "A", "2026-01-01", 100]],
        None,
        AS_OF,
    ),
    "AR_SCHEDULE": (1000, 3, "2026-01-31"),
    "AR_RISK_SCORE": ([10, 0], ["2026-01-31", "2026-01-01"], 0, 0.2, AS_OF),
    "AR_ALLOWANCE": ([100, 200], [0.01, 0.02]),
}

CELLS = st.one_of(
    st.none(),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.text(max_size=12),
    st.sampled_from(["Net 30", "#N/A", "2026-01-31", "8%", "1,234", "Yes", "UK", "Count-back", "   "]),
    st.datetimes(),
    st.dates(),
    st.decimals(),
    st.builds(np.float64, st.floats()),
    st.builds(np.int64, st.integers(-(2**62), 2**62)),
)
GIVEN = st.one_of(
    CELLS,
    st.lists(CELLS, max_size=3),
    st.lists(st.lists(CELLS, min_size=1, max_size=2), max_size=3),
    st.tuples(CELLS, CELLS),
)


def call(name: str, *arguments: Any) -> Any:
    """The answer of the function `name`."""
    return getattr(functions, name)(*arguments)


def test_every_function_of_the_contract_is_there() -> None:
    """The module Excel imports has every function by the name a cell calls."""
    assert sorted(functions.__all__) == sorted([*GOOD, *TABLES])


@pytest.mark.parametrize("name", sorted({*GOOD, *TABLES}))
def test_excel_can_convert_every_argument(name: str) -> None:
    """Annotations are Any alone, for Excel's server converts cells by what they say; and the first line describes."""
    function = getattr(functions, name)

    assert set(get_type_hints(function).values()) == {Any}
    assert 20 < len(function.__doc__.splitlines()[0]) <= 255


@pytest.mark.parametrize("name", sorted(GOOD))
def test_the_answer_has_the_shape_of_the_question(name: str) -> None:
    """A cell is answered by a cell, a column by a column, a row by a row, a block by a block; the rest is shared."""
    first, *rest = GOOD[name]
    cell = call(name, first, *rest)

    assert not isinstance(cell, list | str) or name in {"AR_BUCKET", "AR_RISK_FLAG"}
    assert call(name, [first, first], *rest) == [cell, cell]
    assert call(name, (first, first), *rest) == [cell, cell]
    assert call(name, [[first]], *rest) == [[cell]]
    assert call(name, [[first], [first]], *rest) == [[cell], [cell]]
    assert call(name, ((first, first),), *rest) == [[cell, cell]]
    assert call(name, [[first, first], [first, first]], *rest) == [[cell, cell], [cell, cell]]
    assert call(name, np.array([[first], [first]]), *rest) == [[cell], [cell]]
    assert call(name, [[first], [first]], *[[[one], [one]] for one in rest]) == [[cell], [cell]]


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_blank_row_gives_a_blank_and_a_bad_one_a_message(name: str) -> None:
    """What is wrong in one row is told there in a few words; the rows around it are answered."""
    first, *rest = GOOD[name]
    good = call(name, first, *rest)

    answers = call(name, [[first], [None], [""], ["soon"], [True], ["#N/A"], [first]], *rest)

    assert [answers[0], answers[6]] == [[good], [good]]
    assert answers[1] == answers[2] == [""]
    for (told,) in answers[3:6]:
        assert isinstance(told, str)
        assert 0 < len(told) < 90, told
    assert "'soon' is not a" in answers[3][0]
    assert "TRUE is not a" in answers[4][0]
    assert answers[5][0].endswith("the cell shows #N/A")


@pytest.mark.parametrize("name", sorted(GOOD))
def test_ranges_of_different_sizes_are_told_apart(name: str) -> None:
    """Two ranges that do not belong together give one message."""
    first, *rest = GOOD[name]
    if rest and name != "AR_BUCKET":
        told = call(name, [[first]] * 3, [[rest[0]]] * 2, *rest[1:])

        assert isinstance(told, str)
        assert "give ranges of one size" in told


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_whole_column_keeps_its_length(name: str) -> None:
    """The blank end of a whole column stays blank."""
    first, *rest = GOOD[name]
    rows = LAST_ROW if name == "AR_INTEREST" else 2_000

    answers = call(name, [[first], [first], *[[None]] * (rows - 2)], *rest)

    assert len(answers) == rows
    assert answers[1] == [call(name, first, *rest)]
    assert answers[2] == answers[-1] == [""]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted({*GOOD, *TABLES})), st.data())
def test_no_cells_whatever_raise(name: str, data: st.DataObject) -> None:
    """Whatever is in the cells and however they are handed over, there is an answer."""
    good = {**GOOD, **TABLES}[name]
    wanted = [data.draw(GIVEN) if data.draw(st.booleans()) else one for one in good]

    answer = call(name, *wanted)

    assert isinstance(answer, list | str | float | int | datetime)


DATES = [
    datetime(2026, 1, 31),  # noqa: DTZ001  as above
    datetime(2026, 1, 31, 17, 30),  # noqa: DTZ001
    date(2026, 1, 31),
    46053,
    46053.0,
    46053.73,
    np.float64(46053),
    np.int64(46053),
    np.datetime64("2026-01-31"),
    "2026-01-31",
    "31 Jan 2026",
    "31-Jan-26",
    "2026-01-31 17:30:00",
    "46053",
]


@pytest.mark.parametrize("typed", DATES)
def test_dates_are_read_in_every_form(typed: Any) -> None:
    """Dates, moments, Excel's own count of days and dates typed as text are the same day."""
    assert AR_DAYS_OVERDUE(typed, AS_OF) == 30
    assert AR_DAYS_OVERDUE([[typed], [typed]], [[AS_OF], [AS_OF]]) == [[30], [30]]


def test_arrays_of_dates_are_read() -> None:
    """Dates of numpy, in days or in nanoseconds, are dates."""
    days = np.array([["2026-01-31"], ["NaT"]], dtype="datetime64[ns]")

    assert AR_DAYS_OVERDUE(days, AS_OF) == [[30], [""]]
    assert AR_DAYS_OVERDUE(days.astype("datetime64[D]"), np.datetime64("2026-03-02")) == [[30], [""]]


def test_a_date_that_may_be_two_is_not_guessed() -> None:
    """3/4/2026 may be a day in March or in April; the cell says so."""
    assert (
        AR_DAYS_OVERDUE("3/4/2026", AS_OF)
        == "Due date: '3/4/2026' can be read in two ways; type it as 2025-12-31"
    )
    assert AR_DAYS_OVERDUE(12, AS_OF) == "Due date: 12 is not a date from 1970 to 2199"
    assert AR_DAYS_OVERDUE("2026-01-31", "later") == "As of: 'later' is not a date"


def test_without_a_day_today_counts() -> None:
    """The day left out, or blank, is today."""
    today = datetime.now().astimezone().date()

    assert AR_DAYS_OVERDUE(today) == 0
    assert AR_DAYS_OVERDUE([[date.fromordinal(today.toordinal() - 5)]], [[None]]) == [[5]]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-5, "Current"),
        (0, "Current"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (120, "91-120"),
        (121, "Over 120"),
    ],
)
def test_buckets_end_with_their_edge(days: int, bucket: str) -> None:
    """Day 30 is the last of the first bucket; what is due today is current."""
    assert (
        AR_BUCKET(days)
        == AR_BUCKET(float(days), [[30, 60, 90, 120]])
        == AR_BUCKET(days, "30, 60, 90, 120")
        == bucket
    )


def test_buckets_have_the_edges_one_gives_them() -> None:
    """Edges are a range, a text, or a single number; others are refused in words."""
    assert AR_BUCKET([5, 15, 50], [[14.0], [45.0], [None]]) == ["1-14", "15-45", "Over 45"]
    assert AR_BUCKET(31, 30) == "Over 30"
    assert AR_BUCKET(31, [60, 30]).startswith("Edges: Up to 12 edges, each later than the one before")


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ("Net 30", datetime(2026, 2, 11)),  # noqa: DTZ001
        (30, datetime(2026, 2, 11)),  # noqa: DTZ001
        (None, datetime(2026, 1, 12)),  # noqa: DTZ001
        ("EOM", datetime(2026, 1, 31)),  # noqa: DTZ001
        ("Net 15 EOM", datetime(2026, 2, 15)),  # noqa: DTZ001
        ("10 MFI", datetime(2026, 2, 10)),  # noqa: DTZ001
        ("2/10 Net 30", datetime(2026, 2, 11)),  # noqa: DTZ001
        ("30% now, 70% Net 60", datetime(2026, 3, 13)),  # noqa: DTZ001
    ],
)
def test_due_dates_follow_the_terms(terms: Any, due: datetime) -> None:
    """An invoice of 12 January is due by its terms; blank terms are due on receipt, and of parts the last counts."""
    assert AR_DUE_DATE(datetime(2026, 1, 12), terms) == due  # noqa: DTZ001
    assert AR_DUE_DATE([["2026-01-12"]] * 2, [[terms], ["whenever"]])[0] == [due]


def test_terms_not_understood_are_told() -> None:
    """The cell names the terms and shows how they are typed."""
    assert (
        AR_DUE_DATE("2026-01-12", "whenever")
        == "Terms: 'whenever' is not understood; type them as Net 30, EOM or 2/10 Net 30"
    )


def test_a_discount_as_published() -> None:
    """2/10 Net 30 on 5,000 is 100 when paid by the tenth day, nothing later (AccountingTools)."""
    paid = [["2026-11-05"], ["2026-11-11"], ["2026-11-12"], [None]]

    assert AR_DISCOUNT(5000, "2026-11-01", "2/10 Net 30", paid) == [
        [100.0],
        [100.0],
        [0.0],
        [""],
    ]
    assert AR_DISCOUNT([[5000]], "2026-11-01", "2/10 Net 30", None) == [["Paid on is blank"]]
    assert AR_DISCOUNT([123.25, -100, 0], "2026-11-01", "2/10 Net 30", "2026-11-05") == [2.47, 0.0, 0.0]
    assert AR_DISCOUNT(5000, "2026-11-01", "Net 30", "2026-11-05") == 0.0


def test_late_fees_flat_and_percent() -> None:
    """A fee is flat, a share of what is open, or both; it has a first day and a least amount."""
    late = ["2026-03-01", "2026-02-20", "2026-03-02"]

    assert AR_LATE_FEE(1000, late, AS_OF, 25) == [25.0, 25.0, 0.0]
    assert AR_LATE_FEE(1000, late, AS_OF, 25, "2%", 10) == [0.0, 45.0, 0.0]
    assert AR_LATE_FEE([1000, 100, -50], "2026-02-01", AS_OF, None, 0.02, None, 5) == [20.0, 5.0, 0.0]
    assert AR_LATE_FEE(1000, late[0], AS_OF, 25, 2) == "Percent: 2 is 200%; did you mean 2%?"
    assert AR_LATE_FEE(1000, late[0], AS_OF, -5) == "Flat: -5 is below 0"


def test_interest_as_published() -> None:
    """10,000 pounds at 11.75% for 60 days cost 193.15 (the Act of 1998, as the government's page works it out)."""
    assert AR_INTEREST(10000, "2026-01-01", "2026-03-02", 0.1175) == 193.15
    assert AR_INTEREST(10000, "2026-01-01", "2026-03-05", "11.75%", 3) == 193.15
    assert AR_INTEREST(10000, "2026-01-01", "2025-12-01", 0.1175) == 0.0
    assert AR_INTEREST(10000, "2026-01-01", "2026-03-02", 8) == "Annual rate: 8 is 800%; did you mean 8%?"
    assert AR_INTEREST(10000, "2026-01-01", "2026-03-02", None) == "Annual rate is blank"


def test_statutory_interest_and_its_parts() -> None:
    """Interest and the fixed sum are added up; each can be had alone; nothing is owed before the debt is late."""
    law = (10000, "2026-01-10", "2026-03-11", "uk")

    assert AR_STATUTORY_INTEREST(*law) == 293.15
    assert AR_STATUTORY_INTEREST(*law, "Interest") == 193.15
    assert AR_STATUTORY_INTEREST(*law, ["Compensation", "total"]) == [100.0, 293.15]
    assert AR_STATUTORY_INTEREST([999.99, 1000, 9999.99, -5], *law[1:], "Compensation") == [
        40.0,
        70.0,
        70.0,
        0.0,
    ]
    assert AR_STATUTORY_INTEREST(500, "2026-01-10", "2026-01-10", "EU") == 0.0
    assert AR_STATUTORY_INTEREST(500, "2026-01-10", "2026-01-20", "US") == "Law: 'US' is not one of UK, EU"


def test_statutory_interest_beyond_the_table_is_refused() -> None:
    """A day whose rate is not known yet is told; the other cells are answered."""
    told, known = AR_STATUTORY_INTEREST(500, ["2190-01-10", "2026-01-10"], ["2190-03-10", "2026-01-20"], "UK")

    assert told.startswith("The table of UK rates ends on ")
    assert known > 40


def test_the_score_of_one_customer() -> None:
    """10 days late today, in time half a year ago, one overdue: (1 + 1 + 3 x 0.2) / (1.5 + 1 + 3)."""
    late, days = [[10.0], [0.0], [None]], [["2026-06-29"], ["2025-12-31"], [""]]

    assert AR_RISK_SCORE(late, days, 1, 0.2, "2026-06-29") == pytest.approx(47.2727, abs=1e-4)
    assert AR_RISK_SCORE([[10, 0]], [["2026-06-29", "2025-12-31"]], [[1]], "20%", "2026-06-29") == [
        [pytest.approx(47.2727, abs=1e-4)]
    ]
    assert AR_RISK_SCORE([], [], None, 1, "2026-06-29") == 100.0
    assert (
        AR_RISK_SCORE([10, 0, 2], ["2026-06-29"] * 2, 1, 0.2, AS_OF)
        == "Days late has 3 cells, Settled on 2; give as many of both"
    )
    assert AR_RISK_SCORE([10, "x"], "2026-02-28", 1, 0.2, AS_OF) == "Days late: 'x' is not a number"


def test_scores_of_many_customers() -> None:
    """A block has a customer in each row, and the answers are a column."""
    late = [[10, 0], [10, None], ["x", 1]]
    days = [["2026-06-29", "2025-12-31"], ["2026-06-29", None], ["2026-06-29", "2026-06-29"]]

    first, second, third = AR_RISK_SCORE(late, days, [[1], [0], [0]], 0.2, "2026-06-29")

    assert first == [pytest.approx(47.2727, abs=1e-4)]
    assert second == [AR_RISK_SCORE(10, "2026-06-29", 0, 0.2, "2026-06-29")] == [40.0]
    assert third == ["Days late: 'x' is not a number"]


def test_flags_and_their_hard_reasons() -> None:
    """Scores make Low, Watch and High where three invoices are known; hard reasons raise the flag."""
    assert AR_RISK_FLAG([[19.9], [20], [50]], 3) == [["Low"], ["Watch"], ["High"]]
    assert AR_RISK_FLAG(99, [0, 2, 3]) == ["Not enough history", "Not enough history", "High"]
    assert AR_RISK_FLAG(5, 8, [True, "Yes", 1, "no", 0.0, None]) == [*["Watch"] * 3, "Low", "Low", ""]
    assert AR_RISK_FLAG(5, 8, None, [90, 91]) == ["Low", "High"]
    assert AR_RISK_FLAG(5, 8, None, None, "TRUE") == "High"
    assert AR_RISK_FLAG(5, 8, "perhaps") == "Over limit: 'perhaps' is neither Yes nor No"


def test_the_trades_figures_as_published() -> None:
    """DSO 45, best possible 12, average days delinquent 33 (creditguru.com); CEI 98% (Credit Research Foundation)."""
    assert AR_DSO(15000, 10000, 30) == 45
    assert AR_BEST_DSO(4000, 10000, 30) == 12
    assert AR_ADD(15000, 4000, 10000, 30) == 33
    assert AR_CEI(100000, 1000000, 120000, 100000) == pytest.approx(0.98)


def test_without_sales_there_is_no_number() -> None:
    """Zero sales leave the cell blank; they are no error."""
    assert AR_DSO([[15000]], 0, 30) == [[""]]
    assert [AR_BEST_DSO(1, 0, 30), AR_ADD(1, 1, 0, 30), AR_CEI(0, 0, 0, 0)] == ["", "", ""]
    assert AR_DSO(15000, 10000, 0) == "Days: 0 is below 1"


def test_counting_back_as_published() -> None:
    """212,000 against sales of 100,000, 80,000 and 70,000 is 73.7 days (Benji Pays, the count-back method)."""
    sales, days = [[100000], [80000], [70000]], [[30], [30], [30]]

    assert AR_DSO(212000, sales, days, "Count-back") == pytest.approx(73.7, abs=0.05)
    assert AR_DSO([[212000]], sales, 30, "count back") == [[pytest.approx(73.7, abs=0.05)]]
    assert AR_DSO(999999, sales, days, "Count-back") == ""
    assert (
        AR_DSO(212000, sales, [[30], [30]], "Count-back")
        == "Credit sales has 3 cells, Days 2; give as many of both"
    )
    assert AR_DSO(212000, [[100000], [None], [70000]], 30, "Count-back") == "Credit sales is blank"
    assert AR_DSO(1, 1, 30, "Guess") == "Method: 'Guess' is not one of Simple, Count-back"


def test_counting_back_for_many_customers() -> None:
    """Each customer has its sales in a row; the lengths of the months are shared."""
    sales = [[100, 80, 90], [50, 50, 50]]

    assert AR_DSO([[160], [75]], sales, [[31, 30, 31]], "Count-back") == [[53.5], [46.0]]
    assert (
        AR_DSO([[160], [75], [1]], sales, 30, "Count-back")
        == "Credit sales has 2 x 3 cells; give 3 rows of them, or one row for all"
    )


def test_the_standards_matrix() -> None:
    """IFRS 9, illustrative example 12: five balances at 0.3% to 10.6% make an allowance of 580,000."""
    owed, rates = [15e6, 7.5e6, 4e6, 2.5e6, 1e6], [0.003, 0.016, 0.036, 0.066, 0.106]

    assert (
        AR_ALLOWANCE(owed, rates) == AR_ALLOWANCE([[one] for one in owed], [[one] for one in rates]) == 580000
    )
    assert AR_ALLOWANCE([owed, [None, None, None, None, 100]], [rates]) == [[580000], [10.6]]
    assert AR_ALLOWANCE([[100, 50]], [["50%", 1]]) == 100
    assert AR_ALLOWANCE([100, 50], [0.5, 5]) == "Rates: 5 is 500%; did you mean 5%?"
    assert AR_ALLOWANCE([100, 50], [0.5, None]) == "Rates is blank"


def test_a_schedule_row_by_row() -> None:
    """A loan of 1,000 at 1% a month in three months: 340.02 each, the last taking the cent."""
    rows = AR_SCHEDULE(1000, 3, "2026-01-31", None, 0.12)

    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[1].date().isoformat() for row in rows] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert [row[2:] for row in rows] == [
        [340.02, 10.0, 330.02, 669.98],
        [340.02, 6.7, 333.32, 336.66],
        [340.03, 3.37, 336.66, 0.0],
    ]
    assert AR_SCHEDULE([[1000]], [[3]], [["2026-01-31"]], [[None]], [[0.12]]) == rows


def test_schedules_one_below_the_other() -> None:
    """A range of plans has the plan's place in front; a wrong plan is one row with a message, a blank none."""
    rows = AR_SCHEDULE([[100], [None], [100], [0]], [[1], [None], ["x"], [2]], "2026-01-31")

    assert rows[0][:3] == [1, 1, datetime(2026, 1, 31)]  # noqa: DTZ001
    assert rows[0][3:] == [100.0, 0.0, 100.0, 0.0]
    assert rows[1] == [3, "Instalments: 'x' is not a number", "", "", "", "", ""]
    assert rows[2][:2] == [4, "Principal: There is nothing to pay in instalments. Type an amount above 0."]
    assert len(rows) == 3


def test_a_plan_that_cannot_be_is_told() -> None:
    """A single wrong plan gives its message alone."""
    assert AR_SCHEDULE(1000, 3, "2026-01-31", None, 8) == "Annual rate: 8 is 800%; did you mean 8%?"
    assert AR_SCHEDULE(1000, 3, "2026-01-31", "Fortnite").startswith("Every: Choose one of Week")
    assert AR_SCHEDULE(1000, 3, None) == "First due is blank"
    assert AR_SCHEDULE(None, None, None) == ""


def test_aging_names_what_is_missing() -> None:
    """A range without a column it needs is answered by a message that names it."""
    assert AR_AGING([["Invoice", "Customer ID", "Invoice date"], ["1", "A", "2026-01-01"]]) == (
        'Invoices: The column "Amount" is missing. Add it to the header.'
    )
    assert AR_AGING(None) == AR_AGING([[None], [""]]) == "Invoices: give the range with its header row in."
    assert (
        AR_AGING([["Invoice", "Customer ID", "Invoice date", "Amount"]], None, "x")
        == "As of: 'x' is not a date"
    )


def test_aging_of_a_small_ledger() -> None:
    """Headers in any case, dates in any form; money never crosses currencies; terms and due dates decide."""
    invoices = [
        ["INVOICE", "customer id", "Invoice Date", "due date", "Amount", "Currency", "Terms", "My notes"],
        ["1", "A", 46023.0, None, 100.0, "EUR", "Net 30", "x"],
        ["2", "A", datetime(2026, 1, 1), "2026-03-31", 50, "EUR", None, None],  # noqa: DTZ001
        ["3", "A", "2026-01-01", None, 10, "usd", None, None],
        [None] * 8,
        ["4", 12.0, "2026-01-01", None, "1.234,50", None, None, None],
        [None] * 8,
    ]
    payments = [["Payment", "Date", "Customer ID", "Amount", "Invoice"], ["P1", 46050, "A", 30, "1"]]

    rows = AR_AGING(invoices, payments, "2026-03-02", [[30, 60]])

    assert rows[0] == [*AGING[:3], "1-30", "31-60", "Over 60", *AGING[3:]]
    assert rows[1:] == [
        ["12", "", 0.0, 0.0, 1234.5, 0.0, 0.0, 1234.5, 1234.5, 60],
        ["A", "EUR", 50.0, 70.0, 0.0, 0.0, 0.0, 120.0, 70.0, 30],
        ["A", "USD", 0.0, 0.0, 10.0, 0.0, 0.0, 10.0, 10.0, 60],
    ]


def test_aging_tells_of_rows_left_out() -> None:
    """Rows that cannot be used are counted below the others, and the first is named."""
    invoices = [
        ["Invoice", "Customer ID", "Invoice date", "Amount"],
        ["1", "A", "2026-01-01", 100],
        ["2", "A", "soon", 100],
        ["3", "A", "2026-01-01", "#REF!"],
    ]

    header, row, told = AR_AGING(invoices, None, "2026-03-02")

    assert row[:2] == ["A", ""]
    assert told[0].startswith('2 rows left out. Invoices, row 3, Invoice date: found "soon".')
    assert len(header) == len(row) == len(told)


def test_amounts_are_rounded_to_the_cent() -> None:
    """A part of a cent that a formula left is rounded half up."""
    assert AR_LATE_FEE([1.005, Decimal("1.005"), 33.333], "2026-01-01", AS_OF, 0, "50%") == [
        0.51,
        0.51,
        16.67,
    ]

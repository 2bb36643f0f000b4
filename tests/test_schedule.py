"""Payment schedules: no cent is lost, every date is counted from the first, and the figures are those published."""

from datetime import date
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet.cadence import PERIODS, every_of
from duesheet.dates import date_of, day_number, is_working_day
from duesheet.errors import Refused
from duesheet.schedule import METHODS, Instalment, instalments, method_of, objections

FIRST = day_number(date(2026, 1, 31))
RATES = st.decimals(0, Decimal("0.9999"), places=4) | st.floats(0, 0.999).map(lambda rate: Decimal(str(rate)))


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Any plan that can be spread, from a few cents to a thousand million, as the arguments of `instalments`."""
    principal = draw(st.integers(1, 99) | st.integers(1, 10**7) | st.integers(1, 10**11))
    return {
        "principal": principal,
        "count": draw(st.integers(1, 60) | st.integers(1, 400)),
        "first_due": draw(st.dates(date(2000, 1, 1), date(2090, 12, 31)).map(day_number)),
        "every": draw(st.sampled_from(list(PERIODS))),
        "annual_rate": draw(st.just(Decimal(0)) | RATES),
        "down_payment": draw(st.just(0) | st.integers(0, principal)),
        "fee": draw(st.just(0) | st.integers(0, 10**6)),
        "method": draw(st.sampled_from(METHODS)),
        "country": draw(st.sampled_from([None, "", "DE", "US"])),
    }


def paid(principal: str, count: int, rate: str, **others: Any) -> list[str]:
    """The payments of a plan of amounts with two decimals, as people write them."""
    rows = instalments(int(Decimal(principal) * 100), count, FIRST, annual_rate=Decimal(rate), **others)
    return [str(Decimal(row.payment).scaleb(-2)) for row in rows]


def due(first: date, count: int, every: str, country: str | None = None) -> list[str]:
    """The due dates of a plan that starts on `first`, as people write them."""
    rows = instalments(100_00, count, day_number(first), every=every, country=country)
    return [date_of(row.due).isoformat() for row in rows]


@given(plans())
def test_the_principal_adds_up_to_what_is_spread(plan: dict[str, Any]) -> None:
    """The principal of all instalments is the principal less the down payment, to the cent, and nothing is left."""
    rows = instalments(**plan)

    assert sum(row.principal for row in rows) == plan["principal"] - plan["down_payment"]
    assert rows[-1].balance == 0


@given(plans())
def test_every_row_follows_from_the_one_before(plan: dict[str, Any]) -> None:
    """The balance falls by the principal, and a payment is interest and principal, with the fee in the first."""
    rows, owed = instalments(**plan), plan["principal"] - plan["down_payment"]

    for row in rows:
        part, whole = plan["annual_rate"].as_integer_ratio()
        exact = Decimal(owed * part) / Decimal(whole * PERIODS[plan["every"]])
        assert abs(row.interest - exact) <= Decimal("0.5")
        assert row.payment == row.interest + row.principal + (plan["fee"] if row.no == 1 else 0)
        owed -= row.principal
        assert row.balance == owed
    assert [row.no for row in rows] == list(range(1, plan["count"] + 1))


@given(plans())
def test_no_figure_of_a_schedule_is_negative(plan: dict[str, Any]) -> None:
    """However few the cents and however high the rate, nothing is paid out and no debt grows."""
    assert all(min(row) >= 0 for row in instalments(**plan))


@given(plans())
def test_due_dates_go_forward(plan: dict[str, Any]) -> None:
    """Every due date is after the one before; moved off weekends and holidays, two may meet but never cross."""
    moved = [row.due for row in instalments(**plan)]
    still = [row.due for row in instalments(**{**plan, "country": None})]

    assert all(one < other for one, other in pairwise(still))
    assert all(one <= other for one, other in pairwise(moved))
    if plan["country"] is not None:
        assert all(is_working_day(date_of(day), plan["country"]) for day in moved)
        assert all(late >= day for day, late in zip(still, moved, strict=True))


@given(plans())
def test_level_payments_are_level(plan: dict[str, Any]) -> None:
    """All payments but the last are the same, as long as there is something left to pay."""
    rows = instalments(**{**plan, "method": "Level", "fee": 0})

    assert len({row.payment for row in rows[:-1] if row.balance}) <= 1


@given(plans())
def test_equal_principal_is_equal(plan: dict[str, Any]) -> None:
    """All repayments but the last are the same, as long as there is something left to pay."""
    rows = instalments(**{**plan, "method": "Equal principal"})

    assert len({row.principal for row in rows[:-1] if row.balance}) <= 1


@given(
    st.integers(1000, 10**11),
    st.integers(1, 60),
    st.sampled_from(list(PERIODS)),
    st.decimals(Decimal("0.0001"), Decimal("0.9"), places=4),
)
def test_the_level_payment_is_what_the_formula_gives(
    principal: int, count: int, every: str, annual_rate: Decimal
) -> None:
    """The level payment is P r / (1 - (1 + r)^-n), worked out here with sixty decimals, to half a cent."""
    with localcontext(prec=60):
        rate = annual_rate / PERIODS[every]
        exact = principal * rate / (1 - (1 + rate) ** -count)
    rows = instalments(principal, count, FIRST, every=every, annual_rate=annual_rate)

    if count > 1 and rows[0].principal > 1:
        assert abs(rows[0].payment - exact) <= Decimal("0.5")
    assert rows[0].payment >= rows[0].interest


PUBLISHED = [
    ("Microsoft Excel, PMT: 10,000 at 8%, 10 months", "10000", 10, "0.08", "1037.03"),
    ("LibreOffice Calc, PMT: 25,000 at 1.99%, 36 months", "25000", 36, "0.0199", "715.96"),
    ("Apache OpenOffice wiki, PMT: 5,000 at 5.5%, 24 months", "5000", 24, "0.055", "220.48"),
    ("Claris FileMaker, PMT: a car of 21,000 at 6.9%, 48 months", "21000", 48, "0.069", "501.90"),
    ("Microsoft Visual FoxPro, PAYMENT(): 100,000 at 10.5%, 20 years", "100000", 240, "0.105", "998.38"),
    ("Adobe FormCalc, Pmt: 150,000 at 4.75%, 25 years", "150000", 300, "0.0475", "855.18"),
    ("Mescius Spread.NET, PMT: 5,000 at 6%, 15 months", "5000", 15, "0.06", "346.82"),
    ("MathWorks, amortize: 100,000 at 12%, 30 years", "100000", 360, "0.12", "1028.61"),
    ("CFPB, amortize: 180,000 at 4.25%, 30 years", "180000", 360, "0.0425", "885.49"),
]


@pytest.mark.parametrize(("principal", "count", "rate", "payment"), [one[1:] for one in PUBLISHED])
def test_level_payments_are_those_that_others_publish(
    principal: str, count: int, rate: str, payment: str
) -> None:
    """The level payment is the one in the documentation of nine other systems."""
    assert paid(principal, count, rate)[0] == payment


def test_the_first_interest_is_that_of_excels_documentation() -> None:
    """Microsoft Excel, IPMT: 8,000 at 10% over 3 years begins with 66.67 of interest."""
    assert instalments(8000_00, 36, FIRST, annual_rate=Decimal("0.1"))[0].interest == 66_67


def test_the_first_principal_is_that_of_excels_documentation() -> None:
    """Microsoft Excel, PPMT: 2,000 at 10% over 2 years begins with 75.62 of principal."""
    assert instalments(2000_00, 24, FIRST, annual_rate=Decimal("0.1"))[0].principal == 75_62


def test_five_years_of_a_mortgage_are_those_of_the_cfpb() -> None:
    """CFPB, amortize: 180,000 at 4.25% owes 163,453.85 after 60 months; half a cent a month may be rounded off."""
    rows = instalments(180_000_00, 360, FIRST, annual_rate=Decimal("0.0425"))

    assert abs(rows[59].balance - 163_453_85) <= 30
    assert abs(sum(row.interest for row in rows[:60]) - 36_583_36) <= 30


def test_a_published_schedule_is_met_row_by_row_and_ends_at_nothing() -> None:
    """398,483 at 3.12% over 10 months, as asked about on pastebin.com/BzgdJrUy: there a cent is left, here none."""
    rows = instalments(398_483_00, 10, FIRST, annual_rate=Decimal("0.0312"))

    assert [row.payment for row in rows[:9]] == [40_420_35] * 9
    assert [row.interest for row in rows] == [
        1036_06, 933_66, 830_99, 728_06, 624_86, 521_39, 417_65, 313_65, 209_37, 104_82,
    ]  # fmt: skip
    assert [row.balance for row in rows][:3] == [359_098_71, 319_612_02, 280_022_66]
    assert rows[-1] == Instalment(10, day_number(date(2026, 10, 31)), 40_420_36, 104_82, 40_315_54, 0)


def test_a_currency_without_cents_is_paid_in_whole_units() -> None:
    """300,000,000 won at 3% over 24 months, as the calc-loan-interest package documents it, rounded to the won."""
    rows = instalments(300_000_000, 24, FIRST, annual_rate=Decimal("0.03"))

    assert (rows[0].payment, rows[0].interest, rows[0].principal) == (12_894_364, 750_000, 12_144_364)
    assert (rows[1].interest, rows[1].balance) == (719_639, 275_680_911)
    assert rows[23].interest == 32_155
    assert sum(row.interest for row in rows) == 9_464_726


def test_equal_principal_pays_interest_on_what_is_left() -> None:
    """1,200 at 12% in four months: 300 each, and 12, 9, 6 and 3 of interest."""
    assert paid("1200", 4, "0.12", method="Equal principal") == ["312.00", "309.00", "306.00", "303.00"]


def test_without_interest_the_last_instalment_takes_the_cent() -> None:
    """100 in three parts is 33.33, 33.33 and 33.34; 200 is 66.67, 66.67 and 66.66."""
    assert paid("100", 3, "0") == ["33.33", "33.33", "33.34"]
    assert paid("200", 3, "0") == ["66.67", "66.67", "66.66"]
    assert paid("200", 3, "0", method="Equal principal") == ["66.67", "66.67", "66.66"]


def test_three_cents_over_ten_months_are_paid_first() -> None:
    """A debt of fewer cents than instalments is paid cent by cent, and then there is nothing left to pay."""
    assert [row.payment for row in instalments(3, 10, FIRST)] == [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert [row.payment for row in instalments(15, 10, FIRST)] == [2, 2, 2, 2, 2, 2, 2, 1, 0, 0]


def test_a_payment_is_always_more_than_the_interest() -> None:
    """1,000 at 24% over 50 years would pay 20.00 a month, all interest; a cent more, and the debt falls."""
    rows = instalments(1000_00, 600, FIRST, annual_rate=Decimal("0.24"))

    assert (rows[0].payment, rows[0].interest, rows[0].principal) == (20_01, 20_00, 1)
    assert rows[-1].balance == 0


def test_the_down_payment_lowers_what_is_spread_and_the_fee_is_paid_with_the_first() -> None:
    """1,000 with 100 down and a fee of 25 leaves 900 in three parts of 300, the first with the fee."""
    rows = instalments(1000_00, 3, FIRST, down_payment=100_00, fee=25_00)

    assert [(row.payment, row.principal) for row in rows] == [
        (325_00, 300_00),
        (300_00, 300_00),
        (300_00, 300_00),
    ]


def test_a_down_payment_of_everything_leaves_nothing() -> None:
    """Where all is paid down, the instalments are there and are 0."""
    assert [row.payment for row in instalments(100_00, 2, FIRST, down_payment=100_00)] == [0, 0]


def test_the_end_of_the_month_is_kept() -> None:
    """Every date is counted from the first: 31 January, the last of February, 31 March."""
    assert due(date(2027, 12, 31), 4, "Month") == ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]
    assert due(date(2026, 11, 30), 3, "Quarter") == ["2026-11-30", "2027-02-28", "2027-05-30"]


def test_weeks_are_counted_in_days() -> None:
    """Every week is 7 days on, every two weeks 14."""
    assert due(date(2026, 2, 23), 3, "Week") == ["2026-02-23", "2026-03-02", "2026-03-09"]
    assert due(date(2026, 2, 23), 2, "2 weeks") == ["2026-02-23", "2026-03-09"]


def test_instalments_move_off_weekends_and_holidays() -> None:
    """Saturday goes to Monday, and past Easter where the country keeps it; the next date is not moved along."""
    assert due(date(2026, 1, 31), 2, "Month", "") == ["2026-02-02", "2026-03-02"]
    assert due(date(2026, 3, 3), 3, "Month", "DE") == ["2026-03-03", "2026-04-07", "2026-05-04"]


@pytest.mark.parametrize(
    ("wrong", "column", "remedy"),
    [
        ({"principal": 0}, "Principal", "amount above 0"),
        ({"principal": -1}, "Principal", "amount above 0"),
        ({"principal": 10**16}, "Principal", "decimal point"),
        ({"count": 0}, "Instalments", "from 1 to 1,200"),
        ({"count": 1201}, "Instalments", "from 1 to 1,200"),
        ({"count": 1000, "every": "Quarter"}, "Instalments", "due after 2199"),
        ({"first_due": 0}, "First due", "date of the first"),
        ({"down_payment": 100_01}, "Down payment", "more than the principal"),
        ({"down_payment": -1}, "Down payment", "cannot be negative"),
        ({"fee": -1}, "Fee", "0 or more"),
        ({"fee": 10**16}, "Fee", "decimal point"),
        ({"annual_rate": Decimal("-0.01")}, "Annual rate", "0% or more"),
        ({"annual_rate": Decimal("NaN")}, "Annual rate", "0% or more"),
        ({"annual_rate": Decimal(8)}, "Annual rate", "did you mean 8%?"),
        ({"annual_rate": Decimal("12.5")}, "Annual rate", "did you mean 12.5%?"),
        ({"every": "Day"}, "Every", "Week, 2 weeks, Month, Quarter"),
        ({"method": "Balloon"}, "Method", "Level, Equal principal"),
    ],
)
def test_a_plan_that_cannot_be_spread_is_told_what_to_do(
    wrong: dict[str, Any], column: str, remedy: str
) -> None:
    """Each bad value is named by its column with a remedy, and spreading it is refused in the same words."""
    plan: dict[str, Any] = {"principal": 100_00, "count": 12, "first_due": FIRST, **wrong}
    found = objections(**plan)

    assert [one.column for one in found] == [column]
    assert remedy in found[0].remedy
    with pytest.raises(Refused, match=column):
        instalments(**plan)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("week", "Week"),
        ("Fortnightly", "2 weeks"),
        ("MONTHLY", "Month"),
        (" 3  months", "Quarter"),
        ("", None),
    ],
)
def test_people_say_how_often_in_their_own_words(typed: str, meant: str | None) -> None:
    """Weekly, biweekly, monthly and quarterly are understood in any case."""
    assert every_of(typed) == meant


def test_people_say_the_method_in_their_own_words() -> None:
    """An annuity is level, a straight line has equal principal, and what is unknown is not guessed."""
    assert [method_of(typed) for typed in ("annuity", "straight-line", "linear", "bullet")] == [
        "Level",
        "Equal principal",
        "Equal principal",
        None,
    ]

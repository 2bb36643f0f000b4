"""Statutory interest and compensation: published examples, the half-years, the table and the user's own lines."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet import fees, statutory
from duesheet.assets import folder
from duesheet.dates import day_number

DUE = st.dates(date(2013, 1, 1), date(2026, 6, 30)).map(day_number)


def day(text: str) -> int:
    """The day number of a date."""
    return day_number(date.fromisoformat(text))


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path))


def test_the_published_example_of_the_late_payment_act_comes_out_to_the_penny() -> None:
    """10,000 pounds for 60 days at 8 points over 3.75% is 193.15, and 100 compensation (uk-times.com, 2026)."""
    due = day("2026-01-10")

    assert statutory.interest(1_000_000, due, due + 60, "UK") == 19315
    assert statutory.compensation(1_000_000, "UK") == 10000


@pytest.mark.parametrize(
    ("owed", "days", "rate", "expected"),
    [
        # Daniels Silverman's calculator page: 1,000 pounds at 12%, 30 days.
        (100_000, 30, "0.12", 986),
        # payontime.co.uk forum 431: 262.25 pounds at 8.5%, 139 days.
        (26_225, 139, "0.085", 849),
        # fiscavo.com, late payment interest in the EU: 4,500 euros at 11%, 30 days.
        (450_000, 30, "0.11", 4068),
        # gov.uk works 1,000 pounds at 8.5% for 50 days out as 11.50, rounding the day to 23p; exactly it is 11.64.
        (100_000, 50, "0.085", 1164),
    ],
)
def test_published_examples_of_simple_interest_come_out(
    owed: int, days: int, rate: str, expected: int
) -> None:
    """Simple interest by the day over 365 days, rounded once at the end, agrees with what is published."""
    assert fees.interest(owed, days, Decimal(rate)) == expected


PUBLISHED = {
    # payontime.co.uk: reference rate and 8 points, for debts that became late in the half-year.
    "UK": {
        "2013-07-01": "0.085",
        "2016-07-01": "0.085",
        "2016-12-31": "0.085",
        "2017-01-01": "0.0825",
        "2018-01-01": "0.085",
        "2018-12-31": "0.085",
        "2019-01-01": "0.0875",
        "2020-06-30": "0.0875",
        "2020-07-01": "0.081",
        "2022-01-01": "0.0825",
        "2022-07-01": "0.0925",
        "2023-01-01": "0.115",
        "2023-07-01": "0.13",
        "2024-01-01": "0.1325",
    },
    # enterprise.gov.ie: late payment interest rates since 2013; Gazzetta Ufficiale 15 of 20 January 2026 for 2026.
    "EU": {
        "2013-07-01": "0.085",
        "2014-01-01": "0.0825",
        "2014-07-01": "0.0815",
        "2015-01-01": "0.0805",
        "2016-07-01": "0.08",
        "2022-12-31": "0.08",
        "2023-01-01": "0.105",
        "2023-07-01": "0.12",
        "2024-01-01": "0.125",
        "2024-07-01": "0.1225",
        "2026-01-01": "0.1015",
    },
}


@pytest.mark.parametrize("law", PUBLISHED)
def test_the_rates_of_the_half_years_are_those_published(law: str) -> None:
    """The table gives the rates that chambers and ministries have published for each half-year."""
    assert {on: str(statutory.annual_rate(day(on), law)) for on in PUBLISHED[law]} == PUBLISHED[law]


def test_uk_interest_keeps_the_rate_of_the_half_year_in_which_it_begins() -> None:
    """Due on 30 June 2023, interest begins on 1 July: 13% to the end, not 11.5%, and not the rates that followed."""
    due = day("2023-06-30")

    assert list(statutory.spells(due, due + 400, "UK")) == [(400, Decimal("0.13"))]
    assert list(statutory.spells(due - 1, due + 400, "UK")) == [(401, Decimal("0.115"))]


def test_eu_interest_follows_the_rate_of_each_half_year() -> None:
    """Ten days of June 2023 at 10.5% and twenty of July at 12%: 28.77 and 65.75 on 10,000 euros, rounded together."""
    due = day("2023-06-20")

    assert statutory.interest(1_000_000, due, due + 30, "EU") == 9452


@pytest.mark.parametrize(
    ("pounds", "expected"), [("0.01", 40), ("999.99", 40), ("1000", 70), ("9999.99", 70), ("10000", 100)]
)
def test_uk_compensation_goes_by_the_size_of_the_debt(pounds: str, expected: int) -> None:
    """40 pounds below 1,000, 70 below 10,000, 100 from there on (section 5A of the Act)."""
    assert statutory.compensation(int(Decimal(pounds) * 100), "UK") == expected * 100


def test_eu_compensation_is_forty_euros_whatever_the_debt() -> None:
    """40 euros for each debt (article 6 of the directive), nothing for none."""
    assert [statutory.compensation(owed, "EU") for owed in (-100, 0, 1, 10**9)] == [0, 0, 4000, 4000]


@pytest.mark.parametrize("law", statutory.LAWS)
def test_nothing_is_charged_until_the_day_after_the_due_date(law: str) -> None:
    """On the due date and before there is no interest; the day after there is one day's."""
    due = day("2026-03-01")

    assert [statutory.interest(3_650_000, due, due + days, law) for days in (-5, 0)] == [0, 0]
    assert statutory.interest(3_650_000, due, due + 1, law) == round(
        100 * float(statutory.annual_rate(due, law)) * 100
    )


@pytest.mark.parametrize(
    ("law", "on", "told"),
    [
        (
            "UK",
            "2027-01-01",
            "ends on December 31, 2026; January 1, 2027 is beyond it. Add the Bank of England's",
        ),
        ("EU", "2027-07-01", "rate for main refinancing operations of July 1, 2027 to "),
        ("UK", "2009-06-30", "begins on July 1, 2009"),
        ("FR", "2026-01-01", "Type UK or EU"),
    ],
)
def test_a_rate_the_table_does_not_know_is_refused_in_words(law: str, on: str, told: str) -> None:
    """A half-year outside the table, or another law, is never guessed: the words say which rate to add, and where."""
    with pytest.raises(ValueError, match=told):
        statutory.annual_rate(day(on), law)


OWN = """
[UK]
known_until = 2027-06-30
rates = [{ from = 2026-08-06, rate = 0.0425, source = "Bank of England" }]
"""


def test_lines_of_ones_own_are_read_on_top_of_the_table(tmp_path: Path) -> None:
    """A file rates.toml in the user's folder adds newer rates and says until when they are known."""
    assert statutory.law("UK").known_until == day("2026-12-31")
    (tmp_path / "rates.toml").write_text(OWN, encoding="utf-8")

    assert statutory.annual_rate(day("2027-03-01"), "UK") == Decimal("0.1225")
    assert statutory.annual_rate(day("2026-12-31"), "UK") == Decimal("0.1175")
    assert statutory.law("EU").known_until == day("2026-12-31")


@pytest.mark.parametrize(
    "text",
    ["[UK", "[FR]\nknown_until = 2027-06-30", OWN.replace("0.0425", "4.25"), "UK = 1", "[UK]\nrates = [1]"],
)
def test_a_file_of_ones_own_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    """A slip in the user's own file is refused with the file's name, not passed over."""
    (tmp_path / "rates.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=r"rates\.toml cannot be used"):
        statutory.law("UK")


def test_every_line_of_the_table_has_its_date_and_source() -> None:
    """The shipped table is in the order of dates, every line with a source, none after the day it is known until."""
    table = tomllib.loads((folder("workbook") / "rates.toml").read_text(encoding="utf-8"))

    assert set(table) == set(statutory.LAWS)
    for law in table.values():
        dates = [line["from"] for line in law["rates"]]
        assert dates == sorted(set(dates))
        assert dates[0] <= law["begins"] - timedelta(days=1)
        assert dates[-1] <= law["known_until"]
        assert all(line["source"] for line in law["rates"])


@given(DUE, st.integers(0, 180), st.integers(0, 10**9), st.sampled_from(statutory.LAWS))
def test_statutory_interest_is_the_sum_of_its_days(due: int, days: int, owed: int, law: str) -> None:
    """Interest over any time is what the single days bear, each at its rate, added before rounding."""
    rates = [next(statutory.spells(due + n, due + n + 1, law))[1] for n in range(days)]
    if law == "UK":
        rates = [statutory.annual_rate(due + 1, law)] * days
    exact = sum((owed * rate for rate in rates), Decimal(0)) / 365

    assert statutory.interest(owed, due, due + days, law) == int(exact + Decimal("0.5"))

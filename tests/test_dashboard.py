"""The Dashboard's rows: the chart's figures first, each figure once, the tie-out and the largest debtors."""

from itertools import groupby

import polars as pl
import pytest

from desk import day, desk
from duesheet import dashboard, records
from duesheet.layout import layout
from duesheet.position import position, scored
from duesheet.prospects import looking_back

BOOK = """
Customers
Customer ID | Name | Currency
A | Alder Ltd | EUR
B | Birch GmbH | USD
C | Cedar Ltd | EUR
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
1 | A | 2026-01-01 | 2026-01-31 | 100
2 | B | 2026-01-01 | 2026-06-30 | 50
3 | C | 2026-01-01 | 2026-06-30 | 300
4 | C | 2026-01-02 | 2026-06-30 | -20
5 | A | 2026-01-01 | 2026-06-30 | oops
Payments
Payment | Date | Customer ID | Amount | Invoice
p | 2026-01-20 | A | 40 | 1
"""


RATES = """
Rates
Currency | Date | Rate
EUR | 2026-02-01 | 1.25
EUR | 2026-03-15 | 9
"""


def dashboard_of(text: str, **settings: str) -> pl.DataFrame:
    """The Dashboard of a book on 1 March 2026."""
    found = records.read(desk(text, **settings))
    now = position(found, day("2026-03-01"))
    return dashboard.rows(found, now, looking_back(found, now), scored(found, now)[1])


@pytest.fixture
def rows() -> pl.DataFrame:
    """The Dashboard of the book."""
    return dashboard_of(BOOK, base_currency="USD")


def figure(rows: pl.DataFrame, name: str, currency: str | None) -> tuple[float, str]:
    """The amount and the note of one figure."""
    return (
        rows.filter((pl.col("figure") == name) & pl.col("currency").eq_missing(pl.lit(currency)))
        .select("amount", "note")
        .row(0)
    )


def test_the_base_currencys_aging_comes_first(rows: pl.DataFrame) -> None:
    """The first rows are what the chart shows: Current and each bucket in the base currency."""
    head = rows.head(6)

    assert head["figure"].to_list() == ["Current", "1-30", "31-60", "61-90", "91-120", "Over 120"]
    assert set(head["currency"]) == {"USD"}
    assert head["amount"].to_list() == [50.0, 0, 0, 0, 0, 0]


def test_every_figure_stands_once(rows: pl.DataFrame) -> None:
    """Figure and currency tell one row from another, so that the user's own notes follow it."""
    assert rows.select("figure", "currency").is_duplicated().sum() == 0


def test_totals_say_how_many_customers(rows: pl.DataFrame) -> None:
    """One customer is a customer, two are customers; shares are of what is owed."""
    assert figure(rows, "Owed in all", "USD") == (50.0, "1 customer with something open")
    assert figure(rows, "Owed in all", "EUR") == (340.0, "2 customers with something open")
    assert figure(rows, "Overdue", "EUR") == (60.0, "18% of what is owed; 1 customer")
    assert figure(rows, "Overdue", "USD") == (0.0, "0% of what is owed; 0 customers")


def test_the_tie_out_is_a_sum_anybody_can_follow(rows: pl.DataFrame) -> None:
    """Billed less credit notes and payments is what the books say, and what the aging says."""
    told = rows.filter((pl.col("section") == "Tie-out") & (pl.col("currency") == "EUR"))
    sums = dict(told.select("figure", "amount").iter_rows())

    assert sums == {
        "Invoices billed": 400.0,
        "less credit notes": -20.0,
        "less payments, refunds added back": -40.0,
        "equals what the books say": 340.0,
        "Aging: buckets and money on account": 340.0,
        "Difference": 0.0,
    }


def test_the_largest_debtors_come_in_order(rows: pl.DataFrame) -> None:
    """Who owes most stands first, with what share of it is overdue."""
    told = rows.filter((pl.col("section") == "Largest debtors") & (pl.col("currency") == "EUR"))

    assert told.select("figure", "amount", "note").rows() == [
        ("1. Cedar Ltd (C)", 280.0, "Nothing overdue"),
        ("2. Alder Ltd (A)", 60.0, "100% overdue"),
    ]


def test_what_is_left_out_is_counted(rows: pl.DataFrame) -> None:
    """Rows that cannot be used are in no total, and the Dashboard says how many there are."""
    assert figure(rows, "Rows that cannot be used", None)[0] == 1.0


def test_a_gap_is_told_in_the_sections_name() -> None:
    """When a currency does not tie out, its section says so."""
    found = records.read(desk(BOOK))
    now = position(found, day("2026-03-01"))
    now.gaps["EUR"] = 7
    told = dashboard.rows(found, now, looking_back(found, now), scored(found, now)[1]).filter(
        pl.col("section") == "Does not tie out"
    )

    assert told.filter(pl.col("figure") == "Difference").select("amount", "note").row(0) == (
        0.07,
        "Nothing is sent until this is 0",
    )


def section(rows: pl.DataFrame, name: str, currency: str) -> dict[str, float | None]:
    """The figures of one section in one currency."""
    told = rows.filter((pl.col("section") == name) & (pl.col("currency") == currency))
    return dict(told.select("figure", "amount").iter_rows())


def test_each_currencys_rows_stand_together_the_base_currency_first(rows: pl.DataFrame) -> None:
    """Balances, figures, cash, allowance and the trend of a currency; then all together, the tie-out, the months."""
    present = ["Aging", "Totals", "Figures", "Cash expected", "Allowance", "By month (days)"]
    order = [key for key, _ in groupby(rows.select("section", "currency").iter_rows())]

    assert order[:12] == [(name, code) for code in ("USD", "EUR") for name in present]
    assert [name for name, _ in order[12:]] == [
        "All in USD",
        "All in USD",
        "All in USD: figures",
        "All in USD: cash expected",
        "All in USD: allowance",
        "All in USD: by month (days)",
        "Tie-out",
        "Tie-out",
        "Largest debtors",
        "Largest debtors",
        "Left out",
        *["By month", "By month (days)", "By month (%)", "By month (times a year)", "By month (%)"] * 2,
        *[f"All in USD: by month{unit}" for unit in ("", " (days)", " (%)", " (times a year)", " (%)")],
    ]


def test_charts_show_the_rows_they_are_meant_for(rows: pl.DataFrame) -> None:
    """Where the charts of a new book look, the base currency's aging, weeks and months stand."""
    shown = {
        name: rows.slice(first - 1, last - first + 1) for name, (first, last) in dashboard.charted(6).items()
    }

    assert {code for part in shown.values() for code in part["currency"]} == {"USD"}
    assert shown["Aging"]["figure"].to_list() == ["Current", "1-30", "31-60", "61-90", "91-120", "Over 120"]
    weeks, months = shown["Cash expected"]["figure"].to_list(), shown["DSO"]["figure"].to_list()
    assert (weeks[0], weeks[-1], len(weeks)) == ("Week to 2026-03-08", "Week to 2026-05-31", 13)
    assert (months[0], months[-1], len(months)) == ("DSO 2025-03", "DSO 2026-02", 12)


def test_cash_expected_ends_at_what_is_owed(rows: pl.DataFrame) -> None:
    """The weeks, what comes later, what is disputed and the money on account add up to what is owed."""
    for code, owed in (("USD", 50.0), ("EUR", 340.0)):
        told = section(rows, "Cash expected", code)
        total = told.pop("equals what is owed")

        assert total == owed == pytest.approx(sum(amount or 0 for amount in told.values()))


def test_weeks_without_cash_are_left_out_beside_the_base_currency(rows: pl.DataFrame) -> None:
    """The base currency has a row for each week, for the chart; the others for the weeks something is expected in."""
    assert sum(name.startswith("Week") for name in section(rows, "Cash expected", "USD")) == 13
    assert sum(name.startswith("Week") for name in section(rows, "Cash expected", "EUR")) < 13


def test_stated_rates_make_the_allowance() -> None:
    """Every bucket at its rate, the sum below, and in the note the numbers it came from."""
    rows = dashboard_of(BOOK, allowance_rates="1%, 2%, 5%, 10%, 20%, 50%")

    assert section(rows, "Allowance", "EUR") == {
        "Allowance, Current": 2.8,
        "Allowance, 1-30": 1.2,
        "Allowance, 31-60": 0.0,
        "Allowance, 61-90": 0.0,
        "Allowance, 91-120": 0.0,
        "Allowance, Over 120": 0.0,
        "Allowance, in all": 4.0,
    }
    assert figure(rows, "Allowance, 1-30", "EUR")[1] == "60.00 x 2%: the rate on Settings"


def test_without_history_there_is_no_allowance(rows: pl.DataFrame) -> None:
    """A book of two months has no loss rates of its own: no number where something is open, and why."""
    amounts = section(rows, "Allowance", "EUR")

    assert amounts["Allowance, Current"] is None
    assert amounts["Allowance, 31-60"] == 0
    assert amounts["Allowance, in all"] is None
    assert figure(rows, "Allowance, in all", "EUR")[1] == "No number: there is no rate for Current, 1-30"
    assert "the first invoice is of 2026-01-01" in figure(rows, "Allowance, 1-30", "EUR")[1]


def test_several_currencies_are_added_at_the_rates_of_the_day() -> None:
    """The latest rate up to the day counts; the amounts of all currencies are those of each, converted."""
    rows = dashboard_of(BOOK + RATES, base_currency="USD", allowance_rates="1%, 2%, 5%, 10%, 20%, 50%")

    assert figure(rows, "All: owed in EUR", "USD") == (425.0, "340.00 EUR x 1.25, the rate of 2026-02-01")
    assert figure(rows, "All: owed in all", "USD")[0] == 475.0
    assert figure(rows, "All: overdue", "USD") == (75.0, "475.00 open less 400.00 not yet due")
    assert figure(rows, "All: equals what is owed", "USD")[0] == 475.0
    assert figure(rows, "All: Allowance, in all", "USD") == (5.5, "0.50 USD + 4.00 EUR")
    assert figure(rows, "All: DSO (days)", "USD") == (81.428571, "475.00 owed / 525.00 sold in 90 days x 90")


def test_a_currency_without_a_rate_is_left_out_and_told(rows: pl.DataFrame) -> None:
    """No rate on the Rates sheet: the sums are those of the other currencies, and a row says whose are missing."""
    note = "Not in the figures of all currencies: Rates has no rate for it up to this day"

    assert figure(rows, "All: left out, owed in EUR", "EUR") == (340.0, note)
    assert figure(rows, "All: owed in all", "USD")[0] == 50.0


def test_one_currency_needs_no_adding_up() -> None:
    """A book in its base currency alone has no rows for all currencies."""
    only = BOOK.replace("B | Birch GmbH | USD", "B | Birch GmbH | EUR")
    rows = dashboard_of(only)

    assert not rows["figure"].str.starts_with("All:").any()
    assert set(rows["currency"].drop_nulls()) == {"EUR"}


def test_months_tell_what_was_owed_then(rows: pl.DataFrame) -> None:
    """Each month end as it was: before the payment, after it, and with the buckets of the day in the note."""
    owed = section(rows, "By month", "EUR")

    assert (owed["Owed 2025-12"], owed["Owed 2026-01"], owed["Owed 2026-02"]) == (0.0, 340.0, 340.0)
    assert (owed["Sold 2025-12"], owed["Sold 2026-01"]) == (0.0, 380.0)
    assert figure(rows, "Owed 2026-02", "EUR")[1] == (
        "Current 280.00; 1-30 60.00; 31-60 0.00; 61-90 0.00; 91-120 0.00; Over 120 0.00"
    )


def test_nothing_stands_under_a_wrong_unit(rows: pl.DataFrame) -> None:
    """Every unit in brackets is one that the layout has a number format for."""
    (look,) = (look for look in layout().looks if look.kind == "units")
    words = rows.select(pl.col("section") + " " + pl.col("figure")).to_series()
    told = set(words.str.extract(r"\((days|%|times a year)\)").drop_nulls())

    assert told == set(look.formats)

"""The Settings sheet as values, each checked, each with its default."""

from datetime import date, time
from decimal import Decimal

import polars as pl
import pytest

from desk import desk
from duesheet import settings
from duesheet.books import Cells
from duesheet.errors import Fault
from duesheet.layout import layout
from duesheet.settings import Settings

TABLE = layout().tables["Settings"]


def typed(**values: str) -> tuple[Settings, tuple[Fault, ...]]:
    """The settings of a book where `values` are typed."""
    cells = desk("", **values).read(TABLE)
    assert cells is not None
    return settings.read(cells, TABLE)


def read_rows(*rows: tuple[str, str | None]) -> tuple[Settings, tuple[Fault, ...]]:
    """The settings of a sheet with `rows` of names and values."""
    frame = pl.DataFrame(rows, schema=["Setting", "Value"], orient="row").with_columns(Meaning=pl.lit(""))
    numbers = pl.Series(range(2, len(rows) + 2), dtype=pl.Int64)
    return settings.read(Cells("Settings", "Settings", frame, numbers), TABLE)


def test_a_blank_sheet_gives_every_default() -> None:
    """A setting that is not there, or blank, has the value of a new book."""
    chosen, faults = typed(grace_days="", base_currency="")

    assert faults == ()
    assert (chosen.grace_days, chosen.base_currency, chosen.date_order) == (3, "EUR", "YMD")
    assert chosen.bucket_edges == (30, 60, 90, 120)
    assert (chosen.as_of, chosen.daily_cap, chosen.holidays) == (None, None, "")
    assert chosen.weekend_due_dates_move_to_monday is True
    assert chosen.send_hours == (time(8), time(18))


RATES = tuple(map(Decimal, ("0.003", "0.016", "0.036", "0.066", "0.106", "1")))

GOOD: list[tuple[str, str, object]] = [
    ("as_of", "2025-03-31", date(2025, 3, 31)),
    ("as_of", "45747", date(2025, 3, 31)),
    ("base_currency", " usd ", "USD"),
    ("age_from", "invoice DATE", "Invoice date"),
    ("bucket_edges", "15; 30;", (15, 30)),
    ("bucket_edges", "45", (45,)),
    ("weekend_due_dates_move_to_monday", "no", False),
    ("weekend_due_dates_move_to_monday", "TRUE", True),
    ("holidays", "US-CA", "US-CA"),
    ("grace_days", "0", 0),
    ("send_hours", "8:00 \N{EN DASH} 17:30", (time(8), time(17, 30))),
    ("send_hours", "8-18", (time(8), time(18))),
    ("minimum_to_chase", "1.234,50", 1234.5),
    ("daily_cap", "100", 100),
    ("from_email", "ar@example.com", "ar@example.com"),
    ("allowance_rates", "0.3%, 1.6%, 3.6%, 6.6%, 10.6%, 100%,", RATES),
    ("allowance_rates", "0,3%; 1,6%; 0,036; 6,6 %; 10,6%; 100%", RATES),
    ("allowance_months", "24", 24),
]


@pytest.mark.parametrize(("name", "value", "expected"), GOOD)
def test_a_setting_is_read_as_people_type_it(name: str, value: str, expected: object) -> None:
    """Case, blanks, separators and day numbers are forgiven."""
    chosen, faults = typed(**{name: value})

    assert faults == ()
    assert getattr(chosen, name) == expected


BAD: list[tuple[str, str, str]] = [
    ("as_of", "31/02/2026", "Type a date"),
    ("as_of", "0203-01-01", "Type a date"),
    ("base_currency", "EURO", "three letters"),
    ("date_order", "DDMMYY", "Use one of: YMD, DMY, MDY."),
    ("bucket_edges", "30, 30", "each later than the one before"),
    ("bucket_edges", "60, 30", "each later than the one before"),
    ("bucket_edges", "0, 30", "each later than the one before"),
    ("bucket_edges", "30, 99999999999", "each later than the one before"),
    ("bucket_edges", "thirty", "whole days"),
    ("bucket_edges", ", ".join(str(edge) for edge in range(1, 14)), "Up to 12 edges"),
    ("holidays", "Neverland", "country code"),
    ("grace_days", "-1", "0 or more"),
    ("grace_days", "2.5", "whole number"),
    ("letters_per_minute", "0", "1 or more"),
    ("minimum_to_chase", "-5", "0 or more"),
    ("send_hours", "18:00-08:00", "before the second"),
    ("send_hours", "always", "two times"),
    ("send_hours", "25:00-26:00", "two times"),
    ("interest_rate", "8", "Did you mean 8%?"),
    ("late_fee_value", "a lot", "2%"),
    ("from_email", "me", "name@example.com"),
    ("daily_cap", "#REF!", "shows an error"),
    ("allowance_rates", "0.3, 1.6, 3.6, 6.6, 10.6, 100", "Did you mean 1.6%?"),
    ("allowance_rates", "1%, 2%, 3%, 4%, 5%, 101%", "between 0% and 100%"),
    ("allowance_rates", "1%, 2%, 3%, 4%, 5%, -6%", "between 0% and 100%"),
    ("allowance_rates", "1%, 2%", "there are 2, and 6 buckets with Current"),
    ("allowance_rates", "as last year", "one percentage for each bucket"),
    ("allowance_months", "0", "1 or more"),
]


@pytest.mark.parametrize(("name", "value", "remedy"), BAD)
def test_a_value_that_cannot_be_used_is_a_fault_and_its_default_holds(
    name: str, value: str, remedy: str
) -> None:
    """The fault quotes the cell and says what to type; the book goes on as a new one would."""
    default, _ = typed()
    chosen, faults = typed(**{name: value})

    assert [fault[:4] for fault in faults] == [("Settings", 4, "Value", value)]
    assert remedy in faults[0].remedy
    assert chosen == default


@pytest.mark.parametrize("fee", ["2%", "5", "0.02", "12,50"])
def test_a_late_fee_is_an_amount_or_a_percentage(fee: str) -> None:
    """Both ways of typing it are understood."""
    assert typed(late_fee_value=fee)[1] == ()


def test_the_as_of_date_is_read_in_the_set_order_wherever_that_stands() -> None:
    """Date order counts for As of though it stands below it."""
    chosen, faults = typed(as_of="3/4/2025", date_order="DMY")

    assert faults == ()
    assert chosen.as_of == date(2025, 4, 3)


def test_names_are_found_without_regard_to_case_and_a_misspelt_one_is_told() -> None:
    """A name that is no setting is a fault with the nearest one; a note without a value is let be."""
    chosen, faults = read_rows(
        ("GRACE  days", "5"), ("Grase days", "9"), ("My own", "x"), ("Mail settings", None)
    )

    assert chosen.grace_days == 5
    assert [fault[1:4] for fault in faults] == [(3, "Setting", "Grase days"), (4, "Setting", "My own")]
    assert 'Did you mean "Grace days"?' in faults[0].remedy


def test_of_two_rows_of_one_setting_the_first_counts() -> None:
    """The second row is a fault that names the first."""
    chosen, faults = read_rows(("Grace days", "5"), ("grace days", "9"))

    assert chosen.grace_days == 5
    assert [fault[1:4] for fault in faults] == [(3, "Setting", "grace days")]
    assert "Row 2 has this setting already" in faults[0].remedy


def test_loss_rates_are_one_for_each_bucket_of_the_book() -> None:
    """With other edges there are as many rates, wherever the two settings stand."""
    chosen, faults = typed(allowance_rates="1%, 5%, 50%", bucket_edges="30")

    assert faults == ()
    assert chosen.allowance_rates == (Decimal("0.01"), Decimal("0.05"), Decimal("0.5"))

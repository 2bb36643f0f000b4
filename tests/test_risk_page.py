"""docs/risk.md: its example is what the sheets show."""

import re
from pathlib import Path

import polars as pl
import pytest

from desk import day, desk
from duesheet import records, risk
from duesheet.dates import date_of, day_number
from duesheet.position import position, scored

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "risk.md").read_text(encoding="utf-8")
AS_OF = "2026-06-30"
LINE = re.compile(r"^\| ([AB]\d) \| (\w+) \| (\S+) \| (\S+) \| (\d+) \| (\S*) ?\|$", re.MULTILINE)


def typed() -> list[tuple[str, ...]]:
    """The invoices of the page: invoice, customer, invoice date, due date, amount, paid on."""
    return LINE.findall(PAGE)


def shown() -> tuple[pl.DataFrame, dict[str, dict[str, object]]]:
    """The accounts of the page's book, and its open items by invoice."""
    lines = typed()
    book = desk(
        "\n".join(
            (
                "Customers",
                "Customer ID | Name",
                "Alder | Alder Ltd",
                "Birch | Birch Ltd",
                "Invoices",
                "Invoice | Customer ID | Invoice date | Due date | Amount",
                *(" | ".join(line[:5]) for line in lines),
                "Payments",
                "Payment | Customer ID | Invoice | Amount | Date",
                *(f"P{line[0]} | {line[1]} | {line[0]} | {line[4]} | {line[5]}" for line in lines if line[5]),
            )
        )
    )
    found = records.read(book)
    accounts, items = scored(found, position(found, day(AS_OF)))
    return accounts, {row["invoice_id"]: row for row in items.iter_rows(named=True)}


def told(figure: str) -> str:
    """What the page says stands on the sheet."""
    found = re.search(rf"^\| {figure} \|.*\| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert found
    return found[1]


def test_the_worked_example_of_the_page_is_what_the_sheets_show() -> None:
    """Score, flag, reasons, limit and the chance of thirty days are those worked out by hand."""
    accounts, items = shown()
    alder = accounts.row(0, named=True)
    weights = 0.5, 0.5 ** (90 / 180), 0.5 ** (5 / 180)

    assert len(typed()) == 7
    assert alder["score"] == pytest.approx(100 * (0.5 + 1 + 1.2) / (sum(weights) + 1 + 3), abs=1e-6)
    assert f"{alder['score']:.1f}" == told("Risk score of Alder")
    assert f"{items['A5']['very_late_probability']:.1%}" == told("Late over 30 of A5").replace(" %", "%")
    assert alder["suggested"] == 100 * int(told("Suggested limit of Alder"))
    assert alder["flag"] == "Watch"
    assert f"`{alder['why']}`" in PAGE


def test_the_dates_of_the_page_are_what_the_sheets_show() -> None:
    """The expected dates and the interval are those worked out by hand."""
    _, items = shown()

    def dates(invoice: str) -> list[str | None]:
        names = ("expected_date", "expected_from", "expected_to")
        days = [items[invoice][name] for name in names]
        return [date_of(one).isoformat() if isinstance(one, int) else None for one in days]

    date, low, high = dates("A5")
    assert f"A5 is expected on {date}, between {low} and {high}" in PAGE
    assert dates("A4")[1:] == [None, None]
    assert f"it is expected on {dates('A4')[0]}, and" in PAGE


def test_the_worksheet_function_gives_the_score_of_the_page() -> None:
    """The score of one customer from its days late is the one on the sheet."""
    accounts, _ = shown()
    paid = [day_number(day(line[5])) for line in typed() if line[1] == "Alder" and line[5]]

    assert risk.customer_score([31, 0, 3], paid, day_number(day(AS_OF)), 1, 0.4) == pytest.approx(
        accounts["score"][0], abs=1e-7
    )

"""A published ledger of 2,466 invoices, brought in and refreshed, against figures from its CSV alone."""

import csv
import shutil
import warnings
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from duesheet.books.closed import ClosedBook
from duesheet.build import new_book
from duesheet.imports import Result, bring_in
from duesheet.job import Clock, refresh
from duesheet.profiles import mapping_of

LEDGER = Path(__file__).resolve().parents[2] / "shared" / "data" / "ibm_accounts_receivable.csv"
MAPPING = (
    "Invoice=invoiceNumber",
    "Customer ID=customerID",
    "Invoice date=InvoiceDate",
    "Due date=DueDate",
    "Amount=InvoiceAmount",
    "Disputed=Disputed",
    "Paid on=SettledDate",
)
AS_OF = ("2012-06-30", "2012-12-31", "2013-03-31", "2013-06-30", "2013-12-31")
BUCKETS = ("Current", "1-30", "31-60", "61-90", "91-120", "Over 120")
FIGURES = (*BUCKETS, "Unapplied", "Total", "Overdue", "Disputed")

pytestmark = pytest.mark.skipif(not LEDGER.is_file(), reason="the IBM sample ledger is not here")


def american(typed: str) -> date:
    """The date of M/D/YYYY."""
    return datetime.strptime(typed, "%m/%d/%Y").date()  # noqa: DTZ007  a day has no time zone


def lines() -> list[dict[str, str]]:
    """The rows of the ledger, as text."""
    with LEDGER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bucket(days: int) -> str:
    """The bucket of an item so many days overdue."""
    return next(
        (name for name, last in zip(BUCKETS, (0, 30, 60, 90, 120), strict=False) if days <= last), "Over 120"
    )


def expected(as_of: date) -> dict[str, dict[str, Decimal]]:
    """The Aging sheet by customer from the CSV alone: invoices dated by `as_of` and not settled by it."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(FIGURES, Decimal()))
    for line in lines():
        if american(line["InvoiceDate"]) > as_of or american(line["SettledDate"]) <= as_of:
            continue
        amount, days = Decimal(line["InvoiceAmount"]), (as_of - american(line["DueDate"])).days
        sums = found[line["customerID"]]
        sums[bucket(days)] += amount
        sums["Total"] += amount
        sums["Overdue"] += amount if days > 0 else 0
        sums["Disputed"] += amount if line["Disputed"] == "Yes" else 0
    return dict(found)


def aging(path: Path) -> dict[str, dict[str, Decimal]]:
    """The Aging sheet by customer, as it stands in the file."""
    with warnings.catch_warnings(action="ignore"):  # openpyxl does not know all that a sheet may hold
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        header, *rows = book["Aging"].iter_rows(values_only=True)
        book.close()
    told = [dict(zip(header, row, strict=True)) for row in rows if row[0] is not None]
    return {str(row["Customer ID"]): {name: cents(row[name]) for name in FIGURES} for row in told}


def cents(cell: object) -> Decimal:
    """The amount of a cell: whole cents, but for what floating point leaves behind."""
    exact = Decimal(float(str(cell or 0)))
    assert abs(exact - round(exact, 2)) < Decimal("1e-9")
    return round(exact, 2)


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A new book with the ledger brought in."""
    path = tmp_path_factory.mktemp("ledger") / "Collections.xlsx"
    new_book(path)
    book = ClosedBook.open(path)
    result = bring_in(book, [LEDGER], mapping_of(MAPPING))
    book.save()
    return path, result


def test_the_ledger_repeats_no_invoice() -> None:
    """Its 2,466 numbers all differ, with leading zeros and without; none is settled before its day."""
    numbers = [line["invoiceNumber"] for line in lines()]

    assert len(numbers) == len({number.lstrip("0") for number in numbers}) == 2466
    assert all(american(line["SettledDate"]) >= american(line["InvoiceDate"]) for line in lines())


def test_every_row_of_the_ledger_comes_in(brought: tuple[Path, Result]) -> None:
    """2,466 invoices, as many payments and 100 customers are added, to the cent, and nothing is refused."""
    total = sum(Decimal(line["InvoiceAmount"]) for line in lines())

    assert brought[1].counts == Counter(
        {("Customers", "added"): 100, ("Invoices", "added"): 2466, ("Payments", "added"): 2466}
    )
    assert brought[1].totals == {("Invoices", "EUR"): total, ("Payments", "EUR"): total}
    assert brought[1].files[0].dates["Invoice date"] == "MDY (as the column shows)"


def test_the_ledger_brought_in_twice_adds_nothing(brought: tuple[Path, Result], tmp_path: Path) -> None:
    """The saved book knows every row of the file, leading zeros and all."""
    path = Path(shutil.copy(brought[0], tmp_path))
    before = path.read_bytes()
    book = ClosedBook.open(path)

    again = bring_in(book, [LEDGER], mapping_of(MAPPING))
    book.save()

    assert again.counts == Counter({("Invoices", "already there"): 2466, ("Payments", "already there"): 2466})
    assert path.read_bytes() == before


@pytest.mark.parametrize("day", AS_OF)
def test_every_bucket_of_the_ledger_is_right_to_the_cent(
    brought: tuple[Path, Result], tmp_path: Path, day: str
) -> None:
    """What Refresh writes into Aging, customer by customer and in sum, is what the CSV says of that day."""
    path = Path(shutil.copy(brought[0], tmp_path))
    as_of = date.fromisoformat(day)
    book = ClosedBook.open(path)

    found = refresh(book, Clock(datetime(2026, 1, 5, 9, 0)), as_of=as_of)  # noqa: DTZ001  the clock on the wall
    book.save()

    want, got = expected(as_of), aging(path)
    assert not found.now.gaps
    assert got == want
    for name in FIGURES:
        assert sum(row[name] for row in got.values()) == sum(row[name] for row in want.values())

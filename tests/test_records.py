"""A whole book read: one memory of faults, doubt and what is left out, also through a real file."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from desk import Desk, desk
from duesheet import problems, records
from duesheet.books.closed import ClosedBook
from duesheet.build import new_book
from duesheet.errors import Fault, TableMissing
from duesheet.layout import layout
from duesheet.records import LeftOut, Records

DAY = dt.date(2025, 1, 31)
CUSTOMERS = pl.DataFrame(
    {"Customer ID": ["A", "00123"], "Name": ["Alder Ltd", "Birch GmbH"], "Currency": ["EUR", "USD"]}
)
INVOICES = pl.DataFrame(
    {
        "Invoice": ["1", "2", "3"],
        "Customer ID": ["A", "A", "00123"],
        "Invoice date": [DAY] * 3,
        "Amount": [10.0, 20.0, 30.0],
    }
)
PAYMENTS = pl.DataFrame(
    {"Payment": ["p"], "Customer ID": ["A"], "Date": [DAY], "Amount": [5.0], "Invoice": ["1"]}
)
EVERYTHING = """
Customers
Customer ID | Name | Currency | Terms | Email | Reminders
A | Alder Ltd | EUR | Net 30 | a at example.com |
B | Birch GmbH | EURO | 50% now, 50% Net 30 | |
C | Cedar Ltd | | soonish | c@example.com | perhaps
D | | | | |

Invoices
Invoice | Customer ID | Invoice date | Due date | Amount | Credits | Currency | Terms
1 | A | 2025-01-01 | | 10 | | |
2 | A | 2025-01-02 | 31/02/2025 | 20 | | |
3 | B | 2025-01-03 | | 30 | | EUR |
4 | B | 2025-01-04 | | 40 | | |
5 | C | 2025-01-05 | | 50.005 | | |
6 | C | 2025-01-06 | | -6 | 3 | |
7 | D | 2025-01-07 | | 70 | | |
8 | A | 2025-01-08 | | -8 | 1 | |
9 | A | 2025-01-08 | | 90 | | gbp | 2/10 Net 30

Payments
Payment | Customer ID | Date | Amount | Currency | Invoice | Kind
p | A | 2025-01-10 | 5 | | 1; 8 |
q | A | 2025-01-10 | 5 | | 2 | write off
r | Z | 2025-01-11 | 5 | | 3 |
s | B | 2025-01-12 | x | | 3 |
t | A | 2025-01-12 | 7 | | 9 |

Rates
Currency | Date | Rate
GBP | 2025-01-01 | 1.17
USD | 2025-01-01 | 0

Activity
When | Customer ID | Kind
once | A | Call
2025-01-05 | C | Note
"""


def told(found: Records) -> list[tuple[str, int, str, str]]:
    """Sheet, row, column and found of each fault."""
    return [fault[:4] for fault in found.faults]


def closed(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Records:
    """The records of a new book with the three customers' rows above, saved to a file after `change`."""
    rows = {"Customers": CUSTOMERS, "Invoices": INVOICES, "Payments": PAYMENTS}
    new_book(path, rows=rows)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return records.read(ClosedBook.open(path))


def sheet(book: openpyxl.Workbook, name: str) -> Worksheet:
    """A sheet of `book`."""
    page = book[name]
    assert isinstance(page, Worksheet)
    return page


def column(page: Worksheet, header: str) -> int:
    """The number of the column under `header`."""
    return next(cell.column for cell in page[1] if cell.value == header)


def put(page: Worksheet, row: int, header: str, value: object) -> None:
    """Type `value` into a cell."""
    page.cell(row, column(page, header)).value = value  # type: ignore[assignment]  # whatever a user types


def test_what_cannot_be_used_is_left_out_and_counted_with_its_money() -> None:
    """Rows without a currency count in the one they would have had; what cannot be read counts as a row only."""
    found = records.read(desk(EVERYTHING))

    assert found.left_out == LeftOut(6, (("EUR", 145.005), ("EURO", 40.0)))
    assert found.invoices.frame["invoice_id"].to_list() == ["1", "3", "6", "8", "9"]
    assert found.payments.frame["payment_id"].to_list() == ["p", "q", "t"]


def test_every_fault_is_told_in_the_order_of_sheets_rows_and_columns() -> None:
    """Nothing is dropped without a word: each row left out, and each name taken back, is a fault."""
    found = records.read(desk(EVERYTHING))

    assert told(found) == [
        ("Customers", 2, "Email", "a at example.com"),
        ("Customers", 3, "Currency", "EURO"),
        ("Customers", 4, "Reminders", "perhaps"),
        ("Customers", 4, "Terms", "soonish"),
        ("Customers", 5, "Name", ""),
        ("Invoices", 3, "Due date", "31/02/2025"),
        ("Invoices", 5, "Currency", ""),
        ("Invoices", 6, "Amount", "50.005"),
        ("Invoices", 7, "Credits", "3"),
        ("Invoices", 8, "Customer ID", "D"),
        ("Payments", 3, "Invoice", "2"),
        ("Payments", 4, "Customer ID", "Z"),
        ("Payments", 5, "Amount", "x"),
        ("Rates", 3, "Rate", "0"),
        ("Activity", 2, "When", "once"),
    ]
    assert found.doubtful == {"A", "B", "C", "D", "Z"}
    assert not found.table_fault


def shuffled(book: Desk, seed: int) -> Desk:
    """`book` with the rows of its sheets in another order."""
    return Desk(
        {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in book.sheets.items()}
    )


@settings(max_examples=8)
@given(st.integers(0, 10**6))
def test_the_order_of_the_rows_changes_no_code_and_no_fault(seed: int) -> None:
    """Customers, invoices, items, payments and faults are the same in any order, but for the rows' numbers."""
    first, second = records.read(desk(EVERYTHING)), records.read(shuffled(desk(EVERYTHING), seed))

    for pick in _FRAMES:
        assert pick(first).drop("row", strict=False).equals(pick(second).drop("row", strict=False))
    assert sorted((one[0], *one[2:4]) for one in first.faults) == sorted(
        (one[0], *one[2:4]) for one in second.faults
    )
    assert (first.doubtful, first.left_out) == (second.doubtful, second.left_out)


_FRAMES: tuple[Callable[[Records], pl.DataFrame], ...] = (
    lambda found: found.customers.frame,
    lambda found: found.accounts.frame,
    lambda found: found.accounts.invoices,
    lambda found: found.accounts.items,
    lambda found: found.accounts.payments,
    lambda found: found.payments.named.sort("payment", "position"),
)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", {"grace_days": "few"}),
        ("Policy\nPolicy | Step | Name | Days | Template\n | 1 | Friendly | soon | friendly", {}),
    ],
)
def test_a_fault_on_settings_or_policy_concerns_everybody(text: str, chosen: dict[str, str]) -> None:
    """How this book is kept is not sure, so nobody is written to until the cell is mended."""
    assert records.read(desk(text, **chosen)).table_fault


def test_an_unclear_answer_on_reminders_counts_as_no() -> None:
    """Who typed something into Send wanted something; a letter is not sent on a guess."""
    text = "Reminders\nSend | Customer ID | Key\nnever! | A | k1\nyes | A | k2\n | A | k3"
    found = records.read(desk(text))

    assert told(found) == [("Reminders", 2, "Send", "never!")]
    assert "counts as No" in found.faults[0].remedy
    assert found.reminders["send"].to_list() == ["No", "Yes", None]


RATES: list[tuple[str, tuple[int, str, str]]] = [
    ("GBP | 2025-01-01 | 1.17\neuros | 2025-01-01 | 1", (3, "Currency", "EUROS")),
    ("GBP | 2025-01-01 | 1.17\nUSD | 2025-01-01 | -1", (3, "Rate", "-1")),
    ("GBP | 2025-01-01 | 1.17\ngbp | 2025-01-01 | 1.18", (3, "Date", "2025-01-01")),
    ("GBP | 2025-01-01 | 1.17\nUSD | then | 1", (3, "Date", "then")),
    ("GBP | 2025-01-01 | 1.17\nUSD | 2025-01-01 |", (3, "Rate", "")),
]


@pytest.mark.parametrize(("rows", "expected"), RATES)
def test_a_rate_that_cannot_be_used_is_told_and_left_out(rows: str, expected: tuple[int, str, str]) -> None:
    """Rates are above zero, of real currencies, and one a day."""
    found = records.read(desk(f"Rates\nCurrency | Date | Rate\n{rows}"))

    assert [fault[1:4] for fault in found.faults] == [expected]
    assert found.rates.select("currency", "rate").rows() == [("GBP", 1.17)]


def test_a_missing_sheet_is_refused_and_one_that_is_not_needed_is_not() -> None:
    """Without Invoices there is nothing to work out; without Rates there is."""
    book = desk("")
    del book.sheets["Rates"]
    assert records.read(book).rates.height == 0

    del book.sheets["Invoices"]
    with pytest.raises(TableMissing, match=r'Desk\.xlsx has no table or sheet "Invoices"'):
        records.read(book)


def test_a_new_book_has_no_faults(tmp_path: Path) -> None:
    """The shipped book is right as it is."""
    found = closed(tmp_path / "B.xlsx", lambda _: None)

    assert found.faults == ()
    assert not found.table_fault
    assert found.accounts.items["amount"].to_list() == [1000, 2000, 3000]


def test_ids_typed_as_numbers_in_one_sheet_and_as_text_in_another_match(tmp_path: Path) -> None:
    """The number 7 is the customer "7" and the invoice "8"; "00123" is not 123."""

    def numbers(book: openpyxl.Workbook) -> None:
        put(sheet(book, "Customers"), 2, "Customer ID", 7)
        for row in (2, 3):
            put(sheet(book, "Invoices"), row, "Customer ID", "7")
        put(sheet(book, "Invoices"), 2, "Invoice", "8")
        put(sheet(book, "Invoices"), 4, "Customer ID", 123)
        put(sheet(book, "Payments"), 2, "Customer ID", 7)
        put(sheet(book, "Payments"), 2, "Invoice", 8)

    found = closed(tmp_path / "B.xlsx", numbers)

    assert told(found) == [("Invoices", 4, "Customer ID", "123")]
    assert found.payments.named.height == 1


def test_odd_cells_of_a_real_book_are_each_told(tmp_path: Path) -> None:
    """Text amounts, text dates, truth values, errors and formulas never calculated are faults of their cells."""

    def spoil(book: openpyxl.Workbook) -> None:
        page = sheet(book, "Invoices")
        put(page, 2, "Amount", "1.000,50")
        put(page, 2, "Invoice date", "31/01/2025")
        put(page, 3, "Amount", True)
        put(page, 3, "Due date", "#N/A")
        put(page, 4, "Amount", "=10*3")
        put(sheet(book, "Settings"), _row(sheet(book, "Settings"), "Date order"), "Value", "DMY")

    found = closed(tmp_path / "B.xlsx", spoil)

    assert (
        told(found)
        == [
            ("Invoices", 3, "Amount", "TRUE"),
            ("Invoices", 3, "Due date", "#N/A"),
            ("Invoices", 4, "Amount", "=10*3"),
            ("Payments", 2, "Invoice", "1"),
        ][:3]
    )
    assert found.accounts.items.select("amount").rows() == [(100050,)]
    assert found.left_out.rows == 2


def _row(page: Worksheet, setting: str) -> int:
    return next(row for row in range(1, page.max_row + 1) if page.cell(row, 1).value == setting)


def test_formulas_count_as_the_values_they_show(tmp_path: Path) -> None:
    """A calculated formula is its result, and an error it shows is a fault."""
    path = tmp_path / "B.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in layout().read:
            page = book.add_worksheet(name)
            page.write_row(0, 0, [one.name for one in layout().tables[name].columns])
        book.get_worksheet_by_name("Customers").write_row(1, 0, ["A", "Alder Ltd"])
        page = book.get_worksheet_by_name("Invoices")
        for row, shown in ((1, 11.9), (2, "#DIV/0!")):
            page.write_row(row, 0, [f"{row}", "A", "2025-01-31"])
            page.write_formula(row, 4, "=10*1.19", None, shown)

    found = records.read(ClosedBook.open(path))

    assert told(found) == [("Invoices", 3, "Amount", "#DIV/0!")]
    assert found.accounts.items["amount"].to_list() == [1190]


def test_merged_hidden_blank_and_stray_rows_of_a_real_book(tmp_path: Path) -> None:
    """Hidden rows count, blank rows in the middle do not matter, merges and rows below a gap are told."""

    def spoil(book: openpyxl.Workbook) -> None:
        page = sheet(book, "Invoices")
        page.row_dimensions[2].hidden = True
        page.insert_rows(3)
        hold = column(page, "Hold")
        put(page, 4, "Hold", "Ask Ann")
        page.merge_cells(start_row=4, end_row=5, start_column=hold, end_column=hold)
        put(page, 9, "Invoice", "4")
        put(page, 9, "Customer ID", "A")
        put(page, 9, "Amount", 40)

    found = closed(tmp_path / "B.xlsx", spoil)

    assert [fault[:3] for fault in found.faults] == [("Invoices", 4, "Hold"), ("Invoices", 9, "Invoice")]
    assert found.invoices.frame["row"].to_list() == [2, 4, 5]
    assert found.doubtful == {"A", "00123"}
    assert found.left_out == LeftOut(1, (("EUR", 40.0),))


def test_a_renamed_sheet_is_found_by_its_table_and_its_faults_bear_its_name(tmp_path: Path) -> None:
    """The tab may say anything; each problem leads to the very cell on it."""

    def rename(book: openpyxl.Workbook) -> None:
        page = sheet(book, "Invoices")
        page.title = "Ann's bills"
        put(page, 3, "Amount", "lots")
        put(page, 4, "Customer ID", "Z")
        put(sheet(book, "Settings"), _row(sheet(book, "Settings"), "Grace days"), "Value", "few")

    found = closed(tmp_path / "B.xlsx", rename)
    links = problems.rows(found.faults, found.letters).select("sheet", "found").rows()

    row = _setting_row("Grace days")
    assert sorted(links) == [
        ("Ann's bills", "Z|#'Ann''s bills'!B4"),
        ("Ann's bills", "lots|#'Ann''s bills'!E3"),
        ("Settings", f"few|#'Settings'!B{row}"),
    ]


def test_a_blank_cell_and_one_with_a_bar_have_links_too() -> None:
    """Blank cells are called so, and a bar in what was found does not cut it off."""
    faults = [
        Fault("Invoices", 3, "Amount", "", "Fill it in."),
        Fault("Invoices", 4, "Amount", "a|b", "Type it."),
    ]

    found = problems.rows(faults, {("Invoices", "Amount"): "E"})["found"].to_list()

    assert found == ["(blank)|#'Invoices'!E3", "a\u00a6b|#'Invoices'!E4"]


def _setting_row(name: str) -> int:
    return [setting.name for setting in layout().settings].index(name) + 2


def test_a_renamed_column_of_a_real_book_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    """The refusal names the file, the sheet, the column, and what it may be called now."""

    def rename(book: openpyxl.Workbook) -> None:
        page = sheet(book, "Invoices")
        put(page, 1, "Amount", "Amounts due")
        page.tables["Invoices"].tableColumns[4].name = "Amounts due"

    with pytest.raises(TableMissing) as refused:
        closed(tmp_path / "B.xlsx", rename)

    assert str(refused.value) == (
        'B.xlsx: Sheet Invoices: The column "Amount" is missing. Is it "Amounts due"? Rename it to "Amount".'
    )


def test_a_missing_sheet_of_a_real_book_is_refused(tmp_path: Path) -> None:
    """The refusal says how to get it back."""

    def remove(book: openpyxl.Workbook) -> None:
        del book["Payments"]

    with pytest.raises(TableMissing, match=r'B\.xlsx has no table or sheet "Payments"'):
        closed(tmp_path / "B.xlsx", remove)

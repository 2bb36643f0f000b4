"""A declared table read from a closed book: found wherever it is, typed, and what cannot be read told."""

import datetime as dt
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.worksheet import Worksheet

from duesheet.books import Cells
from duesheet.books.closed import ClosedBook
from duesheet.books.readers import Readers
from duesheet.errors import BookRefused, Fault
from duesheet.layout import layout

TABLES = layout().tables
DAY = dt.date(2025, 1, 31)
HEADERS = ("Payment", "Date", "Customer ID", "Amount", "Mine")


def _book(  # noqa: PLR0913  a table, where it stands, and what is beside it
    path: Path,
    rows: Sequence[Sequence[object]],
    *,
    name: str = "Payments",
    sheet: str = "Payments",
    ref: str = "",
    top: int = 1,
    left: int = 1,
    more: Callable[[Worksheet], None] | None = None,
) -> Path:
    """A workbook whose sheet holds `rows` from (top, left) on, and a table called `name` over `ref`."""
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = sheet
    for down, row in enumerate(rows):
        for right, value in enumerate(row):
            page.cell(top + down, left + right).value = value  # type: ignore[assignment]
    if ref:
        page.add_table(SheetTable(displayName=name, ref=ref))
    if more:
        more(page)
    book.save(path)
    return path


def _read(path: Path, table: str = "Payments") -> Cells:
    cells = ClosedBook.open(path).read(TABLES[table])
    assert cells is not None
    return cells


def _rows(*rows: Sequence[object]) -> list[Sequence[object]]:
    return [HEADERS, *rows]


def test_a_table_is_read_with_the_types_of_its_kinds(tmp_path: Path) -> None:
    """Ids are text even in numeric cells, dates are dates, amounts floats, the user's own column as it is."""
    path = _book(
        tmp_path / "B.xlsx",
        _rows((1930571429, DAY, 7, 12.5, 3), ("P-2", DAY, "C2", -3, None), (0.1, None, None, 10**15, 1.5)),
        ref="A1:E4",
    )
    cells = _read(path)
    assert dict(cells.frame.schema) == {
        "Payment": pl.String,
        "Date": pl.Date,
        "Customer ID": pl.String,
        "Amount": pl.Float64,
        "Mine": pl.Float64,
    }
    assert cells.frame.rows() == [
        ("1930571429", DAY, "7", 12.5, 3.0),
        ("P-2", DAY, "C2", -3.0, None),
        ("0.1", None, None, 1e15, 1.5),
    ]
    assert cells.rows.to_list() == [2, 3, 4]
    assert (cells.table, cells.sheet, cells.faults) == ("Payments", "Payments", ())


MIXED: list[tuple[object, object, object, object]] = [
    (12.5, "12.50", "12.5", "12.50"),
    (1930571429.0, "about 3", "1930571429", "about 3"),
    (12.5, True, "12.5", "TRUE"),
    (1, DAY, "1", "2025-01-31"),
    (0.1, dt.timedelta(hours=30), "0.1", "1900-01-01 06:00:00"),
]


@pytest.mark.parametrize(("first", "second", "reads", "and_"), MIXED)
def test_an_amount_column_with_other_cells_is_text_throughout(
    tmp_path: Path, first: object, second: object, reads: str, and_: str
) -> None:
    """One cell that is no number makes the column text: numbers in shortest form, the rest as it reads."""
    path = _book(
        tmp_path / "B.xlsx", _rows(("a", DAY, "C", first, 1), ("b", DAY, "C", second, 2)), ref="A1:E3"
    )
    frame = _read(path).frame
    assert frame["Amount"].to_list() == [reads, and_]
    assert frame["Date"].dtype == pl.Date
    assert frame["Mine"].dtype == pl.Float64


DATES: list[tuple[object, str]] = [
    ("31/01/2025", "31/01/2025"),
    (45658, "45658"),
    (20250403, "20250403"),
    (True, "TRUE"),
    ("2025-02-01", "2025-02-01"),
]


@pytest.mark.parametrize(("typed", "reads"), DATES)
def test_a_date_column_with_other_cells_is_text_throughout(tmp_path: Path, typed: object, reads: str) -> None:
    """Dates typed as text or as a number leave the column text, real dates as YYYY-MM-DD."""
    path = _book(tmp_path / "B.xlsx", _rows(("a", DAY, "C", 1, 1), ("b", typed, "C", 2, 2)), ref="A1:E3")
    assert _read(path).frame["Date"].to_list() == ["2025-01-31", reads]


def test_truth_values_alone_are_text_and_typed_words_stay(tmp_path: Path) -> None:
    """A column of TRUE and FALSE cells reads so, and the word true stays as typed."""
    rows = _rows(("a", DAY, True, True, True), ("true", DAY, "true", False, False))
    frame = _read(_book(tmp_path / "B.xlsx", rows, ref="A1:E3")).frame
    assert frame.rows() == [("a", DAY, "TRUE", "TRUE", "TRUE"), ("true", DAY, "true", "FALSE", "FALSE")]


def test_times_are_times(tmp_path: Path) -> None:
    """A time column keeps the hour; a date column keeps the day only."""
    moment = dt.datetime(2025, 1, 31, 14, 5)  # noqa: DTZ001  a sheet knows no zones
    path = _book(
        tmp_path / "B.xlsx",
        [("When", "Customer ID"), (moment, "C"), (DAY, "D")],
        name="Activity",
        sheet="Activity",
    )
    frame = _read(path, "Activity").frame
    assert frame["When"].to_list() == [moment, dt.datetime(2025, 1, 31)]  # noqa: DTZ001  as above
    assert frame["When"].dtype == pl.Datetime("us")
    dates = _read(_book(tmp_path / "C.xlsx", _rows(("a", moment, "C", 1, 1)), ref="A1:E2")).frame
    assert dates["Date"].to_list() == [DAY]


def test_blank_columns_have_the_types_of_their_kinds(tmp_path: Path) -> None:
    """A column without a cell is blank in its own type, and cells of blanks count as blank."""
    frame = _read(_book(tmp_path / "B.xlsx", _rows(("a", None, None, "  ", None)), ref="A1:E2")).frame
    assert frame.dtypes == [pl.String, pl.Date, pl.String, pl.Float64, pl.String]
    assert frame.rows() == [("a", None, None, None, None)]


def test_a_table_without_rows_is_empty(tmp_path: Path) -> None:
    """Headers alone, as in a new book, give no rows and no faults."""
    for ref in ("A1:E2", ""):
        cells = _read(_book(tmp_path / "B.xlsx", _rows(), ref=ref))
        assert (cells.frame.height, cells.frame.columns, cells.faults) == (0, list(HEADERS), ())


def test_a_book_without_the_table_gives_none(tmp_path: Path) -> None:
    """A table that is nowhere, or whose sheet is blank, is None."""
    assert ClosedBook.open(_book(tmp_path / "B.xlsx", [], sheet="Payments")).read(TABLES["Payments"]) is None
    assert ClosedBook.open(tmp_path / "B.xlsx").read(TABLES["Invoices"]) is None


def test_a_table_is_found_on_a_renamed_sheet_and_in_any_place(tmp_path: Path) -> None:
    """The table's own name finds it whatever the tab says and wherever it begins, without notes around it."""

    def notes(page: Worksheet) -> None:
        page["A1"], page["J3"], page["A40"], page["C20"] = "Bank, 2025", "checked", "note", None
        page.merge_cells("A1:D1")

    path = _book(
        tmp_path / "B.xlsx",
        _rows(("a", DAY, "C", 1, 1)),
        name="PAYMENTS",
        sheet="Zahlungen",
        ref="C5:G6",
        top=5,
        left=3,
        more=notes,
    )
    cells = _read(path)
    assert (cells.sheet, cells.rows.to_list(), cells.faults) == ("Zahlungen", [6], ())
    assert cells.frame.rows() == [("a", DAY, "C", 1.0, 1.0)]


def test_a_sheet_without_a_table_is_read_from_its_first_row_with_anything(tmp_path: Path) -> None:
    """Without a table the first row that is not blank holds the headers; blank rows within do not matter."""
    rows = [(" Payment ", "Date", None, "Amount"), ("a", DAY, "loose", 1), (), ("b", DAY, None, 2)]
    cells = _read(_book(tmp_path / "B.xlsx", rows, sheet="payments", top=4, left=2))
    assert cells.frame.columns == ["Payment", "Date", "Amount"]
    assert cells.frame["Payment"].to_list() == ["a", "b"]
    assert cells.rows.to_list() == [5, 7]


def test_error_values_are_faults_and_do_not_look_blank(tmp_path: Path) -> None:
    """An error value is told with its cell, stands in a text column as it reads, and keeps its row."""
    rows = _rows(("a", DAY, "#N/A", 5, 1), (None, None, None, "#DIV/0!", None))
    cells = _read(_book(tmp_path / "B.xlsx", rows, ref="A1:E3"))
    assert cells.frame["Customer ID"].to_list() == ["#N/A", None]
    assert cells.rows.to_list() == [2, 3]
    assert [fault[:4] for fault in cells.faults] == [
        ("Payments", 2, "Customer ID", "#N/A"),
        ("Payments", 3, "Amount", "#DIV/0!"),
    ]


def test_formulas_give_their_result_and_are_a_fault_without_one(tmp_path: Path) -> None:
    """A formula counts as the value it showed; one no spreadsheet ever calculated is told."""
    path = tmp_path / "B.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Payments")
        page.write_row(0, 0, HEADERS)
        page.write_row(1, 0, ["a", 45688, "C"])
        page.write_formula("D2", "=10*1.19", None, 11.9)
        page.add_table("A1:E2", {"name": "Payments", "columns": [{"header": header} for header in HEADERS]})
    assert _read(path).frame["Amount"].to_list() == [11.9]
    assert _read(path).faults == ()
    unknown = _read(_book(tmp_path / "C.xlsx", _rows(("a", DAY, "C", "=10*1.19", 1)), ref="A1:E2"))
    assert [fault[:4] for fault in unknown.faults] == [("Payments", 2, "Amount", "=10*1.19")]
    assert "never calculated" in unknown.faults[0].remedy


def test_rows_right_below_belong_to_the_table_and_rows_below_a_gap_are_faults(tmp_path: Path) -> None:
    """Rows typed under the table count up to the first blank row; what follows is told, row by row."""
    rows = _rows(
        ("a", DAY, "C", 1, 1), (), ("b", DAY, "C", 2, 2), ("c", DAY, "C", 3, 3), (), ("d", DAY, "C", 4, 4)
    )
    cells = _read(_book(tmp_path / "B.xlsx", rows, ref="A1:E4"))
    assert cells.frame["Payment"].to_list() == ["a", "b", "c"]
    assert cells.rows.to_list() == [2, 4, 5]
    assert [fault[:4] for fault in cells.faults] == [("Payments", 7, "Payment", "d")]
    assert "below a blank row" in cells.faults[0].remedy


def test_the_row_of_totals_is_no_data(tmp_path: Path) -> None:
    """A table's own row of totals is left out; rows typed under it are told."""
    path = tmp_path / "B.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Payments")
        columns = [{"header": header} for header in HEADERS]
        columns[3]["total_function"] = "sum"
        page.add_table(
            "A1:E4",
            {
                "name": "Payments",
                "columns": columns,
                "total_row": True,
                "data": [["a", 45688, "C", 1, 1]] * 2,
            },
        )
        page.write("A5", "below")
    cells = _read(path)
    assert cells.rows.to_list() == [2, 3]
    assert [fault.row for fault in cells.faults] == [5]


def test_merged_cells_in_the_data_are_faults(tmp_path: Path) -> None:
    """Every merge that touches the table's rows is told once; a merged title above is not."""

    def merge(page: Worksheet) -> None:
        page.merge_cells("A1:C1")
        page.merge_cells("C4:C5")
        page.merge_cells("A9:B9")

    rows = _rows(("a", DAY, "C", 1, 1), ("b", DAY, "C", 2, 2))
    cells = _read(_book(tmp_path / "B.xlsx", rows, ref="A3:E5", top=3, more=merge))
    assert [fault[:4] for fault in cells.faults] == [("Payments", 4, "Customer ID", "C4:C5 merged")]


def test_hidden_and_filtered_rows_count_like_others(tmp_path: Path) -> None:
    """A filter hides rows from the eye, not from the ledger."""

    def hide(page: Worksheet) -> None:
        page.row_dimensions[2].hidden = True
        page.column_dimensions["D"].hidden = True

    cells = _read(
        _book(
            tmp_path / "B.xlsx", _rows(("a", DAY, "C", 1, 1), ("b", DAY, "C", 2, 2)), ref="A1:E3", more=hide
        )
    )
    assert cells.frame["Amount"].to_list() == [1.0, 2.0]


def test_two_columns_of_one_name_are_a_fault(tmp_path: Path) -> None:
    """The further left of two equal headers counts; the other is told and kept under a name of its own."""
    cells = _read(_book(tmp_path / "B.xlsx", [("Payment", "Amount", "Amount"), ("a", 1, 2)]))
    assert cells.frame.rows(named=True) == [{"Payment": "a", "Amount": 1.0, "Amount_1": 2.0}]
    assert [fault[:4] for fault in cells.faults] == [("Payments", 1, "Amount", "Amount")]
    spaced = _read(_book(tmp_path / "C.xlsx", [("Payment", "Amount", " amount "), ("a", 1, 2)], ref="A1:C2"))
    assert spaced.frame.columns == ["Payment", "Amount", "amount_1"]
    assert len(spaced.faults) == 1


def test_dates_count_from_1904_where_the_book_says_so(tmp_path: Path) -> None:
    """A book from an old Mac counts its days from 1904, and its dates are right."""
    path = tmp_path / "B.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        page = book.add_worksheet("Payments")
        page.write_row(0, 0, ["Payment", "Date"])
        page.write(1, 0, "a")
        page.write_datetime(1, 1, dt.datetime(2025, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001  a sheet knows no zones
    assert _read(path).frame["Date"].to_list() == [DAY]


def test_a_lone_far_cell_is_refused_by_name_when_its_sheet_is_read(tmp_path: Path) -> None:
    """Only the sheet that holds the far cell is refused; the book's other tables can be read."""
    path = _book(tmp_path / "B.xlsx", _rows(("a", DAY, "C", 1, 1)), ref="A1:E2")
    book = openpyxl.load_workbook(path)
    book.create_sheet("Customers")["XFD1048576"] = "x"
    book.save(path)
    opened = ClosedBook.open(path, ahead=TABLES.values())
    assert opened.read(TABLES["Payments"]) is not None
    with pytest.raises(BookRefused, match="Customers has something in cell XFD1048576"):
        opened.read(TABLES["Customers"])


def test_a_wide_sheet_is_read(tmp_path: Path) -> None:
    """Thirty columns of the user's own, past the letter Z, are read like any other."""
    headers = [*HEADERS, *(f"Own {number}" for number in range(30))]
    path = _book(tmp_path / "B.xlsx", [headers, ("a", DAY, "C", 1, *range(31))], ref="A1:AI2")
    assert _read(path).frame["Own 29"].to_list() == [30.0]


def test_a_book_libreoffice_wrote_reads_the_same(tmp_path: Path, office: str) -> None:
    """After LibreOffice opened and saved the book, its cells read as they did before."""
    rows = _rows(
        (1930571429, DAY, "C", 12.5, True), ("P-2", "31/01/2025", "#N/A", -3, "x"), ("c", DAY, "D", 0.1, None)
    )
    path = _book(tmp_path / "B.xlsx", rows, ref="A1:E4")
    profile = (tmp_path / "profile").as_uri()
    target = tmp_path / "out"
    subprocess.run(
        [
            office,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(target),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    before, after = _read(path), _read(target / "B.xlsx")
    assert after.frame.equals(before.frame)
    assert after.rows.to_list() == before.rows.to_list() == [2, 3, 4]
    assert [fault[:4] for fault in after.faults] == [("Payments", 3, "Customer ID", "#N/A")]
    assert isinstance(after.faults[0], Fault)


def test_a_book_no_reader_can_open_is_refused_for_every_sheet(tmp_path: Path) -> None:
    """Whoever asks after the first was refused is refused too, and does not wait for a reader that never comes."""
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"no workbook")
    readers, told = Readers(path), list[str]()

    def ask() -> None:
        with pytest.raises(BookRefused) as refused, readers.one(large=False):
            pass
        told.append(str(refused.value))

    for _ in range(2):
        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(30)

    assert [text.startswith("broken.xlsx cannot be read") for text in told] == [True, True]

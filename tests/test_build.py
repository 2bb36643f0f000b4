"""A new workbook is what the drawing says, and safe to type into."""

import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from duesheet.build import new_book
from duesheet.build.book import ORDER
from duesheet.build.contents import frame
from duesheet.dashboard import charted
from duesheet.dates import FIRST, LAST, day_number
from duesheet.errors import BookRefused, Refused
from duesheet.layout import Table, layout

# openpyxl says so whenever it reads data bars as Excel has written them since 2010.

TABLES = layout().tables
KEPT = [table for table in TABLES.values() if table.role != "output"]
CUSTOMERS = frame(
    TABLES["Customers"],
    [
        {
            "customer_id": "0007",
            "name": "Marlowe & Finch Tiles",
            "terms": "2/10 Net 30",
            "credit_limit": 18000.5,
        },
        {"customer_id": "12E3", "name": "=1+1", "notes": "-cmd|' /C calc'!A0"},
    ],
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new book with two customers."""
    made = tmp_path_factory.mktemp("build") / "Collections.xlsx"
    new_book(made, rows={"Customers": CUSTOMERS}, settings={"Book ID": "b", "Grace days": "5"})
    return made


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    """The same book as openpyxl reads it."""
    return openpyxl.load_workbook(path)


def sheet_of(book: Any, table: Table) -> Worksheet:
    """The sheet of `table`."""
    found = book[table.name]
    assert isinstance(found, Worksheet)
    return found


def part(path: Path, name: str) -> str:
    """One part of the package, as text."""
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


def test_sheets_stand_in_the_order_of_the_weekly_work(book: Any) -> None:
    """What is read every week stands on the left, what is set up once on the right; nothing is left out."""
    assert book.sheetnames == list(ORDER)
    assert set(ORDER) == set(TABLES)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_sheet_is_one_table_with_the_declared_headers(book: Any, table: Table) -> None:
    """A sheet holds one table of its name at A1, with the declared headers, a filter and a frozen header."""
    sheet = sheet_of(book, table)
    headers = [column.name for column in table.columns]

    assert list(sheet.tables) == [table.name]
    made = sheet.tables[table.name]
    assert made.ref.startswith("A1:")
    assert [column.name for column in made.tableColumns] == headers
    assert [cell.value for cell in sheet[1]] == headers
    assert made.autoFilter.ref == made.ref
    assert str(sheet.freeze_panes).endswith("2")


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_the_first_row_carries_the_formats(book: Any, table: Table) -> None:
    """Even an empty table has a row, formatted by kind; ids and other text are text, so that zeros stay."""
    formats = layout().formats
    cells = sheet_of(book, table)[2]
    shown = {column.name: cell.number_format for column, cell in zip(table.columns, cells, strict=True)}

    for column in table.columns:
        if column.kind in {"money", "date", "time", "percent"}:
            assert shown[column.name] == formats[column.kind]
        if column.kind in {"id", "email"}:
            assert shown[column.name] == "@"


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_sheet_prints_as_a_list(book: Any, table: Table) -> None:
    """A sheet prints landscape, one page wide, its header on every page, its name and page numbers below."""
    sheet = sheet_of(book, table)

    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.oddFooter is not None
    assert (sheet.oddFooter.left.text, sheet.oddFooter.right.text) == ("&A", "Page &P of &N")
    assert sheet.sheet_properties.tabColor is not None
    assert sheet.sheet_properties.tabColor.rgb == f"FF{table.tab[1:]}"


@pytest.mark.parametrize("table", KEPT, ids=lambda table: table.name)
def test_headers_of_input_sheets_say_what_goes_there(book: Any, table: Table) -> None:
    """Each declared note is a comment of Duesheet's on its header."""
    for column, cell in zip(table.columns, sheet_of(book, table)[1], strict=True):
        if column.note:
            assert cell.comment is not None
            assert column.note in cell.comment.text
            assert cell.comment.author == "Duesheet"


def test_notes_are_out_of_sight_and_fit_their_text(path: Path) -> None:
    """A note shows when its header is pointed at, and a long one is taller than a short one."""
    with zipfile.ZipFile(path) as package:
        drawn = " ".join(package.read(name).decode() for name in package.namelist() if "vmlDrawing" in name)
    heights = {float(found) for found in re.findall(r"height:([\d.]+)pt", drawn)}

    assert drawn.count("<v:shape ") == drawn.count("visibility:hidden")
    assert max(heights) >= 1.5 * min(heights)


@pytest.mark.parametrize("table", KEPT, ids=lambda table: table.name)
def test_what_is_typed_is_validated_far_down(book: Any, table: Table) -> None:
    """Choices are lists that refuse anything else; text for a date or an amount is only asked about."""
    rules = {
        str(one.sqref).split(":", maxsplit=1)[0]: one
        for one in sheet_of(book, table).data_validations.dataValidation
        if ":" in str(one.sqref)
    }
    for column, cell in zip(table.columns, sheet_of(book, table)[2], strict=True):
        found = rules.get(cell.coordinate)
        if column.kind == "choice":
            assert found is not None
            assert (found.type, found.errorStyle or "stop") == ("list", "stop")
            assert found.formula1 == f'"{",".join(column.choices)}"'
        if column.kind in {"date", "money"}:
            assert found is not None
            assert found.errorStyle == "warning"
            assert str(found.sqref).endswith("1048576")
        if column.kind == "date":
            assert found is not None
            assert (found.formula1, found.formula2) == (str(day_number(FIRST)), str(day_number(LAST)))
        if column.kind in {"id", "text"}:
            assert found is None


def test_the_user_may_change_send_only_to_yes_or_no(book: Any) -> None:
    """The one column of an output sheet that is the user's has its list; the others have none."""
    rules = sheet_of(book, TABLES["Reminders"]).data_validations.dataValidation

    assert [rule.formula1 for rule in rules] == ['"Yes,No"']
    assert not sheet_of(book, TABLES["Aging"]).data_validations.dataValidation


def test_looks_are_laid_as_declared(book: Any) -> None:
    """Aging has a scale over all its buckets together, a bar on Overdue and a fill for each flag."""
    laid = sheet_of(book, TABLES["Aging"]).conditional_formatting
    kinds = {str(one.sqref): sorted(rule.type for rule in one.rules) for one in laid}

    assert kinds == {
        "E2:I1048576": ["colorScale"],
        "L2:L1048576": ["dataBar"],
        "O2:O1048576": ["cellIs"] * 4,
    }


def test_the_chart_draws_the_first_rows_of_the_dashboard(path: Path) -> None:
    """The aging chart refers to the rows that hold Current and each bucket."""
    drawn = part(path, "xl/charts/chart1.xml")

    assert "Dashboard!$B$2:$B$7" in drawn
    assert "Dashboard!$D$2:$D$7" in drawn


def test_charts_stand_beside_the_dashboard_one_below_the_other(path: Path) -> None:
    """Cash by week and DSO by month have charts of their own, of the rows the Dashboard keeps for them."""
    cash, trend = part(path, "xl/charts/chart2.xml"), part(path, "xl/charts/chart3.xml")
    places = charted(6)

    assert f"Dashboard!$D${places['Cash expected'][0] + 1}:$D${places['Cash expected'][1] + 1}" in cash
    assert f"Dashboard!$D${places['DSO'][0] + 1}:$D${places['DSO'][1] + 1}" in trend
    assert "lineChart" in trend


def test_days_and_percents_have_their_own_formats_on_the_dashboard(book: Any) -> None:
    """The unit in brackets, in the section or the figure, decides how the amount is shown."""
    (laid,) = [
        one
        for one in sheet_of(book, TABLES["Dashboard"]).conditional_formatting
        if str(one.sqref) == "D2:D1048576"
    ]
    told = {rule.formula[0]: rule.dxf.numFmt.formatCode for rule in laid.rules}

    assert told == {
        'ISNUMBER(SEARCH("(days)",$A2&$B2))': "0.0",
        'ISNUMBER(SEARCH("(%)",$A2&$B2))': "0.00%",
        'ISNUMBER(SEARCH("(times a year)",$A2&$B2))': "0.00",
    }


def test_buckets_follow_the_edges(tmp_path: Path) -> None:
    """Other edges make other bucket columns, as many bars, and stand in the settings."""
    made = tmp_path / "Edges.xlsx"
    new_book(made, edges=(15, 45))
    read = openpyxl.load_workbook(made)

    assert [cell.value for cell in read["Aging"][1]][3:8] == [
        "Current",
        "1-15",
        "16-45",
        "Over 45",
        "Unapplied",
    ]
    assert "Dashboard!$D$2:$D$5" in part(made, "xl/charts/chart1.xml")
    assert ("Bucket edges", "15, 45") in [row[:2] for row in read["Settings"].iter_rows(values_only=True)]


def test_settings_hold_numbers_as_numbers_and_validate_each_value(book: Any) -> None:
    """A setting's value is what its kind says: the given one, else the default; a choice has its own list."""
    sheet = sheet_of(book, TABLES["Settings"])
    values = {str(row[0].value): row[1] for row in sheet.iter_rows(min_row=2)}
    lists = {
        str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"
    }

    assert list(values) == [setting.name for setting in layout().settings]
    assert (values["Grace days"].value, values["SMTP port"].value) == (5, 587)
    assert values["Bucket edges"].value == "30, 60, 90, 120"
    assert values["As of"].value is None
    assert values["As of"].number_format == layout().formats["date"]
    assert lists[values["Carrier"].coordinate] == '"Outbox,SMTP,Drafts"'


def test_the_standard_policy_is_there(book: Any) -> None:
    """A new book chases by the shipped steps; blank cells are blank, not empty text."""
    rows = list(sheet_of(book, TABLES["Policy"]).iter_rows(min_row=2, max_col=6, values_only=True))

    assert rows[0] == (None, 0, "Heads-up", -3, "heads_up", "Email")
    assert rows[-1] == (None, 5, "Call", 60, None, "Call")
    assert len(rows) == len(layout().steps)


def test_the_same_input_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    """A book made twice from the same rows and settings is the same file."""
    again = tmp_path / "Again.xlsx"
    new_book(again, rows={"Customers": CUSTOMERS}, settings={"Book ID": "b", "Grace days": "5"})

    assert again.read_bytes() == path.read_bytes()


def test_every_book_has_an_id_of_its_own(tmp_path: Path) -> None:
    """Two new books never share a Book ID: what was sent from one was not sent from the other."""
    found = []
    for name in ("One.xlsx", "Two.xlsx"):
        new_book(tmp_path / name)
        rows = openpyxl.load_workbook(tmp_path / name)["Settings"].iter_rows(values_only=True)
        found.append({row[0]: row[1] for row in rows}["Book ID"])

    assert len(str(found[0])) == len("00000000-0000-0000-0000-000000000000")
    assert found[0] != found[1]


def test_rows_come_back_as_they_went_in(path: Path) -> None:
    """Ids keep their zeros, numbers their cents, and text that looks like a formula is text."""
    read = fastexcel.read_excel(path.read_bytes()).load_sheet("Customers").to_polars()

    assert read["Customer ID"].to_list() == ["0007", "12E3"]
    assert read["Name"].to_list() == ["Marlowe & Finch Tiles", "=1+1"]
    assert read["Credit limit"].to_list() == [18000.5, None]
    assert "<f>" not in part(path, f"xl/worksheets/sheet{ORDER.index('Customers') + 1}.xml")


@given(words=st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_kept_as_typed(tmp_path: Path, words: str) -> None:
    """Whatever stands in a text cell is read back the same."""
    made = tmp_path / "Text.xlsx"
    new_book(made, rows={"Customers": frame(TABLES["Customers"], [{"customer_id": "1", "name": words}])})

    assert fastexcel.read_excel(made.read_bytes()).load_sheet("Customers").to_polars()["Name"].to_list() == [
        words
    ]


def test_dates_are_dates(tmp_path: Path) -> None:
    """A date is written as a real date in the declared format."""
    rows = frame(TABLES["Rates"], [{"currency": "GBP", "date": date(2025, 4, 3), "rate": 1.17}])
    new_book(tmp_path / "Rates.xlsx", rows={"Rates": rows})
    cell = openpyxl.load_workbook(tmp_path / "Rates.xlsx")["Rates"]["B2"]

    assert (cell.is_date, cell.number_format) == (True, "yyyy-mm-dd")
    assert (
        fastexcel.read_excel((tmp_path / "Rates.xlsx").read_bytes())
        .load_sheet("Rates")
        .to_polars()["Date"][0]
        .day
        == 3
    )


def test_a_column_nobody_declared_is_refused(tmp_path: Path) -> None:
    """Rows under an unknown header, an unknown sheet or setting are refused, not dropped in silence."""
    with pytest.raises(Refused, match='Rates has no column "Colour"'):
        new_book(tmp_path / "No.xlsx", rows={"Rates": pl.DataFrame({"Colour": ["red"]})})
    with pytest.raises(Refused, match='no sheet called "Rate"'):
        new_book(tmp_path / "No.xlsx", rows={"Rate": pl.DataFrame()})
    with pytest.raises(Refused, match='no setting called "Grace"'):
        new_book(tmp_path / "No.xlsx", settings={"Grace": "3"})
    assert not (tmp_path / "No.xlsx").exists()


def test_a_book_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    """A folder that is not there is named in the refusal."""
    with pytest.raises(BookRefused, match=r"Nowhere.*cannot be written"):
        new_book(tmp_path / "Nowhere" / "Collections.xlsx")

"""Tables on a sheet of a Calc document, from making them to a file of Excel and back."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlwings
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

ROWS: list[list[str | float]] = [["Item", "Count"], ["Pen", 1.0], ["Ink", 2.0], ["Cap", 3.0]]


@pytest.fixture
def table(sheet: xlwings.Sheet) -> xlwings.main.Table:
    """Three rows of items as a table at B2."""
    sheet["B2"].value = ROWS
    return sheet.tables.add(source=sheet["B2:C5"], name="Items")


@pytest.fixture
def excel_file(tmp_path: Path) -> Path:
    """A file as Excel writes it: a filtered table, one with totals, and one without headers."""
    made = openpyxl.Workbook()
    page = made.worksheets[0]
    for row in ROWS:
        page.append(row)
    page.add_table(
        Table(displayName="Items", ref="A1:B4", tableStyleInfo=TableStyleInfo(name="TableStyleLight9"))
    )
    for cell, value in {"D1": "x", "D2": "1", "D3": "2", "D4": "3", "F2": "1", "F3": "2"}.items():
        page[cell] = value
    totals = Table(displayName="Sums", ref="D1:D4", totalsRowCount=1)
    bare = Table(displayName="Bare", ref="F2:F3", headerRowCount=0)
    bare.tableColumns = [TableColumn(id=1, name="Column1")]
    page.add_table(totals)
    page.add_table(bare)
    path = tmp_path / "tables.xlsx"
    made.save(path)
    return path


def saved_tables(book: xlwings.Book, path: Path) -> dict[str, Table]:
    """The tables in the file that the book is saved to, as openpyxl reads them."""
    book.save(path)
    return dict(openpyxl.load_workbook(path).worksheets[0].tables)


def test_table_is_made_of_a_range(table: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A table of a range has its name, its cells, headers and filter buttons."""
    assert repr(table) == f"<Table 'Items' in {sheet.name}>"
    assert table.display_name == "Items"
    assert table.range.address == "$B$2:$C$5"
    assert table.header_row_range is not None
    assert table.header_row_range.value == ["Item", "Count"]
    assert table.data_body_range is not None
    assert table.data_body_range.address == "$B$3:$C$5"
    assert (table.show_headers, table.show_autofilter, table.show_totals) == (True, True, False)
    assert table.totals_row_range is None
    assert table.insert_row_range is None
    assert table.parent == sheet


@pytest.mark.usefixtures("table")
def test_tables_are_found_by_number_and_name(sheet: xlwings.Sheet) -> None:
    """A sheet lists its own tables in the order they were made, by number and by name in any case."""
    sheet["F1"].value = [["a"], [1]]
    sheet.tables.add(source=sheet["F1:F2"], name="Alpha")
    assert [one.name for one in sheet.tables] == ["Items", "Alpha"]
    assert (sheet.tables[0].name, sheet.tables("items").name, len(sheet.tables)) == ("Items", "Items", 2)
    assert "Items" in sheet.tables
    assert "Other" not in sheet.tables
    with pytest.raises(KeyError):
        sheet.tables["Other"]
    assert len(sheet.book.sheets.add(after=sheet).tables) == 0


def test_tables_get_numbered_names(sheet: xlwings.Sheet) -> None:
    """Tables without a name are called Table1, Table2 and so on."""
    sheet["A1"].value = [["a", None, "b"], [1, None, 2]]
    names = [sheet.tables.add(source=sheet[one]).name for one in ("A1:A2", "C1:C2")]
    assert names == ["Table1", "Table2"]


def test_filter_ranges_are_no_tables(sheet: xlwings.Sheet) -> None:
    """A range that is merely filtered is not listed as a table."""
    sheet["A1"].value = ROWS
    cells = sheet["A1:B4"].api
    cells.filter(cells.createFilterDescriptor(True))
    assert len(sheet.tables) == 0


def test_headers_are_made_where_there_are_none(sheet: xlwings.Sheet) -> None:
    """A table of bare data gets headers above them, and only its own columns move down."""
    sheet["A1"].value = [[1, 2, "beside"], [3, 4, None]]
    table = sheet.tables.add(source=sheet["A1:B2"], has_headers=False)
    assert table.range.address == "$A$1:$B$3"
    assert sheet["A1:C3"].value == [["Column1", "Column2", "beside"], [1.0, 2.0, None], [3.0, 4.0, None]]


def test_headers_become_texts_of_their_own(sheet: xlwings.Sheet) -> None:
    """Blank headers get names, numbers become texts, and a second one of the same name gets a number."""
    sheet["A1"].value = [["a", None, 5, "A"], [1, 2, 3, 4]]
    sheet.tables.add(source=sheet["A1:D2"])
    assert sheet["A1:D1"].value == ["a", "Column2", "5", "A2"]


def test_table_of_headers_alone_is_empty(sheet: xlwings.Sheet) -> None:
    """A table of one row has no data but a blank row that waits for them."""
    sheet["A1"].value = ["a", "b"]
    table = sheet.tables.add(source=sheet["A1:B1"])
    assert table.data_body_range is None
    assert table.insert_row_range is not None
    assert table.insert_row_range.address == "$A$2:$B$2"
    assert len(table.rows) == 0


@pytest.mark.parametrize("name", ["two words", "A1", "1st", "Items", "items"])
def test_table_names_are_checked(table: xlwings.main.Table, sheet: xlwings.Sheet, name: str) -> None:
    """A name with a space, an address, a digit in front or one that is taken is refused."""
    sheet["F1"].value = [["a"], [1]]
    with pytest.raises(xlwings.XlwingsError):
        sheet.tables.add(source=sheet["F1:F2"], name=name)
    assert [one.name for one in sheet.tables] == [table.name]


def test_tables_do_not_overlap(table: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A table over cells of another table is refused."""
    with pytest.raises(xlwings.XlwingsError, match="overlaps the table Items"):
        sheet.tables.add(source=sheet["A4:B7"])
    assert len(sheet.tables) == 1
    assert table.range.address == "$B$2:$C$5"


def test_formulas_follow_a_renamed_table(table: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A formula that names the table still counts after the table got another name."""
    sheet["F1"].formula = "=SUM(Items[Count])"
    table.name = "Goods"
    assert [one.name for one in sheet.tables] == ["Goods"]
    sheet["C3"].value = 10
    assert sheet["F1"].value == 15.0


def test_table_is_resized(table: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A resized table covers the new range, and new columns get headers."""
    table.resize(sheet["B2:D7"])
    assert table.range.address == "$B$2:$D$7"
    assert sheet["B2:D2"].value == ["Item", "Count", "Column3"]
    table.resize(sheet["B2:B3"])
    assert table.range.address == "$B$2:$B$3"
    assert sheet["C2"].value == "Count"


@pytest.mark.parametrize("address", ["B3:C6", "F2:G5", "B2:C2"])
def test_resize_is_checked(table: xlwings.main.Table, sheet: xlwings.Sheet, address: str) -> None:
    """A table keeps its first row, overlaps itself, and has at least one row below the headers."""
    with pytest.raises(xlwings.XlwingsError):
        table.resize(sheet[address])
    assert table.range.address == "$B$2:$C$5"


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_update_grows_and_shrinks(table: xlwings.main.Table, sheet: xlwings.Sheet, rows: int) -> None:
    """An updated table has the rows of the frame, and nothing is left of the rows before."""
    frame = pd.DataFrame(
        {"Item": [f"i{n}" for n in range(rows)], "Count": list(range(rows)), "New": ["x"] * rows}
    )
    table.update(frame, index=False)
    assert table.range.address == f"$B$2:$D${2 + rows}"
    assert table.range.options(pd.DataFrame, index=False).value.astype({"Count": int}).equals(frame)
    assert sheet.used_range.last_cell.row == 2 + rows


def test_update_writes_the_index(table: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """An update with the index writes it as first column; fewer columns clear what is left over."""
    table.update(pd.DataFrame({"Count": [7.0]}, index=pd.Index(["Nib"], name="Item")))
    assert table.range.value == [["Item", "Count"], ["Nib", 7.0]]
    table.update(pd.DataFrame({"Count": [8.0]}), index=False)
    assert sheet["B2:C5"].value == [["Count", None], [8.0, None], [None, None], [None, None]]


def test_update_of_a_new_table(sheet: xlwings.Sheet) -> None:
    """A table made of one blank cell takes a frame of any size."""
    table = sheet.tables.add(source=sheet["A1"], name="Fresh").update(
        pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    )
    assert table.range.value == [[" ", "a", "b"], [0.0, 1.0, "x"], [1.0, 2.0, "y"]]


def test_header_row_is_hidden_and_shown(table: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A table without headers has only its data, and gets its headers again when they are shown."""
    table.show_headers = False
    assert (table.show_headers, table.show_autofilter) == (False, False)
    assert table.range.address == "$B$3:$C$5"
    assert table.header_row_range is None
    assert sheet["B2"].value is None
    table.show_headers = True
    assert table.range.address == "$B$2:$C$5"
    assert table.header_row_range is not None
    assert table.header_row_range.value == ["Item", "Count"]


def test_columns_keep_their_names_without_headers(table: xlwings.main.Table) -> None:
    """Columns keep their names while the headers are hidden, also when the table is renamed or its columns change."""
    table.show_headers = False
    table.name = "Things"
    assert [column.name for column in table.columns] == ["Item", "Count"]
    table.columns["Item"].delete()
    table.columns.add("Price")
    assert [column.name for column in table.columns] == ["Count", "Price"]
    table.show_headers = True
    assert table.header_row_range is not None
    assert table.header_row_range.value == ["Count", "Price"]


def test_totals_row_is_shown(table: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A totals row sums the last column below the data, moves what is below, and goes again."""
    sheet["B6"].value = "below"
    table.show_totals = True
    assert table.totals_row_range is not None
    assert table.totals_row_range.value == ["Total", 6.0]
    assert table.data_body_range is not None
    assert table.data_body_range.address == "$B$3:$C$5"
    assert sheet["B7"].value == "below"
    table.show_totals = False
    assert table.range.address == "$B$2:$C$5"
    assert sheet["B6"].value == "below"


def test_table_is_sorted(table: xlwings.main.Table) -> None:
    """A sort orders the data by columns of the table and leaves the headers."""
    table.sort(1)
    assert [row[0] for row in table.range.value] == ["Item", "Cap", "Ink", "Pen"]
    table.sort([2, 1], [False, True])
    assert table.columns["Count"].data_body_range is not None
    assert table.columns["Count"].data_body_range.value == [3.0, 2.0, 1.0]


def test_sort_order_is_kept_with_the_table(table: xlwings.main.Table) -> None:
    """The order a table was sorted by is noted with it, and a totals row stays at the end of it."""
    table.sort(2, ascending=False)
    noted = {one.Name: one.Value for one in table.api.getSortDescriptor()}
    assert [(one.Field, one.IsAscending) for one in noted["SortFields"]] == [(1, False)]
    table.show_totals = True
    table.sort(1)
    assert [row[0] for row in table.range.value] == ["Item", "Cap", "Ink", "Pen", "Total"]


def test_table_style_is_kept(table: xlwings.main.Table) -> None:
    """The name of the style is Excel's usual one until another is given, and goes with the table's name."""
    assert table.table_style == "TableStyleMedium2"
    table.table_style = "TableStyleDark3"
    table.name = "Goods"
    assert table.table_style == "TableStyleDark3"
    with pytest.raises(ValueError, match="no table style"):
        table.table_style = "Pretty"


@pytest.mark.parametrize(
    ("part", "first"),
    [("row_stripes", True), ("column_stripes", False), ("first_column", False), ("last_column", False)],
)
def test_table_keeps_the_parts_of_its_style(table: xlwings.main.Table, part: str, first: bool) -> None:
    """The parts of a style are those Excel shows first until told otherwise, and go with the table's name."""
    name = f"show_table_style_{part}"
    assert getattr(table, name) is first
    setattr(table, name, not first)
    table.name = "Goods"
    assert getattr(table, name) is not first
    setattr(table, name, first)
    assert getattr(table, name) is first


def test_range_knows_its_table(table: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A range gives the table it lies in, and none beside it."""
    assert sheet["C4"].table == table
    assert sheet["D4"].table is None


def test_tables_of_an_excel_file(calc_app: xlwings.App, excel_file: Path) -> None:
    """The tables of a file of Excel come in with names, cells, headers, totals and filter buttons."""
    book = calc_app.books.open(excel_file)
    try:
        found = {
            one.name: (one.range.address, one.show_headers, one.show_totals, one.show_autofilter)
            for one in book.sheets[0].tables
        }
    finally:
        book.close()
    assert found == {
        "Items": ("$A$1:$B$4", True, False, True),
        "Sums": ("$D$1:$D$4", True, True, True),
        "Bare": ("$F$2:$F$3", False, False, False),
    }


def test_table_style_of_an_excel_file(calc_app: xlwings.App, excel_file: Path) -> None:
    """A table of a file of Excel has the style that the file names, and another when it is given one."""
    book = calc_app.books.open(excel_file)
    try:
        table = book.sheets[0].tables["Items"]
        assert table.table_style == "TableStyleLight9"
        table.table_style = "TableStyleMedium2"
        assert table.table_style == "TableStyleMedium2"
    finally:
        book.close()


def test_tables_are_saved_as_tables(calc_app: xlwings.App, excel_file: Path, tmp_path: Path) -> None:
    """Resized, updated, and new tables are tables in the saved file, with filters and headers as in the cells."""
    book = calc_app.books.open(excel_file)
    try:
        sheet = book.sheets[0]
        sheet.tables["Items"].update(pd.DataFrame({"Item": ["a"] * 5, "No": range(5), "New": 1}), index=False)
        sheet["H1"].value = [["p", "q"], [1, 2]]
        sheet.tables.add(source=sheet["H1:I2"], name="Made")
        tables = saved_tables(book, tmp_path / "saved.xlsx")
    finally:
        book.close()
    assert {name: one.ref for name, one in tables.items()} == {
        "Items": "A1:C6", "Sums": "D1:D4", "Bare": "F2:F3", "Made": "H1:I2",
    }  # fmt: skip
    assert tables["Items"].autoFilter is not None
    assert tables["Items"].autoFilter.ref == "A1:C6"
    assert [column.name for column in tables["Items"].tableColumns] == ["Item", "No", "New"]
    assert (tables["Sums"].totalsRowCount, tables["Bare"].headerRowCount) == (1, 0)

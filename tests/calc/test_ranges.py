import pytest
import xlwings

from xlwings_libreoffice import OfficeError


def test_a_range_is_found_in_many_ways(sheet: xlwings.Sheet) -> None:
    """Address, tuple, corners, slice and index lead to the same cells."""
    wanted = "$B$2:$C$4"
    assert sheet.range("B2:C4").address == wanted
    assert sheet.range((2, 2), (4, 3)).address == wanted
    assert sheet.range("B2", "C4").address == wanted
    assert sheet.range(sheet["B2"], sheet["C4"]).address == wanted
    assert sheet.cells[1:4, 1:3].address == wanted
    assert sheet["A1:D9"][1:4, 1:3].address == wanted


def test_counting_begins_at_one(sheet: xlwings.Sheet) -> None:
    """Row or column 0 is refused as Excel's engine refuses it."""
    with pytest.raises(IndexError):
        sheet.range((0, 1))
    with pytest.raises(IndexError):
        sheet.range((1, 1), (0, 1))
    with pytest.raises(IndexError):
        sheet.range((1, 16385))


def test_position_shape_and_length(sheet: xlwings.Sheet) -> None:
    """A range knows its first row and column, its shape and size."""
    cells = sheet["B3:D4"]
    assert (cells.row, cells.column, cells.shape, cells.size, len(cells)) == (3, 2, (2, 3), 6, 6)
    assert cells.last_cell.address == "$D$4"
    assert cells(4).address == "$B$4"
    assert cells(2, 3).address == "$D$4"
    assert [cell.address for cell in cells][:2] == ["$B$3", "$C$3"]
    assert cells.offset(1, 1).address == "$C$4:$E$5"
    assert cells.resize(1, 1).address == "$B$3"


def test_address_forms(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """Addresses come absolute or relative, with sheet, and with book."""
    cells = sheet["A1:C3"]
    assert cells.address == "$A$1:$C$3"
    assert cells.get_address(row_absolute=False, column_absolute=False) == "A1:C3"
    assert cells.get_address(column_absolute=False, include_sheetname=True) == "Sheet1!A$1:C$3"
    assert cells.get_address(external=True) == f"[{book.name}]Sheet1!$A$1:$C$3"
    sheet.name = "My Sheet"
    assert cells.get_address(include_sheetname=True) == "'My Sheet'!$A$1:$C$3"
    assert cells.get_address(external=True) == f"'[{book.name}]My Sheet'!$A$1:$C$3"
    assert repr(cells) == f"<Range [{book.name}]My Sheet!$A$1:$C$3>"


@pytest.mark.parametrize("address", ["$A:$C", "$2:$4", "$1:$1048576"])
def test_whole_rows_and_columns_have_short_addresses(sheet: xlwings.Sheet, address: str) -> None:
    """Whole columns and rows are written without their ends."""
    assert sheet.range(address).address == address


@pytest.mark.parametrize(
    ("start", "direction", "end"),
    [
        ("A1", "down", "$A$3"),
        ("A3", "down", "$A$6"),
        ("A6", "down", "$A$7"),
        ("A7", "down", "$A$1048576"),
        ("A7", "up", "$A$6"),
        ("A6", "up", "$A$3"),
        ("A2", "up", "$A$1"),
        ("A1", "right", "$C$1"),
        ("C1", "right", "$XFD$1"),
        ("C1", "left", "$A$1"),
        ("E1", "left", "$C$1"),
        ("E5", "up", "$E$1"),
    ],
)
def test_end_goes_where_control_and_an_arrow_go(
    sheet: xlwings.Sheet, start: str, direction: str, end: str
) -> None:
    """The end of a block, the next block, or the edge of the sheet is reached."""
    sheet["A1:A3"].value = 1
    sheet["A6:A7"].value = 1
    sheet["B1:C1"].value = 1
    assert sheet[start].end(direction).address == end


def test_an_unknown_direction_is_refused(sheet: xlwings.Sheet) -> None:
    """Only four directions lead to an end."""
    with pytest.raises(ValueError, match="sideways"):
        sheet["A1"].end("sideways")


def test_expanding_finds_the_table_around(sheet: xlwings.Sheet) -> None:
    """A table, a column and a row are found from their first cell."""
    sheet["B2"].value = [["a", "b", "c"], [1, 2, 3], [4, 5, 6]]
    assert sheet["B2"].expand().address == "$B$2:$D$4"
    assert sheet["B2"].expand("down").address == "$B$2:$B$4"
    assert sheet["B2"].expand("right").address == "$B$2:$D$2"
    assert sheet["F9"].expand().address == "$F$9"
    assert sheet["C3"].current_region.address == "$B$2:$D$4"


def test_used_range_begins_at_the_first_cell(sheet: xlwings.Sheet) -> None:
    """The used range goes from the first to the last filled cell; an empty sheet uses A1."""
    assert sheet.used_range.address == "$A$1"
    sheet["C3"].value = 1
    sheet["E4"].value = 1
    assert sheet.used_range.address == "$C$3:$E$4"


def test_rows_and_columns_are_parts_of_a_range(sheet: xlwings.Sheet) -> None:
    """Rows and columns are counted, indexed and iterated."""
    cells = sheet["A1:C4"]
    assert (len(cells.rows), len(cells.columns)) == (4, 3)
    assert cells.rows[2] == sheet["A3:C3"]
    assert cells.columns(2) == sheet["B1:B4"]
    assert next(row.address for row in cells.rows) == "$A$1:$C$1"


def test_selecting_shows_the_sheet(calc_app: xlwings.App, book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A selected range is the app's selection, on the sheet that is now active."""
    other = book.sheets.add(after=sheet)
    sheet["B2:C3"].select()
    assert calc_app.selection is not None
    assert calc_app.selection.address == "$B$2:$C$3"
    assert book.sheets.active == sheet
    assert book.selection == sheet["B2:C3"]
    assert other.name == "Sheet2"


def test_a_range_of_several_areas_is_refused(sheet: xlwings.Sheet) -> None:
    """An address of two areas and a name that is none are refused with words."""
    with pytest.raises(NotImplementedError, match="several areas"):
        sheet.range("A1,C3")
    with pytest.raises(OfficeError, match="nosuch"):
        sheet.range("nosuch")


def test_ranges_of_another_sheet_are_reached_by_its_name(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """An address may name another sheet of the book."""
    other = book.sheets.add("Other one", after=sheet)
    other["B2"].value = 4
    assert sheet.range("'Other one'!B2").value == 4.0


def test_an_address_names_the_cells_of_another_sheet_or_book(book: xlwings.Book) -> None:
    """`Sheet!A1` and `[Book]Sheet!A1` lead to that sheet, from whichever sheet they are asked."""
    other = book.app.books.add()
    try:
        other.sheets[0].name = "Far off"
        found = xlwings.Range(f"'[{other.name}]Far off'!B2")
        assert (found.sheet.book.name, found.sheet.name, found.address) == (other.name, "Far off", "$B$2")
        book.activate()
        assert book.sheets[0].range(f"[{book.name}]Sheet1!C3").get_address(external=True).endswith("$C$3")
        with pytest.raises(KeyError):
            book.sheets[0].range("[Nowhere]Sheet1!A1")
    finally:
        other.close()

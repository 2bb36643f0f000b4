import pytest
import xlwings

from xlwings_libreoffice import OfficeError


def test_a_range_gets_a_name(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A named range is found by its name, and the name by its range."""
    sheet["B2:C3"].name = "block"
    assert sheet["B2:C3"].name is not None
    assert sheet["B2:C3"].name.name == "block"
    assert sheet["B2"].name is None
    assert sheet.range("block").address == "$B$2:$C$3"
    assert sheet["BLOCK"] == sheet["B2:C3"]
    assert book.names["block"].refers_to == "=Sheet1!$B$2:$C$3"
    assert book.names["block"].refers_to_range == sheet["B2:C3"]


def test_names_are_added_counted_and_deleted(book: xlwings.Book) -> None:
    """Names of cells, constants and formulas are counted in alphabetical order and deleted."""
    book.names.add("rate", "=0.19")
    book.names.add("cell", "=Sheet1!$A$1")
    book.names.add("total", "=SUM(Sheet1!$A$1:$A$3,1)")
    assert [name.name for name in book.names] == ["cell", "rate", "total"]
    assert book.names[2].refers_to == "=SUM(Sheet1!$A$1:$A$3,1)"
    assert book.names(1).name == "cell"
    assert "rate" in book.names
    del book.names["rate"]
    assert "rate" not in book.names
    assert len(book.names) == book.names.count == 2
    with pytest.raises(KeyError):
        book.names["rate"]
    with pytest.raises(OfficeError, match="does not refer"):
        _ = book.names["total"].refers_to_range


def test_a_name_is_changed(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A name is renamed and refers to something else; adding it again replaces what it refers to."""
    name = book.names.add("first", "=Sheet1!$A$1")
    name.name = "second"
    assert [known.name for known in book.names] == ["second"]
    name.refers_to = "=Sheet1!$B$5"
    assert name.refers_to_range == sheet["B5"]
    book.names.add("second", "=Sheet1!$C$1")
    assert len(book.names) == 1
    assert name.refers_to == "=Sheet1!$C$1"
    name.delete()
    assert len(book.names) == 0


def test_names_of_a_sheet_are_known_there(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A name of one sheet shows its sheet, and is found on it before one of the book."""
    other = book.sheets.add("My Sheet", after=sheet)
    other.names.add("here", "='My Sheet'!$A$1")
    sheet["A1"].name = "here"
    sheet["B1"].name = "Sheet1!there"
    assert [name.name for name in other.names] == ["'My Sheet'!here"]
    assert [name.name for name in sheet.names] == ["Sheet1!there"]
    assert len(book.names) == 3
    assert other.range("here").sheet == other
    assert sheet.range("here").sheet == sheet
    assert getattr(other.range("here").name, "name", None) == "'My Sheet'!here"
    assert "Sheet1!there" in book.names


def test_names_work_in_formulas(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A formula may use names, and follows what they refer to."""
    sheet["A1"].value = 4
    sheet["A1"].name = "four"
    sheet["B1"].formula = "=four*2"
    assert sheet["B1"].value == 8.0
    assert sheet["B1"].formula == "=four*2"
    book.names["four"].refers_to = "=5"
    assert sheet["B1"].value == 10.0


@pytest.mark.parametrize("name", ["A1", "two words", "1st"])
def test_a_bad_name_is_refused(book: xlwings.Book, name: str) -> None:
    """A name that looks like a reference, or holds a space, is refused."""
    with pytest.raises(OfficeError):
        book.names.add(name, "=1")


def test_setting_an_item_makes_a_name(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """Names are set like the items of a dictionary, to a range or a formula."""
    book.names["cells"] = sheet["A1:A2"]
    book.names["rate"] = "=0.5"
    book.names["rate"] = "=0.6"
    assert book.names["cells"].refers_to_range == sheet["A1:A2"]
    assert book.names["rate"].refers_to == "=0.6"


def test_tables_are_ranges_by_name(sheet: xlwings.Sheet) -> None:
    """The name of a table stands for its rows, and in brackets for a part of it."""
    sheet["A1"].value = [["a", "b"], [1, 2], [3, 4]]
    sheet.tables.add(sheet["A1:B3"], name="Things")
    assert sheet.range("Things").address == "$A$2:$B$3"
    assert sheet.range("Things[#All]").address == "$A$1:$B$3"
    assert sheet.range("Things[#Headers]").address == "$A$1:$B$1"
    assert sheet.range("Things[b]").address == "$B$2:$B$3"
    with pytest.raises(OfficeError, match="no column"):
        sheet.range("Things[c]")

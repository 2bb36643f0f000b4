"""Links in cells."""

from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
import xlwings


def test_hyperlink_is_added(sheet: xlwings.Sheet) -> None:
    """A link has an address, completed where it begins with www, and shows its text."""
    sheet["A1"].add_hyperlink("www.example.org")
    sheet["A2"].add_hyperlink("https://example.org/a", "Example", "Click")
    assert (sheet["A1"].hyperlink, sheet["A1"].value) == ("http://www.example.org", "www.example.org")
    assert (sheet["A2"].hyperlink, sheet["A2"].value) == ("https://example.org/a", "Example")


def test_hyperlink_of_a_formula_is_found(sheet: xlwings.Sheet) -> None:
    """The address of a HYPERLINK formula is taken from it."""
    sheet["A1"].formula = '=HYPERLINK("https://example.org","x")'
    assert sheet["A1"].hyperlink == "https://example.org"


def test_cell_without_hyperlink_says_so(sheet: xlwings.Sheet) -> None:
    """Asking a cell without a link for its address is an error in words."""
    sheet["A1"].value = "text"
    with pytest.raises(Exception, match="hyperlink"):
        _ = sheet["A1"].hyperlink


def test_hyperlink_arrives_in_the_file(sheet: xlwings.Sheet, tmp_path: Path) -> None:
    """A link is found in the saved workbook."""
    sheet["A1"].add_hyperlink("https://example.org/a", "Example")
    sheet.book.save(tmp_path / "links.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "links.xlsx").active["A1"]  # type: ignore[index]
    assert (cell.hyperlink.target, cell.value) == ("https://example.org/a", "Example")


@pytest.mark.parametrize("link", ["other.xlsx", "sub/two words.xlsx"])
def test_hyperlink_to_a_file_beside_the_book_arrives_in_the_file(
    sheet: xlwings.Sheet, tmp_path: Path, link: str
) -> None:
    """A link to a file beside the book leads there in the saved workbook, and reads back as it was given."""
    sheet["A1"].add_hyperlink(link, "Other")
    sheet["A2"].add_hyperlink("#Sheet1!B2", "Here")
    sheet.book.save(tmp_path / "links.xlsx")
    page = openpyxl.load_workbook(tmp_path / "links.xlsx").worksheets[0]
    assert page["A1"].hyperlink is not None
    assert unquote(page["A1"].hyperlink.target or "") == link
    assert (sheet["A1"].hyperlink, sheet["A2"].hyperlink) == (link, "#Sheet1!B2")

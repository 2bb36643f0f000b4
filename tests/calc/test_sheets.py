from pathlib import Path
from typing import Any

import pytest
import xlwings

from xlwings_libreoffice import OfficeError


def test_a_new_sheet_comes_before_the_active_one(book: xlwings.Book) -> None:
    """Without a place a new sheet comes before the active one and becomes active itself."""
    made = book.sheets.add()
    assert book.sheet_names == ["Sheet2", "Sheet1"]
    assert book.sheets.active == made
    assert made.index == 1


def test_sheets_are_added_by_name_before_and_after(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A sheet is added before or after another, given as sheet, name or number."""
    book.sheets.add("after", after=sheet)
    book.sheets.add("before", before="Sheet1")  # type: ignore[arg-type]
    book.sheets.add("last", after=3)  # type: ignore[arg-type]
    assert book.sheet_names == ["before", "Sheet1", "after", "last"]
    with pytest.raises(ValueError, match="already present"):
        book.sheets.add("AFTER")


def test_sheets_are_found_and_listed(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """Sheets are found by number and name; a missing one is refused."""
    assert book.sheets["sheet1"] == sheet
    assert book.sheets(1) == book.sheets[0] == sheet
    assert "Sheet1" in book.sheets
    assert len(book.sheets) == 1
    with pytest.raises(KeyError):
        book.sheets["nosuch"]
    with pytest.raises(IndexError):
        book.sheets[1]
    assert repr(sheet) == f"<Sheet [{book.name}]Sheet1>"


def test_renaming_a_sheet_moves_formulas_along(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A renamed sheet is known by its new name, also in formulas; a taken name is refused."""
    other = book.sheets.add(after=sheet)
    other["A1"].formula = "=Sheet1!A1"
    sheet.name = "New name"
    assert other["A1"].formula == "='New name'!A1"
    with pytest.raises(ValueError, match="already present"):
        sheet.name = "sheet2"
    with pytest.raises(ValueError, match="characters"):
        sheet.name = "a/b"


def test_a_copy_is_named_as_excel_names_it(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """Copies of a sheet are numbered, named on request, and hold the same."""
    sheet["A1"].value = 5
    copied = sheet.copy()
    assert copied.name == "Sheet1 (2)"
    assert copied["A1"].value == 5.0
    assert copied.copy().name == "Sheet1 (3)"
    assert sheet.copy(before=sheet, name="first").index == 1
    assert book.sheet_names == ["first", "Sheet1", "Sheet1 (2)", "Sheet1 (3)"]


def test_a_sheet_is_copied_to_another_book(calc_app: xlwings.App, sheet: xlwings.Sheet) -> None:
    """A copy in another book takes contents along and finds a free name."""
    sheet["A1"].value = "there"
    other = calc_app.books.add()
    copied = sheet.copy(after=other.sheets[0])
    assert copied.name == "Sheet1 (2)"
    assert copied["A1"].value == "there"
    assert copied.index == 2
    sheet.name = "Own"
    assert sheet.copy(before=other.sheets[0]).name == "Own"
    assert other.sheet_names == ["Own", "Sheet1", "Sheet1 (2)"]
    other.close()


def test_sheets_move(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A sheet moves before or after another."""
    second = book.sheets.add(after=sheet)
    third = book.sheets.add(after=second)
    third.move(before=sheet)
    assert book.sheet_names == ["Sheet3", "Sheet1", "Sheet2"]
    third.move(after=second)
    assert book.sheet_names == ["Sheet1", "Sheet2", "Sheet3"]
    sheet.move(after=second)
    assert book.sheet_names == ["Sheet2", "Sheet1", "Sheet3"]


def test_the_last_visible_sheet_stays(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A sheet is hidden and deleted, but not the last one that can be seen."""
    other = book.sheets.add(after=sheet)
    other.visible = False
    assert other.visible is False
    with pytest.raises(OfficeError, match="visible"):
        sheet.visible = False
    with pytest.raises(OfficeError, match="visible"):
        sheet.delete()
    other.visible = True
    sheet.delete()
    assert book.sheet_names == ["Sheet2"]


def test_activating_and_selecting_a_sheet(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """An activated or selected sheet is the active one."""
    other = book.sheets.add(after=sheet)
    sheet.activate()
    assert book.sheets.active == sheet
    other.select()
    assert book.sheets.active == other


def test_a_sheet_is_cleared(sheet: xlwings.Sheet) -> None:
    """Contents and formats of a whole sheet are cleared, also after cells were removed from it."""
    sheet["A1:B2"].value = 1
    sheet["1:1"].delete()
    assert sheet["A1"].value == 1.0
    sheet.clear_contents()
    assert sheet["A1"].value is None
    sheet["A1"].value = True
    sheet.clear_formats()
    assert sheet["A1"].value == 1.0
    sheet.clear()
    assert sheet.used_range.value is None


def test_gridlines_belong_to_their_sheet(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """Gridlines are switched for one sheet, without changing the active one."""
    other = book.sheets.add(after=sheet)
    sheet.show_gridlines = False
    assert sheet.show_gridlines is False
    assert other.show_gridlines is True
    assert book.sheets.active == other


@pytest.mark.parametrize(
    ("at", "columns", "rows"), [("A1", 1, 1), ("A1:B3", 2, 3), ("A:A", 1, 0), ("1:2", 0, 2)]
)
def test_panes_freeze(book: xlwings.Book, sheet: xlwings.Sheet, at: str, columns: int, rows: int) -> None:
    """The rows and columns named stay in place until they are released."""
    sheet.freeze_panes.freeze_at(at)
    view = book.api.CurrentController
    assert view.hasFrozenPanes()
    assert (view.SplitColumn, view.SplitRow) == (columns, rows)
    sheet.freeze_panes.unfreeze()
    assert not view.hasFrozenPanes()


def test_a_sheet_is_written_as_a_page(book: xlwings.Book, sheet: xlwings.Sheet, tmp_path: Path) -> None:
    """A page of HTML holds the sheet and no other one."""
    book.sheets.add(after=sheet)["A1"].value = "other"
    sheet["A1"].value = "shown"
    sheet.to_html(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert "shown" in text
    assert "other" not in text
    assert book.sheet_names == ["Sheet1", "Sheet2"]


def test_threaded_comments_are_refused(sheet: xlwings.Sheet) -> None:
    """Calc has notes and no threaded comments, and says so."""
    with pytest.raises(NotImplementedError, match="threaded"):
        len(sheet.comments)


@pytest.mark.parametrize("name", ["x" * 32, "a/b", "what?", "'quoted"])
def test_a_name_that_excel_would_not_take_is_refused(book: xlwings.Book, name: str) -> None:
    """A sheet is not given a name that would be lost or changed in Excel, whether it is new or renamed."""
    with pytest.raises(OfficeError, match="cannot be the name of a sheet"):
        book.sheets.add(name)
    with pytest.raises((OfficeError, ValueError), match="sheet"):
        book.sheets[0].name = name
    assert len(book.sheets) == 1


def test_a_sheet_is_in_its_book_by_name_and_by_number(book: xlwings.Book) -> None:
    """`in` asks for a name in upper or lower case, or for a number counted from 1."""
    assert "SHEET1" in book.sheets
    assert "Other" not in book.sheets
    numbered: Any = book.sheets  # typed for names only
    assert 1 in numbered
    assert 2 not in numbered

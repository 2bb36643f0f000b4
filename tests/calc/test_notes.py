"""Notes on cells."""

from pathlib import Path

import openpyxl
import pytest
import xlwings


def test_note_is_added_changed_and_deleted(sheet: xlwings.Sheet) -> None:
    """A note has a text and a cell, can be changed, and is None when deleted."""
    assert sheet["B2"].note is None
    note = sheet["B2"].add_note("Review")
    assert (note.text, note.author, note.location.address) == ("Review", "", "$B$2")
    note.text = "Reviewed"
    assert sheet["B2"].note is not None
    assert sheet["B2"].note.text == "Reviewed"
    note.delete()
    assert sheet["B2"].note is None


def test_notes_of_a_sheet_are_counted(sheet: xlwings.Sheet) -> None:
    """The notes of a sheet are listed row by row and found by address."""
    sheet["C3"].add_note("second")
    sheet["D1"].add_note("first")
    assert [note.text for note in sheet.notes] == ["first", "second"]
    assert (sheet.notes["C3"].text, len(sheet.notes)) == ("second", 2)


def test_second_note_on_a_cell_is_refused(sheet: xlwings.Sheet) -> None:
    """A cell with a note takes no second one."""
    sheet["A1"].add_note("one")
    with pytest.raises(ValueError, match="already has a note"):
        sheet["A1"].add_note("two")


def test_threaded_comments_of_a_cell_are_refused(sheet: xlwings.Sheet) -> None:
    """Threaded comments, which LibreOffice does not have, are refused in words."""
    with pytest.raises(NotImplementedError, match="threaded"):
        sheet["A1"].add_comment("hello")
    with pytest.raises(NotImplementedError, match="threaded"):
        _ = sheet["A1"].comment


def test_note_arrives_in_the_file(sheet: xlwings.Sheet, tmp_path: Path) -> None:
    """A note is found in the saved workbook."""
    sheet["A1"].add_note("Review")
    sheet.book.save(tmp_path / "notes.xlsx")
    comment = openpyxl.load_workbook(tmp_path / "notes.xlsx").active["A1"].comment  # type: ignore[index]
    assert comment.text == "Review"

"""What is attached to cells stays with them."""

import xlwings


def test_marks_move_with_their_cells(sheet: xlwings.Sheet) -> None:
    """Notes, links and rules move with the cells when rows are inserted above."""
    sheet["A1"].add_note("note")
    sheet["B1"].add_hyperlink("https://example.org")
    sheet["C1"].data_validation.set_list(["a"])
    sheet["1:1"].insert("down")
    assert sheet["A2"].note is not None
    assert (sheet["A2"].note.text, sheet["B2"].hyperlink) == ("note", "https://example.org")
    assert (sheet["C2"].data_validation.type, sheet["C1"].data_validation.type) == ("list", "none")


def test_clearing_takes_notes_off(sheet: xlwings.Sheet) -> None:
    """Clearing a range takes its notes off, clearing its contents leaves them."""
    sheet["A1"].add_note("note")
    sheet["A1"].clear_contents()
    assert sheet["A1"].note is not None
    sheet["A1"].clear()
    assert sheet["A1"].note is None

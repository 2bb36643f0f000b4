"""Inserting, deleting, copying, filling and sorting."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest


def moment(year: int, month: int, day: int) -> dt.datetime:
    """The beginning of a day, without a time zone, as cells have it."""
    return dt.datetime.combine(dt.date(year, month, day), dt.time())


FILLS = [
    ("fill_default", [1], [1, 1, 1, 1]),
    ("fill_default", [1, 3], [1, 3, 5, 7]),
    ("fill_series", [1], [1, 2, 3, 4]),
    ("fill_copy", [1, 3], [1, 3, 1, 3]),
    ("fill_default", ["Mon"], ["Mon", "Tue", "Wed", "Thu"]),
    ("fill_default", ["Item 1"], ["Item 1", "Item 2", "Item 3", "Item 4"]),
    ("growth_trend", [2, 4], [2, 4, 8, 16]),
    ("linear_trend", [2, 4], [2, 4, 6, 8]),
]
DATES = [
    ("fill_default", [moment(2025, 2, 1)]),
    ("fill_days", [moment(2025, 2, 1)]),
    ("fill_weekdays", [moment(2025, 2, 3)]),
    ("fill_months", [moment(2025, 2, 28)]),
    ("fill_years", [moment(2026, 1, 31)]),
]


def test_insert_shifts_cells(sheet: Any) -> None:
    """Inserting shifts cells down or right, and no others."""
    sheet["A1:B2"].value = [[1, 2], [3, 4]]
    sheet["A1"].insert("down")
    assert sheet["A1:B3"].value == [[None, 2], [1, 4], [3, None]]
    sheet["A2"].insert("right")
    assert sheet["A2:C2"].value == [None, 1, 4]


def test_inserted_cells_take_formats_from_above_or_below(sheet: Any) -> None:
    """New cells look like those before them, or on request like those after them."""
    sheet["A1"].color = (255, 0, 0)
    sheet["A2"].color = (0, 255, 0)
    sheet["A2"].insert("down")
    assert sheet["A2"].color == (255, 0, 0)
    sheet["A3"].insert("down", "format_from_right_or_below")
    assert sheet["A3"].color == (0, 255, 0)
    sheet["1:1"].insert("down")
    assert (sheet["A1"].color, sheet["A2"].color) == (None, (255, 0, 0))


def test_delete_shifts_cells(sheet: Any) -> None:
    """Deleting moves cells up or left; the range still stands where it stood."""
    sheet["A1:B2"].value = [[1, 2], [3, 4]]
    cell = sheet["A1"]
    cell.delete("up")
    assert (sheet["A1:B2"].value, cell.address, cell.value) == ([[3, 2], [None, 4]], "$A$1", 3)
    sheet["A1"].delete("left")
    assert sheet["A1:B1"].value == [2, None]


def test_delete_without_direction_follows_the_shape(sheet: Any) -> None:
    """A tall range closes to the left and a wide one upward when nothing is said."""
    sheet["A1:B3"].value = [[1, 2], [3, 4], [5, 6]]
    sheet["A1:A2"].delete()
    assert sheet["A1:B3"].value == [[2, None], [4, None], [5, 6]]
    sheet["A1:B1"].delete()
    assert sheet["A1:B3"].value == [[4, None], [5, 6], [None, None]]


def test_delete_of_whole_rows_moves_formulas(sheet: Any) -> None:
    """Deleting whole rows moves up what is below, and formulas follow."""
    sheet["A1:A4"].value = [[1], [2], [3], ["=A3"]]
    sheet["1:2"].delete()
    assert (sheet["A2"].formula, sheet["A2"].value) == ("=A1", 3)


def test_copy_takes_formulas_and_formats(sheet: Any) -> None:
    """A copy has formats, and formulas whose references moved; a larger destination is filled."""
    sheet["A1:B1"].value = [1, "=A1*2"]
    sheet["A1"].color = (255, 0, 0)
    sheet["A1:B1"].copy(sheet["D3"])
    assert (sheet["D3:E3"].formula, sheet["D3"].color) == ((("1", "=D3*2"),), (255, 0, 0))
    sheet["A1"].copy(sheet["A5:B6"])
    assert sheet["A5:B6"].value == [[1, 1], [1, 1]]


def test_copy_to_another_sheet_and_book(sheet: Any, calc_app: Any) -> None:
    """A range is copied to other sheets and to other books."""
    sheet["A1:B1"].value = [1, "=A1*2"]
    other = sheet.book.sheets.add()
    sheet["A1:B1"].copy(other["C3"])
    book = calc_app.books.add()
    sheet["A1:B1"].copy(book.sheets[0]["A2"])
    formulas: Any = (other["C3:D3"].formula, book.sheets[0]["A2:B2"].formula)
    book.close()
    assert formulas == ((("1", "=C3*2"),), (("1", "=A2*2"),))


def test_paste_takes_parts(sheet: Any) -> None:
    """Values, formats and turned cells are pasted from the clipboard, or computed into what is there."""
    sheet["A1:B1"].value = [1, "=A1*2"]
    sheet["A1"].color = (255, 0, 0)
    sheet["A1:B1"].copy()
    sheet["D1"].paste("values", transpose=True)
    assert (sheet["D1:D2"].formula, sheet["D1"].color) == ((("1",), ("2",)), None)
    sheet["D1"].paste("values", "add", transpose=True)
    assert sheet["D1:D2"].value == [2, 4]
    sheet["F1"].paste("formats")
    assert (sheet["F1"].value, sheet["F1"].color) == (None, (255, 0, 0))


def test_paste_refuses_what_the_office_has_not(sheet: Any) -> None:
    """Parts of cells that LibreOffice cannot paste alone, or that are none, are refused by name."""
    sheet["A1"].copy()
    with pytest.raises(NotImplementedError, match="column_widths"):
        sheet["B1"].paste("column_widths")
    with pytest.raises(ValueError, match="colours"):
        sheet["B1"].paste("colours")


def test_copy_from_takes_parts(sheet: Any) -> None:
    """A range copies values, formulas, formats or links from another."""
    sheet["A1:B1"].value = [1, "=A1*2"]
    sheet["A1"].color = (255, 0, 0)
    sheet["A3"].copy_from(sheet["A1:B1"], "values")
    sheet["A4"].copy_from(sheet["A1:B1"], "formulas")
    sheet["A5"].copy_from(sheet["A1:B1"], "link")
    sheet["A6"].copy_from(sheet["A1:B1"])
    texts = (("1", "2"), ("1", "=A4*2"), ("=A1", "=B1"), ("1", "=A6*2"))
    assert sheet["A3:B6"].formula == texts
    assert [cell.color for cell in sheet["A3:A6"]] == [None, None, None, (255, 0, 0)]


def test_copy_from_skips_blanks_and_turns(sheet: Any) -> None:
    """On request blank cells are skipped, and rows become columns."""
    sheet["A1:B1"].value = [1, None]
    sheet["D1:D2"].value = [[8], [9]]
    sheet["D1"].copy_from(sheet["A1:B1"], "values", skip_blanks=True, transpose=True)
    assert sheet["D1:D2"].value == [1, 9]


def test_move_takes_references_along(sheet: Any) -> None:
    """Moved cells leave nothing behind, and formulas that refer to them follow, also to another sheet."""
    sheet["A1"].value = 1
    sheet["A10"].formula = "=A1"
    sheet["A1"].move(sheet["C8"])
    assert (sheet["A1"].value, sheet["C8"].value, sheet["A10"].formula) == (None, 1, "=C8")
    other = sheet.book.sheets.add("Other")
    sheet["C8"].move(other["A1"])
    assert (sheet["A10"].formula, sheet["A10"].value) == ("=Other!A1", 1)


@pytest.mark.parametrize(("how", "given", "filled"), FILLS)
def test_autofill_continues(sheet: Any, how: str, given: Sequence[object], filled: list[object]) -> None:
    """Cells are filled as Excel fills them: a lone number is repeated, two make a series, days go on."""
    sheet["A1"].options(transpose=True).value = given
    sheet[f"A1:A{len(given)}"].autofill(sheet["A1:A4"], how)
    assert sheet["A1:A4"].value == filled


@pytest.mark.parametrize(("how", "second"), DATES)
def test_autofill_continues_dates(sheet: Any, how: str, second: list[dt.datetime]) -> None:
    """Dates go on by days, weekdays, months or years."""
    sheet["A1"].value = moment(2025, 1, 31)
    sheet["A1"].autofill(sheet["A1:A2"], how)
    assert sheet["A1:A2"].value == [moment(2025, 1, 31), *second]


def test_autofill_goes_up_and_right(sheet: Any) -> None:
    """Cells are filled to any side on which the destination is larger."""
    sheet["B3"].formula = "=A1"
    sheet["B3"].autofill(sheet["B3:D3"])
    sheet["B3"].autofill(sheet["B2:B3"], "fill_series")
    assert sheet["B3:D3"].formula == (("=A1", "=B1", "=C1"),)
    sheet["F5"].value = 5
    sheet["F5"].autofill(sheet["F3:F5"], "fill_copy")
    assert sheet["F3:F5"].value == [5, 5, 5]


def test_autofill_of_formats_leaves_values(sheet: Any) -> None:
    """Formats are filled alone on request."""
    sheet["A1"].value = 1
    sheet["A1"].color = (255, 0, 0)
    sheet["A1"].autofill(sheet["A1:A3"], "fill_formats")
    assert (sheet["A1:A3"].value, sheet["A3"].color) == ([1, None, None], (255, 0, 0))


def test_autofill_refuses_guessing(sheet: Any) -> None:
    """Flash fill, which LibreOffice has not, is refused by name."""
    with pytest.raises(NotImplementedError, match="flash_fill"):
        sheet["A1"].autofill(sheet["A1:A2"], "flash_fill")


def test_sort_goes_by_keys(sheet: Any) -> None:
    """Rows are sorted by several columns, each in its own direction, and a header stays."""
    sheet["A1:B5"].value = [["n", "t"], [3, "c"], [1, "a"], [2, "z"], [1, "B"]]
    sheet["A1:B5"].sort([1, 2], [True, False], has_headers=True)
    assert sheet["A1:B5"].value == [["n", "t"], [1, "B"], [1, "a"], [2, "z"], [3, "c"]]
    sheet["A1:B5"].sort(1, ascending=False)
    assert sheet["A1:A5"].value == ["n", 3, 2, 1, 1]


def test_duplicates_are_removed_within_the_range(sheet: Any) -> None:
    """Rows that repeat an earlier one go, those below move up, and what is under the range stays."""
    sheet["A1:B5"].value = [["n", "t"], [1, "a"], [1, "b"], [2, "a"], [1, "A"]]
    sheet["A7"].value = "below"
    sheet["A1:B5"].remove_duplicates([1, 2], has_headers=True)
    assert sheet["A1:B7"].value == [
        ["n", "t"],
        [1, "a"],
        [1, "b"],
        [2, "a"],
        [None, None],
        [None, None],
        ["below", None],
    ]
    sheet["A1:B5"].remove_duplicates(1, has_headers=True)
    assert sheet["A1:A7"].value == ["n", 1, 2, None, None, None, "below"]


def test_rows_and_columns_are_grouped(sheet: Any) -> None:
    """Rows and columns are put into groups and taken out again."""
    sheet["2:4"].group()
    sheet["B:C"].group()
    sheet["A6:A7"].group("rows")
    sheet["2:4"].ungroup()
    sheet["A6:A7"].ungroup("rows")
    sheet["B:C"].ungroup()
    with pytest.raises(ValueError, match="neither"):
        sheet["A1"].group("sideways")

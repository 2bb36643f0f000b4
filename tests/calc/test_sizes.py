import pytest
import xlwings


@pytest.mark.parametrize("width", [0.5, 1, 8.43, 20, 40, 255])
def test_column_widths_are_counted_in_characters(sheet: xlwings.Sheet, width: float) -> None:
    """A column's width comes back as it was set, in characters."""
    sheet["B2"].column_width = width
    assert sheet["B2"].column_width == pytest.approx(width, abs=0.01)


@pytest.mark.parametrize("height", [5, 15, 15.75, 40, 409])
def test_row_heights_are_points(sheet: xlwings.Sheet, height: float) -> None:
    """A row's height comes back as it was set, in points."""
    sheet["B2"].row_height = height
    assert sheet["B2"].row_height == height


def test_sizes_that_differ_are_none(sheet: xlwings.Sheet) -> None:
    """Columns or rows of different size have no common one."""
    sheet["A1"].column_width = 30
    sheet["A1"].row_height = 30
    assert sheet["A1:B2"].column_width is None
    assert sheet["A1:B2"].row_height is None
    assert sheet["A:C"].column_width is None
    assert sheet["B:C"].row_height is None


def test_sizes_beyond_the_limit_are_refused(sheet: xlwings.Sheet) -> None:
    """A column is at most 255 characters wide, a row at most 409.5 points high."""
    with pytest.raises(ValueError, match="255"):
        sheet["A1"].column_width = 256
    with pytest.raises(ValueError, match=r"409\.5"):
        sheet["A1"].row_height = 500


def test_positions_and_sizes_are_points(sheet: xlwings.Sheet) -> None:
    """Left and top add up the columns and rows before."""
    sheet["A1"].column_width = 20
    sheet["A1"].row_height = 40
    assert (sheet["A1"].left, sheet["A1"].top) == (0, 0)
    assert sheet["B2"].top == 40
    assert sheet["B2"].left == pytest.approx(sheet["A1"].width, abs=0.05)
    assert sheet["A1"].width == pytest.approx(108.75, abs=0.05)
    assert sheet["A1"].height == pytest.approx(40, abs=0.05)


def test_rows_and_columns_hide(sheet: xlwings.Sheet) -> None:
    """Hidden rows and columns are told, and mixed ones are None."""
    sheet["A2:A3"].rows.hidden = True
    sheet["B1"].columns.hidden = True
    assert sheet["A2:A3"].rows.hidden is True
    assert sheet["A2:A4"].rows.hidden is None
    assert sheet["A4:A5"].rows.hidden is False
    assert sheet["B1"].columns.hidden is True
    assert sheet["A1:B1"].columns.hidden is None
    sheet["A2:A3"].rows.hidden = False
    assert sheet["A2:A3"].rows.hidden is False


def test_autofit_widens_a_column(sheet: xlwings.Sheet) -> None:
    """A column is as wide as its longest text after autofit."""
    sheet["A1"].value = "a text much longer than a column is wide at first"
    before = sheet["A1"].column_width
    sheet["A1"].columns.autofit()
    assert before is not None
    assert (sheet["A1"].column_width or 0) > before
    sheet["A1"].row_height = 100
    sheet["A1"].rows.autofit()
    assert (sheet["A1"].row_height or 100) < 100
    sheet.autofit()


def test_rows_grow_with_what_is_written_into_them(sheet: xlwings.Sheet) -> None:
    """Text of several lines, and text in cells that wrap, makes its row higher; one line of text does not."""
    sheet["A1:A3"].value = [["one line, " * 30], ["first\nsecond\nthird"], ["plain"]]
    sheet["B3"].wrap_text = True
    sheet["A3:B3"].value = ["left", "a long text that wraps in its cell " * 5]
    usual, lines, wrapped = (height(sheet, row) for row in (1, 2, 3))
    assert usual == height(sheet, 9)
    assert lines > 2 * usual
    assert wrapped > 2 * usual


def test_rows_grow_again_after_a_block_was_written(sheet: xlwings.Sheet) -> None:
    """Writing a block leaves the office measuring rows as before, so that a larger font makes its row higher."""
    sheet["A1"].value = [["a", 1.0], ["b", 2.0]]
    before = height(sheet, 1)
    sheet["A1"].font.size = 40
    assert height(sheet, 1) > 2 * before


def height(sheet: xlwings.Sheet, row: int) -> float:
    """The height of one row, in points."""
    found = sheet.range((row, 1)).row_height
    assert found is not None
    return found

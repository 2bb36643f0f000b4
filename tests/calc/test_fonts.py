"""Fonts of cells."""

from pathlib import Path

import openpyxl
import pytest
import xlwings


def test_font_of_cells_keeps_what_is_set(sheet: xlwings.Sheet) -> None:
    """Bold, italic, size, color and name of a font read back as they were set."""
    font = sheet["A1:B2"].font
    font.set(bold=True, italic=True, size=14, color="#0000ff", name="Arial")
    assert (font.bold, font.italic, font.size, font.color, font.name) == (
        True,
        True,
        14,
        (0, 0, 255),
        "Arial",
    )


def test_font_of_cells_that_differ_is_none(sheet: xlwings.Sheet) -> None:
    """A property of a font is None where the cells of the range differ in it."""
    sheet["A1"].font.set(bold=True, italic=True, size=14, color=(255, 0, 0), name="Arial")
    font = sheet["A1:B1"].font
    assert (font.bold, font.italic, font.size, font.color, font.name) == (None, None, None, None, None)


def test_automatic_font_color_is_black(sheet: xlwings.Sheet) -> None:
    """A font without a color of its own is black, as in Excel."""
    assert sheet["A1"].font.color == (0, 0, 0)


@pytest.mark.parametrize("color", [(255, 0, 0), "#ff0000", 255])
def test_font_color_takes_all_forms(sheet: xlwings.Sheet, color: tuple[int, int, int] | str) -> None:
    """A font color is given as red, green and blue, as hexadecimal text, or as Excel's number."""
    sheet["A1"].font.color = color
    assert sheet["A1"].font.color == (255, 0, 0)


def test_font_arrives_in_the_file(sheet: xlwings.Sheet, tmp_path: Path) -> None:
    """A font that was set is found in the saved workbook."""
    sheet["A1"].value = "text"
    sheet["A1"].font.set(bold=True, italic=True, size=14, color="#0000ff", name="Arial")
    sheet.book.save(tmp_path / "fonts.xlsx")
    font = openpyxl.load_workbook(tmp_path / "fonts.xlsx").active["A1"].font  # type: ignore[index]
    assert (font.b, font.i, font.sz, font.color.rgb, font.name) == (True, True, 14, "FF0000FF", "Arial")


def test_font_of_a_text_in_parts_is_none(sheet: xlwings.Sheet) -> None:
    """A property of the font of a cell is None where the parts of its text differ in it, until it is set for all."""
    sheet["A1"].value = "two words"
    sheet["A1"].characters[:3].font.bold = True
    sheet["A1"].characters[4:].font.color = (255, 0, 0)
    font = sheet["A1"].font
    assert (font.bold, font.color, font.italic) == (None, None, False)
    font.bold, font.color = False, (0, 0, 255)
    assert (font.bold, font.color) == (False, (0, 0, 255))
    assert sheet["A1"].characters[:3].font.bold is False
    assert sheet["A1"].characters[4:].font.color == (0, 0, 255)

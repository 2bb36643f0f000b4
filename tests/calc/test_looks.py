"""What ranges look like."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings

FORMATS = [
    "General",
    "0",
    "#,##0.00",
    "0%",
    "0.00E+00",
    "@",
    "yyyy-mm-dd",
    "m/d/yyyy h:mm",
    "h:mm:ss AM/PM",
    "[h]:mm:ss",
    "mmm-yy",
    "[Red][<0]0.00;[Blue][>=100]0;General",
    "$#,##0.00_);[Red]($#,##0.00)",
    '0.00 "hours"',
]


@pytest.mark.parametrize("code", FORMATS)
def test_number_format_reads_back(sheet: xlwings.Sheet, code: str) -> None:
    """A number format reads back in the letters in which Excel writes it."""
    sheet["A1:B2"].number_format = code
    assert sheet["A1:B2"].number_format == code


def test_number_formats_that_differ_are_none(sheet: xlwings.Sheet) -> None:
    """The number format of cells that differ is None, and General unless set."""
    assert sheet["A1:B2"].number_format == "General"
    sheet["A1"].number_format = "0%"
    assert sheet["A1:B2"].number_format is None


def test_truth_values_are_general(sheet: xlwings.Sheet) -> None:
    """A truth value has the number format General, as in Excel."""
    sheet["A1"].value = True
    assert sheet["A1"].number_format == "General"


@pytest.mark.parametrize("color", [(255, 0, 0), "#ff0000", "ff0000", 255])
def test_fill_takes_all_forms(sheet: xlwings.Sheet, color: tuple[int, int, int] | str) -> None:
    """A fill is given as red, green and blue, as hexadecimal text, or as Excel's number; it reads as a tuple."""
    sheet["A1:B2"].color = color
    assert sheet["A1:B2"].color == (255, 0, 0)


def test_fill_is_none_without_color(sheet: xlwings.Sheet) -> None:
    """A fill is None where there is none, after it was taken off, and where the cells differ."""
    assert sheet["A1"].color is None
    sheet["A1"].color = (255, 0, 0)
    assert sheet["A1:B1"].color is None
    sheet["A1"].color = None
    assert sheet["A1"].color is None


def test_fills_are_set_cell_by_cell(sheet: xlwings.Sheet) -> None:
    """A matrix of colors fills each cell, None takes a fill off, and an ellipsis leaves it."""
    sheet["B2:C3"].color = (9, 9, 9)
    sheet["B2:C3"].set_colors([[(1, 2, 3), ...], [None, "#00ff00"]])
    assert [cell.color for cell in sheet["B2:C3"]] == [(1, 2, 3), (9, 9, 9), None, (0, 255, 0)]


@pytest.mark.parametrize("name", ["general", "left", "center", "right", "fill", "justify", "distributed"])
def test_horizontal_alignment_reads_back(sheet: xlwings.Sheet, name: Any) -> None:
    """A horizontal alignment reads back, and is None where the cells differ."""
    sheet["A1:B2"].horizontal_alignment = name
    assert sheet["A1:B2"].horizontal_alignment == name
    sheet["A1"].horizontal_alignment = "left" if name != "left" else "right"
    assert sheet["A1:B2"].horizontal_alignment is None


@pytest.mark.parametrize("name", ["top", "center", "bottom", "justify", "distributed"])
def test_vertical_alignment_reads_back(sheet: xlwings.Sheet, name: Any) -> None:
    """A vertical alignment reads back; unless set, it is at the bottom."""
    assert sheet["A1"].vertical_alignment == "bottom"
    sheet["A1:B2"].vertical_alignment = name
    assert sheet["A1:B2"].vertical_alignment == name


def test_alignment_across_a_selection_is_refused(sheet: xlwings.Sheet) -> None:
    """Centering across cells that are not merged, which LibreOffice cannot, is refused by name."""
    with pytest.raises(NotImplementedError, match="center_across_selection"):
        sheet["A1:B1"].horizontal_alignment = "center_across_selection"


def test_wrap_text_reads_back(sheet: Any) -> None:
    """Wrapping is False unless set, True when set, and None where the cells differ."""
    wrapped = sheet["A1:B1"].wrap_text
    assert wrapped is False
    sheet["A1"].wrap_text = True
    assert (sheet["A1"].wrap_text, sheet["A1:B1"].wrap_text) == (True, None)


def test_indent_is_adjusted(sheet: xlwings.Sheet, tmp_path: Path) -> None:
    """Indents add up, never below nothing, and align left what had no alignment."""
    sheet["A1:A2"].value = "x"
    sheet["A1"].adjust_indent(3)
    sheet["A1"].adjust_indent(-1)
    sheet["A2"].adjust_indent(-1)
    sheet.book.save(tmp_path / "indent.xlsx")
    cells = openpyxl.load_workbook(tmp_path / "indent.xlsx").active
    assert cells is not None
    found = [(cells[name].alignment.horizontal, cells[name].alignment.indent) for name in ("A1", "A2")]
    assert found == [("left", 2), ("general", 0)]


def test_merged_cells_are_told(sheet: xlwings.Sheet) -> None:
    """Cells are merged, partly merged (None) or not, and each knows its merged area."""
    sheet["B2:C3"].value = [[1, 2], [3, 4]]
    sheet["B2:C3"].merge()
    assert (sheet["B2:C3"].merge_cells, sheet["C3"].merge_cells) == (True, True)
    assert sheet["B2:D3"].merge_cells is None
    assert (sheet["D4"].merge_cells, sheet["D4"].merge_area.address) == (False, "$D$4")
    assert sheet["C3"].merge_area.address == "$B$2:$C$3"
    sheet["C3"].unmerge()
    assert (sheet["B2:C3"].merge_cells, sheet["B2:C3"].value) == (False, [[1, None], [None, None]])


def test_merging_across_takes_each_row(sheet: xlwings.Sheet) -> None:
    """Merging across merges each row by itself."""
    sheet["A1:B2"].merge(across=True)
    assert [sheet["A1"].merge_area.address, sheet["B2"].merge_area.address] == ["$A$1:$B$1", "$A$2:$B$2"]
    assert sheet["A1:B2"].merge_cells is True


def test_looks_arrive_in_the_file(sheet: xlwings.Sheet, tmp_path: Path) -> None:
    """Number formats, fills, alignments and merged cells are found in the saved workbook."""
    sheet["A1:A3"].value = [[1], [2], [3]]
    sheet["A1"].number_format = "#,##0.00"
    sheet["A2"].number_format = "yyyy-mm-dd"
    sheet["A1"].color = (255, 0, 0)
    sheet["A1"].horizontal_alignment = "center"
    sheet["C1:D2"].merge()
    sheet.book.save(tmp_path / "looks.xlsx")
    found = openpyxl.load_workbook(tmp_path / "looks.xlsx").active
    assert found is not None
    assert [found["A1"].number_format, found["A2"].number_format] == ["#,##0.00", "yyyy\\-mm\\-dd"]
    assert found["A1"].fill.fgColor.rgb == "FFFF0000"
    assert found["A1"].alignment.horizontal == "center"
    assert [str(area) for area in found.merged_cells.ranges] == ["C1:D2"]

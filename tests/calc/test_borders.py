"""Borders of cells."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings

STYLES = ["continuous", "dash", "dash_dot", "dash_dot_dot", "dot", "double"]


@pytest.mark.parametrize("style", STYLES)
def test_border_keeps_its_style(sheet: xlwings.Sheet, style: Any) -> None:
    """A line style reads back as it was set, and None removes the line."""
    border = sheet["B2:C3"].borders["edge_bottom"]
    border.line_style = style
    assert border.line_style == style
    border.line_style = None
    assert border.line_style == "none"


@pytest.mark.parametrize("weight", ["hairline", "thin", "medium", "thick"])
def test_border_keeps_its_weight(sheet: xlwings.Sheet, weight: Any) -> None:
    """A weight reads back as it was set, and makes a removed border visible."""
    border = sheet["B2"].borders["edge_left"]
    border.weight = weight
    assert (border.weight, border.line_style) == (weight, "continuous")


def test_border_color_makes_a_line(sheet: Any) -> None:
    """The color of a removed border is None, and setting one draws the line."""
    border = sheet["B2"].borders["edge_top"]
    assert border.color is None
    border.color = "#ff0000"
    assert (border.color, border.line_style) == ((255, 0, 0), "continuous")


def test_line_style_wins_over_weight(sheet: xlwings.Sheet) -> None:
    """A style that Excel does not draw thick makes the line thin."""
    borders = sheet["B2"].borders
    borders.set("edge_top", line_style="dash_dot_dot", weight="thick")
    assert (borders["edge_top"].line_style, borders["edge_top"].weight) == ("dash_dot_dot", "thin")


def test_borders_as_a_whole_are_the_grid(sheet: xlwings.Sheet) -> None:
    """The properties of all borders set the six lines of the grid and leave the diagonals."""
    borders = sheet["B2:D4"].borders
    borders.set(line_style="continuous", weight="medium", color=(0, 128, 0))
    assert (borders.line_style, borders.weight, borders.color) == ("continuous", "medium", (0, 128, 0))
    assert [border.line_style for border in borders] == ["continuous"] * 6 + ["none"] * 2
    borders["edge_bottom"].line_style = "double"
    assert borders.line_style is None


def test_groups_of_borders_are_set_and_cleared(sheet: xlwings.Sheet) -> None:
    """The outside and the inside of a range are drawn and cleared by themselves."""
    borders = sheet["B2:D4"].borders
    borders.set("outside", line_style="continuous")
    assert borders["inside_vertical"].line_style == "none"
    borders.set("everything", line_style="continuous")
    borders.clear("inside")
    assert (borders["inside_horizontal"].line_style, borders["edge_top"].line_style) == ("none", "continuous")
    borders.clear()
    assert {border.line_style for border in borders} == {"none"}


def test_neighbors_share_a_border(sheet: xlwings.Sheet) -> None:
    """The line below a cell is the line above the next one, and is removed from there too."""
    sheet["B2"].borders["edge_bottom"].line_style = "continuous"
    assert sheet["B3"].borders["edge_top"].line_style == "continuous"
    sheet["B3"].borders["edge_top"].line_style = None
    assert sheet["B2"].borders["edge_bottom"].line_style == "none"


def test_diagonals_have_a_color_in_one_cell_only(sheet: xlwings.Sheet) -> None:
    """The color of a diagonal is told of a single cell, and is None of several, as in Excel."""
    sheet["B2:C3"].borders["diagonal_down"].color = (255, 0, 0)
    assert sheet["B2"].borders["diagonal_down"].color == (255, 0, 0)
    assert sheet["B2:C3"].borders["diagonal_down"].color is None


def test_slanted_lines_are_refused(sheet: xlwings.Sheet) -> None:
    """A slanted line, which LibreOffice does not have, is refused by name."""
    with pytest.raises(NotImplementedError, match="slanted"):
        sheet["A1"].borders["edge_top"].line_style = "slant_dash_dot"


def test_borders_arrive_in_the_file(sheet: Any, tmp_path: Path) -> None:
    """Weights and styles are found in the saved workbook under Excel's names."""
    for row, weight in enumerate(["hairline", "thin", "medium", "thick"]):
        sheet[row * 2, 0].borders["edge_top"].weight = weight
    for row, style in enumerate(STYLES):
        sheet[row * 2, 2].borders["edge_top"].line_style = style
    sheet.book.save(tmp_path / "borders.xlsx")
    cells = openpyxl.load_workbook(tmp_path / "borders.xlsx").active
    assert cells is not None
    weights = [cells.cell(row * 2 + 1, 1).border.top.style for row in range(4)]
    styles = [cells.cell(row * 2 + 1, 3).border.top.style for row in range(6)]
    assert weights == ["hair", "thin", "medium", "thick"]
    assert styles == ["thin", "dashed", "dashDot", "dashDotDot", "dotted", "double"]

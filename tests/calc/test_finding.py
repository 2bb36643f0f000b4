"""Finding in ranges."""

from typing import Any

import pytest
import xlwings

FOUND: list[tuple[str, dict[str, Any], str | None]] = [
    ("apple", {}, "$A$1"),
    ("apple", {"match_case": True}, "$B$1"),
    ("apple", {"whole": True}, "$A$1"),
    ("apple", {"direction": "backward"}, "$B$2"),
    ("pear", {"order": "columns"}, "$A$2"),
    ("pear", {"order": "rows"}, "$C$1"),
    ("ap*pie", {"whole": True}, "$B$1"),
    ("plum", {}, None),
]


@pytest.fixture
def fruits(sheet: xlwings.Sheet) -> xlwings.Range:
    """Cells with names of fruits."""
    sheet["A1:C2"].value = [["Apple", "apple pie", "pear"], ["pear", "apple", 7]]
    return sheet["A1:C2"]


@pytest.mark.parametrize(("text", "how", "address"), FOUND)
def test_text_is_found(fruits: xlwings.Range, text: str, how: dict[str, Any], address: str | None) -> None:
    """The first cell that shows a text is found, in the direction and order asked for; None when there is none."""
    found = fruits.find(text, **how)
    assert (found.address if isinstance(found, xlwings.Range) else None) == address


def test_text_is_found_in_one_cell(fruits: xlwings.Range) -> None:
    """A search in a single cell does not leave it, and looks at values rather than formulas."""
    assert fruits.sheet["A2"].find("Apple") is None
    fruits.sheet["D1"].formula = '="plum"&"s"'
    found = fruits.sheet["D1"].find("plums")
    assert isinstance(found, xlwings.Range)


def test_text_is_replaced(fruits: xlwings.Range) -> None:
    """A text is replaced wherever it occurs, or only where it is the whole cell, or only in its own case."""
    fruits.replace_all("apple", "plum", whole=True)
    assert fruits.value == [["plum", "apple pie", "pear"], ["pear", "plum", 7]]
    fruits.replace_all("PE", "b", match_case=True)
    fruits.replace_all("PE", "b")
    assert fruits.value == [["plum", "apple pie", "bar"], ["bar", "plum", 7]]


def test_replacement_enters_formulas_and_numbers(sheet: xlwings.Sheet) -> None:
    """What is replaced is entered anew: formulas compute, digits become numbers."""
    sheet["A1:A2"].value = [["x5"], ["=B1"]]
    sheet["A1:A2"].replace_all("x", "")
    sheet["A1:A2"].replace_all("B1", "A1*2")
    assert (sheet["A1:A2"].value, sheet["A2"].formula) == ([5, 10], "=A1*2")


def test_special_cells_are_found(sheet: xlwings.Sheet) -> None:
    """Blank, constant, computed and visible cells are found by their kind, as areas."""
    sheet["A1:C3"].value = [[1, "x", True], [None, "=1/0", "=A1"], ["a", "b", None]]
    cells = sheet["A1:C3"]

    def found(cell_type: Any, value_type: Any = None) -> list[str]:
        areas = cells.get_special_cells(cell_type, value_type)
        assert isinstance(areas, list)
        return [area.address for area in areas]

    assert found("blanks") == ["$A$2", "$C$3"]
    assert found("constants") == ["$A$1:$C$1", "$A$3:$B$3"]
    assert (found("constants", "numbers"), found("constants", "logical")) == (["$A$1"], ["$C$1"])
    assert (found("constants", "text"), found("constants", "errors")) == (["$B$1", "$A$3:$B$3"], [])
    assert (found("formulas"), found("formulas", "errors")) == (["$B$2:$C$2"], ["$B$2"])
    assert found("visible") == ["$A$1:$C$3"]
    sheet["2:2"].rows.hidden = True
    assert found("visible") == ["$A$1:$C$1", "$A$3:$C$3"]


def test_blank_cells_end_with_the_used_range(sheet: xlwings.Sheet) -> None:
    """Blank cells are looked for within the part of the sheet that is in use, as in Excel."""
    sheet["A1:B2"].value = [[1, None], [3, 4]]
    areas = sheet["A1:Z99"].get_special_cells("blanks")
    assert isinstance(areas, list)
    assert [area.address for area in areas] == ["$B$1"]

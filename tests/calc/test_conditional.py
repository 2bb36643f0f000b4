"""Conditional formats."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings


@pytest.fixture
def scores(sheet: xlwings.Sheet) -> xlwings.Range:
    """Five scores."""
    sheet["B2:B6"].value = [[10], [30], [50], [70], [90]]
    return sheet["B2:B6"]


def test_cells_without_rules_have_none(scores: xlwings.Range) -> None:
    """A range without rules has an empty collection."""
    assert len(scores.conditional_formats) == 0


def test_rule_by_value(scores: xlwings.Range) -> None:
    """A rule that compares values tells its operator, operands and looks; what it does not set is None."""
    rule = scores.conditional_formats.add_cell_value("less_than", 60, fill_color="#ffff00", font_italic=True)
    assert (rule.type, rule.operator, rule.formula1, rule.formula2) == (
        "cell_value",
        "less_than",
        "=60",
        None,
    )
    assert (rule.fill_color, rule.font_color, rule.font_bold, rule.font_italic) == (
        (255, 255, 0),
        None,
        None,
        True,
    )
    assert (rule.stop_if_true, rule.colors, rule.show_value, rule.formula) == (False, None, None, None)
    between = scores.conditional_formats.add_cell_value("between", 20, "=C1", font_bold=False)
    assert (between.operator, between.formula1, between.formula2) == ("between", "=20", "=C1")
    assert between.font_bold is False


def test_rule_by_formula(scores: xlwings.Range) -> None:
    """A rule of one's own tells its formula, meant from the first cell."""
    rule = scores.conditional_formats.add_custom(
        '=AND($A2="Late",B2>1)', font_color=(255, 0, 0), stop_if_true=True
    )
    assert (rule.type, rule.formula, rule.formula1) == ("custom", '=AND($A2="Late",B2>1)', None)
    assert (rule.font_color, rule.stop_if_true) == ((255, 0, 0), True)


def test_new_rules_come_first(scores: xlwings.Range) -> None:
    """A new rule comes before those there are, and all stay as they are."""
    scores.conditional_formats.add_cell_value("less_than", 60)
    scores.conditional_formats.add_color_scale(["#ffffff", "#ff0000"])
    scores.conditional_formats.add_custom("=TRUE")
    assert [rule.type for rule in scores.conditional_formats] == ["custom", "color_scale", "cell_value"]
    assert scores.value == [10, 30, 50, 70, 90]


def test_rules_leave_formats_and_contents(scores: xlwings.Range) -> None:
    """Adding a rule changes nothing else: formats, formulas and sheets stay."""
    scores.color = (1, 2, 3)
    scores.sheet["B6"].formula = "=B2*2"
    scores.conditional_formats.add_data_bar("#0000ff")
    assert (scores.color, scores.sheet["B6"].formula) == ((1, 2, 3), "=B2*2")
    assert [sheet.name for sheet in scores.sheet.book.sheets] == ["Sheet1"]


def test_color_scale_is_made(scores: xlwings.Range) -> None:
    """A scale of two or three colors tells its colors and thresholds."""
    formats = scores.conditional_formats
    three = formats.add_color_scale(["#f8696b", "#ffeb84", "#63be7b"])
    assert three.colors == ((248, 105, 107), (255, 235, 132), (99, 190, 123))
    assert three.threshold_types == ("lowest_value", "percentile", "highest_value")
    assert (three.thresholds, three.stop_if_true) == ((None, 50, None), None)
    two = formats.add_color_scale(["#ffffff", "#ff0000"], thresholds=[0, 100], threshold_type="percent")
    assert (two.threshold_types, two.thresholds) == (("percent", "percent"), (0, 100))


def test_data_bar_is_made(scores: xlwings.Range) -> None:
    """A data bar tells its color, bounds, and whether it fades and shows values."""
    bar = scores.conditional_formats.add_data_bar("#0000ff", maximum=70, gradient=False, show_value=False)
    assert (bar.type, bar.bar_color, bar.gradient, bar.show_value) == ("data_bar", (0, 0, 255), False, False)
    assert (bar.threshold_types, bar.thresholds) == (("automatic", "number"), (None, 70))


@pytest.mark.parametrize(
    "name", ["3_arrows", "3_symbols_2", "4_arrows_gray", "4_rating", "5_arrows_gray", "5_boxes"]
)
def test_icon_set_is_made(scores: xlwings.Range, name: Any) -> None:
    """A set of icons tells its name, thresholds and direction."""
    rule = scores.conditional_formats.add_icon_set(name, show_value=False, reverse_order=True)
    assert (rule.type, rule.icon_set, rule.show_value, rule.reverse_order) == ("icon_set", name, False, True)
    count = int(name[0])
    assert rule.threshold_types == ("percent",) * (count - 1)
    assert rule.thresholds == tuple(round(number * 100 / count) for number in range(1, count))


def test_rule_is_changed(scores: xlwings.Range) -> None:
    """What is told of a rule is changed and the rest stays, wherever the rule has moved to."""
    rule = scores.conditional_formats.add_cell_value("less_than", 60, fill_color="#ffff00")
    scores.conditional_formats.add_custom("=TRUE")
    rule.set(operator="between", formula1=10, formula2=20, font_bold=True, stop_if_true=True)
    assert (rule.operator, rule.formula1, rule.formula2) == ("between", "=10", "=20")
    assert (rule.fill_color, rule.font_bold, rule.stop_if_true) == ((255, 255, 0), True, True)


def test_rules_are_deleted_and_cleared(scores: xlwings.Range) -> None:
    """A deleted rule is gone; cleared cells have none, and others keep theirs."""
    first = scores.conditional_formats.add_cell_value("less_than", 60)
    scores.conditional_formats.add_custom("=TRUE")
    first.delete()
    assert [rule.type for rule in scores.conditional_formats] == ["custom"]
    scores.sheet["B3"].conditional_formats.clear()
    assert (len(scores.sheet["B3"].conditional_formats), len(scores.sheet["B4"].conditional_formats)) == (
        0,
        1,
    )
    scores.conditional_formats.clear()
    assert len(scores.conditional_formats) == 0


def test_rules_are_added_under_a_filter(sheet: xlwings.Sheet) -> None:
    """Rows that a filter hides get the rule too."""
    sheet["A1:A4"].value = [["n"], [1], [2], [3]]
    sheet["A1:A4"].autofilter.apply_comparison(1, "equal_to", 3)
    sheet["A2:A4"].conditional_formats.add_cell_value("equal_to", 1)
    sheet["A2:A4"].conditional_formats.add_cell_value("equal_to", 2)
    assert len(sheet["A2:A4"].conditional_formats) == 2
    assert [len(cell.conditional_formats) for cell in sheet["A2:A4"]] == [2, 2, 2]
    assert sheet["2:2"].rows.hidden is True


def test_rules_arrive_in_the_file(scores: xlwings.Range, tmp_path: Path) -> None:
    """Rules are found in the saved workbook, with their looks and in their order."""
    scores.conditional_formats.add_cell_value("less_than", 60, fill_color="#ffff00")
    scores.conditional_formats.add_custom('=$A2="Late"')
    scores.conditional_formats.add_color_scale(["#f8696b", "#ffeb84", "#63be7b"])
    scores.sheet.book.save(tmp_path / "formats.xlsx")
    found = openpyxl.load_workbook(tmp_path / "formats.xlsx").active.conditional_formatting  # type: ignore[union-attr]
    rules = sorted((rule for area in found for rule in area.rules), key=lambda rule: rule.priority)
    assert [rule.type for rule in rules] == ["colorScale", "expression", "cellIs"]
    assert [color.rgb for color in rules[0].colorScale.color] == ["FFF8696B", "FFFFEB84", "FF63BE7B"]
    assert (rules[1].formula, rules[2].formula) == (['$A2="Late"'], ["60"])
    assert rules[2].dxf.fill.bgColor.rgb == "FFFFFF00"

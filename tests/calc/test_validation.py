"""Data validation."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlwings


def test_cells_without_validation_have_none(sheet: xlwings.Sheet) -> None:
    """Without a rule the type is none, and all else is None."""
    rule = sheet["A1:A5"].data_validation
    assert (rule.type, rule.source, rule.formula1, rule.show_error) == ("none", None, None, None)


def test_list_of_texts_is_set(sheet: xlwings.Sheet) -> None:
    """A list of texts is read back with commas, with Excel's defaults for prompt and alert."""
    rule = sheet["A1:A5"].data_validation
    rule.set_list(["Open", "Closed"])
    assert (rule.type, rule.source, rule.in_cell_dropdown) == ("list", "Open,Closed", True)
    assert (rule.ignore_blank, rule.show_input, rule.show_error, rule.alert_style) == (
        True,
        True,
        True,
        "stop",
    )
    assert (rule.input_title, rule.error_message, rule.operator, rule.formula1) == ("", "", None, None)
    rule.set_list(["Open"], in_cell_dropdown=False)
    assert (rule.source, rule.in_cell_dropdown) == ("Open", False)


def test_list_in_cells_is_set(sheet: xlwings.Sheet) -> None:
    """A list may stand in cells, or under a name."""
    sheet["D1:D3"].value = [["a"], ["b"], ["c"]]
    sheet["A1"].data_validation.set_list(sheet["D1:D3"])
    assert sheet["A1"].data_validation.source == "=Sheet1!$D$1:$D$3"


def test_comparisons_are_set(sheet: xlwings.Sheet) -> None:
    """Whole numbers, decimals, dates, times and lengths are compared; operands read back as formulas."""
    rule = sheet["A1"].data_validation
    rule.set_whole_number("between", 1, 10)
    assert (rule.type, rule.operator, rule.formula1, rule.formula2) == (
        "whole_number",
        "between",
        "=1",
        "=10",
    )
    rule.set_decimal("greater_than", 1.5)
    assert (rule.type, rule.operator, rule.formula1, rule.formula2) == (
        "decimal",
        "greater_than",
        "=1.5",
        None,
    )
    rule.set_date("less_than_or_equal", dt.date(2025, 1, 31))
    assert (rule.type, rule.operator, rule.formula1) == ("date", "less_than_or_equal", "=DATE(2025,1,31)")
    rule.set_time("not_equal_to", dt.time(12, 30))
    assert (rule.type, rule.operator, rule.formula1) == ("time", "not_equal_to", "=TIME(12,30,0)")
    rule.set_text_length("not_between", 1, "=B1")
    assert (rule.type, rule.operator, rule.formula2) == ("text_length", "not_between", "=B1")


def test_custom_rule_moves_with_the_cells(sheet: xlwings.Sheet) -> None:
    """A formula is meant from the first cell of the range."""
    rule = sheet["A2:A5"].data_validation
    rule.set_custom('=AND(A2<>"",B2>1)')
    assert (rule.type, rule.formula) == ("custom", '=AND(A2<>"",B2>1)')
    assert sheet["A3"].data_validation.formula == '=AND(A3<>"",B3>1)'


def test_validation_that_differs_is_told_and_not_changed(sheet: xlwings.Sheet) -> None:
    """Cells of which some have a rule are mixed, cells with different rules inconsistent; both refuse a change."""
    sheet["A1:A3"].data_validation.set_list(["a"])
    assert sheet["A1:A5"].data_validation.type == "mixed_criteria"
    sheet["A2"].data_validation.set_list(["b"])
    assert sheet["A1:A3"].data_validation.type == "inconsistent"
    with pytest.raises(xlwings.XlwingsError, match="different validation rules"):
        sheet["A1:A3"].data_validation.set_list(["c"])


def test_validation_is_deleted(sheet: xlwings.Sheet) -> None:
    """A deleted rule is gone from the whole range."""
    sheet["A1:A3"].data_validation.set_list(["a"])
    sheet["A1:A3"].data_validation.delete()
    assert sheet["A1:A3"].data_validation.type == "none"


def test_validation_arrives_in_the_file(sheet: xlwings.Sheet, tmp_path: Path) -> None:
    """Rules are found in the saved workbook."""
    sheet["A1:A3"].data_validation.set_list(["a", "b"])
    sheet["B1"].data_validation.set_whole_number("between", 1, 10)
    sheet.book.save(tmp_path / "rules.xlsx")
    rules = openpyxl.load_workbook(tmp_path / "rules.xlsx").active.data_validations.dataValidation  # type: ignore[union-attr]
    found = {(rule.type, rule.formula1, str(rule.sqref), rule.showErrorMessage) for rule in rules}
    assert found == {("list", '"a,b"', "A1:A3", True), ("whole", "1", "B1", True)}

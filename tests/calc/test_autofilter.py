"""Filters."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlwings


@pytest.fixture
def orders(sheet: xlwings.Sheet) -> xlwings.Range:
    """Five orders under three headers."""
    sheet["A1:C6"].value = [
        ["Region", "Date", "Amount"],
        ["East", dt.date(2025, 1, 1), 10],
        ["West", dt.date(2025, 1, 2), 20],
        ["East", dt.date(2025, 1, 3), 30],
        ["North", dt.date(2025, 1, 1), 40],
        ["West", dt.date(2025, 1, 4), 50],
    ]
    return sheet["A1:C6"]


def shown(cells: xlwings.Range) -> list[float]:
    """The amounts in the rows that are shown."""
    areas = cells[1:, 2].get_special_cells("visible")
    assert isinstance(areas, list)
    return [cell.value for area in areas for cell in area]


def test_filter_by_values(orders: xlwings.Range) -> None:
    """Rows with one of several values are shown, and the criterion tells them."""
    assert [one.type for one in orders.autofilter.criteria] == ["none"] * 3
    orders.autofilter.apply_values(1, ["East", "West"])
    first = orders.autofilter.criteria[0]
    assert (first.field, first.type, first.values, first.operator) == (1, "values", ["East", "West"], None)
    assert shown(orders) == [10, 20, 30, 50]
    orders.autofilter.apply_values(3, [10, 50])
    assert (shown(orders), orders.autofilter.criteria[2].values) == ([10, 50], ["10", "50"])


@pytest.mark.parametrize(
    ("operator", "values", "rows"),
    [
        ("between", (20, 40), [20, 30, 40]),
        ("not_between", (20, 40), [10, 50]),
        ("equal_to", (20, None), [20]),
        ("not_equal_to", (20, None), [10, 30, 40, 50]),
        ("greater_than", (30, None), [40, 50]),
        ("less_than_or_equal", (30, None), [10, 20, 30]),
    ],
)
def test_filter_by_comparison(
    orders: xlwings.Range, operator: str, values: tuple[int, int | None], rows: list[float]
) -> None:
    """Rows that compare as it says are shown, and the criterion tells the comparison."""
    orders.autofilter.apply_comparison(3, operator, *values)  # type: ignore[arg-type]
    found = orders.autofilter.criteria[2]
    texts = tuple(None if value is None else str(value) for value in values)
    assert (found.type, found.operator, (found.value1, found.value2)) == ("comparison", operator, texts)
    assert shown(orders) == rows


def test_filter_by_text_and_date(orders: xlwings.Range) -> None:
    """Texts are compared without regard to case, dates as dates; several columns narrow the rows."""
    orders.autofilter.apply_comparison(1, "equal_to", "east")
    assert shown(orders) == [10, 30]
    orders.autofilter.apply_comparison(2, "equal_to", dt.date(2025, 1, 1))
    assert (shown(orders), orders.autofilter.criteria[1].value1) == ([10], "1/1/2025")
    orders.autofilter.clear(1)
    assert shown(orders) == [10, 40]
    orders.autofilter.clear()
    assert shown(orders) == [10, 20, 30, 40, 50]


def test_filter_with_two_bounds_meets_other_columns(orders: xlwings.Range) -> None:
    """A filter outside of two bounds holds together with one on another column."""
    orders.autofilter.apply_comparison(3, "not_between", 20, 40)
    orders.autofilter.apply_values(1, ["West", "North"])
    assert shown(orders) == [50]
    assert [one.type for one in orders.autofilter.criteria] == ["values", "none", "comparison"]


def test_filter_by_rank(orders: xlwings.Range) -> None:
    """The highest and lowest rows are shown, by number or by part of a hundred."""
    orders.autofilter.apply_top_items(3, 2)
    assert (shown(orders), orders.autofilter.criteria[2].count) == ([40, 50], 2)
    orders.autofilter.apply_bottom_items(3, 1)
    assert (shown(orders), orders.autofilter.criteria[2].type) == ([10], "bottom_items")
    orders.autofilter.apply_top_percent(3, 40)
    assert (shown(orders), orders.autofilter.criteria[2].percent) == ([40, 50], 40)
    orders.autofilter.apply_bottom_percent(3, 40)
    assert (shown(orders)[:2], orders.autofilter.criteria[2].type) == ([10, 20], "bottom_percent")


def test_filter_by_blanks(orders: xlwings.Range) -> None:
    """Blank cells, or all others, are shown; the criterion then has no value."""
    orders.sheet["A3"].value = None
    orders.autofilter.apply_comparison(1, "equal_to", None)
    first = orders.autofilter.criteria[0]
    assert (shown(orders), first.operator, first.value1) == ([20], "equal_to", None)
    orders.autofilter.apply_comparison(1, "not_equal_to", None)
    assert shown(orders) == [10, 30, 40, 50]


def test_second_filter_on_a_sheet_is_refused(orders: xlwings.Range) -> None:
    """A sheet has one filter; clearing another range's does nothing."""
    orders.autofilter.apply_values(1, ["East"])
    with pytest.raises(ValueError, match="different range"):
        orders.sheet["A1:B3"].autofilter.apply_values(1, ["East"])
    orders.sheet["A1:B3"].autofilter.clear()
    assert shown(orders) == [10, 30]


def test_filter_arrives_in_the_file(orders: xlwings.Range, tmp_path: Path) -> None:
    """A filter is found in the saved workbook, with its criterion and the rows it hides."""
    orders.autofilter.apply_values(1, ["East", "West"])
    orders.sheet.book.save(tmp_path / "filter.xlsx")
    found = openpyxl.load_workbook(tmp_path / "filter.xlsx").active
    assert found is not None
    assert found.auto_filter.ref == "A1:C6"
    assert found.auto_filter.filterColumn[0].filters.filter == ["East", "West"]
    assert [row for row in range(1, 7) if found.row_dimensions[row].hidden] == [5]


def test_table_without_buttons_shows_all_its_rows(orders: xlwings.Range, sheet: xlwings.Sheet) -> None:
    """Taking the filter buttons off a table shows the rows its filter hid."""
    table = sheet.tables.add(source=orders, name="Orders")
    table.autofilter.apply_values(1, ["East"])
    assert shown(orders) == [10, 30]
    table.show_autofilter = False
    assert shown(orders) == [10, 20, 30, 40, 50]


def test_filtered_range_is_the_selection(orders: xlwings.Range) -> None:
    """A selected range stays one selection where a filter hides some of its rows."""
    orders.autofilter.apply_values(1, ["East", "North"])
    orders.sheet["A1:C5"].select()
    selection = orders.sheet.book.app.selection
    assert selection is not None
    assert selection.address == "$A$1:$C$5"

"""Filter and sort criteria, worked out."""

from datetime import date

import polars as pl
import pytest
from lxml import etree

from duesheet.books.filters import hidden_rows, sorted_rows

NAMES = pl.Series(["Ashton Ltd", "blue harbor", "Corvid & Co", None, "Ashford"])
MONEY = pl.Series([100.0, 1234.5, 0.0, None, -75.0])
DATES = pl.Series([date(2025, 1, 31), date(2025, 2, 1), date(2024, 1, 31), None, date(2025, 1, 1)])
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def shown(rule: str, values: pl.Series) -> list[int]:
    """The rows of `values` that stay visible under one column's `rule`."""
    xml = f'<autoFilter {SPACE} ref="A1:A6"><filterColumn colId="0">{rule}</filterColumn></autoFilter>'
    hidden = hidden_rows(etree.fromstring(xml), {0: values})
    return [row for row in range(len(values)) if hidden is None or not hidden[row]]


def custom(operator: str, bound: str) -> str:
    """A custom filter with one condition."""
    return f'<customFilters><customFilter operator="{operator}" val="{bound}"/></customFilters>'


@pytest.mark.parametrize(
    ("rule", "values", "rows"),
    [
        ('<filters><filter val="ashton ltd"/></filters>', NAMES, [0]),
        ('<filters blank="1"><filter val="Ashford"/></filters>', NAMES, [3, 4]),
        ('<filters><filter val="1,234.50"/><filter val="-"/></filters>', MONEY, [1, 2]),
        ('<filters><filter val="1.234,50"/><filter val="-75,00"/></filters>', MONEY, [1, 4]),
        ('<filters><dateGroupItem year="2025" month="1" dateTimeGrouping="month"/></filters>', DATES, [0, 4]),
        ('<filters><filter val="2025-02-01"/></filters>', DATES, [1]),
        (custom("equal", "ash*"), NAMES, [0, 4]),
        (custom("equal", "Ashton L?d"), NAMES, [0]),
        (custom("notEqual", "*&amp;*"), NAMES, [0, 1, 3, 4]),
        (custom("notEqual", " "), NAMES, [0, 1, 2, 4]),
        (custom("equal", ""), NAMES, [3]),
        (custom("greaterThan", "100"), MONEY, [1]),
        (custom("greaterThanOrEqual", "100"), MONEY, [0, 1]),
        (custom("lessThan", "0"), MONEY, [4]),
        (custom("lessThanOrEqual", "0"), MONEY, [2, 4]),
        (custom("greaterThanOrEqual", "45688"), DATES, [0, 1]),
        (custom("greaterThan", "blue"), NAMES, [1, 2]),
        (
            (
                '<customFilters and="1"><customFilter operator="greaterThan" val="-100"/>'
                '<customFilter operator="lessThan" val="50"/></customFilters>'
            ),
            MONEY,
            [2, 4],
        ),
        (
            (
                '<customFilters><customFilter operator="lessThan" val="0"/>'
                '<customFilter operator="greaterThan" val="1000"/>'
                "</customFilters>"
            ),
            MONEY,
            [1, 4],
        ),
        ('<top10 val="2"/>', MONEY, [0, 1]),
        ('<top10 top="0" val="1"/>', MONEY, [4]),
        ('<top10 percent="1" val="25"/>', MONEY, [1]),
        ('<dynamicFilter type="aboveAverage"/>', MONEY, [1]),
        ('<dynamicFilter type="belowAverage"/>', MONEY, [0, 2, 4]),
        ('<dynamicFilter type="thisMonth"/>', DATES, [0, 1, 2, 3, 4]),
        ('<colorFilter dxfId="0"/>', NAMES, [0, 1, 2, 3, 4]),
        ('<iconFilter iconSet="3Arrows"/>', MONEY, [0, 1, 2, 3, 4]),
    ],
)
def test_a_filter_shows_what_the_spreadsheet_would_show(
    rule: str, values: pl.Series, rows: list[int]
) -> None:
    """Each kind of criterion keeps the rows that Excel keeps; kinds it cannot work out hide nothing."""
    assert shown(rule, values) == rows


def test_criteria_of_several_columns_all_count() -> None:
    """A row is shown when every filtered column lets it through."""
    xml = (
        f'<autoFilter {SPACE} ref="A1:B6"><filterColumn colId="0"><customFilters><customFilter val="ash*"/>'
        '</customFilters></filterColumn><filterColumn colId="1">'
        '<filters><filter val="100.00"/></filters></filterColumn>'
        "</autoFilter>"
    )
    hidden = hidden_rows(etree.fromstring(xml), {0: NAMES, 1: MONEY})
    assert hidden is not None
    assert hidden.to_list() == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("conditions", "rows"),
    [
        ('<sortCondition ref="A2:A6"/>', [4, 0, 1, 2, 3]),
        ('<sortCondition ref="B2:B6" descending="1"/>', [1, 0, 2, 4, 3]),
        ('<sortCondition ref="B2:B6"/>', [4, 2, 0, 1, 3]),
    ],
)
def test_rows_are_put_in_the_asked_order(conditions: str, rows: list[int]) -> None:
    """Rows are sorted by value, without regard to case, blank cells last either way."""
    order = sorted_rows(
        etree.fromstring(f'<sortState {SPACE} ref="A2:B6">{conditions}</sortState>'), {1: NAMES, 2: MONEY}
    )
    assert order is not None
    assert order.to_list() == rows


def test_a_sort_by_color_is_left_alone() -> None:
    """A sort order that cannot be worked out changes nothing."""
    condition = '<sortCondition sortBy="cellColor" ref="A2:A6" dxfId="1"/>'
    xml = f'<sortState {SPACE} ref="A2:B6">{condition}</sortState>'
    assert sorted_rows(etree.fromstring(xml), {1: NAMES}) is None

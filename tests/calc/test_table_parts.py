"""Rows and columns of a table, and what moves when they come and go."""

import pytest
import xlwings

ROWS = [["Item", "Count"], ["Pen", 1.0], ["Ink", 2.0], ["Cap", 3.0]]


@pytest.fixture
def items(sheet: xlwings.Sheet) -> xlwings.main.Table:
    """Three rows of items at B2, with words left of, beside and below them."""
    sheet["B2"].value = ROWS
    sheet["A3"].value = [["left"], ["left 2"], ["left 3"], ["left 4"], ["left 5"]]
    sheet["D3"].value = "beside"
    sheet["B6"].value = ["below", "too"]
    return sheet.tables.add(source=sheet["B2:C5"], name="Items")


def test_row_is_inserted_with_values(items: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A row before the first moves the others and what is below the table, and nothing beside it."""
    row = items.rows.add(["Nib", 9], index=1)
    assert (row.index, row.range.address) == (1, "$B$3:$C$3")
    assert items.range.value == [ROWS[0], ["Nib", 9.0], *ROWS[1:]]
    assert sheet["B7:C7"].value == ["below", "too"]
    assert sheet["A3:A7"].value == ["left", "left 2", "left 3", "left 4", "left 5"]
    assert sheet["D3"].value == "beside"


def test_row_is_appended(items: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A row at the end moves what is below down, and takes blank cells where there are any."""
    items.rows.add(["Nib", 9])
    assert items.range.address == "$B$2:$C$6"
    assert sheet["B7"].value == "below"
    sheet["B7:C7"].clear_contents()
    sheet["B9"].value = "far below"
    items.rows.add(["Tip", 8])
    assert items.range.value[-1] == ["Tip", 8.0]
    assert sheet["B9"].value == "far below"


def test_first_row_fills_an_empty_table(sheet: xlwings.Sheet) -> None:
    """The first row of an empty table fills the blank row that waits for it."""
    sheet["A1"].value = ["a", "b"]
    table = sheet.tables.add(source=sheet["A1:B1"])
    table.rows.add([1, 2])
    assert table.range.address == "$A$1:$B$2"
    table.rows.add([3, 4])
    assert table.range.value == [["a", "b"], [1.0, 2.0], [3.0, 4.0]]
    assert len(table.rows) == 2


def test_new_row_has_formulas_and_formats(items: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A new row takes over the formats, and the formulas of a column of formulas."""
    items.resize(sheet["B2:D5"])
    sheet["D3:D5"].formula = "=C3*2"
    sheet["C3:C5"].color = (255, 255, 0)
    row = items.rows.add(index=2)
    assert row.range.value == [None, None, 0.0]
    assert row.range.formula[0][2] == "=C4*2"
    assert row.range[1].color == (255, 255, 0)
    assert items.rows.add(["Tip", 5, None]).range[1].color == (255, 255, 0)


def test_row_is_deleted(items: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A deleted row lets what is below move up within the columns of the table."""
    items.rows[1].delete()
    assert items.range.value == [ROWS[0], ROWS[1], ROWS[3]]
    assert sheet["B5:C5"].value == ["below", "too"]
    assert sheet["A3:A7"].value == ["left", "left 2", "left 3", "left 4", "left 5"]


def test_last_row_is_only_emptied(items: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A table keeps one blank row when its last row is deleted, and counts none."""
    for _ in range(3):
        items.rows[0].delete()
    assert items.range.address == "$B$2:$C$3"
    assert items.data_body_range is None
    assert len(items.rows) == 0
    assert sheet["B4"].value == "below"


def test_rows_are_listed(items: xlwings.main.Table) -> None:
    """Rows are counted without headers and totals, and found by number only."""
    items.show_totals = True
    assert [row.index for row in items.rows] == [1, 2, 3]
    assert items.rows[-1].range.value == ["Cap", 3.0]
    with pytest.raises(IndexError):
        items.rows[3]
    with pytest.raises(IndexError):
        items.rows.add(["x", 1], index=5)


def test_rows_come_before_the_totals(items: xlwings.main.Table) -> None:
    """A row at the end of a table with totals stands before them and is summed."""
    items.show_totals = True
    items.rows.add(["Nib", 4])
    assert items.range.value[-2:] == [["Nib", 4.0], ["Total", 10.0]]


def test_columns_are_listed(items: xlwings.main.Table) -> None:
    """Columns are found by number and by header, with and without header."""
    assert [column.name for column in items.columns] == ["Item", "Count"]
    count = items.columns["count"]
    assert (count.index, count.range.address) == (2, "$C$2:$C$5")
    assert count.data_body_range is not None
    assert count.data_body_range.value == [1.0, 2.0, 3.0]
    with pytest.raises(KeyError):
        items.columns["None"]


def test_column_is_inserted(items: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A new column moves what is right of it, in the rows of the table only."""
    column = items.columns.add("Size", index=1)
    assert (column.name, column.index) == ("Size", 1)
    assert items.range.address == "$B$2:$D$5"
    assert sheet["B2:E3"].value == [["Size", "Item", "Count", None], [None, "Pen", 1.0, "beside"]]
    assert sheet["B6:C6"].value == ["below", "too"]


def test_column_is_appended(items: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A new last column belongs to the table, and what was beside the table still is."""
    items.columns.add("Size")
    assert items.header_row_range is not None
    assert items.header_row_range.value == ["Item", "Count", "Size"]
    assert sheet["E3"].value == "beside"


def test_column_is_deleted(items: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A deleted column lets what is beside the table move to it; the last one stays."""
    items.columns["Item"].delete()
    assert items.range.address == "$B$2:$B$5"
    assert sheet["B2:C3"].value == [["Count", None], [1.0, "beside"]]
    with pytest.raises(ValueError, match="last table column"):
        items.columns[0].delete()


def test_formulas_follow_inserted_rows(items: xlwings.main.Table, sheet: xlwings.Sheet) -> None:
    """A formula over the data of a table counts rows that are inserted and not those that are deleted."""
    sheet["F1"].formula = "=SUM(Items[Count])"
    items.rows.add(["Nib", 4], index=2)
    items.rows.add(["Tip", 5])
    assert sheet["F1"].value == 15.0
    items.rows[0].delete()
    assert sheet["F1"].value == 14.0

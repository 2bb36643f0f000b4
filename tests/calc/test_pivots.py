"""Pivot tables on a sheet."""

import pytest
import xlwings

SALES = [
    ["Region", "Year", "Sales", "Pieces"],
    ["North", 2023, 100, 1],
    ["South", 2023, 200, 2],
    ["North", 2024, 300, 3],
]


@pytest.fixture
def source(sheet: xlwings.Sheet) -> xlwings.Range:
    """Sales by region and year."""
    sheet["A1"].value = SALES
    return sheet["A1:D4"]


@pytest.fixture
def pivot(source: xlwings.Range) -> xlwings.PivotTable:
    """A pivot table of sales by region at F3."""
    tables = source.sheet.pivot_tables
    return tables.add(source, source.sheet["F3"], rows="Region", values={"Sales": "sum"})


def test_pivot_table_sums_by_rows(pivot: xlwings.PivotTable) -> None:
    """A pivot table has a numbered name and the sum for each item of its row field, and in total."""
    assert pivot.name == "PivotTable1"
    assert [row[-1] for row in pivot.range.value][-3:] == [400.0, 200.0, 600.0]
    assert pivot.field_names == ["Region", "Year", "Sales", "Pieces"]
    assert [field.name for field in pivot.rows] == ["Region"]
    assert (len(pivot.columns), len(pivot.filters)) == (0, 0)
    assert pivot.data_body_range is not None
    assert pivot.data_body_range.shape[1] == 1


def test_pivot_tables_are_listed(pivot: xlwings.PivotTable, source: xlwings.Range) -> None:
    """Pivot tables are found by name and number until they are deleted."""
    sheet = source.sheet
    sheet.pivot_tables.add(source, sheet["F30"], name="Other")
    assert sorted(one.name for one in sheet.pivot_tables) == ["Other", "PivotTable1"]
    assert sheet.pivot_tables["Other"].parent == sheet
    sheet.pivot_tables["Other"].delete()
    assert len(sheet.pivot_tables) == 1
    pivot.name = "Mine"
    assert "Mine" in sheet.pivot_tables


def test_pivot_fields_move_between_areas(pivot: xlwings.PivotTable) -> None:
    """A field that is added to another area moves there, and is in none when it is removed."""
    pivot.columns.add("Year")
    assert [field.name for field in pivot.columns] == ["Year"]
    pivot.filters.add("Year")
    assert ([one.name for one in pivot.columns], [one.name for one in pivot.filters]) == ([], ["Year"])
    pivot.filters["Year"].remove()
    assert len(pivot.filters) == 0
    with pytest.raises(KeyError):
        pivot.rows.add("Nothing")


def test_pivot_values_have_captions_as_in_excel(pivot: xlwings.PivotTable) -> None:
    """A figure is called after its function and field; a caption of one's own stays when the function changes."""
    value = pivot.values[0]
    assert (value.name, value.source_field, value.function) == ("Sum of Sales", "Sales", "sum")
    value.function = "average"
    assert pivot.values["Average of Sales"].function == "average"
    value.name = "Mean"
    value.function = "max"
    assert value.name == "Mean"
    with pytest.raises(xlwings.XlwingsError):
        value.name = "Year"
    assert [row[-1] for row in pivot.range.value][-1] == 300.0


def test_pivot_values_count_what_is_no_number(source: xlwings.Range) -> None:
    """A field of texts is counted and one of numbers summed, side by side."""
    pivot = source.sheet.pivot_tables.add(source, source.sheet["F3"], rows="Year", values=["Region", "Sales"])
    assert [one.name for one in pivot.values] == ["Count of Region", "Sum of Sales"]
    assert pivot.range.value[-1][1:] == [3.0, 600.0]
    pivot.values["Count of Region"].remove()
    assert [one.source_field for one in pivot.values] == ["Sales"]
    assert pivot.field_names[0] == "Region"


def test_pivot_table_is_refreshed(pivot: xlwings.PivotTable, source: xlwings.Range) -> None:
    """A pivot table shows changes of its source when it is refreshed."""
    source.sheet["C2"].value = 1100
    assert pivot.range.value[-1][-1] == 600.0
    pivot.refresh()
    assert pivot.range.value[-1][-1] == 1600.0


def test_pivot_table_of_a_table(source: xlwings.Range) -> None:
    """A table serves as source as well as a range."""
    table = source.sheet.tables.add(source=source)
    pivot = source.sheet.pivot_tables.add(table, source.sheet["F3"], rows="Region", values="Pieces")
    assert pivot.range.value[-1][-1] == 6.0


def test_pivot_totals_are_hidden(pivot: xlwings.PivotTable) -> None:
    """The totals below the columns are shown or hidden."""
    assert pivot.show_column_grand_totals is True
    pivot.show_column_grand_totals = False
    assert pivot.show_column_grand_totals is False
    assert pivot.range.value[-1][-1] == 200.0


def test_pivot_layouts_and_formats_are_refused(pivot: xlwings.PivotTable) -> None:
    """What LibreOffice cannot show is refused with the reason: other layouts, formats of their own, a field twice."""
    pivot.layout = "tabular"
    assert pivot.layout == "tabular"
    with pytest.raises(NotImplementedError, match="tabular"):
        pivot.layout = "compact"
    with pytest.raises(NotImplementedError, match="format the source"):
        pivot.values.add("Pieces", number_format="0.00")
    with pytest.raises(NotImplementedError, match="Sales"):
        pivot.values.add("Sales", "count")
    assert len(pivot.values) == 1


def test_pivot_table_names_its_totals_as_excel(pivot: xlwings.PivotTable) -> None:
    """The totals of a pivot table are called Grand Total."""
    assert pivot.range.value[-1] == ["Grand Total", 600.0]

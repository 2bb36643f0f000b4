"""Charts on a sheet."""

import zipfile
from pathlib import Path

import pytest
import xlwings

from xlwings_libreoffice.chart_types import DRAWINGS


@pytest.fixture
def data(sheet: xlwings.Sheet) -> xlwings.Range:
    """Two series of three numbers, with labels above and categories beside them."""
    sheet["A1"].value = [["", "North", "South"], ["Jan", 1, 4], ["Feb", 2, 5], ["Mar", 3, 6]]
    return sheet["A1:C4"]


@pytest.fixture
def chart(data: xlwings.Range) -> xlwings.Chart:
    """A chart of the two series."""
    return data.sheet.charts.add(source=data)


def test_chart_lies_where_it_is_told(sheet: xlwings.Sheet) -> None:
    """A chart has a numbered name, and place and size in points."""
    chart = sheet.charts.add(10, 20, 300, 200)
    assert repr(chart) == f"<Chart 'Chart 1' in {sheet.name}>"
    assert (chart.left, chart.top, chart.width, chart.height) == (10.0, 20.0, 300.0, 200.0)
    assert chart.parent == sheet
    assert sheet.charts.add(anchor=sheet["D4"], name="Mine").name == "Mine"
    assert [one.name for one in sheet.charts] == ["Chart 1", "Mine"]
    assert sheet.charts["Mine"].left == pytest.approx(sheet["D4"].left, abs=0.1)


def test_chart_is_renamed_and_deleted(chart: xlwings.Chart, sheet: xlwings.Sheet) -> None:
    """A chart is found by its new name, and gone when it is deleted."""
    chart.name = "Sales"
    assert "Sales" in sheet.charts
    assert "Chart 1" not in sheet.charts
    sheet.charts["Sales"].delete()
    assert len(sheet.charts) == 0


def test_charts_of_two_sheets_are_apart(chart: xlwings.Chart, sheet: xlwings.Sheet) -> None:
    """Each sheet numbers and lists its own charts."""
    other = sheet.book.sheets.add(after=sheet).charts.add()
    assert (chart.name, other.name) == ("Chart 1", "Chart 1")
    other.delete()
    assert len(sheet.charts) == 1


def test_chart_draws_columns_of_data(chart: xlwings.Chart) -> None:
    """Data with more rows than columns give a series for each column, named by its label."""
    assert chart.chart_type == "column_clustered"
    assert chart.plot_by == "columns"
    assert [one.name for one in chart.series] == ["North", "South"]


def test_chart_draws_rows_of_data(chart: xlwings.Chart, data: xlwings.Range) -> None:
    """Series are made of rows on request, and of columns again."""
    chart.set_source_data(data, plot_by="rows")
    assert [one.name for one in chart.series] == ["Jan", "Feb", "Mar"]
    assert chart.plot_by == "rows"
    chart.plot_by = "columns"
    assert [one.name for one in chart.series] == ["North", "South"]


def test_wide_data_give_series_of_rows(sheet: xlwings.Sheet) -> None:
    """Data with more columns than rows give a series for each row."""
    sheet["A1"].value = [["", "a", "b", "c"], ["One", 1, 2, 3]]
    chart = sheet.charts.add(source=sheet["A1:D2"])
    assert [one.name for one in chart.series] == ["One"]


def test_series_without_labels_are_numbered(sheet: xlwings.Sheet) -> None:
    """Series of bare numbers are called Series1 and Series2."""
    sheet["A1"].value = [[1, 2], [3, 4], [5, 6]]
    chart = sheet.charts.add(source=sheet["A1:B3"])
    assert [one.name for one in chart.series] == ["Series1", "Series2"]


@pytest.mark.parametrize("name", [name for name in DRAWINGS if not name.startswith(("stock", "bubble"))])
def test_chart_is_of_every_type(chart: xlwings.Chart, name: str) -> None:
    """A chart drawn as a type says that it is of that type."""
    chart.chart_type = name
    assert chart.chart_type == name


@pytest.mark.parametrize("name", ["surface", "pie_of_pie", "bar_of_pie", "combination"])
def test_types_that_are_not_drawn_are_refused(chart: xlwings.Chart, name: str) -> None:
    """A type that LibreOffice cannot draw is refused, and the chart stays as it was."""
    with pytest.raises(NotImplementedError, match=name):
        chart.chart_type = name
    assert chart.chart_type == "column_clustered"


def test_chart_has_a_title(chart: xlwings.Chart) -> None:
    """A chart has no title until it is given one, and none again after None."""
    assert chart.title is None
    chart.title = "Sales"
    assert chart.title == "Sales"
    chart.title = None
    assert chart.title is None


def test_legend_is_placed_and_hidden(chart: xlwings.Chart) -> None:
    """A legend stands on one of four sides, and has no place while it is hidden."""
    for side in ("top", "bottom", "left", "right"):
        chart.legend.position = side
        assert chart.legend.position == side
    chart.legend.visible = False
    assert chart.legend.position is None
    with pytest.raises(NotImplementedError, match="corner"):
        chart.legend.position = "corner"


def test_axis_is_scaled(chart: xlwings.Chart) -> None:
    """An axis begins, ends and is marked where it is told, and runs backward on request."""
    axis = chart.value_axis
    axis.set(
        title="Pieces",
        minimum_scale=1,
        maximum_scale=9,
        major_unit=2,
        number_format="0.00",
        reverse_order=True,
    )
    assert axis.title == "Pieces"
    assert (axis.minimum_scale, axis.maximum_scale, axis.major_unit) == (1.0, 9.0, 2.0)
    assert (axis.number_format, axis.reverse_order) == ("0.00", True)
    axis.minimum_scale = None
    assert axis.api.AutoMin is True


def test_axis_crosses_the_other(chart: xlwings.Chart) -> None:
    """The other axis crosses an axis at its beginning or end."""
    assert chart.value_axis.crosses == "automatic"
    for place in ("minimum", "maximum", "automatic"):
        chart.value_axis.crosses = place
        assert chart.value_axis.crosses == place


def test_hidden_axis_has_no_title(chart: xlwings.Chart) -> None:
    """A hidden axis has no title and no scale; a new title shows it."""
    axis = chart.category_axis
    axis.title = "Month"
    axis.visible = False
    assert axis.visible is False
    assert axis.title is None
    with pytest.raises(xlwings.XlwingsError, match="no visible primary category axis"):
        _ = axis.reverse_order
    axis.title = "Month"
    assert axis.visible is True
    assert axis.title == "Month"


def test_series_moves_to_second_axes(chart: xlwings.Chart) -> None:
    """Second axes exist as soon as a series belongs to them."""
    with pytest.raises(xlwings.XlwingsError, match="no secondary axis group"):
        _ = chart.secondary_value_axis.title
    chart.series[1].axis_group = "secondary"
    assert [one.axis_group for one in chart.series] == ["primary", "secondary"]
    chart.secondary_value_axis.title = "Other"
    assert chart.secondary_value_axis.title == "Other"


def test_series_gets_a_name_and_colors(chart: xlwings.Chart) -> None:
    """A series has its own name and the colors that it is given."""
    series = chart.series[0]
    series.set(name="Up here", fill_color=(255, 0, 0), line_color=(0, 0, 255))
    assert (series.name, series.fill_color, series.line_color) == ("Up here", (255, 0, 0), (0, 0, 255))
    assert chart.series[1].name == "South"


def test_series_has_markers(chart: xlwings.Chart) -> None:
    """A series of a line has markers of a form, a size and colors."""
    chart.chart_type = "line_markers"
    series = chart.series[0]
    series.set(marker_style="diamond", marker_size=9, marker_background_color=(1, 2, 3), line_color=(9, 8, 7))
    assert (series.marker_style, series.marker_size) == ("diamond", 9)
    assert series.marker_background_color == (1, 2, 3)
    assert (series.line_color, series.fill_color) == ((9, 8, 7), None)


def test_series_are_found_by_number_only(chart: xlwings.Chart) -> None:
    """Series are not found by name, as in Excel."""
    assert len(chart.series) == 2
    with pytest.raises(KeyError):
        chart.series("North")


def test_chart_styles_are_refused(chart: xlwings.Chart, sheet: xlwings.Sheet) -> None:
    """Another style than the usual one is refused with the reason, and no chart is left over."""
    with pytest.raises(NotImplementedError, match="no styles"):
        chart.style = 5
    with pytest.raises(NotImplementedError, match="no styles"):
        sheet.charts.add(style=5)
    assert len(sheet.charts) == 1


@pytest.mark.parametrize("chart_type", ["line", "xy_scatter"])
def test_chart_takes_its_x_values_from_a_range(sheet: xlwings.Sheet, tmp_path: Path, chart_type: str) -> None:
    """The categories, or X values, of a chart come from the range named for them."""
    sheet["A1"].value = [["Year", "Sales"], [2020, 1], [2021, 2], [2022, 3]]
    chart = sheet.charts.add(source=sheet["B1:B4"], chart_type=chart_type, plot_by="columns")
    chart.set_x_axis_values(sheet["A2:A4"])
    assert [one.name for one in chart.series] == ["Sales"]
    sheet.book.save(tmp_path / "chart.xlsx")
    with zipfile.ZipFile(tmp_path / "chart.xlsx") as package:
        [part] = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        assert f"<c:f>{sheet.name}!$A$2:$A$4</c:f>" in package.read(part).decode()

"""The cells a chart draws: which they are, and whether its series run along rows or columns."""

from typing import TYPE_CHECKING, Any

from xlwings_libreoffice.table_areas import flags
from xlwings_libreoffice.uno_runtime import UnoObject, enum, properties

if TYPE_CHECKING:
    from xlwings_libreoffice.office import Office
    from xlwings_libreoffice.ranges import Range

SOURCE = "com.sun.star.chart.ChartDataRowSource"
CATEGORY = 2
"""The type of an axis that shows categories."""


def give(model: UnoObject, range_: "Range", plot_by: str | None) -> None:
    """Draws the cells of a range; unless told, there are as few series as its shape allows."""
    rows, columns = range_.shape
    along = plot_by or ("columns" if rows >= columns else "rows")
    top, side = _labels(range_.xr, rows, columns)
    by_columns = along == "columns"
    if model.DataProvider is None:
        model.attachDataProvider(
            range_.sheet.book.doc.createInstance("com.sun.star.chart2.data.DataProvider")
        )
    model.setArguments(
        properties(
            CellRangeRepresentation=range_.xr.AbsoluteName,
            DataRowSource=enum(SOURCE, along.upper()),
            FirstCellAsLabel=top if by_columns else side,
            HasCategories=side if by_columns else top,
        )
    )


def give_categories(office: "Office", model: UnoObject, range_: "Range") -> None:
    """Takes the categories of all series from the cells of a range; in an XY chart they are the X values."""
    for system in model.FirstDiagram.CoordinateSystems:
        for kind in system.ChartTypes:
            if kind.ChartType.endswith(("ScatterChartType", "BubbleChartType")):
                for series in kind.DataSeries:
                    others = [one for one in series.DataSequences if one.Values.Role != "values-x"]
                    series.setData((_labeled(office, model, range_, "values-x"), *others))
                continue
            axis = system.getAxisByDimension(0, 0)
            scale = axis.ScaleData
            scale.Categories, scale.AxisType = _labeled(office, model, range_, "categories"), CATEGORY
            axis.setScaleData(scale)


def _labeled(office: "Office", model: UnoObject, range_: "Range", role: str) -> UnoObject:
    """The cells of a range as a sequence of data that plays a part in a chart."""
    values = model.DataProvider.createDataSequenceByRangeRepresentation(range_.xr.AbsoluteName)
    values.Role = role
    made = office.service("com.sun.star.chart2.data.LabeledDataSequence")
    made.setValues(values)
    return made


def told(model: UnoObject) -> dict[str, Any]:
    """What is known of the data: the cells, the direction, and whether there are labels."""
    found = model.DataProvider.detectArguments(model.UsedData)
    return {one.Name: one.Value for one in found}


def plot_by(model: UnoObject) -> str:
    """Whether the series are the `rows` or the `columns` of the data."""
    return str(told(model)["DataRowSource"].value).lower()


def turn(model: UnoObject, along: str) -> None:
    """Makes series of the rows or of the columns; labels and categories change places."""
    known = told(model)
    if known["DataRowSource"].value.lower() == along:
        return
    model.setArguments(
        properties(
            CellRangeRepresentation=known["CellRangeRepresentation"],
            DataRowSource=enum(SOURCE, along.upper()),
            FirstCellAsLabel=known["HasCategories"],
            HasCategories=known["FirstCellAsLabel"],
        )
    )


def _labels(cells: UnoObject, rows: int, columns: int) -> tuple[bool, bool]:
    """Whether the first row and the first column hold labels: texts, or a blank corner between them."""
    numbers = flags(("VALUE",))
    labels = flags(("STRING", "DATETIME"))
    corner = cells.getCellByPosition(0, 0)
    blank = corner.Type.value == "EMPTY" and rows > 1 and columns > 1
    row = cells.getCellRangeByPosition(min(1, columns - 1), 0, columns - 1, 0)
    column = cells.getCellRangeByPosition(0, min(1, rows - 1), 0, rows - 1)
    top = rows > 1 and (blank or not row.queryContentCells(numbers).Count)
    side = columns > 1 and (blank or _all(column, labels, numbers))
    return top and bool(row.queryContentCells(labels).Count or blank), side


def _all(cells: UnoObject, wanted: int, unwanted: int) -> bool:
    return bool(cells.queryContentCells(wanted).Count) and not cells.queryContentCells(unwanted).Count

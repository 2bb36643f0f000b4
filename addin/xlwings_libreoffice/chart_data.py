"""The cells a chart draws: which they are, and whether its series run along rows or columns."""

from typing import TYPE_CHECKING, Any

from xlwings_libreoffice.table_areas import flags
from xlwings_libreoffice.uno_runtime import UnoObject, enum, properties

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range

SOURCE = "com.sun.star.chart.ChartDataRowSource"


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

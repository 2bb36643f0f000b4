"""What is selected in a window: one area of cells, also where a filter hides some of its rows."""

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.uno_runtime import UnoObject


def selected_cells(selection: UnoObject) -> UnoObject | None:
    """The selected cells in UNO; of several areas all of it if only hidden rows part them, else the first one."""
    if hasattr(selection, "RangeAddress"):
        return selection
    if not hasattr(selection, "RangeAddresses") or not selection.Count:
        return None
    areas = [kinds.area(address) for address in selection.RangeAddresses]
    first = selection.getByIndex(0)
    whole = _around(areas)
    corners = (whole.column - 1, whole.row - 1, whole.last_column - 1, whole.last_row - 1)
    cells = first.Spreadsheet.getCellRangeByPosition(*corners)
    shown = {kinds.area(address) for address in cells.queryVisibleCells().RangeAddresses}
    return cells if shown == set(areas) else first


def _around(areas: list[Area]) -> Area:
    return Area(
        min(one.row for one in areas),
        min(one.column for one in areas),
        max(one.last_row for one in areas),
        max(one.last_column for one in areas),
    )

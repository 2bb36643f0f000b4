"""The filter over the rows of a range or a table."""

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice import filter_conditions, kinds
from xlwings_libreoffice.filter_conditions import Condition, Fields
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.tables import Table


@walled
class AutoFilter(base_classes.AutoFilter):
    """What a filter is set to: fields are columns counted from 1."""

    def __init__(self, cells: "Range", table: "Table | None" = None) -> None:
        self.cells = cells
        self.table = table

    @property
    def api(self) -> UnoObject | None:
        """The database range in UNO that is filtered; None when there is no filter on exactly these cells."""
        if self.table is not None:
            return self.table.api
        found = self._of_sheet()
        return found if found is not None and kinds.area(found.DataArea) == self.cells.area else None

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """What each column is filtered by."""
        present = self._present()
        return [
            filter_conditions.snapshot(field, conditions, dates=bool(conditions) and self._has_dates(field))
            for field in range(1, self.cells.shape[1] + 1)
            for conditions in [present.get(field - 1, ())]
        ]

    def apply_values(self, field: int, values: "Sequence[str]") -> None:
        """Shows the rows that have one of these values in a column."""
        self._apply(field, (Condition("EQUAL", tuple(map(filter_conditions.value, values))),))

    def apply_comparison(self, field: int, operator: str, value1: Any, value2: Any) -> None:  # noqa: ANN401
        """Shows the rows whose value in a column compares as it says."""
        self._apply(field, filter_conditions.comparison(operator, value1, value2))

    def apply_top_items(self, field: int, count: int) -> None:
        """Shows the rows with the highest values in a column."""
        self._apply(field, (Condition("TOP_VALUES", (float(count),)),))

    def apply_bottom_items(self, field: int, count: int) -> None:
        """Shows the rows with the lowest values in a column."""
        self._apply(field, (Condition("BOTTOM_VALUES", (float(count),)),))

    def apply_top_percent(self, field: int, percent: float) -> None:
        """Shows the rows with the highest values in a column, so many of a hundred."""
        self._apply(field, (Condition("TOP_PERCENT", (float(percent),)),))

    def apply_bottom_percent(self, field: int, percent: float) -> None:
        """Shows the rows with the lowest values in a column, so many of a hundred."""
        self._apply(field, (Condition("BOTTOM_PERCENT", (float(percent),)),))

    def clear(self, field: int | None) -> None:
        """No longer filters by a column, or by none of them; the buttons stay."""
        data = self.api
        if data is not None:
            kept = {
                column: found for column, found in self._present().items() if field not in {None, column + 1}
            }
            _put(data, kept)

    def _of_sheet(self) -> UnoObject | None:
        """The sheet's own filter, of which there is one at most."""
        sheet = self.cells.sheet
        unnamed = sheet.book.doc.getPropertyValue("UnnamedDatabaseRanges")
        found = unnamed.getByTable(sheet.number) if unnamed.hasByTable(sheet.number) else None
        return found if found is not None and found.AutoFilter else None

    def _made(self) -> UnoObject:
        """The database range to filter, made where there is none yet."""
        if (found := self.api) is not None:
            found.AutoFilter = True
            return found
        if self._of_sheet() is not None:
            raise ValueError("This worksheet already has an AutoFilter on a different range")
        sheet = self.cells.sheet
        unnamed = sheet.book.doc.getPropertyValue("UnnamedDatabaseRanges")
        unnamed.setByTable(self.cells.xr.RangeAddress)
        made = unnamed.getByTable(sheet.number)
        made.AutoFilter = True
        return made

    def _present(self) -> Fields:
        data = self.api
        return filter_conditions.read(data.FilterDescriptor.getFilterFields3()) if data is not None else {}

    def _apply(self, field: int, conditions: tuple[Condition, ...]) -> None:
        data = self._made()
        _put(data, {**self._present(), field - 1: conditions})

    def _has_dates(self, field: int) -> bool:
        """Whether the first row of data has a date in that column."""
        cell = self.cells.xr.getCellByPosition(field - 1, min(1, self.cells.shape[0] - 1))
        return next(kinds.stretches(self.cells.sheet.book.doc, cell)).kind == kinds.DATE


def _put(data: UnoObject, fields: Fields) -> None:
    if not fields:
        show_all(data)
        return
    descriptor = data.FilterDescriptor
    descriptor.ContainsHeader = True
    descriptor.setFilterFields3(filter_conditions.written(fields))
    data.refresh()


def show_all(data: UnoObject) -> None:
    """Takes the conditions off a database range and shows all its rows, which a refresh alone would not do."""
    cells = data.getReferredCells()
    nothing = cells.createFilterDescriptor(True)
    nothing.ContainsHeader = True
    cells.filter(nothing)

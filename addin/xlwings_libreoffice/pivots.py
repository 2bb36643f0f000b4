"""Pivot tables: Calc calls them data pilot tables."""

from itertools import count
from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice import kinds
from xlwings_libreoffice.listing import Listing
from xlwings_libreoffice.pivot_fields import PivotFields, source_names
from xlwings_libreoffice.pivot_values import PivotValueFields
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet
    from xlwings_libreoffice.tables import Table

WHOLE, TABLE, RESULT = 0, 1, 2
"""What part of a pivot table is asked for, in UNO's numbers: all, without the filters, and the figures."""
GRAND_TOTAL = "Grand Total"
"""What Excel writes beside the totals; LibreOffice would write words in its own language."""


@walled
class PivotTable(base_classes.PivotTable):
    """One pivot table."""

    def __init__(self, sheet: "Sheet", name: str) -> None:
        self.sheet = sheet
        self._name = name

    @property
    def api(self) -> UnoObject:
        """The data pilot table in UNO."""
        return self.sheet.xs.DataPilotTables.getByName(self._name)

    @property
    def parent(self) -> "Sheet":
        """The sheet it stands on."""
        return self.sheet

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        """Renames it."""
        self.api.setName(value)
        self._name = value

    @property
    def field_names(self) -> list[str]:
        """The headers of its source."""
        return source_names(self)

    @property
    def rows(self) -> PivotFields:
        """The fields whose items make its rows."""
        return PivotFields(self, "rows")

    @property
    def columns(self) -> PivotFields:
        """The fields whose items make its columns."""
        return PivotFields(self, "columns")

    @property
    def filters(self) -> PivotFields:
        """The fields that filter it as a whole."""
        return PivotFields(self, "filters")

    @property
    def values(self) -> PivotValueFields:
        """The figures in it."""
        return PivotValueFields(self)

    @property
    def layout(self) -> str:
        """How its row fields are laid out: LibreOffice 7.4 knows the tabular form only."""
        return "tabular"

    @layout.setter
    def layout(self, value: str) -> None:
        """Accepts the tabular form and refuses the others."""
        if value != "tabular":
            raise NotImplementedError(f"LibreOffice lays pivot tables out in tabular form, not {value}.")

    @property
    def show_row_grand_totals(self) -> bool:
        """Whether each row has a total: UNO speaks of the column that they make."""
        return bool(self.api.ColumnGrand)

    @show_row_grand_totals.setter
    def show_row_grand_totals(self, value: bool) -> None:
        """Shows or hides the totals of rows."""
        self.api.ColumnGrand = bool(value)

    @property
    def show_column_grand_totals(self) -> bool:
        """Whether each column has a total: UNO speaks of the row that they make."""
        return bool(self.api.RowGrand)

    @show_column_grand_totals.setter
    def show_column_grand_totals(self, value: bool) -> None:
        """Shows or hides the totals of columns."""
        self.api.RowGrand = bool(value)

    @property
    def range(self) -> "Range":
        """Its cells without the filters above it."""
        return self._part(TABLE)

    async def get_range(self) -> "Range":
        """Its cells without the filters above it."""
        return self.range

    @property
    def data_body_range(self) -> "Range | None":
        """Its figures; None while it has none."""
        return self._part(RESULT) if len(self.values) else None

    async def get_data_body_range(self) -> "Range | None":
        """Its figures; None while it has none."""
        return self.data_body_range

    def refresh(self) -> None:
        """Counts it anew from its source."""
        self.api.refresh()

    def delete(self) -> None:
        """Takes it off the sheet with its cells."""
        self.sheet.xs.DataPilotTables.removeByName(self._name)

    def _part(self, part: int) -> "Range":
        return self.sheet.block(kinds.area(self.api.getOutputRangeByType(part)))


@walled
class PivotTables(Listing[PivotTable], base_classes.PivotTables):
    """The pivot tables on a sheet."""

    def __init__(self, sheet: "Sheet") -> None:
        self.sheet = sheet

    @property
    def api(self) -> UnoObject:
        """The data pilot tables of the sheet in UNO."""
        return self.sheet.xs.DataPilotTables

    @property
    def parent(self) -> "Sheet":
        """The sheet they stand on."""
        return self.sheet

    def members(self) -> list[PivotTable]:
        """The pivot tables."""
        return [PivotTable(self.sheet, str(name)) for name in self.api.ElementNames]

    def add(self, source: "Range | Table", destination: "Range", name: str | None = None) -> PivotTable:
        """Puts a pivot table without fields at a cell, over a range or a table."""
        cells = source if hasattr(source, "xr") else source.range
        descriptor = self.api.createDataPilotDescriptor()
        descriptor.setSourceRange(cells.xr.RangeAddress)
        descriptor.ShowFilterButton = False
        descriptor.GrandTotalName = GRAND_TOTAL
        title = name or self._free_name()
        place = destination.xr.getCellByPosition(0, 0).CellAddress
        self.api.insertNewByName(title, place, descriptor)
        return PivotTable(self.sheet, title)

    def _free_name(self) -> str:
        sheets = self.sheet.book.doc.Sheets
        tables = [sheets.getByIndex(number).DataPilotTables.ElementNames for number in range(sheets.Count)]
        taken = {name for names in tables for name in names}
        return next(title for number in count(1) if (title := f"PivotTable{number}") not in taken)

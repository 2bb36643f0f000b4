"""The fields in the rows, columns and filters of a pivot table."""

from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice.listing import Listing
from xlwings_libreoffice.uno_runtime import UnoObject, enum
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.pivots import PivotTable

ORIENTATION = "com.sun.star.sheet.DataPilotFieldOrientation"
AREAS = {
    "rows": ("RowFields", "ROW"),
    "columns": ("ColumnFields", "COLUMN"),
    "filters": ("PageFields", "PAGE"),
}


@walled
class PivotField(base_classes.PivotField):
    """One field of the source, placed in an area."""

    def __init__(self, pivot: "PivotTable", name: str) -> None:
        self.pivot = pivot
        self._name = name

    @property
    def api(self) -> UnoObject:
        """The field in UNO."""
        return field(self.pivot, self._name)

    @property
    def parent(self) -> "PivotTable":
        """The pivot table it belongs to."""
        return self.pivot

    @property
    def name(self) -> str:
        """The header of its column in the source."""
        return self._name

    def remove(self) -> None:
        """Takes it out of its area."""
        self.api.Orientation = enum(ORIENTATION, "HIDDEN")


@walled
class PivotFields(Listing[PivotField], base_classes.PivotFields):
    """The fields in one area, in order."""

    def __init__(self, pivot: "PivotTable", area: str) -> None:
        self.pivot = pivot
        self._area = area

    @property
    def api(self) -> UnoObject:
        """The fields of the area in UNO."""
        return getattr(self.pivot.api, AREAS[self._area][0])

    @property
    def parent(self) -> "PivotTable":
        """The pivot table the area belongs to."""
        return self.pivot

    @property
    def area(self) -> str:
        """Which area it is: `rows`, `columns` or `filters`."""
        return self._area

    def members(self) -> list[PivotField]:
        """The fields in order, without the one that holds several figures."""
        fields = self.api
        known = set(source_names(self.pivot))
        names = [str(fields.getByIndex(number).Name) for number in range(fields.Count)]
        return [PivotField(self.pivot, name) for name in names if name in known]

    def add(self, name: str) -> PivotField:
        """Places a field after those in the area; one that is there already stays where it is."""
        if name not in source_names(self.pivot):
            raise KeyError(name)
        if name not in [field.name for field in self.members()]:
            field(self.pivot, name).Orientation = enum(ORIENTATION, AREAS[self._area][1])
        return PivotField(self.pivot, name)


def source_names(pivot: "PivotTable") -> list[str]:
    """The headers of the source of a pivot table: UNO's own fields may bear other captions."""
    source = pivot.api.SourceRange
    sheet = pivot.sheet.book.doc.Sheets.getByIndex(source.Sheet)
    row = sheet.getCellRangeByPosition(source.StartColumn, source.StartRow, source.EndColumn, source.StartRow)
    return [str(row.getCellByPosition(number, 0).String) for number in range(row.Columns.Count)]


def field(pivot: "PivotTable", name: str) -> UnoObject:
    """The field of a column of the source, in UNO."""
    return pivot.api.DataPilotFields.getByIndex(source_names(pivot).index(name))

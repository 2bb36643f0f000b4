"""The figures of a pivot table: which fields are summed, counted and so on."""

from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice.errors import OfficeError
from xlwings_libreoffice.listing import Listing
from xlwings_libreoffice.pivot_fields import ORIENTATION, field, source_names
from xlwings_libreoffice.table_areas import flags
from xlwings_libreoffice.uno_runtime import UnoObject, constant, enum
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.pivots import PivotTable

FUNCTIONS = {
    "sum": ("SUM", "Sum of"),
    "count": ("COUNT", "Count of"),
    "average": ("AVERAGE", "Average of"),
    "max": ("MAX", "Max of"),
    "min": ("MIN", "Min of"),
    "product": ("PRODUCT", "Product of"),
    "count_numbers": ("COUNTNUMS", "Count of"),
    "stdev": ("STDEV", "StdDev of"),
    "stdevp": ("STDEVP", "StdDevp of"),
    "var": ("VAR", "Var of"),
    "varp": ("VARP", "Varp of"),
}
"""What xlwings, UNO and Excel's captions call the functions."""
UNFORMATTED = (
    "LibreOffice formats the figures of a pivot table as the source is formatted: format the source."
)


@walled
class PivotValueField(base_classes.PivotValueField):
    """One figure: a field of the source and a function."""

    def __init__(self, pivot: "PivotTable", source: str) -> None:
        self.pivot = pivot
        self._source = source

    @property
    def api(self) -> UnoObject:
        """The field in UNO."""
        return field(self.pivot, self._source)

    @property
    def parent(self) -> "PivotTable":
        """The pivot table it belongs to."""
        return self.pivot

    @property
    def name(self) -> str:
        """Its caption, such as `Sum of Sales`."""
        return str(self.api.Name)

    @name.setter
    def name(self, value: str) -> None:
        """Gives it another caption, which must not be the header of a column of the source."""
        if value in source_names(self.pivot):
            raise OfficeError(f"A pivot table field named {value!r} already exists.")
        self.api.setName(value)

    @property
    def source_field(self) -> str:
        """The header of the column that it counts."""
        return self._source

    @property
    def function(self) -> str | None:
        """How it counts: `sum`, `count`, `average` and so on."""
        number = self.api.Function2
        return next((name for name in FUNCTIONS if _number(name) == number), None)

    @function.setter
    def function(self, value: str) -> None:
        """Counts in another way; a caption that was not chosen follows."""
        automatic = self.name == caption(self.function, self._source)
        self.api.Function2 = _number(value)
        if automatic:
            self.api.setName(caption(value, self._source))

    @property
    def number_format(self) -> str:
        """Refused: a figure is formatted as its source."""
        raise NotImplementedError(UNFORMATTED)

    @number_format.setter
    def number_format(self, value: str) -> None:
        raise NotImplementedError(UNFORMATTED)

    def remove(self) -> None:
        """Takes it out of the pivot table."""
        self.api.setName(self._source)
        self.api.Orientation = enum(ORIENTATION, "HIDDEN")


@walled
class PivotValueFields(Listing[PivotValueField], base_classes.PivotValueFields):
    """The figures of a pivot table, in the order of the columns of the source."""

    def __init__(self, pivot: "PivotTable") -> None:
        self.pivot = pivot

    @property
    def api(self) -> UnoObject:
        """The fields with figures in UNO."""
        return self.pivot.api.DataFields

    @property
    def parent(self) -> "PivotTable":
        """The pivot table they belong to."""
        return self.pivot

    def members(self) -> list[PivotValueField]:
        """The figures in order."""
        names = source_names(self.pivot)
        found = [name for name in names if field(self.pivot, name).Orientation.value == "DATA"]
        return [PivotValueField(self.pivot, name) for name in found]

    def add(
        self,
        field: str,
        function: str | None = None,
        name: str | None = None,
        number_format: str | None = None,
    ) -> PivotValueField:
        """Adds a figure: the sum of a field of numbers, the count of another, unless told a function."""
        if field not in source_names(self.pivot):
            raise KeyError(field)
        if number_format is not None:
            raise NotImplementedError(UNFORMATTED)
        if field in [one.source_field for one in self.members()]:
            raise NotImplementedError(
                f"{field} is counted already: LibreOffice tells no second figure of it apart."
            )
        made = PivotValueField(self.pivot, field)
        made.api.Orientation = enum(ORIENTATION, "DATA")
        chosen = function or ("sum" if self._numeric(field) else "count")
        made.api.Function2 = _number(chosen)
        made.name = name or caption(chosen, field)
        self._side_by_side()
        return made

    def _side_by_side(self) -> None:
        """Puts several figures beside each other, as Excel does, not below."""
        if len(self.members()) > 1:
            fields = self.pivot.api.DataPilotFields
            fields.getByIndex(fields.Count - 1).Orientation = enum(ORIENTATION, "COLUMN")

    def _numeric(self, name: str) -> bool:
        source = self.pivot.api.SourceRange
        column = source.StartColumn + source_names(self.pivot).index(name)
        sheet = self.pivot.sheet.book.doc.Sheets.getByIndex(source.Sheet)
        cells = sheet.getCellRangeByPosition(column, source.StartRow + 1, column, source.EndRow)
        return not (cells.queryContentCells(flags(("STRING",))).Count or cells.queryEmptyCells().Count)


def caption(function: str | None, source: str) -> str:
    """The caption Excel gives to a figure."""
    return f"{FUNCTIONS[function or 'sum'][1]} {source}"


def _number(function: str) -> int:
    return int(constant(f"com.sun.star.sheet.GeneralFunction2.{FUNCTIONS[function][0]}"))

"""The tables on a sheet."""

from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice import kinds, table_areas, table_names
from xlwings_libreoffice.listing import Listing
from xlwings_libreoffice.table import Table
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings import Range as Given

    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

__all__ = ["Table", "Tables", "settle_headers", "table_of"]


@walled
class Tables(Listing[Table], base_classes.Tables):
    """The tables on a sheet."""

    def __init__(self, sheet: "Sheet") -> None:
        self.sheet = sheet

    @property
    def api(self) -> UnoObject:
        """The database ranges of the document in UNO."""
        return self.sheet.book.doc.DatabaseRanges

    @property
    def parent(self) -> "Sheet":
        """The sheet they stand on."""
        return self.sheet

    def members(self) -> list[Table]:
        """The tables in the order in which they were made."""
        return [Table(self.sheet, name) for name in table_names.on_sheet(self.sheet)]

    def __call__(self, key: str | int) -> Table:
        """The table of that name, upper or lower case, or of that number, counted from 1."""
        if not isinstance(key, str):
            return super().__call__(key)
        name = table_names.exact(self.sheet, key)
        if name is None:
            raise KeyError(key)
        return Table(self.sheet, name)

    def add(  # noqa: PLR0913, PLR0917 (what Excel takes)
        self,
        source_type: str | None = None,
        source: "Given | None" = None,
        link_source: bool | None = None,  # noqa: FBT001
        has_headers: bool = True,  # noqa: FBT001, FBT002
        destination: "Given | None" = None,
        table_style_name: str | None = None,
        name: str | None = None,
    ) -> Table:
        """Makes a table of a range, with filter buttons; headers are made where there are none."""
        if link_source is not None or destination is not None or source_type not in {None, "xlSrcRange"}:
            raise NotImplementedError("A table is made of a range: outside sources are not supported.")
        if source is None:
            raise ValueError("A table is made of a range: name the source.")
        area = kinds.area(source.api.RangeAddress)
        table_names.need_no_other(self.sheet, area)
        title = name or table_names.free_name(self.sheet)
        table_names.need_free_name(self.sheet, title)
        area = (
            table_areas.with_row(self.sheet, area)
            if has_headers
            else table_areas.with_headers(self.sheet, area)
        )
        table_areas.settle_headers(self.sheet, area._replace(last_row=area.row))
        self.api.addNewByName(title, table_areas.address(self.sheet, area))
        made = Table(self.sheet, title)
        made.api.AutoFilter = True
        if table_style_name is not None:
            made.table_style = table_style_name
        return made


def table_of(range_: "Range") -> Table | None:
    """The table that the first cell of a range belongs to; None when it belongs to none."""
    if range_.xr is None:
        return None
    cell = kinds.area(range_.xr.RangeAddress)
    cell = cell._replace(last_row=cell.row, last_column=cell.column)
    return next((table for table in Tables(range_.sheet) if table_areas.overlap(table.area, cell)), None)


def settle_headers(sheet: "Sheet") -> None:
    """Makes the headers of all tables of the sheet texts of their own, without which Excel repairs the file."""
    for table in Tables(sheet):
        if table.show_headers:
            table_areas.settle_headers(sheet, table.area._replace(last_row=table.area.row))

"""A table: in Calc it is a database range, which a file of Excel gets as a table."""

from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice import kinds, table_areas, table_formulas, table_headers, table_names
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.autofilter import show_all
from xlwings_libreoffice.errors import OfficeError
from xlwings_libreoffice.table_parts import TableColumns, TableRows
from xlwings_libreoffice.table_styles import Styled
from xlwings_libreoffice.uno_runtime import UnoObject, properties, struct, typed
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings import Range as Given

    from xlwings_libreoffice.autofilter import AutoFilter
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet


@walled
class Table(Styled, base_classes.Table):
    """One table: a database range with a name of its own."""

    def __init__(self, sheet: "Sheet", name: str) -> None:
        self.sheet = sheet
        self._name = name

    @property
    def api(self) -> UnoObject:
        """The database range in UNO."""
        return self.sheet.book.doc.DatabaseRanges.getByName(self._name)

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
        """Renames it; formulas follow."""
        if value.casefold() != self._name.casefold():
            table_names.need_free_name(self.sheet, value)
        style, parts, headers = self.kept_style(), self.kept_parts(), table_headers.kept(self)
        self.keep_style(None)
        self.keep_parts(None)
        table_headers.keep(self, [])
        with table_formulas.Renaming(self.sheet.book.doc, self._name, value):
            self.api.setName(value)
            self._name = value
        self.keep_style(style)
        self.keep_parts(parts)
        table_headers.keep(self, headers)

    @property
    def display_name(self) -> str:
        """Its name: Excel shows no other either."""
        return self.name

    @display_name.setter
    def display_name(self, value: str) -> None:
        """Renames it."""
        self.name = value

    @property
    def area(self) -> Area:
        """The rows and columns it covers now."""
        return kinds.area(self.api.DataArea)

    @property
    def body(self) -> Area:
        """The rows between the headers and the totals, be they filled or not."""
        area, data = self.area, self.api
        return area._replace(row=area.row + data.ContainsHeader, last_row=area.last_row - data.TotalsRow)

    @property
    def empty(self) -> bool:
        """Whether it has no rows but the blank one that waits for the first."""
        return self.body.shape[0] == 1 and not table_areas.filled(self.sheet, self.body)

    @property
    def range(self) -> "Range":
        """All its cells, with headers and totals."""
        return self.sheet.block(self.area)

    @property
    def data_body_range(self) -> "Range | None":
        """Its rows without headers and totals; None while it has none."""
        return None if self.empty else self.sheet.block(self.body)

    @property
    def insert_row_range(self) -> "Range | None":
        """The blank row that waits for the first data; None when there are data."""
        return self.sheet.block(self.body) if self.empty else None

    @property
    def header_row_range(self) -> "Range | None":
        """Its header row; None when it shows none."""
        return self.sheet.block(self.area._replace(last_row=self.area.row)) if self.show_headers else None

    @property
    def totals_row_range(self) -> "Range | None":
        """Its totals row; None when it shows none."""
        return self.sheet.block(self.area._replace(row=self.area.last_row)) if self.show_totals else None

    @property
    def rows(self) -> TableRows:
        """Its rows of data."""
        return TableRows(self)

    @property
    def columns(self) -> TableColumns:
        """Its columns."""
        return TableColumns(self)

    @property
    def autofilter(self) -> "AutoFilter":
        """What its filter buttons are set to."""
        from xlwings_libreoffice.autofilter import AutoFilter  # noqa: PLC0415 (ranges import filters and tables)

        return AutoFilter(self.range, self)

    @property
    def show_autofilter(self) -> bool:
        """Whether its headers have filter buttons."""
        return bool(self.api.AutoFilter)

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        """Puts filter buttons on its headers, or takes them off and shows all rows again."""
        data = self.api
        if not value:
            show_all(data)
        data.AutoFilter = bool(value)

    @property
    def show_headers(self) -> bool:
        """Whether it has a header row."""
        return bool(self.api.ContainsHeader)

    @show_headers.setter
    def show_headers(self, value: bool) -> None:
        """Takes the header row away, or puts it back above the data: into blank cells, else cells move down."""
        if bool(value) == self.show_headers:
            return
        area = self.area
        if not value:
            table_headers.keep(self, [column.name for column in self.columns.members()])
            table_areas.cells(self.sheet, area._replace(last_row=area.row)).clearContents(
                table_areas.flags(table_areas.CONTENTS)
            )
            self.show_autofilter = False
            self._cover(area._replace(row=area.row + 1))
            self.api.ContainsHeader = False
            return
        names = table_headers.hidden(self)
        self._cover(self._headed(area))
        table_areas.cells(self.sheet, self.area._replace(last_row=self.area.row)).setDataArray(
            (tuple(names),)
        )
        table_headers.keep(self, [])
        self.api.ContainsHeader = True
        self.show_autofilter = True

    @property
    def show_totals(self) -> bool:
        """Whether it has a totals row."""
        return bool(self.api.TotalsRow)

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        """Adds a totals row below the data, or removes it."""
        if bool(value) == self.show_totals:
            return
        area = self.area
        if value:
            below = area._replace(row=area.last_row + 1, last_row=area.last_row + 1)
            table_areas.push_down(self.sheet, below)
            self._cover(area._replace(last_row=area.last_row + 1))
            self.api.TotalsRow = True
            self._fill_totals(below)
        else:
            table_areas.pull_up(self.sheet, area._replace(row=area.last_row))
            self._cover(area._replace(last_row=area.last_row - 1))
            self.api.TotalsRow = False

    def resize(self, range: "Given") -> None:  # noqa: A002 (xlwings' name)
        """Makes it cover another range, which keeps its first row; new columns get headers."""
        before, after = self.area, kinds.area(range.api.RangeAddress)
        self._check_resize(before, after)
        totals = self.show_totals
        if totals and after.last_row != before.last_row:
            row = before._replace(row=before.last_row)
            table_areas.copied(self.sheet, row, after.last_row, before.column)
            table_areas.cells(self.sheet, row).clearContents(table_areas.flags(table_areas.CONTENTS))
        self._cover(after)
        if self.show_headers:
            table_areas.settle_headers(self.sheet, after._replace(last_row=after.row))

    def sort(self, keys: list[int], ascending: list[bool]) -> None:
        """Sorts its data by these columns, counted from 1; headers and totals stay."""
        fields = tuple(
            struct("com.sun.star.table.TableSortField", Field=key - 1, IsAscending=up, IsCaseSensitive=False)
            for key, up in zip(keys, ascending, strict=True)
        )
        headed = self.show_headers and not self.show_totals
        # Calc notes the order with the table only when all of it is sorted, headers included.
        area = self.area if headed else self.body
        table_areas.cells(self.sheet, area).sort(
            properties(
                SortFields=typed("[]com.sun.star.table.TableSortField", fields),
                ContainsHeader=headed,
                IsSortColumns=False,
                BindFormatsToContent=True,
            )
        )

    def cover(self, area: Area) -> None:
        """Makes the database range cover an area."""
        self._cover(area)

    def _cover(self, area: Area) -> None:
        self.api.DataArea = table_areas.address(self.sheet, area)

    def _headed(self, area: Area) -> Area:
        """The area with headers in the row above when that is blank, else with cells moved down."""
        above = area._replace(row=area.row - 1, last_row=area.row - 1)
        if area.row == 1 or table_areas.filled(self.sheet, above):
            return table_areas.with_headers(self.sheet, area)
        table_areas.settle_headers(self.sheet, above)
        return area._replace(row=area.row - 1)

    def _check_resize(self, before: Area, after: Area) -> None:
        if after.row != before.row or not table_areas.overlap(before, after):
            raise OfficeError("A table keeps its first row, and its new range must overlap the old one.")
        if after.shape[0] < 1 + self.show_headers + self.show_totals:
            raise OfficeError("A table needs at least one row besides its headers and totals.")
        table_names.need_no_other(self.sheet, after, but=self.name)

    def _fill_totals(self, row: Area) -> None:
        """What Excel puts into a new totals row: the word, and the sum or count of the last column."""
        found = table_areas.cells(self.sheet, row)
        last = self.body._replace(column=row.last_column)
        function = 109 if table_areas.filled(self.sheet, last, ("VALUE",)) else 103
        header = self.columns(row.shape[1]).name
        named = self.show_headers and not set(header) & set("[]#'@")
        if row.shape[1] > 1:
            found.getCellByPosition(0, 0).setString("Total")
        data = f"{self.name}[{header}]" if named else table_areas.told(last)
        found.getCellByPosition(row.shape[1] - 1, 0).setFormula(f"=SUBTOTAL({function};{data})")

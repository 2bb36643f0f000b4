"""Rows and columns of a table."""

from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice import table_areas, table_headers
from xlwings_libreoffice.addresses import ROWS, Area
from xlwings_libreoffice.listing import Listing
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.tables import Table


@walled
class TableRow(base_classes.TableRow):
    """One row of data in a table."""

    def __init__(self, table: "Table", index: int) -> None:
        self.table = table
        self._index = index

    @property
    def index(self) -> int:
        """Its place among the rows of data, counted from 1."""
        return self._index

    @property
    def name(self) -> str:
        """Nothing: rows have no names and are found by number."""
        return ""

    @property
    def area(self) -> Area:
        """The cells it covers."""
        body = self.table.body
        return body._replace(row=body.row + self._index - 1, last_row=body.row + self._index - 1)

    @property
    def range(self) -> "Range":
        """Its cells."""
        return self.table.sheet.block(self.area)

    async def get_range(self) -> "Range":
        """Its cells."""
        return self.range

    def delete(self) -> None:
        """Deletes it; what is below the table moves up. The last row is only emptied."""
        sheet, body = self.table.sheet, self.table.body
        if body.shape[0] == 1:
            table_areas.cells(sheet, body).clearContents(table_areas.flags(table_areas.CONTENTS))
            return
        area = self.table.area
        table_areas.pull_up(sheet, self.area)
        self.table.cover(area._replace(last_row=area.last_row - 1))


@walled
class TableRows(Listing[TableRow], base_classes.TableRows):
    """The rows of data in a table."""

    def __init__(self, table: "Table") -> None:
        self.table = table

    @property
    def api(self) -> UnoObject:
        """The rows of the data in UNO."""
        return table_areas.cells(self.table.sheet, self.table.body).Rows

    @property
    def parent(self) -> "Table":
        """The table they belong to."""
        return self.table

    @property
    def column_count(self) -> int:
        """How many values a row has."""
        return self.table.area.shape[1]

    def members(self) -> list[TableRow]:
        """The rows in order."""
        return [TableRow(self.table, 1 + number) for number in range(len(self))]

    def __call__(self, key: str | int) -> TableRow:
        """The row of that number, counted from 1."""
        if isinstance(key, str) or not 1 <= key <= len(self):
            raise KeyError(key)
        return TableRow(self.table, int(key))

    def __len__(self) -> int:
        """How many rows there are."""
        return 0 if self.table.empty else self.table.body.shape[0]

    async def get_count(self) -> int:
        """How many rows there are."""
        return len(self)

    def add(self, values: list[str | float | bool | None] | None, index: int | None) -> TableRow:
        """Adds a row before that number, or at the end; without values, columns of formulas are filled."""
        place = len(self) + 1 if index is None else index
        if not self.table.empty:
            self._make_room(place)
        row = TableRow(self.table, place)
        if values is not None:
            row.range.raw_value = [values]
        return row

    async def get_range(self) -> "Range":
        """The cells of the rows."""
        return self.table.sheet.block(self.table.body)

    def _make_room(self, place: int) -> None:
        sheet, area, body = self.table.sheet, self.table.area, self.table.body
        columns = self._calculated()
        row = body._replace(row=body.row + place - 1, last_row=body.row + place - 1)
        below = body._replace(row=area.last_row + 1, last_row=area.last_row + 1)
        at_end = row.row > area.last_row
        if not at_end or below.row > ROWS or table_areas.filled(sheet, below):
            table_areas.push_down(sheet, row)
        self.table.cover(area._replace(last_row=area.last_row + 1))
        model = row.row + 1 if place == 1 else row.row - 1
        table_areas.copied(sheet, row._replace(row=model, last_row=model), row.row, row.column)
        for column in range(row.column, row.last_column + 1):
            cell = table_areas.cells(sheet, row._replace(column=column, last_column=column))
            kept = ("ANNOTATION",) if column in columns else (*table_areas.CONTENTS, "ANNOTATION")
            cell.clearContents(table_areas.flags(kept))

    def _calculated(self) -> set[int]:
        """The columns whose every data cell is a formula."""
        body, found = self.table.body, set[int]()
        for column in range(body.column, body.last_column + 1):
            cells = body._replace(column=column, last_column=column)
            formulas = table_areas.contents(self.table.sheet, cells, ("FORMULA",))
            if sum(one.shape[0] for one in formulas) == body.shape[0]:
                found.add(column)
        return found


@walled
class TableColumn(base_classes.TableColumn):
    """One column of a table."""

    def __init__(self, table: "Table", index: int) -> None:
        self.table = table
        self._index = index

    @property
    def index(self) -> int:
        """Its place among the columns, counted from 1."""
        return self._index

    @property
    def name(self) -> str:
        """Its header, also while the table shows none; Column1 and so on where there never was one."""
        if not self.table.show_headers:
            return table_headers.hidden(self.table)[self._index - 1]
        area = self.area
        return table_areas.headers(self.table.sheet, area._replace(last_row=area.row))[0]

    @property
    def area(self) -> Area:
        """The cells it covers, with header and total."""
        return self._within(self.table.area)

    @property
    def range(self) -> "Range":
        """Its cells, with header and total."""
        return self.table.sheet.block(self.area)

    async def get_range(self) -> "Range":
        """Its cells, with header and total."""
        return self.range

    @property
    def data_body_range(self) -> "Range | None":
        """Its cells without header and total; None while the table has no rows."""
        return None if self.table.empty else self.table.sheet.block(self._within(self.table.body))

    async def get_data_body_range(self) -> "Range | None":
        """Its cells without header and total."""
        return self.data_body_range

    def delete(self) -> None:
        """Deletes it; what is beside the table moves to the left."""
        area, names = self.table.area, table_headers.kept(self.table)
        if area.shape[1] == 1:
            raise ValueError("Cannot delete the last table column")
        table_headers.keep(self.table, names[: self._index - 1] + names[self._index :])
        table_areas.pull_left(self.table.sheet, self.area)
        self.table.cover(area._replace(last_column=area.last_column - 1))

    def _within(self, area: Area) -> Area:
        column = area.column + self._index - 1
        return area._replace(column=column, last_column=column)


@walled
class TableColumns(Listing[TableColumn], base_classes.TableColumns):
    """The columns of a table."""

    def __init__(self, table: "Table") -> None:
        self.table = table

    @property
    def api(self) -> UnoObject:
        """The columns in UNO."""
        return table_areas.cells(self.table.sheet, self.table.area).Columns

    @property
    def parent(self) -> "Table":
        """The table they belong to."""
        return self.table

    def members(self) -> list[TableColumn]:
        """The columns in order."""
        return [TableColumn(self.table, 1 + number) for number in range(self.table.area.shape[1])]

    async def get_count(self) -> int:
        """How many columns there are."""
        return len(self)

    def add(self, name: str, index: int | None) -> TableColumn:
        """Adds a column before that number, or at the end; what is beside the table moves to the right."""
        sheet, area = self.table.sheet, self.table.area
        place = area.shape[1] + 1 if index is None else index
        column = area.column + place - 1
        table_areas.push_right(sheet, area._replace(column=column, last_column=column))
        self.table.cover(area._replace(last_column=area.last_column + 1))
        if not self.table.show_headers:
            names = table_headers.hidden(self.table)[:-1]
            table_headers.keep(self.table, [*names[: place - 1], name, *names[place - 1 :]])
        else:
            table_areas.cells(sheet, Area(area.row, column, area.row, column)).getCellByPosition(
                0, 0
            ).setString(name)
        return TableColumn(self.table, place)

"""Where a range lies: its cells, its address, and the ranges next to it."""

from typing import TYPE_CHECKING, Any, cast

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import COLUMNS, ROWS, Area, external, letters, written
from xlwings_libreoffice.uno_runtime import UnoObject, constant

if TYPE_CHECKING:
    from xlwings_libreoffice.names import Name
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheets import Sheet

DIRECTIONS = {"d": "down", "u": "up", "l": "left", "r": "right"}
FILLED = ("VALUE", "DATETIME", "STRING", "FORMULA")


class Placing:
    """Position, shape and address."""

    if TYPE_CHECKING:
        sheet: Sheet
        xr: UnoObject
        _empty: tuple[int, int, int, int] | None

    @property
    def api(self) -> UnoObject:
        """The cell range in UNO."""
        return self.xr

    @property
    def area(self) -> Area:
        """The rows and columns it covers now: rows inserted above it move it down."""
        return kinds.area(self.xr.RangeAddress)

    @property
    def coords(self) -> tuple[UnoObject, int, int, int, int]:
        """The sheet in UNO, the first row and column, and how many of each."""
        if self._empty:
            return (self.sheet.xs, *self._empty)
        area = self.area
        return (self.sheet.xs, area.row, area.column, *area.shape)

    @property
    def row(self) -> int:
        """The number of its first row."""
        return self.coords[1]

    @property
    def column(self) -> int:
        """The number of its first column."""
        return self.coords[2]

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        return self.coords[3:]

    def __len__(self) -> int:
        """How many cells it has."""
        rows, columns = self.shape
        return rows * columns

    def __call__(self, *args: Any) -> "Range":  # noqa: ANN401 (numbers, and letters of a column)
        """One cell: by its number, counted row by row, or by row and column; it may lie outside."""
        if not args:
            raise ValueError("Invalid arguments")
        _, row, column, _, columns = self.coords
        down, right = (
            divmod(int(args[0]) - 1, columns) if len(args) == 1 else (int(args[0]) - 1, int(args[1]) - 1)
        )
        return self.sheet.range((row + down, column + right))

    @property
    def rows(self) -> "Range":
        """The range itself: xlwings makes rows of it."""
        return self._itself()

    @property
    def columns(self) -> "Range":
        """The range itself: xlwings makes columns of it."""
        return self._itself()

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:  # noqa: FBT001
        """The address in A1 notation, on request with book and sheet before it."""
        if self.xr is None:
            raise NotImplementedError("A range without cells has no address of that form.")
        text = written(self.area, row_absolute=row_absolute, column_absolute=col_absolute)
        return f"{self._home()}!{text}" if external else text

    @property
    def address(self) -> str:
        """The absolute address in A1 notation."""
        if self.xr is None:
            _, row, column, rows, columns = self.coords
            return f"${letters(column)}${row}{{{rows}x{columns}}}"
        return written(self.area)

    @property
    def current_region(self) -> "Range":
        """The block of filled cells around it, up to empty rows and columns."""
        cursor = self.sheet.xs.createCursorByRange(self.xr.getCellByPosition(0, 0))
        cursor.collapseToCurrentRegion()
        return self.sheet.block(kinds.area(cursor.RangeAddress))

    def end(self, direction: str) -> "Range":
        """The cell where Ctrl and an arrow key lead to from the first cell."""
        direction = DIRECTIONS.get(direction, direction)
        if direction not in DIRECTIONS.values():
            raise ValueError(f"'{direction}' is not a direction: up, down, left or right")
        _, row, column, _, _ = self.coords
        upright = direction in {"up", "down"}
        step = 1 if direction in {"down", "right"} else -1
        last = (ROWS if upright else COLUMNS) if step == 1 else 1
        place = row if upright else column
        reached = _reached(self._filled(upright=upright), place, step, last)
        return self.sheet.range((reached, column) if upright else (row, reached))

    def select(self) -> None:
        """Selects it, on its sheet, which becomes the active one."""
        self.sheet.activate()
        self.sheet.book.doc.CurrentController.select(self.xr)

    @property
    def name(self) -> "Name | None":
        """The name that refers to exactly this range; None when there is none."""
        return self.sheet.book.names.of(self._itself()) if self.xr is not None else None

    @name.setter
    def name(self, value: str) -> None:
        """Gives it a name in the book, or on its sheet when the name says `Sheet1!`."""
        if self.xr is not None:
            self.sheet.book.names.add(value, f"={self.sheet.quoted}!{self.address}")

    def _itself(self) -> "Range":
        # Range is composed of this class.
        return cast("Range", self)

    def _home(self) -> str:
        return external(self.sheet.book.name, self.sheet.name)

    def _filled(self, *, upright: bool) -> list[tuple[int, int]]:
        """The stretches of filled cells in its first column or row, in order."""
        _, row, column, _, _ = self.coords
        line = Area(1, column, ROWS, column) if upright else Area(row, 1, row, COLUMNS)
        flags = sum(int(constant(f"com.sun.star.sheet.CellFlags.{name}")) for name in FILLED)
        found = self.sheet.block(line).xr.queryContentCells(flags)
        areas = sorted(kinds.area(address) for address in found.RangeAddresses)
        return _joined([(a.row, a.last_row) if upright else (a.column, a.last_column) for a in areas])


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in stretches:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _reached(stretches: list[tuple[int, int]], place: int, step: int, last: int) -> int:
    """Where one gets: to the end of the stretch one is in, else to the next stretch, else to the edge."""
    for first, end in stretches if step == 1 else reversed(stretches):
        far, near = (end, first) if step == 1 else (first, end)
        if first <= place <= end and place != far:
            return far
        if (near - place) * step > 0:
            return near
    return last

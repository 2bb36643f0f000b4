"""The sizes of a range: widths and heights of its columns and rows, and whether they are hidden.

Excel measures heights and positions in points, and the width of a column in characters of the standard font:
seven pixels each, and five for the margin, at 96 pixels to an inch. Calc measures in hundredths of a millimeter.
"""

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.ranges.placing import Placing
from xlwings_libreoffice.uno_runtime import UnoObject

INCH = 2540
POINTS = 72
TWIPS = 20
PIXELS = 96
CHARACTER = 7
MARGIN = 5
MOST_CHARACTERS = 255
MOST_POINTS = 409.5
MANY = 200
"""Above so many rows or columns each of them is no longer asked."""


class Sizes(Placing):
    """Widths, heights, positions."""

    @property
    def column_width(self) -> float | None:
        """The width of its columns in characters; None when they differ."""
        if self.xr is None:
            return 0
        widths = _sizes(self.xr.Columns, "Width", self.xr.Size.Width)
        return characters(widths.pop()) if len(widths) == 1 else None

    @column_width.setter
    def column_width(self, value: float) -> None:
        """Sets the width of its columns in characters."""
        if self.xr is not None:
            _within(value, MOST_CHARACTERS, "column width")
            self.xr.Columns.Width = width(value)
            self.xr.Columns.IsVisible = value > 0

    @property
    def row_height(self) -> float | None:
        """The height of its rows in points; None when they differ."""
        if self.xr is None:
            return 0
        heights = _sizes(self.xr.Rows, "Height", self.xr.Size.Height)
        return points(heights.pop()) if len(heights) == 1 else None

    @row_height.setter
    def row_height(self, value: float) -> None:
        """Sets the height of its rows in points."""
        if self.xr is not None:
            _within(value, MOST_POINTS, "row height")
            self.xr.Rows.Height = round(value * INCH / POINTS)
            self.xr.Rows.IsVisible = value > 0

    @property
    def width(self) -> float:
        """Its width in points."""
        return points(self.xr.Size.Width) if self.xr is not None else 0

    @property
    def height(self) -> float:
        """Its height in points."""
        return points(self.xr.Size.Height) if self.xr is not None else 0

    @property
    def left(self) -> float:
        """How far it lies from the left edge of the sheet, in points."""
        return points(self.xr.Position.X) if self.xr is not None else 0

    @property
    def top(self) -> float:
        """How far it lies from the top edge of the sheet, in points."""
        return points(self.xr.Position.Y) if self.xr is not None else 0

    @property
    def row_hidden(self) -> bool | None:
        """Whether its rows are hidden; None when only some are."""
        area = self.area
        shown = self._shown(area._replace(column=1, last_column=self.sheet.columns))
        return _all_or_none(_covered([(a.row, a.last_row) for a in shown]), area.shape[0])

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        """Hides or shows its rows."""
        self.xr.Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        """Whether its columns are hidden; None when only some are."""
        area = self.area
        shown = self._shown(area._replace(row=1, last_row=self.sheet.rows))
        return _all_or_none(_covered([(a.column, a.last_column) for a in shown]), area.shape[1])

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        """Hides or shows its columns."""
        self.xr.Columns.IsVisible = not value

    def autofit(self, axis: str | None = None) -> None:
        """Fits its columns, its rows, or both to what is in them."""
        if self.xr is None:
            return
        if axis in {"columns", "c", None}:
            self.xr.Columns.OptimalWidth = True
        if axis in {"rows", "r", None}:
            self.xr.Rows.OptimalHeight = True

    def _shown(self, area: Area) -> list[Area]:
        found = self.sheet.block(area).xr.queryVisibleCells()
        return [kinds.area(address) for address in found.RangeAddresses]


def points(hundredths: int) -> float:
    """A length in points, as exact as Calc keeps it: a twentieth."""
    return round(hundredths * POINTS * TWIPS / INCH) / TWIPS


def characters(hundredths: int) -> float:
    """The width of a column in characters, as Excel tells it: whole pixels, two digits."""
    pixels = round(hundredths * PIXELS / INCH)
    if pixels < CHARACTER + MARGIN:
        return round(pixels / (CHARACTER + MARGIN), 2)
    return round((pixels - MARGIN) / CHARACTER, 2)


def width(count: float) -> int:
    """The width of a column of so many characters, in hundredths of a millimeter."""
    pixels = round(count * CHARACTER + MARGIN if count >= 1 else count * (CHARACTER + MARGIN))
    return round(pixels * INCH / PIXELS)


def _sizes(lines: UnoObject, name: str, total: int) -> set[int]:
    """The different sizes of columns or rows, up to the second one; of very many, told from their total."""
    first = getattr(lines.getByIndex(0), name)
    if lines.Count > MANY:
        return {first} if abs(total - first * lines.Count) <= lines.Count / 2 else {first, -1}
    found: set[int] = set()
    for number in range(lines.Count):
        found.add(getattr(lines.getByIndex(number), name))
        if len(found) > 1:
            break
    return found


def _within(value: float, most: float, what: str) -> None:
    if not 0 <= value <= most:
        raise ValueError(f"A {what} must be between 0 and {most}, not {value}.")


def _covered(stretches: list[tuple[int, int]]) -> int:
    return len({number for first, last in set(stretches) for number in range(first, last + 1)})


def _all_or_none(shown: int, count: int) -> bool | None:
    return None if 0 < shown < count else not shown

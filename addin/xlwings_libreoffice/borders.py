"""The borders of a range: eight sides, as Excel counts them."""

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice import border_lines, colors
from xlwings_libreoffice.addresses import COLUMNS, ROWS
from xlwings_libreoffice.border_lines import Line
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlwings_libreoffice.ranges import Range

UNSET = base_classes._UNSET  # noqa: SLF001 (xlwings passes it, to be compared by identity)
SIDES = {
    "edge_top": "Top",
    "edge_bottom": "Bottom",
    "edge_left": "Left",
    "edge_right": "Right",
    "inside_vertical": "Vertical",
    "inside_horizontal": "Horizontal",
}
DIAGONALS = {"diagonal_down": "DiagonalTLBR2", "diagonal_up": "DiagonalBLTR2"}
BESIDE = {
    "edge_top": (-1, 0, "Bottom"),
    "edge_bottom": (1, 0, "Top"),
    "edge_left": (0, -1, "Right"),
    "edge_right": (0, 1, "Left"),
}
"""Where the neighbors of an edge lie, and which of their lines is drawn there."""


@walled
class Border(base_classes.Border):
    """One side; a range whose cells differ tells the line of one of them."""

    def __init__(self, parent: "Range", side: str) -> None:
        self.parent = parent
        self.side = side

    @property
    def api(self) -> UnoObject:
        """The line in UNO: a copy."""
        return border_lines.written(self.line)

    @property
    def line(self) -> Line:
        """The line in Excel's terms."""
        return _line(self.parent, self.side)

    @property
    def line_style(self) -> str:
        """The style; `none` where there is no line."""
        return self.line.style or "none"

    @line_style.setter
    def line_style(self, value: str | None) -> None:
        """Draws it in a style; None takes it off."""
        put(self.parent, [self.side], line_style=value)

    @property
    def weight(self) -> str:
        """The weight."""
        return self.line.weight

    @weight.setter
    def weight(self, value: str) -> None:
        """Draws it in a weight."""
        put(self.parent, [self.side], weight=value)

    @property
    def color(self) -> colors.RGB | None:
        """The color; None where there is no line, and for the diagonals of several cells, as in Excel."""
        line = self.line
        if line.style is None or (self.side in DIAGONALS and len(self.parent) > 1):
            return None
        return line.color

    @color.setter
    def color(self, color_or_rgb: colors.Color) -> None:
        """Draws it in a color."""
        put(self.parent, [self.side], color=color_or_rgb)


@walled
class Borders(base_classes.Borders):
    """The eight sides; as a whole, the six that make a grid."""

    def __init__(self, parent: "Range") -> None:
        self.parent = parent

    @property
    def api(self) -> UnoObject:
        """The lines in UNO: a copy."""
        return self.parent.xr.TableBorder2

    def __getitem__(self, side: str) -> Border:
        """One side."""
        return Border(self.parent, side)

    @property
    def line_style(self) -> str | None:
        """The style that all sides of the grid share; None when they differ."""
        return self._common("line_style")  # type: ignore[no-any-return]

    @line_style.setter
    def line_style(self, value: str | None) -> None:
        """Draws the grid in a style."""
        self.set(base_classes.BORDER_GRID_SIDES, line_style=value)

    @property
    def weight(self) -> str | None:
        """The weight that all sides of the grid share; None when they differ."""
        return self._common("weight")  # type: ignore[no-any-return]

    @weight.setter
    def weight(self, value: str) -> None:
        """Draws the grid in a weight."""
        self.set(base_classes.BORDER_GRID_SIDES, weight=value)

    @property
    def color(self) -> colors.RGB | None:
        """The color that all sides of the grid share; None when they differ."""
        return self._common("color")  # type: ignore[no-any-return]

    @color.setter
    def color(self, color_or_rgb: colors.Color) -> None:
        """Draws the grid in a color."""
        self.set(base_classes.BORDER_GRID_SIDES, color=color_or_rgb)

    def set(
        self,
        which: "Sequence[str]" = base_classes.BORDER_GRID_SIDES,
        *,
        line_style: Any = UNSET,  # noqa: ANN401 (as xlwings passes it)
        weight: Any = UNSET,  # noqa: ANN401 (as xlwings passes it)
        color: Any = UNSET,  # noqa: ANN401 (as xlwings passes it)
    ) -> None:
        """Draws some sides, all of them in one call."""
        put(self.parent, which, line_style=line_style, weight=weight, color=color)

    def clear(self, which: "Sequence[str]" = base_classes.BORDER_SIDES) -> None:
        """Takes some sides off."""
        put(self.parent, which, line_style=None)

    def _sides(self) -> list[str]:
        """The sides of the grid that a range of this shape has."""
        rows, columns = self.parent.shape
        missing = {"inside_vertical"} if columns == 1 else set()
        missing |= {"inside_horizontal"} if rows == 1 else set()
        return [side for side in SIDES if side not in missing]

    def _common(self, name: str) -> Any:  # noqa: ANN401 (a text or a color)
        found = {getattr(self[side], name) for side in self._sides()}
        return found.pop() if len(found) == 1 else None


def put(
    cells: "Range",
    which: "Sequence[str]",
    *,
    line_style: str | None = UNSET,
    weight: str = UNSET,
    color: colors.Color = UNSET,
) -> None:
    """Draws sides of a range: first the color, then the weight, then the style, which so wins, as in Excel."""
    lines = {}
    for side in which:
        line = _line(cells, side)
        line = line if color is UNSET else line.colored(color)
        line = line if weight is UNSET else line.weighted(weight)
        lines[side] = line if line_style is UNSET else line.styled(line_style)
    _put_grid(cells.xr, {SIDES[side]: line for side, line in lines.items() if side in SIDES})
    for side, line in lines.items():
        if side in DIAGONALS:
            cells.xr.setPropertyValue(DIAGONALS[side], border_lines.written(line))
        elif line.style is None and (beside := _beside(cells, side)):
            _put_grid(beside[0], {beside[1]: line})


def _put_grid(xr: UnoObject, lines: dict[str, Line]) -> None:
    """Draws lines of the grid and leaves the others as they are."""
    if not lines:
        return
    table = xr.TableBorder2
    for name in SIDES.values():
        setattr(table, f"Is{name}LineValid", name in lines)
        if name in lines:
            setattr(table, f"{name}Line", border_lines.written(lines[name]))
    table.IsDistanceValid = False
    xr.TableBorder2 = table


def _line(cells: "Range", side: str) -> Line:
    rows, columns = cells.shape
    first = cells.xr.getCellByPosition(0, 0)
    if side in DIAGONALS:
        return border_lines.read(getattr(first, DIAGONALS[side]))
    if (side == "inside_vertical" and columns == 1) or (side == "inside_horizontal" and rows == 1):
        return Line()
    name = SIDES[side]
    table = cells.xr.TableBorder2
    if getattr(table, f"Is{name}LineValid"):
        line = border_lines.read(getattr(table, f"{name}Line"))
    else:
        name = {"Vertical": "Right", "Horizontal": "Bottom"}.get(name, name)
        corner = first if side != "edge_bottom" else cells.xr.getCellByPosition(0, rows - 1)
        corner = corner if side != "edge_right" else cells.xr.getCellByPosition(columns - 1, 0)
        line = border_lines.read(getattr(corner, f"{name}Border2"))
    if line.style is None and (beside := _beside(cells, side)):
        return border_lines.read(getattr(beside[0].getCellByPosition(0, 0), f"{beside[1]}Border2"))
    return line


def _beside(cells: "Range", side: str) -> tuple[UnoObject, str] | None:
    """The cells that share an edge, and the name of their line there; None at the edge of the sheet."""
    if side not in BESIDE:
        return None
    down, right, name = BESIDE[side]
    area = cells.area
    if down:
        row = area.row - 1 if down < 0 else area.last_row + 1
        area = area._replace(row=row, last_row=row)
    else:
        column = area.column - 1 if right < 0 else area.last_column + 1
        area = area._replace(column=column, last_column=column)
    if not (1 <= area.row <= ROWS and 1 <= area.column <= COLUMNS):
        return None
    return cells.sheet.block(area).xr, name

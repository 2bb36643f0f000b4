"""Alignments: as xlwings names them, and the pairs of properties they are in LibreOffice."""

from collections.abc import Mapping

from xlwings_libreoffice import mixed
from xlwings_libreoffice.uno_runtime import UnoObject, enum

HORIZONTAL = {
    "general": ("STANDARD", 0),
    "left": ("LEFT", 0),
    "center": ("CENTER", 0),
    "right": ("RIGHT", 0),
    "fill": ("REPEAT", 0),
    "justify": ("BLOCK", 0),
    "distributed": ("BLOCK", 1),
}
VERTICAL = {"bottom": (3, 0), "top": (1, 0), "center": (2, 0), "justify": (4, 0), "distributed": (4, 1)}
"""The second of each pair: 1 where the words are distributed, 0 where they are not."""
STANDARD = 0
"""Where LibreOffice puts text vertically unless told: at the bottom, as Excel does."""


def horizontal(cells: UnoObject) -> str | None:
    """How cells are aligned from left to right; None when they differ."""
    justify, method = mixed.value(cells, "HoriJustify"), mixed.value(cells, "HoriJustifyMethod")
    if justify is None or method is None:
        return None
    return _name(HORIZONTAL, justify.value, method if justify.value == "BLOCK" else 0)


def align_horizontally(cells: UnoObject, name: str) -> None:
    """Aligns cells from left to right."""
    if name not in HORIZONTAL:
        raise NotImplementedError(f"LibreOffice cannot align cells {name!r}: it has no such alignment.")
    justify, method = HORIZONTAL[name]
    kind = enum("com.sun.star.table.CellHoriJustify", justify)
    cells.setPropertyValues(("HoriJustify", "HoriJustifyMethod"), (kind, method))


def vertical(cells: UnoObject) -> str | None:
    """How cells are aligned from top to bottom; None when they differ."""
    justify, method = mixed.value(cells, "VertJustify"), mixed.value(cells, "VertJustifyMethod")
    if justify is None or method is None:
        return None
    if justify == STANDARD:
        return "bottom"
    return _name(VERTICAL, justify, method if justify == VERTICAL["justify"][0] else 0)


def align_vertically(cells: UnoObject, name: str) -> None:
    """Aligns cells from top to bottom."""
    cells.setPropertyValues(("VertJustify", "VertJustifyMethod"), VERTICAL[name])


def _name(names: Mapping[str, tuple[object, int]], justify: object, method: int) -> str | None:
    return next((name for name, pair in names.items() if pair == (justify, method)), None)

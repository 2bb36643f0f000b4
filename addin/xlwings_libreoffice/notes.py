"""Notes: the remarks attached to cells."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice.uno_runtime import UnoObject, constant
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

ANNOTATION = "com.sun.star.sheet.CellFlags.ANNOTATION"


@walled
class Note(base_classes.Note):
    """The note of one cell."""

    def __init__(self, cell: "Range") -> None:
        self.cell = cell

    @property
    def api(self) -> UnoObject:
        """The annotation in UNO."""
        return self.cell.xr.getCellByPosition(0, 0).Annotation

    @property
    def text(self) -> str:
        """What it says."""
        return str(self.api.String)

    @text.setter
    def text(self, value: str) -> None:
        """Changes what it says."""
        self.api.setString(value)

    @property
    def author(self) -> str:
        """Who wrote it; empty when the office does not know its user's name."""
        return str(self.api.Author)

    @property
    def location(self) -> "Range":
        """The cell it is attached to."""
        return self.cell

    def delete(self) -> None:
        """Takes it off the cell."""
        self.cell.xr.clearContents(constant(ANNOTATION))


@walled
class Notes:
    """The notes on a sheet, row by row."""

    def __init__(self, sheet: "Sheet") -> None:
        self.sheet = sheet

    def __iter__(self) -> Iterator[Note]:
        annotations = self.sheet.xs.Annotations
        places = [annotations.getByIndex(number).Position for number in range(annotations.Count)]
        cells = sorted((place.Row + 1, place.Column + 1) for place in places)
        return iter([Note(self.sheet.range(cell)) for cell in cells])

    def __len__(self) -> int:
        return int(self.sheet.xs.Annotations.Count)


def note_of(cell: "Range") -> Note | None:
    """The note of a range's first cell; None when it has none."""
    first = cell.sheet.range((cell.row, cell.column))
    return Note(first) if first.xr.queryContentCells(constant(ANNOTATION)).Count else None


def add_note(cell: "Range", text: str) -> Note:
    """Attaches a note to a cell."""
    first = cell.sheet.range((cell.row, cell.column))
    cell.sheet.xs.Annotations.insertNew(first.xr.getCellByPosition(0, 0).CellAddress, text)
    return Note(first)

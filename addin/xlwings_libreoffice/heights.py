"""Heights of rows while cells are filled: measured anew only where the contents can change them."""

from xlwings_libreoffice import mixed
from xlwings_libreoffice.uno_runtime import UnoObject


class Unmeasured:
    """A stretch of work in which the office leaves the heights of rows as they are.

    It takes longer to measure a hundred thousand rows than to fill them, and one line of text is as high as another.
    """

    def __init__(self, doc: UnoObject, *, wanted: bool) -> None:
        self.doc = doc
        self.off = wanted and bool(doc.IsAdjustHeightEnabled)

    def __enter__(self) -> None:
        """Stops the measuring, where that is wanted."""
        if self.off:
            self.doc.IsAdjustHeightEnabled = False

    def __exit__(self, *fault: object) -> None:
        """Goes on with it."""
        if self.off:
            self.doc.IsAdjustHeightEnabled = True


def fixed(cells: UnoObject) -> bool:
    """Whether one line of text leaves the rows of these cells as high as they are: none of the cells wraps it."""
    return mixed.value(cells, "IsTextWrapped") is False

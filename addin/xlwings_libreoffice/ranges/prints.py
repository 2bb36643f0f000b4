"""What a range becomes outside of its sheet, pages and pictures, and the table that it lies in."""

from typing import TYPE_CHECKING

from xlwings_libreoffice import exporting
from xlwings_libreoffice.tables import Table, table_of

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range


class Prints:
    """Pages and pictures of a range, and its table."""

    if TYPE_CHECKING:

        def _itself(self) -> Range: ...

    @property
    def table(self) -> Table | None:
        """The table that it lies in; None when it lies in none."""
        return table_of(self._itself())

    def to_pdf(self, path: str, quality: str) -> None:
        """Writes its cells as pages."""
        exporting.range_to_pdf(self._itself(), path, quality)

    def to_png(self, path: str) -> None:
        """Writes its cells as a picture, as they look on screen."""
        exporting.range_to_png(self._itself(), path)

    def copy_picture(self, appearance: str, format: str) -> None:  # noqa: A002 (xlwings' name)
        """Puts its cells on the clipboard, from which they can be pasted as a picture."""
        exporting.copy_picture(self._itself(), appearance, format)

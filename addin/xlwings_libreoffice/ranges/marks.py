"""What is attached to the cells of a range: notes, links, rules for what may be entered, and filters."""

from typing import TYPE_CHECKING

from xlwings_libreoffice import hyperlinks, notes
from xlwings_libreoffice.autofilter import AutoFilter
from xlwings_libreoffice.conditional import ConditionalFormats
from xlwings_libreoffice.notes import Note
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.validation import DataValidation

if TYPE_CHECKING:
    from typing import NoReturn

    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

NO_COMMENTS = "LibreOffice has no threaded comments; a note (add_note) is what it can attach to a cell."


class Marks:
    """Notes, links, validation, filters and conditional formats."""

    if TYPE_CHECKING:
        sheet: Sheet
        xr: UnoObject

        def _itself(self) -> Range: ...

    @property
    def note(self) -> Note | None:
        """The note of its first cell; None when there is none."""
        return notes.note_of(self._itself())

    def add_note(self, text: str) -> Note:
        """Attaches a note to its first cell."""
        return notes.add_note(self._itself(), text)

    @property
    def comment(self) -> "NoReturn":
        """Not supported: LibreOffice has no threaded comments."""
        raise NotImplementedError(NO_COMMENTS)

    def add_comment(self, text: str) -> "NoReturn":
        """Not supported: LibreOffice has no threaded comments."""
        raise NotImplementedError(NO_COMMENTS)

    @property
    def hyperlink(self) -> str:
        """The address that the link in its first cell leads to."""
        if self.xr is None:
            return ""
        return hyperlinks.address(self.sheet.book.doc, self.xr.getCellByPosition(0, 0))

    def add_hyperlink(
        self,
        address: str,
        text_to_display: str | None = None,
        screen_tip: str | None = None,  # noqa: ARG002 (LibreOffice shows a tip of its own: the address)
    ) -> None:
        """Makes a link the content of its first cell."""
        if self.xr is not None:
            text = address if text_to_display is None else text_to_display
            hyperlinks.put(self.sheet.book.doc, self.xr.getCellByPosition(0, 0), address, text)

    @property
    def data_validation(self) -> DataValidation:
        """The rule for what may be entered."""
        return DataValidation(self._itself())

    @property
    def autofilter(self) -> AutoFilter:
        """The filter over its rows, whose first row are the headers."""
        return AutoFilter(self._itself())

    @property
    def conditional_formats(self) -> ConditionalFormats:
        """The formats that its cells take on under conditions."""
        return ConditionalFormats(self._itself())

"""The style of a table: LibreOffice does not draw it, so its name is kept with the document."""

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from xlwings_libreoffice.uno_runtime import UnoObject, path

if TYPE_CHECKING:
    from xlwings_libreoffice.sheet import Sheet

STYLE = re.compile(r"TableStyle(Light([1-9]|1\d|2[01])|Medium([1-9]|1\d|2[0-8])|Dark([1-9]|1[01]))")
DEFAULT = "TableStyleMedium2"
IN_FILE = re.compile(r'<tableStyleInfo[^>]*\bname="([^"]+)"')
PREFIX = "TableStyle of "
UNDRAWN = (
    "LibreOffice draws no table styles and does not store their parts, so there is nothing to show or hide."
)


class Styled:
    """The style of a table, and which of its parts are drawn."""

    if TYPE_CHECKING:
        sheet: Sheet
        name: str

    @property
    def table_style(self) -> str:
        """The name of its style: the one given, else that in its file, else the one Excel gives to new tables."""
        return self.kept_style() or self._first_style()

    @table_style.setter
    def table_style(self, value: str) -> None:
        """Notes the name of its style with the document; LibreOffice does not draw it."""
        if not STYLE.fullmatch(value):
            raise ValueError(f"{value!r} is no table style: they are named as TableStyleMedium2.")
        self.keep_style(None if value == self._first_style() else value)

    def kept_style(self) -> str | None:
        """The name of the style noted with the document."""
        notes = self._notes()
        return str(notes.getPropertyValue(self._key())) if self._noted(notes) else None

    def keep_style(self, value: str | None) -> None:
        """Notes the name of the style with the document, or takes the note away."""
        notes = self._notes()
        if self._noted(notes):
            notes.removeProperty(self._key())
        if value:
            notes.addProperty(self._key(), 128, value)

    @property
    def show_table_style_row_stripes(self) -> bool:
        """Refused: LibreOffice draws no table styles."""
        raise NotImplementedError(UNDRAWN)

    @show_table_style_row_stripes.setter
    def show_table_style_row_stripes(self, value: bool) -> None:
        raise NotImplementedError(UNDRAWN)

    @property
    def show_table_style_column_stripes(self) -> bool:
        """Refused: LibreOffice draws no table styles."""
        raise NotImplementedError(UNDRAWN)

    @show_table_style_column_stripes.setter
    def show_table_style_column_stripes(self, value: bool) -> None:
        raise NotImplementedError(UNDRAWN)

    @property
    def show_table_style_first_column(self) -> bool:
        """Refused: LibreOffice draws no table styles."""
        raise NotImplementedError(UNDRAWN)

    @show_table_style_first_column.setter
    def show_table_style_first_column(self, value: bool) -> None:
        raise NotImplementedError(UNDRAWN)

    @property
    def show_table_style_last_column(self) -> bool:
        """Refused: LibreOffice draws no table styles."""
        raise NotImplementedError(UNDRAWN)

    @show_table_style_last_column.setter
    def show_table_style_last_column(self, value: bool) -> None:
        raise NotImplementedError(UNDRAWN)

    def _first_style(self) -> str:
        """What the file of Excel says that the book was opened from; LibreOffice itself does not read it."""
        file = Path(path(str(self.sheet.book.doc.URL)))
        if file.suffix.lower() not in {".xlsx", ".xlsm"} or not file.is_file():
            return DEFAULT
        with zipfile.ZipFile(file) as package:
            parts = [name for name in package.namelist() if name.startswith("xl/tables/")]
            texts = [package.read(name).decode() for name in parts]
        own = next((text for text in texts if f'displayName="{self.name}"' in text), "")
        found = IN_FILE.search(own)
        return found.group(1) if found else DEFAULT

    def _notes(self) -> UnoObject:
        return self.sheet.book.doc.DocumentProperties.UserDefinedProperties

    def _key(self) -> str:
        return PREFIX + self.name

    def _noted(self, notes: UnoObject) -> bool:
        return bool(notes.PropertySetInfo.hasPropertyByName(self._key()))

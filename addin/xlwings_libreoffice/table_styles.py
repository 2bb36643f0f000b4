"""The style of a table: LibreOffice does not draw it, so its name and parts are kept with the document."""

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
STYLE_IN_FILE = re.compile(r"<tableStyleInfo[^>]*>")
SHOWN = re.compile(r'show(\w+)="(?:1|true)"')
STYLED, PARTS = "TableStyle of ", "TableStyleParts of "
NONE = "none"
"""The note of a style with no part shown: an empty text would be no note."""


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
        return str(notes.getPropertyValue(self._key(STYLED))) if self._noted(notes, STYLED) else None

    def keep_style(self, value: str | None) -> None:
        """Notes the name of the style with the document, or takes the note away."""
        self._note(STYLED, value)

    @property
    def show_table_style_row_stripes(self) -> bool:
        """Whether every other row stands out in its style."""
        return "RowStripes" in self._parts()

    @show_table_style_row_stripes.setter
    def show_table_style_row_stripes(self, value: bool) -> None:
        """Notes with the document whether every other row stands out; LibreOffice does not draw it."""
        self._show("RowStripes", value)

    @property
    def show_table_style_column_stripes(self) -> bool:
        """Whether every other column stands out in its style."""
        return "ColumnStripes" in self._parts()

    @show_table_style_column_stripes.setter
    def show_table_style_column_stripes(self, value: bool) -> None:
        """Notes with the document whether every other column stands out; LibreOffice does not draw it."""
        self._show("ColumnStripes", value)

    @property
    def show_table_style_first_column(self) -> bool:
        """Whether the first column stands out in its style."""
        return "FirstColumn" in self._parts()

    @show_table_style_first_column.setter
    def show_table_style_first_column(self, value: bool) -> None:
        """Notes with the document whether the first column stands out; LibreOffice does not draw it."""
        self._show("FirstColumn", value)

    @property
    def show_table_style_last_column(self) -> bool:
        """Whether the last column stands out in its style."""
        return "LastColumn" in self._parts()

    @show_table_style_last_column.setter
    def show_table_style_last_column(self, value: bool) -> None:
        """Notes with the document whether the last column stands out; LibreOffice does not draw it."""
        self._show("LastColumn", value)

    def kept_parts(self) -> str | None:
        """The parts of the style noted with the document as shown, with blanks between them."""
        notes = self._notes()
        return str(notes.getPropertyValue(self._key(PARTS))) if self._noted(notes, PARTS) else None

    def keep_parts(self, value: str | None) -> None:
        """Notes the parts shown with the document, or takes the note away."""
        self._note(PARTS, value)

    def _parts(self) -> list[str]:
        kept = self.kept_parts()
        if kept is not None:
            return kept.split()
        found = STYLE_IN_FILE.search(self._in_file())
        return SHOWN.findall(found.group()) if found else ["RowStripes"]

    def _show(self, part: str, value: bool) -> None:  # noqa: FBT001 (as the setters get it)
        others = [one for one in self._parts() if one != part]
        self.keep_parts(" ".join([*others, part] if value else others) or NONE)

    def _first_style(self) -> str:
        found = IN_FILE.search(self._in_file())
        return found.group(1) if found else DEFAULT

    def _in_file(self) -> str:
        """What the file of Excel says that the book was opened from; LibreOffice itself does not read it."""
        file = Path(path(str(self.sheet.book.doc.URL)))
        if file.suffix.lower() not in {".xlsx", ".xlsm"} or not file.is_file():
            return ""
        with zipfile.ZipFile(file) as package:
            parts = [name for name in package.namelist() if name.startswith("xl/tables/")]
            texts = [package.read(name).decode() for name in parts]
        return next((text for text in texts if f'displayName="{self.name}"' in text), "")

    def _notes(self) -> UnoObject:
        return self.sheet.book.doc.DocumentProperties.UserDefinedProperties

    def _key(self, prefix: str) -> str:
        return prefix + self.name

    def _noted(self, notes: UnoObject, prefix: str) -> bool:
        return bool(notes.PropertySetInfo.hasPropertyByName(self._key(prefix)))

    def _note(self, prefix: str, value: str | None) -> None:
        notes = self._notes()
        if self._noted(notes, prefix):
            notes.removeProperty(self._key(prefix))
        if value:
            notes.addProperty(self._key(prefix), 128, value)

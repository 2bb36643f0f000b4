"""The headers of a table that shows none: Excel remembers them, so they are kept with the document."""

import json
from typing import TYPE_CHECKING

from xlwings_libreoffice.uno_runtime import UnoObject

if TYPE_CHECKING:
    from xlwings_libreoffice.table import Table

PREFIX = "TableHeaders of "
REMOVABLE = 128


def kept(table: "Table") -> list[str]:
    """The headers noted with the document; none where none were."""
    notes = _notes(table)
    if not notes.PropertySetInfo.hasPropertyByName(PREFIX + table.name):
        return []
    return [str(name) for name in json.loads(notes.getPropertyValue(PREFIX + table.name))]


def keep(table: "Table", names: list[str]) -> None:
    """Notes headers with the document; without names the note is taken away."""
    notes, key = _notes(table), PREFIX + table.name
    if notes.PropertySetInfo.hasPropertyByName(key):
        notes.removeProperty(key)
    if names:
        notes.addProperty(key, REMOVABLE, json.dumps(names))


def hidden(table: "Table") -> list[str]:
    """What the columns of a table without headers are called: as before, or Column1, Column2 and so on."""
    names = kept(table)
    count = table.area.shape[1]
    return names[:count] + [f"Column{number + 1}" for number in range(len(names), count)]


def _notes(table: "Table") -> UnoObject:
    return table.sheet.book.doc.DocumentProperties.UserDefinedProperties

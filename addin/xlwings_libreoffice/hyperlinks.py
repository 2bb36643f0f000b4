"""Links in cells."""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, urljoin

from xlwings_libreoffice.uno_runtime import UnoObject, constant

FIELD = "com.sun.star.text.TextField.URL"
FORMATTED = "com.sun.star.sheet.CellFlags.FORMATTED"
"""Cells whose text is more than plain: those with links are among them."""
RELATIVE = re.compile(r"(?![a-zA-Z][a-zA-Z0-9+.-]*:|[#/\\]).")
"""An address without a scheme that does not begin at a root: it leads to a file beside the book."""


def address(doc: UnoObject, cell: UnoObject) -> str:
    """The address that the link in a cell leads to; files beside the book are told without their folder."""
    for field in _links(cell):
        folder = str(doc.URL).rpartition("/")[0] + "/"
        link = str(field.URL)
        beside = link.startswith(folder) and link.startswith("file:")
        return unquote(link.removeprefix(folder)) if beside else link
    raise Exception("The cell doesn't seem to contain a hyperlink!")  # noqa: TRY002 (the type Excel's engine raises)


def put(doc: UnoObject, cell: UnoObject, link: str, text: str) -> None:
    """Makes a link the content of a cell."""
    field = doc.createInstance(FIELD)
    field.URL = link
    field.Representation = text
    cell.setString("")
    inside = cell.Text
    inside.insertTextContent(inside.createTextCursor(), field, False)


def settle(doc: UnoObject, place: str) -> None:
    """Completes the links to files beside the book with the folder it is saved to: else the file loses them."""
    sheets = doc.Sheets
    for sheet in map(sheets.getByIndex, range(sheets.Count)):
        cells = sheet.queryContentCells(constant(FORMATTED)).Cells.createEnumeration()
        while cells.hasMoreElements():
            for field in _links(cells.nextElement()):
                if RELATIVE.match(field.URL):
                    field.URL = urljoin(place, quote(str(field.URL).replace("\\", "/"), safe="/#?%"))


def _links(cell: UnoObject) -> Iterator[UnoObject]:
    fields = cell.TextFields
    for field in map(fields.getByIndex, range(fields.Count)):
        if field.supportsService("com.sun.star.text.textfield.URL") or hasattr(field, "URL"):
            yield field

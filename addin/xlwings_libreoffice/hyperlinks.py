"""Links in cells."""

from xlwings_libreoffice.uno_runtime import UnoObject

FIELD = "com.sun.star.text.TextField.URL"


def address(cell: UnoObject) -> str:
    """The address that the link in a cell leads to."""
    fields = cell.TextFields
    for number in range(fields.Count):
        field = fields.getByIndex(number)
        if field.supportsService("com.sun.star.text.textfield.URL") or hasattr(field, "URL"):
            return str(field.URL)
    raise Exception("The cell doesn't seem to contain a hyperlink!")  # noqa: TRY002 (the type Excel's engine raises)


def put(doc: UnoObject, cell: UnoObject, link: str, text: str) -> None:
    """Makes a link the content of a cell."""
    field = doc.createInstance(FIELD)
    field.URL = link
    field.Representation = text
    cell.setString("")
    inside = cell.Text
    inside.insertTextContent(inside.createTextCursor(), field, False)

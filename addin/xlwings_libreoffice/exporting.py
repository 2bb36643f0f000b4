"""Books, sheets, ranges and charts as files that others read: PDF and PNG."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings_libreoffice.errors import OfficeError
from xlwings_libreoffice.uno_runtime import UnoObject, properties, typed, url

if TYPE_CHECKING:
    from xlwings_libreoffice.book import Book
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

QUALITIES = {
    "standard": {"Quality": 90, "ReduceImageResolution": False},
    "minimum": {"Quality": 50, "ReduceImageResolution": True, "MaxImageResolution": 150},
}
CLIPBOARD = "com.sun.star.datatransfer.clipboard.SystemClipboard"


def book_to_pdf(book: "Book", path: str, quality: str) -> None:
    """Writes all visible sheets of a book."""
    _pdf(book, path, quality)


def sheet_to_pdf(sheet: "Sheet", path: str, quality: str) -> None:
    """Writes one sheet."""
    range_to_pdf(sheet.used_range, path, quality)


def range_to_pdf(range_: "Range", path: str, quality: str) -> None:
    """Writes the cells of a range."""
    _pdf(range_.sheet.book, path, quality, Selection=range_.xr)


def shape_to_pdf(sheet: "Sheet", shape: UnoObject, path: str, quality: str) -> None:
    """Writes a shape, such as a chart."""
    shapes = sheet.book.app.office.service("com.sun.star.drawing.ShapeCollection")
    shapes.add(shape)
    _pdf(sheet.book, path, quality, Selection=shapes)


def shape_to_png(sheet: "Sheet", shape: UnoObject, path: str) -> None:
    """Writes a shape, such as a chart, as a picture."""
    export = sheet.book.app.office.service("com.sun.star.drawing.GraphicExportFilter")
    export.setSourceDocument(shape)
    if not export.filter(properties(URL=url(path), MediaType="image/png")):
        raise OfficeError(f"LibreOffice could not write {path}.")


def range_to_png(range_: "Range", path: str) -> None:
    """Writes the cells of a range as a picture, as they look on screen."""
    content = _content(range_)
    flavor = next(one for one in content.getTransferDataFlavors() if one.MimeType == "image/png")
    Path(path).write_bytes(content.getTransferData(flavor).value)


def copy_picture(range_: "Range", appearance: str, format: str) -> None:  # noqa: A002 (xlwings' name)
    """Puts the cells of a range on the clipboard, from which they can be pasted as a picture."""
    if appearance not in {"screen", "printer"} or format not in {"picture", "bitmap"}:
        raise ValueError("A picture is copied as on screen or printer, as picture or bitmap.")
    range_.sheet.book.app.office.service(CLIPBOARD).setContents(_content(range_), None)


def _content(range_: "Range") -> UnoObject:
    """The cells as the clipboard takes them, among other forms as a picture."""
    with range_.sheet.shown() as controller:
        before = controller.Selection
        controller.select(range_.xr)
        content = controller.getTransferable()
        controller.select(before)
    return content


def _pdf(book: "Book", path: str, quality: str, **choice: Any) -> None:  # noqa: ANN401 (what UNO takes)
    data = typed("[]com.sun.star.beans.PropertyValue", properties(**QUALITIES[quality], **choice))
    book.doc.storeToURL(url(path), properties(FilterName="calc_pdf_Export", FilterData=data))

"""One book: an open Calc document, its file and its sheets."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice import book_files, exporting, hyperlinks
from xlwings_libreoffice.errors import ObjectGone, OfficeError
from xlwings_libreoffice.names import Names
from xlwings_libreoffice.sheets import Sheet, Sheets
from xlwings_libreoffice.tables import settle_headers
from xlwings_libreoffice.uno_runtime import UnoObject, interface, path, properties, url
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.apps import App


@walled
class Book(base_classes.Book):
    """One Calc document."""

    def __init__(self, app: "App", doc: UnoObject) -> None:
        self._app = app
        self.doc = doc

    @property
    def app(self) -> "App":
        """The app in which it is open."""
        return self._app

    @property
    def api(self) -> UnoObject:
        """The document in UNO."""
        return self.doc

    def json(self) -> object:
        """Not to be had: only xlwings Server speaks of books as JSON."""
        raise NotImplementedError("A book as JSON is a matter of xlwings Server.")

    @property
    def name(self) -> str:
        """The name of its file; of a book not saved yet, Book1, Book2 and so on."""
        fullname = self.fullname
        return fullname.rpartition("/")[2] if "://" in fullname else Path(fullname).name

    @property
    def fullname(self) -> str:
        """The path of its file; of a book not saved yet, its name."""
        if self.doc.Sheets is None:
            raise ObjectGone("The book is closed.")
        return path(self.doc.URL) or self._app.name_of(self.doc)

    @property
    def sheets(self) -> Sheets:
        """Its sheets."""
        return Sheets(self)

    def sheet_of(self, cells: UnoObject) -> Sheet:
        """The sheet on which cells of UNO lie."""
        return Sheet(self, cells.Spreadsheet)

    @property
    def names(self) -> Names:
        """The names in it, those of its sheets among them."""
        return Names(self)

    def activate(self) -> None:
        """Makes it the active book."""
        self.doc.CurrentController.Frame.activate()

    def close(self) -> None:
        """Closes it without saving."""
        self.doc.setModified(False)
        self._app.release(self.doc)
        self.doc.close(True)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Saves it: to its file, or under a new path in the format that the suffix tells.

        Without a path a book never saved goes to the working folder under its name, as .xlsx.
        """
        for sheet in self.sheets:
            settle_headers(sheet)
        if path is None and self.doc.URL and password is None:
            hyperlinks.settle(self.doc, self.doc.URL)
            self._stored(self.doc.store, self.fullname)
            return
        target = Path(os.path.realpath(path or (self.fullname if self.doc.URL else f"{self.name}.xlsx")))
        wishes: dict[str, object] = {
            "FilterName": book_files.filter_to_write(target),
            **book_files.options_to_write(target),
        }
        if password is not None:
            wishes |= book_files.password_to_write(target, password)
        self._need_place(target)
        hyperlinks.settle(self.doc, url(target))
        self._stored(
            lambda: self.doc.storeAsURL(url(target), properties(Overwrite=True, **wishes)),
            str(target),
        )

    def to_pdf(self, path: str, quality: str) -> None:
        """Writes its visible sheets as a PDF."""
        exporting.book_to_pdf(self, path, quality)

    def _stored(self, store: Callable[[], None], where: str) -> None:
        try:
            store()
        except interface("com.sun.star.io.IOException") as fault:
            raise OfficeError(
                f"LibreOffice could not save {where}: {fault.Message or 'is it writable?'}"
            ) from fault

    def _need_place(self, target: Path) -> None:
        if not target.parent.is_dir():
            raise OfficeError(f"LibreOffice could not save {target}: there is no folder {target.parent}.")
        for other in self._app.books:
            if other.doc != self.doc and other.doc.URL and Path(other.fullname) == target:
                raise OfficeError(f"{target} is open as another book: close that one first.")
        book_files.need_unlocked(target, self.fullname)

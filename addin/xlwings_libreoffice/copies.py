"""Copies of sheets: within a book, to another book, and to a page of HTML."""

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from xlwings_libreoffice.uno_runtime import properties, url

if TYPE_CHECKING:
    from xlwings_libreoffice.sheet import Sheet
    from xlwings_libreoffice.sheets import Sheets


def copy(sheet: "Sheet", before: "Sheet | None", after: "Sheet | None") -> None:
    """Copies a sheet to before or after another, named as Excel names copies; the copy becomes the active sheet."""
    beside = before or after or sheet
    target = beside.book
    if target.app is not sheet.book.app:
        raise NotImplementedError(
            "A sheet cannot be copied from one office to another: open both books in one."
        )
    place = beside.number + (1 if before is None else 0)
    sheets = target.doc.Sheets
    if target.doc == sheet.book.doc:
        name = _free_name(sheet.name, target.sheets)
        sheets.copyByName(sheet.name, name, place)
        target.sheets(name).activate()
        return
    name = sheet.name if sheet.name not in target.sheets else _free_name(sheet.name, target.sheets)
    # To the end first: LibreOffice 7.4 now and then crashes on an import before the sheet that is shown.
    number = sheets.importSheet(sheet.book.doc, sheet.name, sheets.Count)
    sheets.getByIndex(number).setName(name)
    sheets.moveByName(name, place)
    target.sheets(name).activate()


def write_html(sheet: "Sheet", path: str) -> None:
    """Writes one sheet as a page of HTML, by way of a book that holds nothing else."""
    alone = sheet.book.app.desktop.loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, properties(Hidden=True)
    )
    try:
        first = alone.Sheets.getByIndex(0).Name
        alone.Sheets.importSheet(sheet.book.doc, sheet.name, 1)
        alone.Sheets.removeByName(first)
        alone.Sheets.getByIndex(0).setName(sheet.name)
        alone.storeToURL(url(Path(path)), properties(FilterName="HTML (StarCalc)", Overwrite=True))
    finally:
        alone.close(True)


def _free_name(name: str, sheets: "Sheets") -> str:
    base = (
        name.rpartition(" (")[0] if name.endswith(")") and name.rpartition(" (")[2][:-1].isdigit() else name
    )
    return next(
        title
        for number in count(2)
        if (title := f"{base[: 31 - len(f' ({number})')]} ({number})") not in sheets
    )

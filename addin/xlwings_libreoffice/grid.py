"""The grid lines of one sheet on screen. Calc keeps them with its view of the book, sheet by sheet."""

from typing import TYPE_CHECKING

from xlwings_libreoffice.uno_runtime import UnoObject

if TYPE_CHECKING:
    from xlwings_libreoffice.sheet import Sheet

TOGGLE = ".uno:ToggleSheetGrid"


class Shown:
    """The view of a book while it shows one sheet; afterwards it shows the sheet from before.

    A hidden sheet cannot be shown, nor can its view be changed, in Calc as in Excel.
    """

    def __init__(self, sheet: "Sheet") -> None:
        self.sheet = sheet
        self.controller: UnoObject = sheet.book.doc.CurrentController
        self.before: UnoObject = None

    def __enter__(self) -> UnoObject:
        """The controller of the view."""
        if not self.sheet.visible:
            raise ValueError("A hidden sheet cannot be shown: set sheet.visible = True first.")
        self.before = self.controller.ActiveSheet
        self.controller.ActiveSheet = self.sheet.xs
        return self.controller

    def __exit__(self, *fault: object) -> None:
        """Shows the sheet from before again."""
        self.controller.ActiveSheet = self.before


class Drawn:
    """The window of a hidden book while it is shown for a moment: before that, Calc keeps no view of the sheets."""

    def __init__(self, controller: UnoObject) -> None:
        self.window: UnoObject = controller.Frame.ContainerWindow
        self.hidden = not self.window.isVisible()

    def __enter__(self) -> None:
        """Shows the window."""
        if self.hidden:
            self.window.setVisible(True)

    def __exit__(self, *fault: object) -> None:
        """Hides it again."""
        if self.hidden:
            self.window.setVisible(False)


def shown(sheet: "Sheet") -> bool:
    """Whether the sheet's grid is drawn."""
    with sheet.shown() as controller, Drawn(controller):
        # What Calc told before, it would tell again.
        sheet.book.doc.setViewData(None)
        views = sheet.book.doc.getViewData()
    tables = next(entry.Value for entry in views.getByIndex(0) if entry.Name == "Tables")
    return bool(next(entry.Value for entry in tables.getByName(sheet.name) if entry.Name == "ShowGrid"))


def show(sheet: "Sheet", *, wanted: bool) -> None:
    """Draws the sheet's grid, or not."""
    if shown(sheet) != wanted:
        with sheet.shown() as controller:
            sheet.book.app.dispatch(controller.Frame, TOGGLE)

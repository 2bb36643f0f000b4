"""One app: a running office, its books, and how it behaves while a program drives it."""

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice import alerts, kinds, macros, pickers
from xlwings_libreoffice.books import Books
from xlwings_libreoffice.office import Office
from xlwings_libreoffice.selections import selected_cells
from xlwings_libreoffice.uno_runtime import UnoObject, path
from xlwings_libreoffice.view import View
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.apps import Apps
    from xlwings_libreoffice.engine import Engine
    from xlwings_libreoffice.ranges import Range

MODES = {"automatic": True, "manual": False}


@walled
class App(View, base_classes.App):
    """One running office."""

    def __init__(self, apps: "Apps", office: Office, *, visible: bool) -> None:
        super().__init__(office, visible=visible)
        self.apps = apps
        self._automatic = True
        self._names: dict[str, str] = {}

    @property
    def engine(self) -> "Engine":
        """The engine it belongs to."""
        return self.apps.engine

    @property
    def api(self) -> UnoObject:
        """The desktop of the office in UNO."""
        return self.desktop

    @property
    def books(self) -> Books:
        """The books that are open in it."""
        return Books(self)

    @property
    def pid(self) -> int:
        """The id of the office's process."""
        return self.office.pid

    @property
    def version(self) -> str:
        """The version of LibreOffice, as `7.4.7.2`."""
        return str(self.office.setting("/org.openoffice.Setup/Product", "ooSetupVersionAboutBox"))

    @property
    def path(self) -> str:
        """The folder of LibreOffice's programs."""
        expander = self.office.context.getValueByName("/singletons/com.sun.star.util.theMacroExpander")
        return path(expander.expandMacros("$BRAND_BASE_DIR/program"))

    @property
    def startup_path(self) -> str:
        """Not to be had: LibreOffice knows no such folder."""
        raise NotImplementedError("LibreOffice has no folder whose files it opens when it starts.")

    @property
    def selection(self) -> "Range | None":
        """The selected cells of the active book; None when something else is selected."""
        if not len(self.books):
            return None
        book = self.books.active
        selected = selected_cells(book.doc.CurrentSelection)
        return None if selected is None else book.sheet_of(selected).block(kinds.area(selected.RangeAddress))

    @property
    def calculation(self) -> str:
        """When formulas are computed: `automatic` or `manual`."""
        return "automatic" if self._automatic else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        """Computes formulas by themselves or only on `calculate`, in all books open and yet to be opened."""
        if value == "semiautomatic":
            raise NotImplementedError(
                "Calc computes automatically or manually: it has no data tables to leave out."
            )
        self._automatic = MODES[value]
        for book in self.books:
            book.doc.enableAutomaticCalculation(self._automatic)

    def calculate(self) -> None:
        """Computes all formulas of all open books."""
        for book in self.books:
            book.doc.calculateAll()

    def run(self, macro: str, args: list[Any]) -> Any:  # noqa: ANN401 (what the macro gives)
        """Runs a macro of an open book."""
        return macros.run(self, macro, args)

    def alert(
        self, prompt: str, title: str | None, buttons: str | None, mode: str | None, callback: object
    ) -> str:
        """Shows a message and gives the button that was pressed."""
        del callback
        return alerts.alert(self, prompt, title, buttons, mode)

    def pick(self, title: str, pattern: str) -> list[str]:
        """The paths of the files that are chosen in the office's window; xlwings itself has no such question."""
        return pickers.pick(self, title, pattern)

    def activate(self, steal_focus: bool = False) -> None:  # noqa: FBT001, FBT002 (xlwings' parameter)
        """Makes it the active app; on request its window comes to the front."""
        self.apps.first(self)
        if steal_focus and len(self.books):
            self.books.active.doc.CurrentController.Frame.ContainerWindow.toFront()

    def quit(self) -> None:
        """Ends the office without saving."""
        self.office.end()

    def leave(self) -> None:
        """Leaves the office running when this program ends: its user closes it."""
        self.office.leave()

    def kill(self) -> None:
        """Ends the office at once."""
        self.office.kill()

    def adopt(self, doc: UnoObject) -> None:
        """Makes a document that was just opened behave as this app was told to."""
        if not self._automatic:
            doc.enableAutomaticCalculation(False)
        self.hold(doc)
        if not doc.URL:
            self.name_of(doc)

    def settle(self, doc: UnoObject) -> None:
        """Is at home in the window of a document: what is said is said there, and it computes as it does."""
        self.home = doc.CurrentController.Frame
        self._automatic = bool(doc.isAutomaticCalculationEnabled())

    def name_of(self, doc: UnoObject) -> str:
        """The name of a document that has no file: Book1, Book2 and so on, as long as it is open."""
        return self._names.setdefault(doc.RuntimeUID, f"Book{len(self._names) + 1}")

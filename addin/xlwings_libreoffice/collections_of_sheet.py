"""The collections of what lies on a sheet: tables, shapes, charts, notes and the rest."""

from typing import TYPE_CHECKING, NoReturn, cast

from xlwings_libreoffice.charts import Charts
from xlwings_libreoffice.names import Names
from xlwings_libreoffice.notes import Notes
from xlwings_libreoffice.page_setup import PageSetup
from xlwings_libreoffice.panes import FreezePanes
from xlwings_libreoffice.pictures import Pictures
from xlwings_libreoffice.pivots import PivotTables
from xlwings_libreoffice.shapes import Shapes
from xlwings_libreoffice.tables import Tables

if TYPE_CHECKING:
    from xlwings_libreoffice.book import Book
    from xlwings_libreoffice.sheet import Sheet


class OnSheet:
    """A sheet as the place where things lie."""

    if TYPE_CHECKING:

        @property
        def book(self) -> Book:
            """The book the sheet belongs to."""

    @property
    def names(self) -> Names:
        """The names that are known on this sheet only."""
        return Names(self.book, self._sheet())

    @property
    def freeze_panes(self) -> FreezePanes:
        """What stays in place when the sheet is scrolled."""
        return FreezePanes(self._sheet())

    @property
    def charts(self) -> Charts:
        """Its charts."""
        return Charts(self._sheet())

    @property
    def shapes(self) -> Shapes:
        """Its shapes."""
        return Shapes(self._sheet())

    @property
    def tables(self) -> Tables:
        """Its tables."""
        return Tables(self._sheet())

    @property
    def pivot_tables(self) -> PivotTables:
        """Its pivot tables."""
        return PivotTables(self._sheet())

    @property
    def pictures(self) -> Pictures:
        """Its pictures."""
        return Pictures(self._sheet())

    @property
    def page_setup(self) -> PageSetup:
        """How it is printed."""
        return PageSetup(self._sheet())

    @property
    def notes(self) -> Notes:
        """Its notes."""
        return Notes(self._sheet())

    @property
    def comments(self) -> NoReturn:
        """Not to be had: Calc has no threaded comments."""
        raise NotImplementedError("LibreOffice has notes but no threaded comments: use notes.")

    def _sheet(self) -> "Sheet":
        # Sheet is composed of this class.
        return cast("Sheet", self)

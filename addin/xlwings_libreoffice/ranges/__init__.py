"""A range of cells, composed of what can be asked of it."""

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice.ranges.finding import Finding
from xlwings_libreoffice.ranges.formulas import Formulas
from xlwings_libreoffice.ranges.looks import Looks
from xlwings_libreoffice.ranges.marks import Marks
from xlwings_libreoffice.ranges.placing import Placing
from xlwings_libreoffice.ranges.prints import Prints
from xlwings_libreoffice.ranges.shifting import Shifting
from xlwings_libreoffice.ranges.sizes import Sizes
from xlwings_libreoffice.ranges.values import Values
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.sheets import Sheet

__all__ = ["Range"]


@walled
class Range(Values, Formulas, Sizes, Looks, Shifting, Finding, Marks, Prints, Placing, base_classes.Range):
    """A rectangle of cells on one sheet; `xr` is None for one without cells, which `empty` then places."""

    def __init__(
        self,
        sheet: "Sheet",
        xr: UnoObject,
        *,
        empty: tuple[int, int, int, int] | None = None,
        arg1_input: str = "",
    ) -> None:
        self.sheet = sheet
        self.xr = xr
        self._empty = empty
        self.arg1_input = arg1_input
        self.options: dict[str, Any] = {}

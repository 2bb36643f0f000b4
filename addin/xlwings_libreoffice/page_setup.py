"""How a sheet is printed."""

from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import parsed, written
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.sheet import Sheet


@walled
class PageSetup(base_classes.PageSetup):
    """How a sheet is printed."""

    def __init__(self, sheet: "Sheet") -> None:
        self.sheet = sheet

    @property
    def api(self) -> UnoObject:
        """The page style of the sheet in UNO."""
        styles = self.sheet.book.doc.StyleFamilies.getByName("PageStyles")
        return styles.getByName(self.sheet.xs.PageStyle)

    @property
    def print_area(self) -> str | None:
        """The address of what is printed; None while all of it is."""
        areas = [written(kinds.area(one)) for one in self.sheet.xs.getPrintAreas()]
        return ",".join(areas) or None

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        """Prints only these cells, or everything again."""
        number = int(self.sheet.xs.RangeAddress.Sheet)
        areas = []
        for text in (value or "").split(",") if value else []:
            area = parsed(text.rpartition("!")[2])
            if area is None:
                raise ValueError(f"{value!r} is not an address, such as $A$1:$B$3.")
            areas.append(kinds.address(number, area))
        self.sheet.xs.setPrintAreas(tuple(areas))

"""Finding in a range: texts, their replacement, and cells of a kind."""

from typing import TYPE_CHECKING

from xlwings_libreoffice import special
from xlwings_libreoffice.uno_runtime import UnoObject

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

IN_VALUES = 1
"""UNO's search in what cells show; 0 is in their formulas."""


class Finding:
    """Finding and replacing."""

    if TYPE_CHECKING:
        sheet: Sheet
        xr: UnoObject

        def _itself(self) -> Range: ...

    def find(self, text: str, whole: bool, direction: str, order: str, match_case: bool) -> "Range | None":  # noqa: FBT001
        """The first cell that shows a text; None when there is none. `*` and `?` stand for any characters."""
        if self.xr is None:
            return None
        search = self.xr.createSearchDescriptor()
        _describe(search, text, whole=whole, match_case=match_case)
        search.SearchType = IN_VALUES
        search.SearchByRow = order == "rows"
        search.SearchBackwards = direction == "backward"
        found = self.xr.findFirst(search)
        if found is None:
            return None
        address = found.RangeAddress
        return self.sheet.range((address.StartRow + 1, address.StartColumn + 1))

    def replace_all(self, old: str, new: str, whole: bool, match_case: bool) -> None:  # noqa: FBT001
        """Replaces a text in what was entered into the cells, formulas too."""
        if self.xr is None:
            return
        search = self.xr.createReplaceDescriptor()
        _describe(search, old, whole=whole, match_case=match_case)
        search.ReplaceString = new
        self.xr.replaceAll(search)

    def get_special_cells(self, cell_type: str, value_type: str | None) -> "list[Range]":
        """The areas of blank, constant, computed or visible cells."""
        if self.xr is None:
            return []
        return [self.sheet.block(area) for area in special.areas(self._itself(), cell_type, value_type)]


def _describe(search: UnoObject, text: str, *, whole: bool, match_case: bool) -> None:
    search.SearchString = text
    search.SearchWords = whole
    search.SearchCaseSensitive = match_case
    search.SearchWildcard = True

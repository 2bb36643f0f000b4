"""What moves the cells of a range: inserting, deleting, copying, filling, sorting, grouping."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xlwings_libreoffice import clipboard, filling, inserting, sorting
from xlwings_libreoffice.uno_runtime import UnoObject, enum

if TYPE_CHECKING:
    from xlwings_libreoffice.addresses import Area
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

COPIED = {"all", "formats", "formulas", "values"}


class Shifting:
    """Inserting, deleting, copying, moving, filling and sorting."""

    if TYPE_CHECKING:
        sheet: Sheet
        xr: UnoObject
        area: Area

        def _itself(self) -> Range: ...

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        """Inserts as many cells and shifts these down or right; the new ones look like their neighbors."""
        inserting.insert(self._itself(), shift, copy_origin or inserting.BEFORE)

    def delete(self, shift: str | None = None) -> None:
        """Deletes the cells and shifts others up or left; unless told which, as their shape suggests."""
        inserting.delete(self._itself(), shift)

    def copy(self, destination: Any = None) -> None:  # noqa: ANN401 (a range of xlwings)
        """Copies the cells to another place, or onto the clipboard."""
        if destination is None:
            clipboard.copy(self._itself())
        else:
            inserting.copy(self._itself(), _ours(destination))

    def copy_from(
        self,
        source_range: Any,  # noqa: ANN401 (a range of xlwings)
        copy_type: str = "all",
        skip_blanks: bool = False,  # noqa: FBT001, FBT002 (as xlwings passes them)
        transpose: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Copies another range here, or a part of it: formats, formulas, values, or links to it."""
        if copy_type not in COPIED | {"link"}:
            raise ValueError(f"{copy_type!r} is not a part of cells: all, formats, formulas, link or values.")
        source = _ours(source_range)
        if copy_type == "link":
            inserting.link(self._itself(), source, transpose=transpose)
            return
        clipboard.copy(source)
        clipboard.paste(self._itself(), copy_type, skip_blanks=skip_blanks, transpose=transpose)

    def paste(
        self,
        paste: str | None = None,
        operation: str | None = None,
        skip_blanks: bool = False,  # noqa: FBT001, FBT002 (as xlwings passes them)
        transpose: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Pastes what is on the clipboard, or a part of it."""
        clipboard.paste(self._itself(), paste, operation, skip_blanks=skip_blanks, transpose=transpose)

    def move(self, destination: Any) -> None:  # noqa: ANN401 (a range of xlwings)
        """Moves the cells to another place; formulas that refer to them follow."""
        place = _ours(destination).xr.getCellByPosition(0, 0).CellAddress
        self.sheet.xs.moveRange(place, self.xr.RangeAddress)

    def autofill(self, destination: Any, type_: str) -> None:  # noqa: ANN401 (a range of xlwings)
        """Fills a larger range from these cells."""
        filling.fill(self._itself(), _ours(destination), type_)

    def group(self, by: str) -> None:
        """Groups its rows or columns, so that they can be folded away."""
        self.sheet.xs.group(self.xr.RangeAddress, _orientation(by))

    def ungroup(self, by: str) -> None:
        """Takes its rows or columns out of their group."""
        self.sheet.xs.ungroup(self.xr.RangeAddress, _orientation(by))

    def sort(self, keys: Sequence[int], ascending: Sequence[bool], has_headers: bool) -> None:  # noqa: FBT001
        """Sorts its rows by columns, counted from 1."""
        sorting.sort(self.xr, keys, ascending, has_headers=has_headers)

    def remove_duplicates(self, columns: Sequence[int], has_headers: bool) -> None:  # noqa: FBT001
        """Removes rows that repeat an earlier one in these columns, and moves the others up."""
        sorting.remove_duplicates(self._itself(), columns, has_headers=has_headers)


def _ours(given: Any) -> "Range":  # noqa: ANN401 (a range of xlwings, or the engine's own)
    return getattr(given, "impl", given)  # type: ignore[no-any-return]


def _orientation(by: str) -> UnoObject:
    if by not in {"row", "rows", "column", "columns"}:
        raise ValueError(f"{by!r} is neither 'rows' nor 'columns'.")
    return enum("com.sun.star.table.TableOrientation", "ROWS" if by.startswith("row") else "COLUMNS")

"""The order that a table of an open workbook was last sorted in."""

from collections.abc import Iterator
from typing import Any

from duesheet.books.spoken import answered
from duesheet.books.spots import Spot

_BY_VALUE, _FALLING = 0, 2
"""How Excel counts what is sorted by, and which way."""


def sorted_by(spot: Spot) -> list[tuple[int, bool]]:
    """The sheet's columns the table was sorted by, the first one first; True: falling.

    xlwings has no word for it, so the engine's own object is asked: Excel's sort fields, Calc's sort descriptor.
    """
    table = spot.table
    return [] if table is None else answered(spot.sheet.name, lambda: list(_asked(table.api, spot.area.left)))


def _asked(api: Any, left: int) -> Iterator[tuple[int, bool]]:  # noqa: ANN401  an office's object carries no types
    if hasattr(api, "getSortDescriptor"):
        return _of_calc(api, left)
    return _of_excel(api) if hasattr(api, "Sort") else iter(())


def _of_excel(api: Any) -> Iterator[tuple[int, bool]]:  # noqa: ANN401  as above
    for field in api.Sort.SortFields:
        if field.SortOn == _BY_VALUE:
            yield int(field.Key.Column), field.Order == _FALLING


def _of_calc(api: Any, left: int) -> Iterator[tuple[int, bool]]:  # noqa: ANN401  as above
    said = {entry.Name: entry.Value for entry in api.getSortDescriptor()}
    if said.get("IsSortColumns"):
        return
    for field in said.get("SortFields", ()):
        yield left + int(field.Field), not field.IsAscending

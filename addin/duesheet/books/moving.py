"""Columns of a table in an open workbook, brought to those the table is to have."""

from collections.abc import Sequence

import xlwings as xw

from duesheet.books.areas import Area, letters
from duesheet.books.literals import literal
from duesheet.books.slots import Slot
from duesheet.books.spots import Spot


def with_columns(spot: Spot, columns: Sequence[Slot]) -> Spot:
    """`spot` once its table has `columns`: aging buckets renamed, spare ones deleted, missing ones put in.

    As a user does it: whole columns are deleted and put in, so that every formula, name and chart follows.
    """
    sources = _sources(columns)
    for column in range(spot.area.right, spot.area.left - 1, -1):
        if column not in sources:
            _whole(spot, column).delete("left")
    for slot, source in zip(columns, sources, strict=True):
        if source is None:
            _whole(spot, slot.column).insert("right")
    for at, (slot, source) in enumerate(zip(columns, sources, strict=True)):
        if slot.old is None:
            spot.cell(spot.area.top, slot.column).value = literal(slot.header)
        if source is None:
            _look_alike(spot, slot, columns, at)
    area = Area(spot.area.left, spot.area.top, columns[-1].column, spot.area.bottom)
    moved = Spot(spot.sheet, spot.table, area, spot.totals)
    if moved.table is not None:
        moved.table.resize(moved.rows(area.top, area.bottom + moved.totals))
    return moved


def _sources(columns: Sequence[Slot]) -> list[int | None]:
    """The old column each new one is made of; None where one has to be put in."""
    kept = {slot.old for slot in columns}
    sources: list[int | None] = []
    for at, slot in enumerate(columns):
        after = max((column for column in sources if column is not None), default=0)
        before = min((other.old for other in columns[at:] if other.old is not None), default=None)
        free = (
            slot.like not in kept and slot.like not in sources and slot.like is not None and slot.like > after
        )
        heir = slot.like if free and (before is None or (slot.like or 0) < before) else None
        sources.append(slot.old if slot.old is not None else heir)
    return sources


def _whole(spot: Spot, column: int) -> xw.Range:
    name = letters(column)
    return spot.sheet.range(f"{name}:{name}")


def _look_alike(spot: Spot, slot: Slot, columns: Sequence[Slot], at: int) -> None:
    """Width and number format of a new column as those of the column it takes after, or of its neighbor."""
    like = next((other.column for other in columns if other.old is not None and other.old == slot.like), None)
    neighbor = columns[at - 1].column if at else columns[at + 1].column
    pattern = like or neighbor
    width = _whole(spot, pattern).column_width
    if width is not None:
        _whole(spot, slot.column).column_width = width
    first = spot.area.top + 1
    wanted = spot.cell(first, pattern).number_format
    spot.range(first, slot.column, spot.area.bottom, slot.column).number_format = wanted

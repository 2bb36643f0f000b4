"""Which columns a rewritten table has: the book's own order, buckets exchanged, missing ones put in."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from duesheet.books.areas import Area, Move
from duesheet.layout import Column, Table

BUCKET = re.compile(r"\d+-\d+|Over \d+")
"""The headers aging buckets have had under any edges."""


class Slot(NamedTuple):
    """One column of the table: its `header`, the sheet's `column` it gets, what is declared for it (or None).

    `old` is the sheet's column it had (None: it is new), `like` the old column whose look it takes.
    """

    header: str
    column: int
    old: int | None
    like: int | None
    declared: Column | None


def same(header: str) -> str:
    """`header` as headers are compared: without regard to case, line breaks and doubled spaces."""
    return " ".join(header.split()).casefold()


def slots(headers: Sequence[str], left: int, table: Table) -> list[Slot]:
    """The columns of `table` in a book whose table begins at the sheet's column `left` and has `headers` now.

    >>> from duesheet.layout import layout
    >>> schedule = layout().tables["Schedule"]
    >>> [slot.header for slot in slots(["No", "Mine", "Plan", "Due"], 1, schedule)][:5]
    ['No', 'Mine', 'Plan', 'Due', 'Payment']
    """
    declared = {same(column.name): column for column in table.columns}
    spare = _spare_buckets(headers, left, declared)
    order: list[tuple[str, int | None]] = [
        (header, left + at) for at, header in enumerate(headers) if left + at not in spare
    ]
    present = {same(header) for header, _ in order}
    missing = [(at, column) for at, column in enumerate(table.columns) if same(column.name) not in present]
    heirs = _heirs([column.name for _, column in missing if BUCKET.fullmatch(column.name)], spare)
    likes: dict[str, int | None] = {}
    for at, column in missing:
        order.insert(_place(order, [same(other.name) for other in table.columns], at), (column.name, None))
        likes[column.name] = heirs.get(column.name) or _lookalike(order, declared, column)
    return _numbered(order, left, declared, likes)


def _numbered(
    order: Sequence[tuple[str, int | None]],
    left: int,
    declared: dict[str, Column],
    likes: dict[str, int | None],
) -> list[Slot]:
    unused, found = dict(declared), []
    for at, (header, old) in enumerate(order):
        column = unused.pop(same(header), None)
        like = old if old is not None else likes[header]
        found.append(Slot(header if old else declared[same(header)].name, left + at, old, like, column))
    return found


def _spare_buckets(headers: Sequence[str], left: int, declared: dict[str, Column]) -> list[int]:
    if not any(BUCKET.fullmatch(column.name) for column in declared.values()):
        return []
    return [
        left + at
        for at, header in enumerate(headers)
        if BUCKET.fullmatch(header.strip()) and same(header) not in declared
    ]


def _heirs(new: Sequence[str], spare: Sequence[int]) -> dict[str, int]:
    """Which old bucket each new one takes the place of: the last the last's, the others one by one."""
    if not new or not spare:
        return {}
    others = list(spare[:-1]) or list(spare)
    heirs = {name: others[min(at, len(others) - 1)] for at, name in enumerate(new[:-1])}
    return {**heirs, new[-1]: spare[-1]}


def _place(order: Sequence[tuple[str, int | None]], names: Sequence[str], at: int) -> int:
    present = [same(header) for header, _ in order]
    for name in reversed(names[:at]):
        if name in present:
            return present.index(name) + 1
    return min((present.index(name) for name in names[at + 1 :] if name in present), default=len(order))


def _lookalike(
    order: Sequence[tuple[str, int | None]], declared: dict[str, Column], column: Column
) -> int | None:
    for header, old in order:
        other = declared.get(same(header))
        if old is not None and other is not None and other.kind == column.kind:
            return old
    return None


def link_words(columns: Sequence[Slot]) -> list[pl.Expr]:
    """What the cells of the columns of links show: the word before the bar, else `open`."""
    names = [slot.declared.name for slot in columns if slot.declared and slot.declared.kind == "link"]
    return [
        pl.when(pl.col(name).str.contains("|", literal=True))
        .then(pl.col(name).str.extract(r"^([^|]*)\|").replace("", "open"))
        .otherwise(pl.when(pl.col(name) != "").then(pl.lit("open")))
        .alias(name)
        for name in names
    ]


def moved_table(area: Area, bottom: int, columns: Sequence[Slot]) -> Move:
    """How the table at `area` moves when it gets `columns` and its last data row becomes `bottom`."""
    right = columns[-1].column
    if [slot.old for slot in columns] == list(range(area.left, area.right + 1)):
        return Move(area, bottom, {}, right)
    new: dict[int, list[int]] = {old: [] for old in range(area.left, area.right + 1)}
    kept = {slot.old for slot in columns}
    for slot in columns:
        if slot.old is not None:
            new[slot.old].append(slot.column)
        elif slot.like is not None and slot.like not in kept:
            new[slot.like].append(slot.column)
    return Move(area, bottom, {old: tuple(sorted(places)) for old, places in new.items()}, right)

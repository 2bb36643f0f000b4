"""A declared table on its ground: what its cells are, and what cannot be read told as faults."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from duesheet.books import Cells
from duesheet.books.areas import letters
from duesheet.books.columns import at_rows, typed
from duesheet.books.contents import Box, box
from duesheet.books.markup import Place
from duesheet.books.scan import Extent, Odd
from duesheet.errors import Fault
from duesheet.layout import Table

_NOT_CALCULATED = (
    "This formula was never calculated. Open the book in your spreadsheet, let it calculate, and save it."
)
_GAP = "This lies below a blank row, so it is not part of the table. Delete the blank row above it."
_MERGED = "Unmerge these cells and give each row its own value."
_ERROR = "Mend the formula, or type the value."


class Ground(NamedTuple):
    """Where a table's rows stand: the row of its headers, its columns (number, header), the rows of its own.

    `last` is the last row of the table (0: the sheet has no table, every row counts); `totals` follow it.
    """

    sheet: str
    head: int
    columns: Mapping[int, str]
    last: int
    totals: int
    faults: tuple[Fault, ...] = ()


def named(ground: Ground, table: Table) -> Ground:
    """`ground` with every header trimmed and told apart from those left of it."""
    names: dict[int, str] = {}
    faults: list[Fault] = []
    declared = {column.name.casefold() for column in table.columns}
    for number, raw in ground.columns.items():
        name = " ".join(raw.split())
        base = name.rpartition("_1")[0] or name  # how the reader tells a second header of one name apart
        if name.casefold() in _folded(names) or (
            base.casefold() in declared and base.casefold() in _folded(names)
        ):
            remedy = (
                f"Two columns are called {base}; the one further left counts. Rename or delete the other."
            )
            faults.append(Fault(ground.sheet, ground.head, base, base, remedy))
            while name.casefold() in _folded(names):
                name += "_1"
        names[number] = name
    return ground._replace(columns=names, faults=tuple(faults))


def _folded(names: Mapping[int, str]) -> set[str]:
    return {name.casefold() for name in names.values()}


def kinds_of(ground: Ground, table: Table) -> dict[int, str]:
    """The declared kinds of the columns, by number; the user's own have none."""
    kinds = {column.name.casefold(): column.kind for column in table.columns}
    return {
        number: kinds[name.casefold()] for number, name in ground.columns.items() if name.casefold() in kinds
    }


def cells(ground: Ground, loaded: pl.DataFrame, extent: Extent, table: Table) -> Cells:
    """The cells of `table`, from `loaded`: the rows below the header, a column for each of the ground's by number."""
    kinds = kinds_of(ground, table)
    odd = [*extent.errors, *extent.uncounted]
    columns = []
    for number, name in ground.columns.items():
        errors = at_rows(odd, number, ground.head, loaded.height)
        truths = at_rows(extent.truths, number, ground.head, loaded.height)
        columns.append(typed(loaded[str(number)], kinds.get(number), truths, errors).alias(name))
    frame = pl.DataFrame(columns)
    filled = _filled(frame, ground, odd)
    own, below = _own(filled, ground)
    rows = pl.int_range(ground.head + 1, ground.head + 1 + frame.height, eager=True).alias("row")
    end = int(rows.filter(own).max() or ground.head)  # type: ignore[arg-type]  # the rows are numbers
    faults = [
        *ground.faults,
        *_merged(ground, extent, end),
        *_odd_cells(ground, extent, own),
        *_below(ground, frame, rows, below),
    ]
    return Cells(
        table.name,
        ground.sheet,
        frame if own.all() else frame.filter(own),
        rows.filter(own),
        tuple(faults),
        letters={name: letters(number) for number, name in ground.columns.items()},
        merged=frozenset(_merged_rows(ground, extent, end)),
        below=Cells(table.name, ground.sheet, frame.filter(below), rows.filter(below)),
    )


def _filled(frame: pl.DataFrame, ground: Ground, odd: list[Odd]) -> pl.Series:
    """Which rows hold anything, an error value included."""
    filled = (
        frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        if frame.width
        else pl.Series(dtype=pl.Boolean)
    )
    at = {cell.at.row - ground.head - 1 for cell in odd if cell.at.column in ground.columns}
    inside = [row for row in at if 0 <= row < len(filled)]
    return filled.scatter(inside, values=True) if inside else filled


def _own(filled: pl.Series, ground: Ground) -> tuple[pl.Series, pl.Series]:
    """Which rows are the table's; which lie past the first blank row under its range, or past its totals."""
    if not ground.last:
        return filled, filled & False
    end = min(ground.last - ground.head, len(filled))
    if not ground.totals:
        blank = (~filled[end:]).arg_true()
        end = end + int(blank[0]) if len(blank) else len(filled)
    inside = pl.int_range(len(filled), eager=True) < end
    totals = pl.int_range(len(filled), eager=True).is_between(end, end + ground.totals - 1)
    return filled & inside, filled & ~inside & ~totals


def _place_of(ground: Ground, at: Place) -> str:
    return ground.columns.get(at.column, "")


def _odd_cells(ground: Ground, extent: Extent, own: pl.Series) -> Iterator[Fault]:
    marked = [(cell, _ERROR) for cell in extent.errors] + [
        (cell, _NOT_CALCULATED) for cell in extent.uncounted
    ]
    for cell, remedy in sorted(marked):
        row = cell.at.row - ground.head - 1
        if cell.at.column in ground.columns and 0 <= row < len(own) and own[row]:
            yield Fault(ground.sheet, cell.at.row, _place_of(ground, cell.at), cell.text, remedy)


def _merges(ground: Ground, extent: Extent, last: int) -> Iterator[tuple[str, Box]]:
    """The merged ranges that touch the table, its header included."""
    data = Box(Place(ground.head, min(ground.columns)), Place(last, max(ground.columns)))
    return ((ref, merge) for ref in extent.merges if (merge := box(ref)).meets(data))


def _merged(ground: Ground, extent: Extent, last: int) -> Iterator[Fault]:
    for ref, merge in _merges(ground, extent, last):
        column = next((ground.columns[n] for n in sorted(ground.columns) if n >= merge.first.column), "")
        yield Fault(ground.sheet, merge.first.row, column, f"{ref} merged", _MERGED)


def _merged_rows(ground: Ground, extent: Extent, last: int) -> Iterator[int]:
    for _, merge in _merges(ground, extent, last):
        yield from range(max(merge.first.row, ground.head + 1), min(merge.last.row, last) + 1)


def _below(ground: Ground, frame: pl.DataFrame, rows: pl.Series, below: pl.Series) -> Iterator[Fault]:
    for values, row in zip(frame.filter(below).iter_rows(), rows.filter(below), strict=True):
        name, text = next(
            ((n, str(v)) for n, v in zip(frame.columns, values, strict=True) if v is not None), ("", "")
        )
        yield Fault(ground.sheet, row, name, text, _GAP)

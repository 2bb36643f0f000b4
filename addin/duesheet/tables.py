"""Cells to typed frames with faults, and typed frames back to cells: read and write are inverse."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

import polars as pl

from duesheet import kinds
from duesheet.books import Cells
from duesheet.errors import Fault, TableMissing
from duesheet.kinds import Bad
from duesheet.layout import Column, Table

_LONGEST = 200


class Typed(NamedTuple):
    """One table read: the rows that can be used, what is wrong with the others, and which rows are in doubt.

    `frame` has one column per declared key plus `row` (the sheet's row number): text String, dates Int64 day
    numbers, times Int64 seconds, amounts Float64; a value that cannot be used is null. `left_out` are the rows
    that a fault keeps out of `frame`, `doubtful` all rows with any fault; both have the columns of `frame`.
    `whole` says that a fault is about the table and not about a row of it, so that no row is sure.
    """

    frame: pl.DataFrame
    faults: tuple[Fault, ...]
    left_out: pl.DataFrame
    doubtful: pl.DataFrame
    whole: bool = False


def read(cells: Cells, table: Table, order: str = "YMD") -> Typed:
    """The rows of `cells` as `table` declares them; `order` (YMD, DMY, MDY) is how to read dates typed as text.

    Raises TableMissing, naming every one, where a required column is not there.
    """
    cells = spelled(cells, table)
    absent = list(_absent(cells, table))
    frame, bad = _values(cells, table, order)
    faults = [*cells.faults, *_told(cells, bad), *absent]
    declared = {column.name for column in table.columns}
    deciding = {column.name for column in table.columns if column.required or column.decides}
    judged = {column.name for column in table.columns if column.kind != "email"}
    below = frame.clear() if cells.below is None else _values(spelled(cells.below, table), table, order)[0]
    out = _rows(frame, (fault.row for fault in faults if fault.column in deciding))
    # An address that cannot be used holds a letter by itself, in its own words.
    doubt = _rows(frame, [*(fault.row for fault in faults if fault.column in judged), *cells.merged])
    return Typed(
        frame.filter(~out) if out.any() else frame,  # most often nothing is left out, and nothing copied
        tuple(faults),
        pl.concat([frame.filter(out), below]),
        pl.concat([frame.filter(doubt), below]),
        whole=_is_whole((fault for fault in faults if fault.column in declared), frame, below),
    )


def empty(table: Table) -> Typed:
    """A table that the book does not have."""
    types = {column.key: kinds.dtype(column) for column in table.columns}
    frame = pl.DataFrame(schema={**types, "row": pl.Int64})
    return Typed(frame, (), frame, frame)


def cells_of(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """`frame` (declared keys; day numbers, major units) as cells under the declared headers, in declared order.

    The inverse of `read`; a key that `frame` lacks is left blank.
    """
    return frame.select(
        kinds.write(column) if column.key in frame.columns else pl.lit(None, pl.String).alias(column.name)
        for column in table.columns
    )


def spelled(cells: Cells, table: Table) -> Cells:
    """`cells` with the headers as `table` spells them, however the book does."""
    declared = {_folded(column.name): column.name for column in table.columns}
    names = {header: declared.get(_folded(header), header) for header in cells.frame.columns}
    if all(header == name for header, name in names.items()):
        return cells
    return cells._replace(
        frame=cells.frame.rename(names),
        faults=tuple(fault._replace(column=names.get(fault.column, fault.column)) for fault in cells.faults),
        letters={names.get(header, header): letters for header, letters in cells.letters.items()},
    )


def _folded(header: str) -> str:
    return " ".join(header.split()).casefold()


def _absent(cells: Cells, table: Table) -> Iterator[Fault]:
    """A fault for each column that is not there, though somebody may have typed into it."""
    there = cells.frame.columns
    absent = [column for column in table.columns if column.name not in there]
    strange = [header for header in there if header not in {column.name for column in table.columns}]
    required = [_hint(column, strange) for column in absent if column.required]
    if required:
        raise TableMissing(f"Sheet {cells.sheet}: {' '.join(required)}")
    for column in absent:
        if table.role != "output" or (column.own and cells.rows.len()):
            yield Fault(cells.sheet, 0, column.name, "", _hint(column, strange))


def _hint(column: Column, strange: list[str]) -> str:
    near = get_close_matches(_folded(column.name), [_folded(header) for header in strange], n=1)
    found = next((header for header in strange if near and _folded(header) == near[0]), "")
    remedy = f'Is it "{found}"? Rename it to "{column.name}".' if found else "Add it to the header."
    return f'The column "{column.name}" is missing. {remedy}'


def _values(cells: Cells, table: Table, order: str) -> tuple[pl.DataFrame, dict[str, Bad]]:
    """The declared columns as values, and the bad cells of each by header."""
    columns, bad = [], {}
    for column in table.columns:
        if column.name in cells.frame.columns:
            values, bad[column.name] = kinds.read(cells.frame[column.name], column, order)
        else:
            values = pl.Series([None], dtype=kinds.dtype(column)).new_from_index(0, cells.frame.height)
        columns.append(values.alias(column.key))
    return pl.DataFrame([*columns, cells.rows.cast(pl.Int64).alias("row")]), bad


def _told(cells: Cells, bad: dict[str, Bad]) -> Iterator[Fault]:
    """The bad cells as faults, but for those the book has told of already."""
    known = {(fault.row, fault.column) for fault in cells.faults}
    for header, remedies in bad.items():
        if not remedies:
            continue
        places = sorted(remedies)
        rows, found = cells.rows.gather(places).to_list(), cells.frame[header].gather(places).to_list()
        for place, row, cell in zip(places, rows, found, strict=True):
            if (row, header) not in known:
                yield Fault(cells.sheet, row, header, quoted(cell), remedies[place])


def quoted(found: object) -> str:
    """A cell as a fault quotes it.

    >>> quoted(12.0), quoted(None), quoted("soon")
    ('12', '', 'soon')
    """
    if found is None:
        return ""
    return f"{found:.15g}" if isinstance(found, float) else str(found)[:_LONGEST]


def _rows(frame: pl.DataFrame, numbers: Iterable[int]) -> pl.Series:
    wanted = pl.Series(list(set(numbers)), dtype=pl.Int64)
    return frame["row"].is_in(wanted.implode())


def _is_whole(faults: Iterable[Fault], frame: pl.DataFrame, below: pl.DataFrame) -> bool:
    told = {fault.row for fault in faults}
    return bool(told - {*frame["row"], *below["row"]}) if told else False

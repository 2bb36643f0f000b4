"""What the user added to an output table: own columns, own words, notes. They follow their row's identity."""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import NamedTuple

import polars as pl

from duesheet.books.cells import Cell, cells_in, shortest
from duesheet.books.rows import figures
from duesheet.books.slots import Slot
from duesheet.errors import BookRefused
from duesheet.layout import Table

OLD = "\x00old"
"""The frame's column that says which row of the old sheet a row continues; null for a new one."""

_KEY, _NTH, _WORDS = "\x00key", "\x00nth", "\x00words"
_BETWEEN = "\x1f"
_ROWS = re.compile(rb'<row\b[^>]*?\br="(\d+)"')
_DAY = 86_400_000_000
_ZERO = {"money", "number"}


class OldRows(NamedTuple):
    """The rows a table had: `frame` (row, key, nth of that key, words), and cells and texts by column."""

    frame: pl.DataFrame
    cells: Mapping[int, Mapping[int, Cell]]
    texts: Mapping[int, Mapping[int, str]]
    names: tuple[str, ...]


def old_rows(
    data: bytes,
    columns: Sequence[Slot],
    table: Table,
    text_of: Callable[[Cell], str],
    noted: AbstractSet[int],
) -> OldRows:
    """The old rows in `data`, the XML of a sheet's rows; `noted` are the sheet's rows with a note on them."""
    cells: dict[int, dict[int, Cell]] = {column: {} for column in told_columns(columns, table)}
    for cell in cells_in(data, cells):
        cells[cell.column][cell.row] = cell
    said = {column: {row: text_of(cell) for row, cell in found.items()} for column, found in cells.items()}
    words = set(noted).union(
        row
        for slot in columns
        if slot.declared is None
        for row, text in said[slot.old or 0].items()
        if text and not cells[slot.old or 0][row].is_formula
    )
    return told_rows([int(row) for row in _ROWS.findall(data)], said, words, columns, table, cells=cells)


def told_columns(columns: Sequence[Slot], table: Table) -> list[int]:
    """The old columns that say whose a row is, what stays of it, and what the user added."""
    telling = {*table.identity, *table.stays}
    return [slot.old for slot in columns if slot.old and (not slot.declared or slot.declared.name in telling)]


def told_rows(  # noqa: PLR0913  the rows, what they say, and how they are to be read
    rows: Sequence[int],
    said: Mapping[int, Mapping[int, str]],
    words: AbstractSet[int],
    columns: Sequence[Slot],
    table: Table,
    *,
    cells: Mapping[int, Mapping[int, Cell]] | None = None,
) -> OldRows:
    """The old `rows` of a sheet by what their cells say, by column and row; `words` are those held by the user's own.

    Raises BookRefused where there are such, and nothing tells whose they are.
    """
    known = [slot for slot in columns if slot.old and slot.declared and slot.declared.name in table.identity]
    if words and not known:
        raise BookRefused(
            f"{table.name}: the column {table.identity[0]} is missing, "
            "so that your own cells cannot be told apart. Put its header back."
        )
    keys = [_BETWEEN.join(said[slot.old or 0].get(row, "") for slot in known) for row in rows]
    frame = pl.DataFrame(
        {OLD: rows, _KEY: keys, _WORDS: [row in words for row in rows]},
        schema={OLD: pl.Int64, _KEY: pl.String, _WORDS: pl.Boolean},
    ).with_columns(pl.int_range(pl.len()).over(_KEY).alias(_NTH))
    return OldRows(frame, cells or {}, said, tuple(slot.declared.name for slot in known if slot.declared))


def followed(
    frame: pl.DataFrame, old: OldRows, table: Table, columns: Sequence[Slot], *, date1904: bool
) -> pl.DataFrame:
    """`frame` with OLD, the old row each row continues; rows held by words alone stand at the end."""
    parts = [key_text(frame[name], date1904=date1904) for name in old.names]
    keys = (
        pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=_BETWEEN)).to_series() if parts else None
    )
    named = frame.with_columns((keys if keys is not None else pl.lit("")).alias(_KEY)).with_columns(
        pl.int_range(pl.len()).over(_KEY).alias(_NTH)
    )
    rows = named.join(old.frame.drop(_WORDS), on=[_KEY, _NTH], how="left", maintain_order="left")
    left = old.frame.filter(_WORDS).join(named, on=[_KEY, _NTH], how="anti", maintain_order="left")
    kept = {
        slot.declared.name: old.texts[slot.old]
        for slot in columns
        if slot.old and slot.declared and slot.declared.name in {*table.identity, *table.stays}
    }
    stayed = _stayed(frame.schema, left[OLD].to_list(), kept, table, date1904=date1904)
    return pl.concat([rows.drop(_KEY, _NTH), stayed])


def complete(
    frame: pl.DataFrame, columns: Sequence[Slot], kept: OldRows | None, table: Table, *, date1904: bool
) -> pl.DataFrame:
    """`frame` with every declared column, the old rows that stay, and at least one row."""
    names = [slot.declared.name for slot in columns if slot.declared]
    missing = [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in frame.columns]
    rows = frame.with_columns(missing).select(names).cast({pl.Null: pl.String})
    if kept:
        rows = followed(rows, kept, table, columns, date1904=date1904)
    return rows if rows.height else rows.clear(1)


def values_of(rows: pl.DataFrame, columns: Sequence[Slot], kept: OldRows | None) -> dict[int, pl.Series]:
    """The values of a table's `rows` by old sheet column, the user's own ones as they were."""
    found = {slot.old: rows[slot.declared.name] for slot in columns if slot.old and slot.declared}
    for slot in columns:
        if slot.old and slot.declared is None and kept:
            texts = kept.texts[slot.old]
            said = pl.Series([texts.get(row) or None for row in rows[OLD]], dtype=pl.String)
            numbers = said.cast(pl.Float64, strict=False)
            found[slot.old] = numbers if numbers.null_count() == said.null_count() else said
    return found


def key_text(values: pl.Series, *, date1904: bool = False) -> pl.Series:
    """`values` as identities are compared: as the text of the cells they are written to.

    >>> key_text(pl.Series(["007", None])).to_list(), key_text(pl.Series([7.0, 0.5])).to_list()
    (['007', ''], ['7', '0.5'])
    """
    if values.dtype == pl.String:
        return values.fill_null("")
    if values.dtype == pl.Boolean:
        return values.cast(pl.String).str.to_uppercase().fill_null("")
    numbers = figures(values, date1904=date1904)
    if numbers.dtype.is_float():
        texts = [None if value is None else shortest(repr(value)) for value in numbers]
        return pl.Series(values.name, texts, dtype=pl.String).fill_null("")
    return numbers.cast(pl.String).fill_null("")


def _stayed(
    schema: pl.Schema,
    rows: list[int],
    kept: Mapping[str, Mapping[int, str]],
    table: Table,
    *,
    date1904: bool,
) -> pl.DataFrame:
    kinds = {column.name: column.kind for column in table.columns}
    made = {}
    for name, kind in schema.items():
        if name in kept:
            made[name] = _typed([kept[name].get(row, "") for row in rows], kind, date1904=date1904)
        else:
            zero = 0 if kinds.get(name) in _ZERO and kind.is_numeric() else None
            made[name] = pl.Series([zero] * len(rows), dtype=kind)
    return pl.DataFrame({**made, OLD: pl.Series(rows, dtype=pl.Int64)})


def _typed(texts: list[str], kind: pl.DataType, *, date1904: bool) -> pl.Series:
    values = pl.Series([text or None for text in texts], dtype=pl.String)
    if kind == pl.String:
        return values
    if kind == pl.Boolean:
        return values == "TRUE"
    numbers = values.cast(pl.Float64, strict=False)
    if kind in (pl.Date, pl.Datetime):
        start = int(figures(pl.Series([date(1970, 1, 1)]), date1904=date1904).item())
        return ((numbers - start) * _DAY).round().cast(pl.Int64).cast(pl.Datetime("us")).cast(kind)
    return numbers.cast(kind, strict=False)

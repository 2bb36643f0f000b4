"""Blocks of cells of an open workbook, read in one call, and what single values say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from numbers import Real
from typing import Any

import polars as pl
import xlwings as xw

from duesheet.books import columns
from duesheet.books.cells import shortest

_ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!"}
    | {"#GETTING_DATA"}
    | {f"Err:{number}" for number in range(501, 600)}  # what Calc has beyond Excel's
)
_NUMBERS = {float, int, Decimal}


@dataclass(frozen=True)
class Block:
    """The values of a block, column by column; None for a blank cell and for an error.

    `errors` has the text of each error by its row and column, counted from 0.
    """

    columns: list[Sequence[Any]]
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The values row by row."""
        return list(zip(*self.columns, strict=True))

    def filled(self) -> list[bool]:
        """Which rows hold anything."""
        wrong = {row for row, _ in self.errors}
        return [at in wrong or any(value is not None for value in row) for at, row in enumerate(self.rows)]


def read(cells: xw.Range) -> Block:
    """The values of `cells`; errors are told from text that reads like one."""
    columns = _by_column(cells.options(ndim=2, err_to_str=True).value)
    odd = [(row, at) for at, column in enumerate(columns) for row in _odd(column)]
    if not odd:
        return Block(columns)
    plain = _by_column(cells.options(ndim=2).value)
    errors = {(row, at): columns[at][row] for row, at in odd if plain[at][row] is None}
    return Block(plain, errors)


def _by_column(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True))


def _odd(column: Sequence[Any]) -> list[int]:
    """The places of what reads like an error."""
    if str not in set(map(type, column)) or _ERRORS.isdisjoint(column):
        return []
    return [row for row, value in enumerate(column) if value in _ERRORS]


def said(value: object) -> str:
    """What a cell says, as a text: numbers in their shortest form, dates as YYYY-MM-DD.

    >>> said(12.0), said(True), said(None), said(datetime(2025, 1, 31))
    ('12', 'TRUE', '', '2025-01-31')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Real | Decimal):
        return shortest(repr(float(value)))
    return str(value).removesuffix(" 00:00:00") if isinstance(value, datetime) else str(value)


def series(values: Sequence[Any]) -> pl.Series:
    """The cells of a column by what they are: all numbers, all moments, else text; blank text is blank."""
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return pl.Series([None] * len(values), dtype=pl.Null)
    if kinds == {float}:
        return pl.Series(values, dtype=pl.Float64)
    if kinds <= _NUMBERS:
        return pl.Series([None if value is None else float(value) for value in values], dtype=pl.Float64)
    if kinds == {datetime}:
        return pl.Series(values, dtype=pl.Datetime("us"))
    texts = pl.Series(values if kinds == {str} else [said(value) for value in values], dtype=pl.String)
    blank = texts.str.strip_chars() == ""
    return texts.to_frame().select(pl.when(~blank).then(pl.first())).to_series() if blank.any() else texts


def as_kind(values: Sequence[Any], kind: str | None) -> pl.Series:
    """The cells of a column, as text where its kind (none: the user's own) is one of text."""
    found = series(values)
    counted = kind is None or kind in columns.NUMBERS or kind in columns.DATES
    return found if counted else columns.text(found)

"""Frames as the cells of an open workbook take them: text stays text, whatever it begins with."""

import re
from collections.abc import Sequence
from typing import Any

import polars as pl
import xlwings as xw

from duesheet.books.cells import LONGEST, cut
from duesheet.books.rows import figures

TEXT = "@"
"""The number format of text: what is entered under it is no number, date or formula."""

GENERAL = "General"
"""The number format of a cell that was given none."""

_MARKED = r"^[=+\-@'\t\r\n]"
_MARK = re.compile(_MARKED)
_TAKEN = re.compile(r"\d|(?i:true|false)$")
"""What may make a text something else, a number, a date, a truth value, where the cell is not one of text."""


def as_text(cells: xw.Range) -> None:
    """Give `cells` the format of text, unless they all have it."""
    if cells.number_format != TEXT:
        cells.number_format = TEXT


def literal(text: str, *, bare: bool = True) -> str:
    """`text` so that a cell holds just that; `bare`: the cell may have any format.

    The apostrophe in front is the spreadsheet's own mark of text: it is not part of what the cell holds.

    >>> literal("=1+1"), literal("Acme"), literal("007"), literal("007", bare=False)
    ("'=1+1", 'Acme', "'007", '007')
    """
    short = cut(text)
    return f"'{short}" if _MARK.match(short) or (bare and _TAKEN.search(short)) else short


def rows_of(frame: pl.DataFrame, names: Sequence[str], *, date1904: bool) -> list[tuple[Any, ...]]:
    """The columns `names` of `frame` as rows of cells: numbers, text in cells of text, blank text for nothing."""
    return list(zip(*(_cells(frame[name], date1904=date1904) for name in names), strict=True))


def _cells(values: pl.Series, *, date1904: bool) -> list[Any]:
    if values.dtype == pl.String:
        return _texts(values)
    if values.dtype == pl.Boolean:
        return ["" if value is None else value for value in values]
    numbers = figures(values, date1904=date1904).cast(pl.Float64)
    found: list[Any] = numbers.to_list()
    return ["" if value is None else value for value in found] if numbers.null_count() else found


def _texts(values: pl.Series) -> list[str]:
    text = pl.col(values.name)
    guarded = pl.when(text.str.contains(_MARKED)).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)
    if not (values.str.len_bytes() > LONGEST).any():
        return values.to_frame().select(guarded.fill_null("")).to_series().to_list()
    return [literal(value or "", bare=False) for value in values]

"""A frame as rows of a sheet's XML, in chunks, by whole-column expressions."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

import polars as pl

from duesheet.books.areas import letters
from duesheet.books.cells import LONGEST, UNSAFE, escaped

CHUNK = 16_384
"""Rows made at a time: few enough that their text stays in the processor's cache."""

HIDDEN = "\x00hidden"
"""The frame's Boolean column that says which rows a filter hides; it need not be there."""

_ODD = ["&", "<", ">", "_x", *map(chr, range(32)), "\ufffe", "\uffff"]
"""What makes a text more than itself in XML; one look for all of these spares four for each."""

_EPOCH = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_DAY = 86_400_000_000
_ROW = "\x00row"


class Stroke(NamedTuple):
    """How one sheet column of the rows is drawn: from the frame's column `source`, in the cell style `style`.

    With `raw`, the source holds each cell's XML after its place (` s="3"><v>1</v></c>`), not its value.
    """

    column: int
    source: str
    style: str = ""
    raw: bool = False


def row_chunks(
    frame: pl.DataFrame,
    strokes: Sequence[Stroke],
    first: int,
    *,
    date1904: bool = False,
) -> Iterator[bytes]:
    """The rows of `frame` as XML, the first at the sheet's row `first`.

    String, Int64, Float64, Boolean, Date and Datetime columns; null, blank text, NaN and infinity are blank
    cells in their column's style. Text is always text, whatever it starts with.

    >>> list(row_chunks(pl.DataFrame({"a": ["=1"], "b": [2.5]}), [Stroke(1, "a"), Stroke(2, "b", "4")], 2))
    [b'<row r="2"><c r="A2" t="inlineStr"><is><t>=1</t></is></c><c r="B2" s="4"><v>2.5</v></c></row>']
    """
    ordered = sorted(strokes, key=lambda stroke: stroke.column)
    for offset in range(0, frame.height, CHUNK):
        piece = frame.slice(offset, CHUNK)
        numbers = pl.int_range(first + offset, first + offset + piece.height, eager=True).cast(pl.String)
        yield _rows(piece.with_columns(numbers.alias(_ROW)), ordered, date1904=date1904)


def _rows(piece: pl.DataFrame, strokes: Sequence[Stroke], *, date1904: bool) -> bytes:
    ready = piece.with_columns(
        **{
            stroke.source: written(piece[stroke.source], date1904=date1904)
            for stroke in strokes
            if not stroke.raw
        }
    )
    tokens: list[str | pl.Expr] = ['<row r="', pl.col(_ROW), '"', *_hidden(piece), ">"]
    for stroke in strokes:
        cell = _cell(piece[stroke.source].dtype, ready[stroke.source], stroke)
        tokens += [f'<c r="{letters(stroke.column)}', pl.col(_ROW), '"', *cell]
    return _joined(ready, [*tokens, "</row>"])


def _hidden(piece: pl.DataFrame) -> list[str | pl.Expr]:
    if HIDDEN not in piece.columns or not piece[HIDDEN].any():
        return []
    return [pl.when(pl.col(HIDDEN)).then(pl.lit(' hidden="1"')).otherwise(pl.lit(""))]


def _cell(kind: pl.DataType, values: pl.Series, stroke: Stroke) -> list[str | pl.Expr]:
    look, blanks = f' s="{stroke.style}"' if stroke.style else "", values.null_count()
    if blanks == len(values):
        return [f"{look}/>"]
    if stroke.raw:
        return [pl.col(stroke.source).fill_null(f"{look}/>")]
    before, after = _around(kind, values)
    if not blanks:
        return [look + before, pl.col(stroke.source), after]
    filled = pl.concat_str(pl.lit(look + before), pl.col(stroke.source), pl.lit(after))
    return [filled.fill_null(f"{look}/>")]


def _around(kind: pl.DataType, values: pl.Series) -> tuple[str, str]:
    if kind == pl.String:
        spaced = (
            values.str.starts_with(" ") | values.str.ends_with(" ") | values.str.contains_any(["\t", "\n"])
        )
        keep = ' xml:space="preserve"' if spaced.any() else ""
        return f' t="inlineStr"><is><t{keep}>', "</t></is></c>"
    return (' t="b"><v>' if kind == pl.Boolean else "><v>"), "</v></c>"


def written(values: pl.Series, *, date1904: bool = False) -> pl.Series:
    """`values` as they stand inside a cell's XML; null where the cell is blank."""
    kind = values.dtype
    if kind == pl.String:
        return _text(values)
    if kind == pl.Boolean:
        return values.cast(pl.Int8).cast(pl.String)
    return figures(values, date1904=date1904).cast(pl.String)


def figures(values: pl.Series, *, date1904: bool = False) -> pl.Series:
    """Numbers, dates and times as a sheet counts them; null where there is nothing a cell can hold."""
    epoch = _EPOCH[date1904]
    if values.dtype == pl.Date:
        return values.cast(pl.Int32) - (epoch - date(1970, 1, 1)).days
    if values.dtype == pl.Datetime:
        start = datetime(epoch.year, epoch.month, epoch.day)  # noqa: DTZ001  a sheet's times have no zone
        return (
            values.dt.replace_time_zone(None).cast(pl.Datetime("us")) - start
        ).dt.total_microseconds() / _DAY
    if values.dtype.is_float():
        return values.to_frame().select(pl.when(pl.first().is_finite()).then(pl.first() + 0.0)).to_series()
    return values


def _text(values: pl.Series) -> pl.Series:
    text = pl.col(values.name)
    filled = values.to_frame().select(pl.when(text != "").then(text)).to_series()
    long = filled.str.len_bytes() > LONGEST
    if not filled.str.contains_any(_ODD).any() and not long.any():
        return filled
    easy = filled
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        easy = easy.str.replace_all(mark, entity, literal=True)
    hard = (filled.str.contains(UNSAFE) | long).fill_null(False)
    if not hard.any():
        return easy
    slow = filled.filter(hard).map_elements(escaped, return_dtype=pl.String)
    return easy.scatter(hard.arg_true(), slow)


def _joined(ready: pl.DataFrame, tokens: Sequence[str | pl.Expr]) -> bytes:
    parts: list[str | pl.Expr] = []
    for token in tokens:
        if isinstance(token, str) and parts and isinstance(parts[-1], str):
            parts[-1] += token
        else:
            parts.append(token)
    drawn = [pl.lit(part) if isinstance(part, str) else part for part in parts]
    half = len(drawn) // 2
    halves = ready.select(
        pl.concat_str(drawn[:half]).alias("left"), pl.concat_str(drawn[half:]).alias("right")
    )
    rows: bytes = halves.select(pl.concat_str("left", "right").str.join("").cast(pl.Binary)).item()
    return rows

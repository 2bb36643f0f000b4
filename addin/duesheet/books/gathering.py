"""A sheet's rows as typed columns, from the cells gathered while the sheet was looked through."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from duesheet.books.columns import DATES, NUMBERS
from duesheet.books.digits import Flags, Whole
from duesheet.books.formats import Shown
from duesheet.books.plain import NotPlain, Plain, Real, Row, plain

_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_FIRST_DAY, _LAST_DAY = 61, 2_958_465
"""1 March 1900, from when on all spreadsheets count alike, to 31 December 9999."""
_EPOCH, _DAY = 25_569, 86_400_000
_WHOLE = 10**15


class Gathering:
    """Takes a sheet piece by piece; gives its rows, if all of it was plain, else nothing.

    `styles` gives what each cell style makes of a number, `texts` the book's shared texts and one null after them,
    or None where these are not plain; both are asked only when there is something to give.
    """

    def __init__(self, styles: Callable[[], Sequence[Shown]], texts: Callable[[], pl.Series | None]) -> None:
        self._styles, self._texts = styles, texts
        self._cells: list[Plain] = []
        self._begun = self._ended = self._given_up = False

    def take(self, piece: bytes) -> int | None:
        """The next piece of the sheet, cut between cells: the last row it reaches, if it is plain throughout."""
        if self._given_up:
            return None
        try:
            # Most pieces hold rows and nothing else; to look for where the rows end takes longer than to try.
            cells = plain(piece) if self._begun and not self._ended else None
        except NotPlain:
            cells = None
        if cells is None:
            self._take_rows(piece)
            return None
        self._cells.append(cells)
        return int(cells.row.max(initial=0)) if piece.isascii() else None

    def _take_rows(self, piece: bytes) -> None:
        """What of `piece` stands among the rows."""
        if not self._begun:
            _, begin, piece = piece.partition(_BEGIN)
            self._begun = bool(begin)
        if self._ended or not self._begun:
            return
        rows, end, _ = piece.partition(_END)
        self._ended = bool(end)
        try:
            self._cells.append(plain(rows))
        except NotPlain:
            self._given_up, self._cells = True, []

    def frame(self, head: int, columns: Mapping[int, str], kinds: Mapping[int, str]) -> pl.DataFrame | None:
        """The rows below row `head`, as `loading.load` gives them; None when they have to be read with more care."""
        texts = self._texts() if self._cells and self._ended else None
        if texts is None:
            return None
        cells = Plain(*(np.concatenate(parts) for parts in zip(*self._cells, strict=True)))
        height = int(cells.row.max(initial=0)) - head
        if height < 0 or len(texts) - 1 <= cells.value.max(initial=-1, where=cells.shared):
            return None
        if height == 0:
            return pl.DataFrame(schema={str(n): pl.Null for n in columns})
        below, spot = cells.row > head, Spot(head, height, (*self._styles(), Shown.UNSURE), texts)
        try:
            return pl.DataFrame(
                {
                    str(n): _column(_among(cells, below & (cells.column == n)), spot, kinds.get(n))
                    for n in columns
                }
            )
        except NotPlain:
            return None


class Spot(NamedTuple):
    """Where columns stand: the row of their headers, how many rows there are below; the book's styles and texts."""

    head: int
    height: int
    styles: tuple[Shown, ...]
    texts: pl.Series


def _among(cells: Plain, wanted: Flags) -> Plain:
    at = np.flatnonzero(wanted)
    return Plain(cells.row[at], cells.column[at], cells.style[at], cells.shared[at], cells.value[at])


def _column(cells: Plain, spot: Spot, kind: str | None) -> pl.Series:
    """The cells of one column, typed as all of them agree. Raises NotPlain where they do not."""
    places, values, shared, texts = cells.row - spot.head - 1, cells.value, cells.shared, spot.texts
    used = np.flatnonzero(np.bincount(cells.style[~shared])).tolist()
    kinds = {spot.styles[min(style, len(spot.styles) - 1)] for style in used}
    if not kinds:
        return _spread(texts, values, places, spot.height)
    if kinds == {Shown.NUMBER} and kind not in {None, *NUMBERS, *DATES}:
        spelled = pl.concat([texts.head(-1), _spelled(values[~shared]), texts.tail(1)])
        numbers = np.where(shared, values, len(texts) - 2 + np.cumsum(~shared))
        return _spread(spelled, numbers, places, spot.height)
    if shared.any() or kind not in {None, *NUMBERS, *DATES}:
        raise NotPlain
    column = pl.Series(values) if kinds == {Shown.NUMBER} else _days(values, kinds)
    return _spread(column.extend_constant(None, 1), np.arange(len(values)), places, spot.height)


def _spread(pool: pl.Series, numbers: Whole | Real, places: Row, height: int) -> pl.Series:
    """Of `pool`, whose last is null, the ones with these `numbers` at their `places`; null everywhere else."""
    spread = np.full(height, len(pool) - 1, np.int64)
    spread[places] = numbers
    return pool.gather(pl.Series(spread))


def _spelled(values: Real) -> pl.Series:
    """Whole numbers as the texts they are typed as."""
    if not ((values == np.round(values)) & (np.abs(values) < _WHOLE)).all():
        raise NotPlain
    return pl.Series(values.astype(np.int64)).cast(pl.String)


def _days(values: Real, kinds: set[Shown]) -> pl.Series:
    """Days as Excel counts them, as dates; whole days only."""
    sure = (values == np.round(values)) & (values >= _FIRST_DAY) & (values <= _LAST_DAY)
    if kinds != {Shown.DATE} or not sure.all():
        raise NotPlain
    return pl.Series((values.astype(np.int64) - _EPOCH) * _DAY).cast(pl.Datetime("ms"))

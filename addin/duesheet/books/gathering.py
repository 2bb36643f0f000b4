"""A large sheet's rows as typed columns, from the cells gathered while the sheet was looked through."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from duesheet.books.columns import DATES, NUMBERS
from duesheet.books.digits import Whole
from duesheet.books.formats import Shown
from duesheet.books.plain import NotPlain, Plain, Real, plain

_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_FIRST_DAY, _LAST_DAY = 61, 2_958_465
"""1 March 1900, from when on all spreadsheets count alike, to 31 December 9999."""
_EPOCH, _DAY = 25_569, 86_400_000
_WHOLE = 10**15
_SHOWN = tuple(Shown)


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
        rows = self._among_rows(piece)
        try:
            cells = None if self._given_up else plain(rows)
        except NotPlain:
            self._given_up, self._cells, cells = True, [], None
        if cells is None:
            return None
        self._cells.append(cells)
        return int(cells.row.max(initial=0)) if len(rows) == len(piece) and rows.isascii() else None

    def _among_rows(self, piece: bytes) -> bytes:
        """What of `piece` stands among the rows."""
        if not self._begun:
            _, begin, piece = piece.partition(_BEGIN)
            self._begun = bool(begin)
        if self._ended or not self._begun:
            return b""
        rows, end, _ = piece.partition(_END)
        self._ended = bool(end)
        return rows

    def frame(self, head: int, columns: Mapping[int, str], kinds: Mapping[int, str]) -> pl.DataFrame | None:
        """The rows below row `head`, as `loading.load` gives them; None when they have to be read with more care."""
        texts = self._texts() if self._cells and self._ended else None
        if texts is None:
            return None
        cells = Plain(*(np.concatenate(parts) for parts in zip(*self._cells, strict=True)))
        height = int(cells.row.max(initial=0)) - head
        if height <= 0 or len(texts) - 1 <= cells.value.max(initial=-1, where=cells.shared):
            return None
        meant = _meant(cells, self._styles())
        try:
            return pl.DataFrame(
                {str(n): _column(cells, meant, texts, Spot(n, head, height), kinds.get(n)) for n in columns}
            )
        except NotPlain:
            return None


class Spot(NamedTuple):
    """A column by its number, the row of its header, and how many rows there are below."""

    column: int
    head: int
    height: int


def _meant(cells: Plain, styles: Sequence[Shown]) -> Whole:
    """What the style of every cell makes of a number, as its place in `Shown`."""
    known = np.array([_SHOWN.index(one) for one in (*styles, Shown.UNSURE)], np.int64)
    return known[np.minimum(cells.style, len(styles))]


def _column(cells: Plain, meant: Whole, texts: pl.Series, spot: Spot, kind: str | None) -> pl.Series:
    """One column, typed as all its cells agree. Raises NotPlain where they do not."""
    at = np.flatnonzero((cells.column == spot.column) & (cells.row > spot.head))
    places, values, shared = cells.row[at] - spot.head - 1, cells.value[at], cells.shared[at]
    kinds = {_SHOWN[one] for one in np.unique(meant[at][~shared])}
    if not kinds:
        return _spread(texts, values, places, spot)
    if kinds == {Shown.NUMBER} and kind not in {None, *NUMBERS, *DATES}:
        spelled = pl.concat([texts.head(-1), _spelled(values[~shared]), texts.tail(1)])
        return _spread(spelled, np.where(shared, values, len(texts) - 2 + np.cumsum(~shared)), places, spot)
    if shared.any() or kind not in {None, *NUMBERS, *DATES}:
        raise NotPlain
    column = pl.Series(values) if kinds == {Shown.NUMBER} else _days(values, kinds)
    return _spread(column.extend_constant(None, 1), np.arange(len(values)), places, spot)


def _spread(pool: pl.Series, numbers: Whole | Real, places: Whole, spot: Spot) -> pl.Series:
    """Of `pool`, whose last is null, the ones with these `numbers` at their `places`; null everywhere else."""
    spread = np.full(spot.height, len(pool) - 1, np.int64)
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

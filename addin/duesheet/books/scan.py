"""One pass over a sheet's XML before a reader may load it: how far it reaches, and the cells it would hide.

The reader lays a sheet out as a full rectangle in memory: one forgotten cell at XFD1048576 would ask for
seventeen thousand million cells. It also gives error values and formulas never calculated as blank.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import NamedTuple

import polars as pl

from duesheet.books import markup
from duesheet.books.markup import Place, above, place
from duesheet.errors import BookRefused

LAST_ROW = 1_048_576
MOST_COLUMNS = markup.LETTERS + markup.LETTERS**2
"""Columns to ZZ; cells further right are taken for a slip."""
_SLACK_ROWS = 10_000
_ROW_BYTES = 32
"""A row of a single cell takes more than this, so a sheet cannot have more rows than its bytes allow."""
_FREE_AREA = 20_000_000
_CARRY = 2**20


class Odd(NamedTuple):
    """A cell the reader would misread, and the text that stands for it."""

    at: Place
    text: str


@dataclass
class Extent:
    """What one pass over a sheet found.

    `first_row` is the first row with a value (0: the sheet is blank), `errors` cells such as #N/A, `truths`
    cells that hold TRUE or FALSE, `uncounted` formulas without a result, `merges` ranges as A1:B2, `formulas`
    whether there is any.
    """

    first_row: int = 0
    errors: list[Odd] = field(default_factory=list)
    truths: list[Odd] = field(default_factory=list)
    uncounted: list[Odd] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    formulas: bool = False


def scan(chunks: Iterable[bytes], sheet: str, plain: Callable[[bytes], int | None] | None = None) -> Extent:
    """What lies in `sheet`, its XML coming in `chunks`; raises BookRefused for cells far from all others.

    `plain` is handed every piece, cut between cells; where it gives the last row with a value, nothing but plain
    cells of the first columns is in the piece, and it need not be looked through.
    """
    pass_ = _Pass(sheet)
    for piece in _pieces(chunks, sheet):
        pass_.take(piece, plain(piece) if plain else None)
    pass_.check_area()
    return pass_.extent


def _pieces(chunks: Iterable[bytes], sheet: str) -> Iterator[bytes]:
    """`chunks` cut again so that no cell is cut in two."""
    rest = b""
    for chunk in chunks:
        cut = chunk.rfind(b"<c ", max(0, len(chunk) - _CARRY))
        if cut > 0:  # nearly always; what is handed on is copied once
            yield rest + memoryview(chunk)[:cut]
            rest = chunk[cut:]
            continue
        text = rest + chunk
        cut = _last_cell(text)
        if len(text) - cut > _CARRY:
            raise _unreadable(sheet)
        rest = text[cut:]
        if cut:
            yield text[:cut]
    yield rest


def _last_cell(text: bytes) -> int:
    """Where the last cell of `text` begins; its last tag when there is no cell near the end."""
    cut = text.rfind(b"<c ")
    if cut < 0:
        cut = text.rfind(b"<", 0, max(0, text.rfind(b":c ")))
    return cut if max(0, len(text) - _CARRY) <= cut else max(0, text.rfind(b"<"))


class _Pass:
    """The state of one pass: how many rows there can be so far, how wide the sheet is, what was found."""

    def __init__(self, sheet: str) -> None:
        self.sheet, self.extent = sheet, Extent()
        self.size, self.rows, self.row_cells = 0, 0, 0
        self.widest = ("", 0)

    def take(self, piece: bytes, last: int | None) -> None:
        """One piece more; `last` is its last row, where it is known to be plain."""
        self.size += len(piece)
        self.rows += piece.count(b"<row") if self.widest[1] else len(piece) // _ROW_BYTES + 1
        if b"\0" in piece:  # UTF-16, or not XML at all
            raise _unreadable(self.sheet)
        if not self.extent.first_row:
            found = markup.FIRST.search(piece)
            self.extent.first_row = int(found[1]) if found else 0
        if last is not None and last <= self.bound():
            return
        try:
            interesting = _of_interest(piece, self.bound())
        except pl.exceptions.ComputeError:  # not UTF-8
            raise _unreadable(self.sheet) from None
        if interesting:
            self.look(piece)

    def bound(self) -> int:
        """The row beyond which a cell is far from the rest, rounded so that few expressions are compiled."""
        bound = _SLACK_ROWS
        while bound < _SLACK_ROWS + 2 * self.rows and bound < LAST_ROW:
            bound *= 2
        return bound

    def look(self, piece: bytes) -> None:
        if b"<!DOCTYPE" in piece:
            raise _unreadable(self.sheet)
        self.look_far(piece)
        self.look_odd(piece)
        self.extent.merges += [ref.decode() for ref in markup.MERGE.findall(piece)]
        if b"<f" in piece or b":f" in piece:
            self.look_formulas(piece)
        if markup.REFLESS.search(piece):
            self.look_refless(piece)

    def look_far(self, piece: bytes) -> None:
        bound = above(self.bound()).encode()
        far = re.compile(
            markup.CELL + rb"([A-Za-z]{3,9}[0-9]{1,9}|[A-Za-z]{1,2}0{0,9}" + bound + rb")[\"']" + markup.FULL
        )
        found = far.search(piece)
        if found:
            raise self.too_far(found[1].decode().upper())
        letters = {column.decode().upper() for column in markup.WIDE.findall(piece)}
        if letters:
            column = max(letters)
            self.widest = max(self.widest, (column, place(f"{column}1").column), key=lambda pair: pair[1])

    def look_odd(self, piece: bytes) -> None:
        found = [(ref, kind, inner) for ref, kind, inner in markup.ODD.findall(piece)]
        found += [(ref, kind, inner) for kind, ref, inner in markup.ODD_KIND_FIRST.findall(piece)]
        for ref, kind, inner in found:
            value = markup.VALUE.search(inner)
            text = unescape(value[1].decode()) if value else ""
            if kind == b"e":
                self.extent.errors.append(Odd(place(ref.decode()), text or "#N/A"))
            else:
                self.extent.truths.append(
                    Odd(place(ref.decode()), "TRUE" if text.strip() == "1" else "FALSE")
                )

    def look_formulas(self, piece: bytes) -> None:
        self.extent.formulas = True
        for ref, attributes, formula, empty in markup.FORMULA.findall(piece):
            if empty and re.search(rb"\bt\s*=\s*[\"']str[\"']", attributes):
                continue  # calculated, and the result is a text without letters
            self.extent.uncounted.append(Odd(place(ref.decode()), f"={unescape(formula.decode())}"))

    def look_refless(self, piece: bytes) -> None:
        """Cells that do not say where they are stand one after another from the left; rows too."""
        for number in markup.NUMBERED_ROW.findall(piece):
            if int(number) > self.bound():
                raise self.too_far(f"A{int(number)}")
        first, *others = [
            row.count(b"<c") + row.count(b":c") for row in re.split(markup.TAG + rb"row\b", piece)
        ]
        widest = max([self.row_cells + first, *others])
        self.row_cells = others[-1] if others else self.row_cells + first
        self.widest = max(self.widest, ("", widest), key=lambda pair: pair[1])

    def too_far(self, ref: str) -> BookRefused:
        return BookRefused(
            f"{self.sheet} has something in cell {ref}, far from everything else. If it is not meant to be "
            "there, select that cell, delete its row and its column, and save."
        )

    def check_area(self) -> None:
        letters, width = self.widest
        if width > MOST_COLUMNS or width * (self.rows + _SLACK_ROWS) > max(_FREE_AREA, self.size):
            where = f"in column {letters}" if letters else f"{width:,} columns wide"
            raise BookRefused(
                f"{self.sheet} has something {where}, far from everything else. Delete it, and save."
            )


def _of_interest(piece: bytes, bound: int) -> bool:
    """Whether there is anything but plain near cells, by one run of a compiled expression."""
    # A column of one row would be copied at every step.
    return bool(pl.Series([piece, None]).cast(pl.String).str.contains(_unusual(bound)).any())


@cache
def _unusual(bound: int) -> str:
    far = f"(?:[A-Za-z][A-Za-z]|[A-Za-z]0|[A-Za-z]{above(bound)})"
    return rf"""<c(?: r="{far}|[^ o]| [^r]| r[^=]| r=[^"])|t *= *["'][be]["']|<f|:[cf][ />]|mergeCell |<!D"""


def _unreadable(sheet: str) -> BookRefused:
    return BookRefused(
        f"{sheet} is not written as spreadsheets write it. Open it in your spreadsheet and save it again."
    )

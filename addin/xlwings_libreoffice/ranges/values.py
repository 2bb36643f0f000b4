"""The values of a range, both ways, each in one call to the office however many cells there are."""

import gc
from collections.abc import Sequence
from itertools import repeat
from typing import Any

from xlwings_libreoffice import blocks, heights, kinds
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.entries import Entries
from xlwings_libreoffice.formulas import moved, to_calc
from xlwings_libreoffice.ranges.placing import Placing
from xlwings_libreoffice.uno_runtime import constant
from xlwings_libreoffice.values import SettledRows, error, moment

BARE = frozenset({kinds.GENERAL, kinds.TRUTH})
CONTENTS = ("VALUE", "DATETIME", "STRING", "FORMULA")
FORMATS = ("HARDATTR", "STYLES", "EDITATTR", "FORMATTED")


class Unswept:
    """A stretch of work in which Python does not look for garbage.

    A million values make none, and looking through them again and again takes longer than fetching them.
    """

    def __init__(self) -> None:
        self.before = gc.isenabled()

    def __enter__(self) -> None:
        """Stops the search."""
        gc.disable()

    def __exit__(self, *fault: object) -> None:
        """Goes on with it, if it went on before."""
        if self.before:
            gc.enable()


class Values(Placing):
    """What the cells hold."""

    @property
    def max_cells_per_read(self) -> int:
        """The most cells read in one call: beyond it the office takes more memory, and no less time."""
        return 1_000_000

    @property
    def max_cells_per_write(self) -> int:
        """The most cells written in one call."""
        return 1_000_000

    @property
    def raw_value(self) -> Any:  # noqa: ANN401 (a value, or rows of values)
        """The value of the cell, or rows of values.

        Numbers are floats; in cells formatted as a date they are `datetime`s, in cells formatted as truth values
        `bool`s. Times without a date are floats, as Excel gives them. Empty cells are None, and so is an empty text;
        an error is a `CellError`.
        """
        if self.xr is None:
            return None
        with Unswept():
            data = self.xr.getDataArray()
            return self._typed(data) if len(data) > 1 or len(data[0]) > 1 else self._single(data[0][0])

    @raw_value.setter
    def raw_value(self, data: Any) -> None:  # noqa: ANN401 (all that is read)
        """Enters values: one for all cells, or rows of them.

        A text that begins with `=` is a formula, and one apostrophe at the beginning marks text, as in Excel.
        Any other text stays text, also `"1"` and `"2020-01-01"`, which Excel would make a number and a date:
        what was a text in the program (a part number, a post code) never changes in the cell.
        Dates get a date format where the cell had none, truth values always get theirs.
        """
        if self.xr is None:
            return
        with Unswept():
            if isinstance(data, (list, tuple)):
                rows = data if data and isinstance(data[0], (list, tuple)) else [data]
                self._enter(Entries(_even(rows)))
            else:
                self._fill(data)

    def clear_contents(self) -> None:
        """Empties the cells and leaves their formats and notes."""
        if self.xr is not None:
            self.xr.clearContents(_flags(*CONTENTS))

    def clear_formats(self) -> None:
        """Takes all formats off the cells and leaves their contents."""
        if self.xr is not None:
            self.xr.clearContents(_flags(*FORMATS))

    def clear(self) -> None:
        """Empties the cells and takes off their formats and notes."""
        if self.xr is not None:
            self.xr.clearContents(_flags(*CONTENTS, *FORMATS, "ANNOTATION"))

    def _single(self, value: float | str | None) -> object:
        if value is None:
            return error(self.xr.getCellByPosition(0, 0).String)
        if not isinstance(value, float):
            return value or None
        kind = next(kinds.stretches(self.sheet.book.doc, self.xr)).kind
        return _converted(value, kind)

    def _typed(self, data: Sequence[Sequence[Any]]) -> list[list[Any]]:
        columns: list[Sequence[Any]] = list(zip(*data, strict=True))
        types = [set(map(type, column)) for column in columns]
        for number, found in enumerate(types):
            if str in found:
                columns[number] = _emptied(columns[number])
        home = self.area
        for stretch in kinds.stretches(self.sheet.book.doc, self.xr):
            if stretch.kind in {kinds.DATE, kinds.TRUTH}:
                for one in stretch.areas:
                    _convert(columns, one.moved(-home.row, -home.column), stretch.kind)
        rows = map(list, zip(*columns, strict=True))
        return (
            self._name_errors(data, list(rows))
            if any(type(None) in found for found in types)
            else SettledRows(rows)
        )

    def _name_errors(self, data: Sequence[Sequence[Any]], rows: list[list[Any]]) -> list[list[Any]]:
        """Rows with the errors put in: their text is asked for one by one, for only the cell itself knows it."""
        for down, row in enumerate(data):
            for right, value in enumerate(row):
                if value is None:
                    rows[down][right] = error(self.xr.getCellByPosition(right, down).String)
        return rows

    def _fill(self, value: object) -> None:
        rows, columns = self.shape
        if isinstance(value, str) and value.startswith("=") and len(value) > 1:
            self._enter(
                Entries([[moved(value, down, right) for right in range(columns)] for down in range(rows)])
            )
        else:
            self._enter(Entries(repeat([value] * columns, rows)))

    def _enter(self, made: Entries) -> None:
        doc, home = self.sheet.book.doc, self.area
        target = self.sheet.range((home.row, home.column, len(made.data), len(made.data[0]))).xr
        before = kinds.ready(doc, target)
        one_line = not made.several_lines and heights.fixed(target)
        with heights.Unmeasured(doc, wanted=one_line):
            blocks.fill(self.sheet, home.row, home.column, made.data)
            self._give_formats(made, before)
        for row, column, formulas in made.formula_runs():
            texts = [(to_calc(text),) for text in formulas]
            blocks.fill(self.sheet, home.row + row, home.column + column, texts, formulas=True)

    def _give_formats(self, made: Entries, before: list[kinds.Stretch]) -> None:
        """Formats dates where the cells had no format of their own, and truth values everywhere."""
        doc, home = self.sheet.book.doc, self.area
        for kind, areas in made.special.items():
            places = [one.moved(home.row, home.column) for one in areas]
            if kind != kinds.TRUTH and not all(stretch.kind in BARE for stretch in before):
                bare = [one for stretch in before if stretch.kind in BARE for one in stretch.areas]
                places = [both for one in places for other in bare if (both := one.common(other))]
            if places:
                kinds.give(doc, kinds.gathered(doc, self.sheet.number, places), kind)


def _emptied(column: Sequence[Any]) -> Sequence[Any]:
    return [None if value == "" else value for value in column] if "" in column else column


def _converted(value: float, kind: str) -> object:
    if kind == kinds.TRUTH:
        return bool(value)
    if kind == kinds.DATE:
        found = moment(value)
        return value if found is None else found
    return value


def _convert(columns: list[Sequence[Any]], where: Area, kind: str) -> None:
    """Makes the numbers of an area dates or truth values; each different number is worked out once."""
    for number in range(where.column, where.last_column + 1):
        column = list(columns[number])
        part = column[where.row : where.last_row + 1]
        known = {value: _converted(value, kind) for value in set(part) if type(value) is float}
        column[where.row : where.last_row + 1] = [known.get(value, value) for value in part]
        columns[number] = column


def _even(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Rows of one length: shorter ones are filled up with nothing."""
    width = max(map(len, rows))
    return [row if len(row) == width else [*row, *repeat(None, width - len(row))] for row in rows]


def _flags(*names: str) -> int:
    return sum(int(constant(f"com.sun.star.sheet.CellFlags.{name}")) for name in names)

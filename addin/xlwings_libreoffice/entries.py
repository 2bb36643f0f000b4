"""What is to be entered into cells: rows of Python values parted into data, formulas and formats.

The work is done by stretches of one type down a column: most columns are one such stretch, handled all at once.
"""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.values import prepared, serial

Column = Sequence[float | str]
SPECIAL = frozenset({"=", "'"})
"""What a text begins with that is more than text: a formula, or the mark that says it is text."""
LOOKS = {dt.datetime: kinds.DATE, dt.date: kinds.DATE, dt.time: kinds.TIME, dt.timedelta: kinds.TIME}


class Entries:
    """A block as Calc takes it, and which of its cells are formulas or of a special kind (counted from 0).

    `several_lines`: some text has a line break, so that its row may have to grow.
    """

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.formulas: dict[int, dict[int, str]] = {}
        self.special: dict[str, list[Area]] = {}
        self.several_lines = False
        columns = [self._column(values, 0, number) for number, values in enumerate(zip(*rows, strict=True))]
        self.data: list[tuple[float | str, ...]] = list(zip(*columns, strict=True))

    def formula_runs(self) -> Iterator[tuple[int, int, list[str]]]:
        """The formulas by unbroken stretches of a column: first row, column, texts."""
        for column, texts in self.formulas.items():
            for _, group in groupby(enumerate(sorted(texts)), key=lambda pair: pair[1] - pair[0]):
                rows = [row for _, row in group]
                yield rows[0], column, [texts[row] for row in rows]

    def _column(self, values: Sequence[Any], row: int, column: int) -> Column:
        """Values down a column, from a row on, as Calc takes them."""
        if len(types := set(map(type, values))) == 1:
            return self._stretch(types.pop(), values, row, column)
        if types == {str, type(None)}:
            return self._stretch(str, [value or "" for value in values], row, column)
        entered: list[float | str] = []
        for kind, group in groupby(values, key=type):
            entered += self._stretch(kind, list(group), row + len(entered), column)
        return entered

    def _stretch(self, kind: type, values: Sequence[Any], row: int, column: int) -> Column:  # noqa: PLR0911 (one for each type)
        """Values of one type as Calc takes them."""
        if kind is float:
            # Not a number is nothing.
            return (
                ["" if math.isnan(value) else value for value in values]
                if math.isnan(sum(values))
                else values
            )
        if kind is str:
            self.several_lines = self.several_lines or "\n" in "".join(values)
            plain = SPECIAL.isdisjoint({value[:1] for value in values})
            return (
                values
                if plain
                else [self._text(value, row + down, column) for down, value in enumerate(values)]
            )
        if kind is int:
            return list(map(float, values))
        if kind is bool:
            self._note(kinds.TRUTH, row, column, len(values))
            return list(map(float, values))
        if values[0] is None:
            return [""] * len(values)
        if kind in LOOKS:
            return self._calendar(LOOKS[kind], values, row, column)
        known = [prepared(value) for value in values]
        settled = [
            str(value) if after is value else after for value, after in zip(values, known, strict=True)
        ]
        return self._column(settled, row, column)

    def _calendar(self, look: str, values: Sequence[Any], row: int, column: int) -> Column:
        """Dates or times; a stretch of dates shows the time of day when one of them has one."""
        numbers = {value: serial(value) for value in set(values)}
        if look == kinds.DATE and not all(number.is_integer() for number in numbers.values()):
            look = kinds.DATETIME
        self._note(look, row, column, len(values))
        return [numbers[value] for value in values]

    def _text(self, value: str, row: int, column: int) -> str:
        if value.startswith("=") and len(value) > 1:
            self.formulas.setdefault(column, {})[row] = value
            return ""
        return value.removeprefix("'")

    def _note(self, look: str, row: int, column: int, count: int) -> None:
        """Notes how cells are to look."""
        self.special.setdefault(look, []).append(Area(row, column, row + count - 1, column))

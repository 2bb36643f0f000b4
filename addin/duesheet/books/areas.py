"""Areas of a sheet, as A2:V200 says them, and how they move when a table gets other rows or columns."""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


@cache
def letters(column: int) -> str:
    """The letters of the sheet's `column` (1 = A).

    >>> letters(1), letters(28), letters(16384)
    ('A', 'AB', 'XFD')
    """
    above, last = divmod(column - 1, 26)
    return (letters(above) if above else "") + chr(ord("A") + last)


@cache
def number(name: str) -> int:
    """The column that has these letters.

    >>> number("A"), number("AB")
    (1, 28)
    """
    value = 0
    for letter in name:
        value = value * 26 + ord(letter) - ord("A") + 1
    return value


class Area(NamedTuple):
    """A rectangle of cells; columns and rows count from 1 and are inclusive.

    >>> str(Area.parse("$B$2:D9")), str(Area.parse("C3"))
    ('B2:D9', 'C3')
    """

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def parse(cls, ref: str) -> "Area":
        """The area of `ref`; raises ValueError when it is none (whole columns are none)."""
        found = _REF.fullmatch(ref)
        if found is None:
            raise ValueError(ref)
        left, top, right, bottom = found.groups()
        return cls(number(left), int(top), number(right or left), int(bottom or top))

    def __str__(self) -> str:
        first, last = f"{letters(self.left)}{self.top}", f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


class Move(NamedTuple):
    """How a table moved: `area` is where it was (header to last data row), `bottom` its new last data row.

    `columns` gives the new columns of each old column of the table (none: it was removed; a removed column
    that others take the place of gives theirs); it is empty when no column moved. Columns to the right of
    the table move with its right edge.
    """

    area: Area
    bottom: int
    columns: Mapping[int, tuple[int, ...]]
    right: int

    def column(self, old: int) -> tuple[int, ...]:
        """Where the sheet's column `old` is now."""
        if not self.columns or old < self.area.left:
            return (old,)
        if old > self.area.right:
            return (old + self.right - self.area.right,)
        return self.columns[old]

    def refs(self, ref: str) -> list[str]:
        """`ref` after the move: what ran to the last data row still does; elsewhere nothing changes.

        >>> table = Move(Area.parse("A1:C9"), 20, {1: (1,), 2: (), 3: (2, 3)}, 3)
        >>> table.refs("A2:C9"), table.refs("A4:B5"), table.refs("B2:B9"), table.refs("A30:B31")
        (['A2:C20'], ['A4:A5'], [], ['A30:B31'])
        """
        try:
            area = Area.parse(ref)
        except ValueError:
            return [ref]
        if area.top > self.area.bottom or area.bottom < self.area.top:
            return [ref]
        if area.bottom == self.area.bottom and area.top <= self.area.top + 1:
            area = area._replace(bottom=self.bottom)
        return [str(part) for part in self._sideways(area)]

    def _sideways(self, area: Area) -> list[Area]:
        if not self.columns or area.right - area.left >= LAST_COLUMN - 1:
            return [area]
        new = sorted({column for old in range(area.left, area.right + 1) for column in self.column(old)})
        starts = [column for column in new if column - 1 not in new]
        ends = [column for column in new if column + 1 not in new]
        return [area._replace(left=left, right=right) for left, right in zip(starts, ends, strict=True)]

"""What a spreadsheet hands to a worksheet function: a cell, a line or a block of them; and the answer in that shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

Cells: TypeAlias = Any
"""A cell or cells, as Excel, Calc, xlwings or numpy give them."""


class Wrong(str):
    """What is wrong, in a few words: the cell shows them in place of a figure."""

    __slots__ = ()


class Form(Enum):
    """How cells are handed over."""

    CELL = "a single cell"
    LINE = "a plain list: a row or a column"
    BLOCK = "a list of rows"


@dataclass(frozen=True)
class Range:
    """Cells row by row, and the shape they came in."""

    cells: Sequence[Any]
    height: int
    width: int
    form: Form

    @property
    def single(self) -> bool:
        """Whether there is one cell, which counts for every row."""
        return len(self.cells) == 1

    @property
    def size(self) -> str:
        """The size as a user counts it.

        >>> spread([[1], [2]]).size, spread([1, 2, 3]).size
        ('2 x 1', '3')
        """
        return f"{self.height:,} x {self.width:,}" if self.form is Form.BLOCK else f"{len(self.cells):,}"

    def fits(self, other: "Range") -> bool:
        """Whether the cells of both belong together one by one.

        >>> spread([[1], [2]]).fits(spread([[3], [4]])), spread([[1], [2]]).fits(spread([[3, 4]]))
        (True, False)
        >>> spread([[1], [2]]).fits(spread(3)), spread([1, 2]).fits(spread([[3, 4]]))
        (True, True)
        """
        if self.single or other.single:
            return True
        if Form.LINE in {self.form, other.form}:
            return len(self.cells) == len(other.cells) and 1 in {self.height, self.width}
        return (self.height, self.width) == (other.height, other.width)

    def rows(self) -> list[Sequence[Any]]:
        """The cells row by row."""
        return [self.cells[at : at + self.width] for at in range(0, len(self.cells), self.width)]

    def shaped(self, answers: list[Any]) -> Cells:
        """`answers`, one for each cell, in the shape the cells came in."""
        if self.form is Form.CELL:
            return answers[0]
        if self.form is Form.LINE:
            return answers
        if self.width == 1:
            return [[answer] for answer in answers]
        return [answers[at : at + self.width] for at in range(0, len(answers), self.width)]


def spread(given: Cells) -> Range:
    """The cells of an argument, whichever way they are handed over; an empty list is a blank cell.

    >>> spread(((1, 2), (3, 4))).cells, spread([[1], [2]]).height
    ([1, 2, 3, 4], 2)
    """
    if type(given) not in {list, tuple}:
        given = _plain(given)
    if type(given) not in {list, tuple}:
        return Range((given,), 1, 1, Form.CELL)
    if not given or not any(type(row) in {list, tuple} for row in given[:1]):
        return Range(given or (None,), len(given) or 1, 1, Form.LINE)
    widths = set(map(len, given)) if all(type(row) in {list, tuple} for row in given) else set()
    if len(widths) != 1 or 0 in widths:
        return _ragged([list(row) if type(row) in {list, tuple} else [row] for row in given])
    (width,) = widths
    cells = [row[0] for row in given] if width == 1 else [cell for row in given for cell in row]
    return Range(cells, len(given), width, Form.BLOCK)


def _ragged(rows: list[list[Any]]) -> Range:
    """Rows of unequal length, filled up with blanks."""
    width = max(1, *map(len, rows))
    cells = [cell for row in rows for cell in (*row, *[None] * (width - len(row)))]
    return Range(cells, len(rows), width, Form.BLOCK)


def _plain(given: Any) -> Cells:  # noqa: ANN401  whatever a caller has in hand
    """An array of numpy, or what gives its values as one does, as lists; anything else as it is."""
    if getattr(getattr(given, "dtype", None), "kind", "") == "M":
        given = given.astype("datetime64[us]")
    return given.tolist() if hasattr(given, "tolist") else given


def is_blank(cell: Any) -> bool:  # noqa: ANN401  a cell holds anything
    """Whether a cell holds nothing: no value, no text but blanks, no number.

    >>> is_blank(None), is_blank("  "), is_blank(float("nan")), is_blank(0)
    (True, True, True, False)
    """
    return cell is None or (cell.strip() == "" if isinstance(cell, str) else _is_nan(cell))


def _is_nan(cell: Any) -> bool:  # noqa: ANN401  as above
    try:
        return bool(cell != cell)  # noqa: PLR0124  true of what is not a number or not a time
    except ArithmeticError:  # what a decimal that is no number answers to every question
        return True
    except (TypeError, ValueError):
        return False


def filled(cells: Sequence[Any]) -> int:
    """How many cells there are up to the last that holds something: a whole column is mostly blank.

    >>> filled([1, None, "x", None, ""])
    3
    """
    count = len(cells)
    while count and (cells[count - 1] is None or is_blank(cells[count - 1])):
        count -= 1
    return count

"""Arguments read and worked on row by row: a blank for a blank row, a message for a bad one, figures for the others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import repeat
from math import inf
from typing import Any

from duesheet.functions import days, numerals, wording
from duesheet.functions.cells import Cells, Range, Wrong, filled, is_blank, spread
from duesheet.functions.messages import wrong

REQUIRED = object()
"""Stands for what a blank argument means where it means nothing."""

Read = Callable[[str, Any], Any]
ReadAll = Callable[[Sequence[Any]], list[Any] | None]
Work = Callable[..., Iterable[Any]]
"""Takes the values of each argument as a list, and gives an answer for each row."""

_COMMON = frozenset({str, float, int, date, datetime})
_NOTHING = {Wrong, type(None)}


@dataclass(frozen=True)
class Argument:
    """An argument by the name its user knows it under, its cells, and how they are read.

    `read` reads one cell, `read_all` a whole column at once where it can; `blank` is what a blank cell means,
    `least` the least that makes sense.
    """

    label: str
    range: Range
    read: Read
    read_all: ReadAll
    blank: Any = REQUIRED
    least: float = -inf

    def column(self, count: int) -> list[Any]:
        """The values of the first `count` cells; a single cell counts for all."""
        if self.range.single:
            return list(repeat(self.value(self.range.cells[0]), count))
        return self.read_cells(self.range.cells[:count])

    def read_cells(self, cells: Sequence[Any]) -> list[Any]:
        """The values of cells: Wrong where bad, None where blank."""
        kept = [cell for cell in cells if not _is_empty(cell)]
        read = self.read_all(kept) if kept else None
        if not read or (self.least > -inf and min(read) < self.least):
            return self._one_after_other(cells)
        if len(kept) == len(cells):
            return read
        values, blank = iter(read), self.value(None)
        return [blank if _is_empty(cell) else next(values) for cell in cells]

    def _one_after_other(self, cells: Sequence[Any]) -> list[Any]:
        """The same, cell by cell; what comes again is not read again."""
        known = {cell: self.value(cell) for cell in {cell for cell in cells if type(cell) in _COMMON}}
        return [known[cell] if type(cell) in _COMMON else self.value(cell) for cell in cells]

    def value(self, cell: Any) -> Any:  # noqa: ANN401  each argument has values of its own
        """The value of one cell: Wrong where bad, None where blank."""
        if is_blank(cell):
            return None if self.blank is REQUIRED else self.blank
        found = self.read(self.label, cell)
        if self.least > -inf and type(found) is not Wrong and found < self.least:
            return wrong(self.label, cell, f"is below {self.least:g}")
        return found


def _is_empty(cell: object) -> bool:
    """Whether a cell is blank as Excel's own are; one of blanks only is read like any text."""
    return cell is None or (type(cell) is str and not cell)


def one_by_one(_: Sequence[Any]) -> None:
    """For what cannot be read a column at once."""


def _argument(  # noqa: PLR0913  what an argument is made of
    read: Read, read_all: ReadAll, label: str, cells: Cells, blank: object = REQUIRED, *, least: float = -inf
) -> Argument:
    return Argument(label, spread(cells), read, read_all, blank, least)


day = partial(_argument, days.day, days.days)
"""A date, as a day number."""
units = partial(_argument, numerals.units, numerals.many_units)
"""An amount, in minor units."""
number = partial(_argument, numerals.number, numerals.numbers)
"""A number."""
whole = partial(_argument, numerals.whole, numerals.wholes)
"""A whole number."""
share = partial(_argument, numerals.share, one_by_one)
"""A percentage below 100%, as a fraction."""
share_to_one = partial(_argument, numerals.share_to_one, one_by_one)
"""A percentage up to 100%, as a fraction."""
answer = partial(_argument, wording.answer, one_by_one)
"""Yes or No, as a truth value."""
payment_terms = partial(_argument, wording.payment_terms, wording.all_terms)
"""Payment terms."""
words = partial(_argument, wording.words, one_by_one)
"""Text."""


def choice(label: str, cells: Cells, choices: tuple[str, ...], blank: object = REQUIRED) -> Argument:
    """One of `choices`."""
    return _argument(partial(wording.choice, choices=choices), one_by_one, label, cells, blank)


def rowwise(function: Callable[..., Any]) -> Work:
    """Work that is done for each row by itself."""
    return partial(map, function)


def each(work: Work, *arguments: Argument) -> Cells:
    """What `work` answers for each row of `arguments`, in the shape of the first that is a range.

    Where the first argument is blank, or every range, so is the answer; a bad cell's message stands in its own row
    only.

    >>> each(rowwise(min), whole("Days", [[3], [None], ["x"]]), whole("Most", 2))
    [[2], [''], ["Days: 'x' is not a number"]]
    """
    answers = answered(work, *arguments)
    if isinstance(answers, Wrong):
        return str(answers)
    shape = _shaping(arguments).range
    return shape.shaped([*answers, *repeat("", len(shape.cells) - len(answers))])


def answered(work: Work, *arguments: Argument) -> list[Any] | Wrong:
    """The answers one after the other, up to the last row that holds anything; a message when ranges do not fit."""
    first = _shaping(arguments)
    for one in arguments:
        if not one.range.fits(first.range):
            sizes = f"{first.label} has {first.range.size} cells, {one.label} {one.range.size}"
            return Wrong(f"{sizes}; give ranges of one size")
    count = _count(arguments)
    return _answers(work, arguments, count) if count else []


def _shaping(arguments: Sequence[Argument]) -> Argument:
    """The argument whose shape the answer has."""
    return next((one for one in arguments if not one.range.single), arguments[0])


def _count(arguments: Sequence[Argument]) -> int:
    """How many rows there are to work on; the blank end of whole columns is none."""
    ranges = [one.range for one in arguments if not one.range.single]
    return max((filled(one.cells) for one in ranges), default=1)


def _answers(work: Work, arguments: Sequence[Argument], count: int) -> list[Any]:
    columns = [one.column(count) for one in arguments]
    blank = _blank_rows(arguments, count)
    if all(map(sound, columns)) and not blank:
        return ["" if one is None else one for one in work(*columns)]
    labels = [one.label for one in arguments]
    answers: list[Any] = [_told(labels, row) for row in zip(*columns, strict=True)]
    for at in blank:
        answers[at] = ""
    good = [at for at, told in enumerate(answers) if told is None]
    if good:
        found = work(*[[column[at] for at in good] for column in columns])
        for at, one in zip(good, found, strict=True):
            answers[at] = "" if one is None else one
    return answers


def _blank_rows(arguments: Sequence[Argument], count: int) -> list[int]:
    """The rows in which no range says anything, where the first argument is the same for all."""
    ranges = [one.range.cells for one in arguments if not one.range.single]
    if not arguments[0].range.single or not ranges:
        return []
    return [at for at in range(count) if all(is_blank(cells[at]) for cells in ranges)]


def sound(column: Sequence[Any]) -> bool:
    """Whether every value can be worked with."""
    return not _NOTHING & set(map(type, column))


def _told(labels: Sequence[str], row: Sequence[Any]) -> str | None:
    """What stands in place of the figure of a row; None for a row that can be worked on."""
    if row[0] is None:
        return ""
    for label, value in zip(labels, row, strict=True):
        if value is None or type(value) is Wrong:
            return str(value or f"{label} is blank")
    return None

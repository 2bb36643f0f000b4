"""The cells of a sheet's rows straight from their XML, where all are written the plain way most programs write.

Whatever is not plain - a formula, a truth value, an error, a text inside its cell, a cell without an address - is
refused here and left to the reader that knows all of it.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from duesheet.books.digits import (
    EIGHT,
    Flags,
    Letters,
    Whole,
    Words,
    begins,
    later,
    leading,
    number,
    without,
    words,
)

Real = npt.NDArray[np.float64]
Row = npt.NDArray[np.int32]
Style = npt.NDArray[np.int16]

EXACT_DIGITS = 15
"""So many digits, and the power of ten they are divided by, are exact as floats: their quotient is the nearest one."""
_LONGEST = 40
_TENS = np.array([float(10**power) for power in range(EXACT_DIGITS + 1)])
_CELL, _STYLE, _SHARED, _NUMBER = b'<c r="', b' s="', b' t="s">', b' t="n">'
_OPENING = len(b"<v>")


class NotPlain(Exception):
    """Something is written in a way that is not read here; it never leaves this folder: another reader is asked."""


class Plain(NamedTuple):
    """The cells that have a value, in the order of the file.

    `row` and `column` count from 1; `style` numbers the cell's style, `value` is a number or, where `shared`, numbers
    one of the book's shared texts.
    """

    row: Row
    column: Letters
    style: Style
    shared: Flags
    value: Real


def plain(rows: bytes) -> Plain:
    """The cells of `rows`, a piece of a sheet's rows cut between cells. Raises NotPlain.

    >>> plain(b'<row r="2"><c r="A2" s="1" t="s"><v>7</v></c><c r="B2"/><c r="C2"><v>-2.50</v></c></row>').value
    array([ 7. , -2.5])
    """
    try:
        return _plain(np.frombuffer(rows, np.uint8))
    except IndexError:  # it ends in the middle of a tag or a number
        raise NotPlain from None


def _plain(letters: Letters) -> Plain:
    tags = np.flatnonzero(letters == ord("<"))
    first, second = letters[1:][tags], letters[2:][tags]
    values = (first == ord("v")) & (second == ord(">"))
    cells = np.flatnonzero((first == ord("c")) & (second == ord(" ")))
    count = int(np.count_nonzero(values))
    _refuse_others(first, second, len(cells), count)
    after = np.append(values, [False])[cells + 1]
    if np.count_nonzero(after) != count or not (letters[3:][tags[cells]] == ord("r")).all():
        raise NotPlain
    cells = cells[after]
    start, ends = tags[cells + 1], np.append(tags, len(letters))[cells + 2]
    row, column, end = _addresses(letters, tags[cells])
    style, shared = _attributes(letters, end, start)
    return Plain(row, column, style, shared, _numbers(letters, start + _OPENING, ends))


def _refuse_others(first: Letters, second: Letters, cells: int, values: int) -> None:
    """Raise NotPlain where there is anything but rows, cells and values, or a cell is closed that has no value."""
    closing = first == ord("/")
    closed = [np.count_nonzero(closing & (second == ord(letter))) for letter in "cvr"]
    rows = np.count_nonzero((first == ord("r")) & (second == ord("o")))
    if cells + values + sum(closed) + rows != len(first) or closed[0] > values:
        raise NotPlain


def _addresses(letters: Letters, at: Whole) -> tuple[Row, Letters, Whole]:
    """Row, column and the end of the addresses of the cells whose tags begin `at`: columns to Z only."""
    eight = words(letters)
    address = eight[at + len(_CELL)]
    column = address.astype(np.uint8) - np.uint8(ord("A") - 1)
    digits = later(address, 1)
    size = leading(digits)
    quote = at + len(_CELL) + 1 + size
    fits = begins(eight[at], _CELL)
    fits &= (column >= 1) & (column <= ord("Z") - ord("A") + 1)
    fits &= (size >= 1) & (letters[quote] == ord('"'))
    if not fits.all():
        raise NotPlain
    row = number(digits, size)
    if not row.all():
        raise NotPlain
    return row.astype(np.int32), column, quote + 1


def _attributes(letters: Letters, at: Whole, value: Whole) -> tuple[Style, Flags]:
    """The style between an address and a value's tag, and whether the value is a shared text's number."""
    eight = words(letters)
    before = eight[value - EIGHT]
    shared = begins(later(before, 1), _SHARED)
    typed = shared | begins(later(before, 1), _NUMBER)
    size = value - 1 - at - (len(_SHARED) - 1) * typed
    style = np.zeros(len(at), np.int16)
    styled = np.flatnonzero(size)
    closed = begins(np.where(typed, before, later(before, EIGHT - 2)), b'"')
    if not closed[styled].all():
        raise NotPlain
    style[styled] = _styles(eight[at[styled]], size[styled] - len(_STYLE) - 1)
    return style, shared


def _styles(attribute: Words, size: Whole) -> Style:
    """The styles of `size` digits that attributes begin to say."""
    digits = later(attribute, len(_STYLE))
    fits = (size >= 1) & (size <= EIGHT - len(_STYLE)) & (leading(digits) >= size)
    fits &= begins(attribute, _STYLE)
    if not fits.all():
        raise NotPlain
    return number(digits, size).astype(np.int16)


def _numbers(letters: Letters, starts: Whole, ends: Whole) -> Real:
    """The numbers between two places each, as the nearest floats."""
    word, size = words(letters)[starts], ends - starts
    short = (size >= 1) & (size <= EIGHT) & (leading(word) >= size)
    value = number(word, np.clip(size, 1, EIGHT)).astype(np.float64)
    others = np.flatnonzero(~short)
    value[others] = _fractions(letters, starts[others], ends[others])
    return value


def _fractions(letters: Letters, starts: Whole, ends: Whole) -> Real:
    """As `_numbers`, where there may be a sign, a point, or more than eight letters."""
    negative = letters[starts] == ord("-")
    at, size = starts + negative, ends - starts - negative
    word = words(letters)[at]
    point = np.minimum(leading(word), EIGHT - 1)
    count = size - 1
    digits = without(word, point)
    short = (count >= 1) & (size <= EIGHT) & (letters[at + point] == ord(".")) & (leading(digits) >= count)
    short &= point < size
    value: Real = number(digits, np.clip(count, 1, EIGHT)) / _TENS[np.where(short, count - point, 0)]
    value[negative] *= -1
    others = np.flatnonzero(~short)
    value[others] = _long(letters, starts[others], ends[others])
    return value


def _long(letters: Letters, starts: Whole, ends: Whole) -> Real:
    """As `_numbers`, letter by letter."""
    negative = letters[starts] == ord("-")
    at, size = starts + negative, ends - starts - negative
    digits, places, pointed = (
        np.zeros(len(at), np.int64),
        np.zeros(len(at), np.int64),
        np.zeros(len(at), bool),
    )
    other = size <= 0
    for place in range(int(min(size.max(initial=0), EXACT_DIGITS + 1))):
        letter = letters[np.minimum(at + place, ends)]
        inside, digit = place < size, letter - ord("0")
        counts = inside & (digit <= 9)  # noqa: PLR2004  the last digit
        point = inside & (letter == ord(".")) & ~pointed
        digits = np.where(counts, digits * 10 + digit, digits)
        places += counts & pointed
        pointed |= point
        other |= inside & ~counts & ~point
    other |= size > EXACT_DIGITS
    value: Real = digits / _TENS[places]
    value[negative] *= -1
    for one in np.flatnonzero(other):
        value[one] = _spelled_out(bytes(letters[starts[one] : ends[one]]))
    return value


def _spelled_out(text: bytes) -> float:
    """A number of many digits, or with an exponent."""
    if len(text) > _LONGEST or not text.strip(b"0123456789+-.eE") == b"":
        raise NotPlain
    try:
        return float(text)
    except ValueError:
        raise NotPlain from None

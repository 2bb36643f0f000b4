"""The cells of a sheet's rows straight from their XML, where all are written the plain way most programs write.

Whatever is not plain - a formula, a truth value, an error, a text inside its cell, a cell without an address - is
refused here and left to the reader that knows all of it.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Letters = npt.NDArray[np.uint8]

EXACT_DIGITS = 15
"""So many digits, and the power of ten they are divided by, are exact as floats: their quotient is the nearest one."""
_ROW_DIGITS, _STYLE_DIGITS, _LONGEST = 7, 5, 40
_REFERENCE = len(b'<c r="')
_OPENING = len(b"<v>")


class NotPlain(Exception):
    """Something is written in a way that is not read here; it never leaves this folder: another reader is asked."""


class Plain(NamedTuple):
    """The cells that have a value, in the order of the file.

    `row` and `column` count from 1; `style` numbers the cell's style, `value` is a number or, where `shared`, numbers
    one of the book's shared texts.
    """

    row: Whole
    column: Whole
    style: Whole
    shared: Flags
    value: Real


def plain(rows: bytes) -> Plain:
    """The cells of `rows`, a piece of a sheet's rows cut between cells. Raises NotPlain.

    >>> plain(b'<row r="2"><c r="A2" s="1" t="s"><v>7</v></c><c r="B2"/><c r="C2"><v>-2.50</v></c></row>').value
    array([ 7. , -2.5])
    """
    letters = np.frombuffer(rows + b"   ", np.uint8)  # so that what follows the last tag can be looked at
    tags = np.flatnonzero(letters == ord("<"))
    first, second = letters[tags + 1], letters[tags + 2]
    cells = np.flatnonzero((first == ord("c")) & (second == ord(" ")))
    values = (first == ord("v")) & (second == ord(">"))
    _refuse_others(first, second, len(cells) + int(values.sum()))
    after = np.append(values, [False])[cells + 1]
    if int(after.sum()) != int(values.sum()):
        raise NotPlain
    cells = cells[after]
    row, column, quote = _addresses(letters, tags[cells] + _REFERENCE)
    begins, ends = tags[cells + 1], np.append(tags, len(rows))[cells + 2]
    style, shared = _attributes(letters, quote, begins - 1)
    return Plain(row, column, style, shared, _numbers(letters, begins + _OPENING, ends))


def _refuse_others(first: Letters, second: Letters, known: int) -> None:
    """Raise NotPlain where there is anything but rows, cells and values."""
    closing = (first == ord("/")) & ((second == ord("c")) | (second == ord("v")) | (second == ord("r")))
    rows = (first == ord("r")) & (second == ord("o"))
    if known + int(closing.sum()) + int(rows.sum()) != len(first):
        raise NotPlain


def _addresses(letters: Letters, at: Whole) -> tuple[Whole, Whole, Whole]:
    """Row, column and the place of the closing quote of the addresses that begin `at`: columns to Z only."""
    column = letters[at].astype(np.int64) - ord("A") + 1
    if len(at) and not (column.min() >= 1 and column.max() <= ord("Z") - ord("A") + 1):
        raise NotPlain
    row, quote = _counted(letters, at + 1, _ROW_DIGITS)
    if not (letters[at - 1] == ord('"')).all() or not row.all():
        raise NotPlain
    return row, column, quote


def _counted(letters: Letters, at: Whole, longest: int) -> tuple[Whole, Whole]:
    """The whole numbers that begin `at`, and where each is closed by a quote."""
    number, end = np.zeros(len(at), np.int64), at.copy()
    for _ in range(longest):
        digit = letters[end] - ord("0")  # what is no digit comes out above nine
        goes_on = digit <= 9  # noqa: PLR2004  the last digit
        if not goes_on.any():
            break
        number = np.where(goes_on, number * 10 + digit, number)
        end += goes_on
    if not (letters[end] == ord('"')).all():
        raise NotPlain
    return number, end


def _attributes(letters: Letters, quote: Whole, close: Whole) -> tuple[Whole, Flags]:
    """The style between an address and the end of its tag, and whether the value is a shared text's number."""
    style = np.zeros(len(quote), np.int64)
    at = quote + 1
    styled = np.flatnonzero(_spelled(letters, at, b' s="'))
    style[styled], end = _counted(letters, at[styled] + 4, _STYLE_DIGITS)
    at[styled] = end + 1
    shared = _spelled(letters, at, b' t="s"')
    numbers = _spelled(letters, at, b' t="n"')
    at += 6 * (shared | numbers)
    if not (at == close).all():
        raise NotPlain
    return style, shared


def _spelled(letters: Letters, at: Whole, word: bytes) -> Flags:
    """Where `word` begins right at a place."""
    same: Flags = letters[at] == word[0]
    for number, letter in enumerate(word[1:], start=1):
        same &= letters[np.where(same, at + number, at)] == letter
    return same


def _numbers(letters: Letters, begins: Whole, ends: Whole) -> Real:
    """The numbers between two places each, as the nearest floats."""
    negative = letters[begins] == ord("-")
    at, size = begins + negative, ends - begins - negative
    digits, places, pointed = (
        np.zeros(len(at), np.int64),
        np.zeros(len(at), np.int64),
        np.zeros(len(at), bool),
    )
    other = size <= 0
    for number in range(int(min(size.max(initial=0), EXACT_DIGITS + 1))):
        letter = letters[np.minimum(at + number, ends)]
        inside, digit = number < size, letter - ord("0")
        counts = inside & (digit <= 9)  # noqa: PLR2004  the last digit
        point = inside & (letter == ord(".")) & ~pointed
        digits = np.where(counts, digits * 10 + digit, digits)
        places += counts & pointed
        pointed |= point
        other |= inside & ~counts & ~point
    other |= size > EXACT_DIGITS
    value = digits / np.power(10.0, places)
    value[negative] *= -1
    for one in np.flatnonzero(other):
        value[one] = _spelled_out(bytes(letters[begins[one] : ends[one]]))
    return value


def _spelled_out(text: bytes) -> float:
    """A number of many digits, or with an exponent."""
    if len(text) > _LONGEST or not text.strip(b"0123456789+-.eE") == b"":
        raise NotPlain
    try:
        return float(text)
    except ValueError:
        raise NotPlain from None

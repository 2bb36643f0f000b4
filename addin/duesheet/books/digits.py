"""Numbers read from eight letters at a time, as one word of a processor: most numbers in a sheet have no more."""

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Letters = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

EIGHT = 8
_ZEROS = 0x3030303030303030
_TO_TOP, _TOPS, _ONES = 0x7676767676767676, 0x8080808080808080, 0x0101010101010101
"""What lifts ten and more into a byte's highest bit, those bits, and a one in every byte."""


def words(letters: Letters) -> Words:
    """Eight letters from every place on, the first of them in the lowest byte."""
    return np.ndarray((max(len(letters) - EIGHT + 1, 0),), "<u8", letters.data, 0, (1,))


def later(word: Words, place: int) -> Words:
    """Each word from the letter at `place` on."""
    return word >> np.uint64(8 * place)


def begins(word: Words, text: bytes) -> Flags:
    """Which of the words begin with `text`, eight letters at most.

    >>> begins(words(np.frombuffer(b"<c r=<c t", np.uint8)), b"<c")
    array([ True, False])
    """
    same: Flags = word & 2 ** (8 * len(text)) - 1 == int.from_bytes(text, "little")
    return same


def leading(word: Words) -> Whole:
    """How many digits each word begins with.

    >>> leading(words(np.frombuffer(b"2025-01-31", np.uint8)))
    array([4, 3, 2])
    """
    digits = word ^ _ZEROS
    others = ((digits + _TO_TOP) | digits) & _TOPS
    before = (others - 1) & ~others
    return (((before >> 7) & _ONES) * _ONES >> 56).astype(np.int64)


def number(word: Words, size: Whole) -> Whole:
    """The numbers that the first `size` letters of each word, 1 to 8 and digits all, make.

    >>> number(words(np.frombuffer(b"2025-01-31", np.uint8)), np.array([4, 2, 1]))
    array([2025,    2,    2])
    """
    digits = (word ^ _ZEROS) << (64 - 8 * size).astype(np.uint64)
    pairs = (digits * (1 + 10 * 2**8) >> 8) & 0x00FF00FF00FF00FF
    fours = (pairs * (1 + 100 * 2**16) >> 16) & 0x0000FFFF0000FFFF
    return (fours * (1 + 10_000 * 2**32) >> 32).astype(np.int64)


def without(word: Words, place: Whole) -> Words:
    """Each word without the letter at `place`, 0 to 7; those after it move up.

    >>> number(without(words(np.frombuffer(b"12.50<--", np.uint8)), np.array([2])), np.array([4]))
    array([1250])
    """
    before: Words = (np.uint64(1) << (8 * place).astype(np.uint64)) - 1
    return (word & before) | (later(word, 1) & ~before)

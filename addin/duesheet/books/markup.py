"""The words of a sheet's XML that matter, as expressions over its bytes.

Every repetition is bounded: an expression that may go back must not take long on a sheet made to hurt.
"""

import re
from functools import cache
from typing import NamedTuple

LETTERS = 26
TAG = rb"<(?:\w{1,40}:)?"
_CLOSED = rb"</(?:\w{1,40}:)?"
_IS = rb"\s{0,9}=\s{0,9}[\"']"
CELL = TAG + rb"c\s(?:[^<>]{0,300}?\s)?r" + _IS
_REF = rb"([A-Za-z]{1,9}[0-9]{1,9})[\"']"
FULL = rb"(?:[^<>]*[^<>/])?>"
_KIND = rb"t" + _IS + rb"([be])[\"']"
_INSIDE = rb"[^<>]*>([^<]*(?:<(?!/?(?:\w{1,40}:)?c\b)[^<]*){0,8})" + _CLOSED + rb"c\s{0,9}>"
ODD = re.compile(CELL + _REF + rb"[^<>]{0,300}?\s" + _KIND + _INSIDE, re.DOTALL)
ODD_KIND_FIRST = re.compile(
    TAG + rb"c\s(?:[^<>]{0,300}?\s)?" + _KIND + rb"[^<>]{0,300}?\sr" + _IS + _REF + _INSIDE, re.DOTALL
)
FORMULA = re.compile(
    CELL
    + _REF
    + rb"([^<>]*)>\s{0,9}"
    + TAG
    + rb"f(?:\s[^<>]*?)?(?:/>|>([^<]*)"
    + _CLOSED
    + rb"f\s{0,9}>)\s{0,9}"
    rb"("
    + TAG
    + rb"v\s{0,9}/>|"
    + TAG
    + rb"v\s{0,9}>\s{0,9}"
    + _CLOSED
    + rb"v\s{0,9}>)?\s{0,9}"
    + _CLOSED
    + rb"c\s{0,9}>"
)
VALUE = re.compile(TAG + rb"v(?:\s[^<>]*)?>([^<]*)<")
MERGE = re.compile(
    TAG
    + rb"mergeCell\s[^<>]{0,300}?ref"
    + _IS
    + rb"([A-Za-z]{1,9}[0-9]{1,9}(?::[A-Za-z]{1,9}[0-9]{1,9})?)[\"']"
)
FIRST = re.compile(CELL + rb"[A-Za-z]{1,9}([0-9]{1,9})[\"']" + FULL)
WIDE = re.compile(CELL + rb"([A-Za-z]{2})[0-9]{1,9}[\"']" + FULL)
REFLESS = re.compile(TAG + rb"c(?:/?>|\s(?![^<>]{0,300}\br\s{0,9}=)[^<>]*>)")
NUMBERED_ROW = re.compile(TAG + rb"row\s(?:[^<>]{0,300}?\s)?r" + _IS + rb"([0-9]{1,9})[\"']")
_PLACE = re.compile(r"([A-Za-z]+)0*(\d+)")


class Place(NamedTuple):
    """A cell: sheet row and column, both counted from 1."""

    row: int
    column: int


def place(ref: str) -> Place:
    """The place of a cell such as B7.

    >>> place("B7"), place("XFD1048576")
    (Place(row=7, column=2), Place(row=1048576, column=16384))
    """
    found = _PLACE.fullmatch(ref)
    if not found:
        raise ValueError(ref)
    column = 0
    for letter in found[1].upper():
        column = column * LETTERS + ord(letter) - ord("A") + 1
    return Place(int(found[2]), column)


@cache
def above(bound: int) -> str:
    """A regular expression for the whole numbers greater than `bound`, without leading zeros.

    >>> [number for number in range(200) if re.fullmatch(above(147), str(number))] == list(range(148, 200))
    True
    """
    digits = str(bound)
    longer = [rf"[0-9]{{{len(digits) + 1},}}"]
    for at, digit in enumerate(digits):
        if digit != "9":
            longer.append(f"{digits[:at]}[{int(digit) + 1}-9][0-9]{{{len(digits) - at - 1}}}")
    return f"(?:{'|'.join(longer)})"

"""Which of a book's cell styles show a number as a date."""

import re
from enum import Enum

from lxml import etree

from duesheet.books.contents import tree
from duesheet.books.package import Package

PART = "xl/styles.xml"
_DATES = frozenset({14, 15, 16, 17, 22})
_NUMBERS = frozenset({*range(14), *range(37, 45), 48, 49})
"""The formats every spreadsheet knows without being told; those that may be a time of day are in neither."""
_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?:\$[^\]]*|Black|Blue|Cyan|Green|Magenta|Red|White|Yellow)\]')
_NUMBER = re.compile(r"(?:General|[0#?.,%/@;()+\- ]|E[+-])*", re.IGNORECASE)
_DATE = re.compile(r"(?=.*[dy])[dmyhs/.:,\- ]+(?:;@)?", re.IGNORECASE)


class Shown(Enum):
    """What a style makes of a number; `UNSURE` leaves it to the reader that knows every format."""

    NUMBER = "number"
    DATE = "date"
    UNSURE = "unsure"


def shown(package: Package) -> tuple[Shown, ...]:
    """What each cell style of the book makes of a number, by the style's number."""
    if PART not in package:
        return ()
    root = tree(package, PART)
    codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter("{*}numFmt")}
    return tuple(_shown(one.get("numFmtId", "0"), codes) for one in _cell_styles(root))


def _cell_styles(root: etree._Element) -> list[etree._Element]:
    return [style for styles in root.iter("{*}cellXfs") for style in styles.iter("{*}xf")]


def _shown(identity: str, codes: dict[str, str]) -> Shown:
    if identity in codes:
        return by_code(codes[identity])
    number = int(identity) if identity.isascii() and identity.isdigit() else -1
    if number in _DATES:
        return Shown.DATE
    return Shown.NUMBER if number in _NUMBERS else Shown.UNSURE


def by_code(code: str) -> Shown:
    """What a number format, as it is written, makes of a number.

    >>> by_code("#,##0.00;[Red]-#,##0.00"), by_code("yyyy-mm-dd"), by_code("[h]:mm"), by_code("mmss")
    (<Shown.NUMBER: 'number'>, <Shown.DATE: 'date'>, <Shown.UNSURE: 'unsure'>, <Shown.UNSURE: 'unsure'>)
    """
    bare = _ASIDE.sub("", code)
    if _NUMBER.fullmatch(bare):
        return Shown.NUMBER
    return Shown.DATE if _DATE.fullmatch(bare) else Shown.UNSURE

"""Number formats: Excel's codes, and the keys that LibreOffice has for them."""

import re

from xlwings_libreoffice import kinds
from xlwings_libreoffice.uno_runtime import UnoObject, struct

GENERAL = "General"
STANDARD = 0
"""The key of the format General in every book."""
PIECE = re.compile(
    r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|General|AM/PM|A/P|E[+-]|[YMDHSGN]+|.', re.IGNORECASE | re.DOTALL
)
TIME = re.compile(r"\[(?:H+|M+|S+)\]", re.IGNORECASE)
COLOR = re.compile(
    r"\[(BLACK|BLUE|GREEN|CYAN|RED|MAGENTA|BROWN|GREY|YELLOW|WHITE|COLOR ?\d+)\]", re.IGNORECASE
)
DAYS = {"N": "ddd", "NN": "ddd", "NNN": "dddd", "NNNN": "dddd, "}
"""Codes for days of the week that only LibreOffice has."""


def key(doc: UnoObject, code: str) -> int:
    """The key of a format in a book, added when the book does not have it."""
    if code.lower() == GENERAL.lower():
        return STANDARD
    english, own = _locale(**kinds.ENGLISH), _locale()
    return int(doc.NumberFormats.addNewConverted(code, english, own))


def code(doc: UnoObject, number: int) -> str:
    """The code of a format as Excel writes it."""
    if number == STANDARD:
        return GENERAL
    formats = doc.NumberFormats
    found = formats.getByKey(number)
    if found.Locale.Language != kinds.ENGLISH["Language"]:
        found = formats.getByKey(
            formats.addNewConverted(found.FormatString, found.Locale, _locale(**kinds.ENGLISH))
        )
    return excel(str(found.FormatString))


def excel(text: str) -> str:
    """A code of LibreOffice as Excel writes it: small letters for dates, `[Red]`, General for truth values."""
    if text in {"BOOLEAN", "Standard"}:
        return GENERAL
    return "".join(map(_piece, PIECE.findall(text)))


def _locale(**parts: str) -> UnoObject:
    """A locale; without parts the office's own, whose formats Excel gets without a country."""
    return struct("com.sun.star.lang.Locale", **parts)


def _piece(piece: str) -> str:
    if piece[0] in '"\\_*':
        return piece
    if TIME.fullmatch(piece):
        return piece.lower()
    if COLOR.fullmatch(piece):
        return piece.capitalize() if piece[1:].islower() else f"[{piece[1:-1].capitalize()}]"
    if piece.upper() in DAYS:
        return DAYS[piece.upper()]
    if piece[0] in "YMDHS":
        return piece.lower()
    return piece

"""The texts cells point at: a workbook keeps each once, and cells hold its number."""

import re
from collections.abc import Iterator
from html import unescape

import numpy as np
import polars as pl

from duesheet.books.contents import unescaped
from duesheet.books.package import Package

PART = "xl/sharedStrings.xml"

_ITEM = re.compile(rb"<(?:\w+:)?si(?:\s[^<>]*)?(?:/>|>(.*?)</(?:\w+:)?si\s*>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh\s*>", re.DOTALL)
_FIRST, _LAST, _BETWEEN, _TAGS = b"<si><t>", b"</t></si>", "</t></si><si><t>", 4
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>([^<]*)<")


class SharedStrings:
    """A book's shared texts, unpacked as far as the highest number asked for."""

    def __init__(self, package: Package, part: str = PART) -> None:
        self._items = _items(package, part) if part in package else iter(())
        self._known: list[bytes] = []

    def text(self, number: int) -> str:
        """The text of shared string `number`; blank when there is none."""
        while len(self._known) <= number:
            item = next(self._items, None)
            if item is None:
                return ""
            self._known.append(item)
        return unescape(b"".join(_TEXT.findall(_PHONETIC.sub(b"", self._known[number]))).decode())


def _items(package: Package, part: str) -> Iterator[bytes]:
    rest = b""
    for chunk in package.chunks(part):
        rest += chunk
        end = 0
        for found in _ITEM.finditer(rest):
            end = found.end()
            yield found[1] or b""
        rest = rest[end:]


def texts(package: Package) -> pl.Series | None:
    """All shared texts by their number, blank ones null, and one null after the last.

    None where one of them is not plain: written with fonts of its own, or as few programs write it.
    """
    xml = b"".join(package.chunks(PART)) if PART in package else b""
    xml = xml.replace(b' xml:space="preserve"', b"")
    begin, end = xml.find(_FIRST), xml.rfind(_LAST)
    if begin < 0 or end < begin:
        return None
    items = xml[begin + len(_FIRST) : end]
    try:
        # A column of one row would be copied at every step; the second row becomes the null after the last text.
        found = pl.Series([items, None]).cast(pl.String).str.split(_BETWEEN).explode()
    except pl.exceptions.ComputeError:  # not UTF-8
        return None
    # numpy counts many marks sooner than bytes do.
    tags = np.count_nonzero(np.frombuffer(items, np.uint8) == ord("<"))
    if tags != _TAGS * (len(found) - 2) or b"\r" in items:
        return None
    odd = found.str.contains_any(["&", "_x"]).fill_null(value=False)
    if odd.any():
        found = found.scatter(odd.arg_true(), [unescaped(unescape(one)) for one in found.filter(odd)])
    return pl.select(pl.when(found.str.strip_chars() != "").then(found)).to_series()

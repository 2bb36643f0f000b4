"""The texts cells point at: a workbook keeps each once, and cells hold its number."""

import re
from collections.abc import Iterator
from html import unescape

from duesheet.books.package import Package

_ITEM = re.compile(rb"<(?:\w+:)?si(?:\s[^<>]*)?(?:/>|>(.*?)</(?:\w+:)?si\s*>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh\s*>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>([^<]*)<")


class SharedStrings:
    """A book's shared texts, unpacked as far as the highest number asked for."""

    def __init__(self, package: Package, part: str = "xl/sharedStrings.xml") -> None:
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

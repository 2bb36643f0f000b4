"""The type library: the interface of the worksheet functions in UNOIDL's binary format, as Calc asks for it.

The format is described at the head of unoidl/source/unoidlprovider.cxx of LibreOffice: little-endian numbers, texts
with their length in front or the place of an earlier one, names ended by NUL, and maps of names to places. What
stands here is the part of it that one interface needs; unoidl-write makes the same of the same interface.
"""

import struct
from collections.abc import Sequence

from duesheet.extension.names import INTERFACE
from duesheet.functions.listing import Function

MAGIC = b"UNOIDL\xff\0"
MODULE, INTERFACE_TYPE = b"\0", b"\5"
IN = b"\0"
BEFORE = 0x80000000
"""Set in the place of a text that was written before."""

BASE = "com.sun.star.uno.XInterface"
DOCUMENT = ("document", "com.sun.star.beans.XPropertySet")
"""The parameter that Calc fills itself, and shows to nobody: the document of the formula."""
ANSWER = "[][]any"
"""What every method gives: the rows of a range, a single value being a range of one cell."""

_ROOM = 8
"""Bytes after the magic for the root map: its place and its length."""


def written(functions: Sequence[Function]) -> bytes:
    """The type library that holds one interface with a method for each function.

    Each takes the document and its arguments, any values or ranges: `any` is also what lets one be left out.
    """
    *modules, name = INTERFACE.split(".")
    library = _Library()
    payload = library.interface(functions)
    for module in reversed(modules):
        entry = library.entry(name, payload)
        name, payload = module, library.add(MODULE + _number(1) + entry)
    root = library.add(library.entry(name, payload))
    return library.finished(root)


class _Library:
    """The bytes written so far, and where in them each text stands."""

    def __init__(self) -> None:
        self._bytes = bytearray(len(MAGIC) + _ROOM)
        self._texts: dict[str, int] = {}

    def add(self, content: bytes) -> int:
        """Adds bytes; gives where they stand."""
        place = len(self._bytes)
        self._bytes += content
        return place

    def entry(self, name: str, payload: int) -> bytes:
        """An entry of a map; its name is added."""
        return _number(self.add(name.encode("ascii") + b"\0")) + _number(payload)

    def interface(self, functions: Sequence[Function]) -> int:
        """Adds the interface; gives where it stands."""
        place = self.add(INTERFACE_TYPE + _number(1))
        self._text(BASE)
        self.add(_number(0) + _number(0) + _number(len(functions)))  # optional bases, attributes, methods
        for function in functions:
            self._method(function)
        return place

    def _method(self, function: Function) -> None:
        parameters = [DOCUMENT, *((argument.identifier, "any") for argument in function.arguments)]
        self._text(function.name)
        self._text(ANSWER)
        self.add(_number(len(parameters)))
        for name, kind in parameters:
            self.add(IN)
            self._text(name)
            self._text(kind)
        self.add(_number(0))  # exceptions

    def _text(self, text: str) -> None:
        """Adds a text, or where it was written before."""
        if text in self._texts:
            self.add(_number(BEFORE | self._texts[text]))
        else:
            self._texts[text] = self.add(_number(len(text)) + text.encode("ascii"))

    def finished(self, root: int) -> bytes:
        """All bytes, with the place of the root map, which has one entry, at the head."""
        self._bytes[: len(MAGIC) + _ROOM] = MAGIC + _number(root) + _number(1)
        return bytes(self._bytes)


def _number(value: int) -> bytes:
    return struct.pack("<I", value)

"""A workbook that begins to be read while the libraries that work on it are still loading."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from duesheet.books.contents import Contents, contents
from duesheet.books.package import MOST_WAITING, Package
from duesheet.books.readers import Readers
from duesheet.layout import Table

LARGE = 2**20
"""Bytes of XML from which on a sheet is worth being read in a way of its own."""


class Begun(NamedTuple):
    """A workbook's parts, what they are for, and its readers; sheets neither small nor huge are being unpacked."""

    package: Package
    contents: Contents
    readers: Readers


def begun(path: Path, tables: Iterable[Table]) -> Begun:
    """The book at `path`, its `tables` about to be read. Raises BookRefused for what is no workbook, or not safe."""
    package = Package(path)
    found = contents(package)
    sheets = {where[0].part for table in tables if (where := found.find(table.name))}
    large = sorted((part for part in sheets if package.size(part) >= LARGE), key=package.size, reverse=True)
    package.begin(part for part in large if package.size(part) <= MOST_WAITING)
    # A book with a large sheet is mostly read without them.
    return Begun(package, found, Readers(path) if large else Readers.begun(path))

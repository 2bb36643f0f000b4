"""Telling the spreadsheet to calculate anew when it next opens the book."""

import posixpath
import re

from duesheet.books.contents import rels_of
from duesheet.books.package import Package

_CALC = re.compile(rb"<((?:\w+:)?)calcPr\b([^>]*?)\s*(/?)>")
_FULL = re.compile(rb"\s+fullCalcOnLoad\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_BEFORE_CALC = re.compile(
    rb"</((?:\w+:)?)(?:sheets|functionGroups|externalReferences|definedNames)\s*>|<((?:\w+:)?)definedNames\s*/>"
)
_TYPES = "[Content_Types].xml"


def recalculate(package: Package, workbook: str) -> None:
    """Mark the book `workbook` (the part that lists the sheets) to be calculated in full on opening."""
    text = package.read(workbook)
    found = _CALC.search(text)
    if found:
        prefix, attributes, slash = found.groups()
        marked = (
            b"<" + prefix + b"calcPr" + _FULL.sub(b"", attributes) + b' fullCalcOnLoad="1"' + slash + b">"
        )
        new = text[: found.start()] + marked + text[found.end() :]
    else:
        last = list(_BEFORE_CALC.finditer(text))[-1]
        prefix = last[1] or last[2] or b""
        new = text[: last.end()] + b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>' + text[last.end() :]
    if new != text:
        package.replace(workbook, new)


def forget_chain(package: Package, workbook: str) -> None:
    """Leave out the order formulas are calculated in: it is made anew, and a stale one counts as damage."""
    chain = posixpath.join(posixpath.dirname(workbook), "calcChain.xml")
    if chain not in package:
        return
    package.drop(chain)
    _without(package, _TYPES, rb"<(?:\w+:)?Override\b[^>]*calcChain\.xml[^>]*/>")
    _without(package, rels_of(workbook), rb"<(?:\w+:)?Relationship\b[^>]*calcChain\.xml[^>]*/>")


def _without(package: Package, part: str, element: bytes) -> None:
    text = package.read(part)
    package.replace(part, re.sub(element, b"", text))

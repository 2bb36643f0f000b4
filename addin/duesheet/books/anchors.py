"""What hangs on cells from outside the rows: formats, validations, merged areas, notes."""

import html
import re
from collections.abc import Callable, Mapping

from duesheet.books.areas import Move, letters, number
from duesheet.books.formulas import moved

Place = tuple[int, int]
"""A cell's row and column."""

_NOTE = re.compile(rb'(<(?:\w+:)?(?:threadedC|c)omment\b[^>]*?\bref=")([A-Z]+)(\d+)(")')
_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.DOTALL)
_ROW = re.compile(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)")
_COLUMN = re.compile(rb"(<x:Column>\s*)(\d+)(\s*</x:Column>)")
_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_FORMAT = re.compile(
    rb"(<conditionalFormatting\b.*?</conditionalFormatting>"
    rb"|<x14:conditionalFormatting\b.*?</x14:conditionalFormatting>)",
    re.DOTALL,
)
_SQREF = re.compile(rb'(\bsqref="|<xm:sqref>)([^"<]*)')
_MERGED = re.compile(rb'(<mergeCell\b[^>]*?\bref=")([^"]*)')
_FORMULA = re.compile(rb"(<(formula[12]?|xm:f)>)(.*?)(</\2>)", re.DOTALL)


def noted_places(others: Mapping[str, bytes]) -> set[Place]:
    """The cells that have a comment, in any of a sheet's comment parts."""
    return {
        (int(row), number(name.decode())) for xml in others.values() for _, name, row, _ in _NOTE.findall(xml)
    }


def moved_notes(others: Mapping[str, bytes], where: Mapping[Place, Place]) -> dict[str, bytes]:
    """The comment parts with every comment on the cell that `where` gives for its own; others stay."""
    return {name: _shapes(_refs(xml, where), where) for name, xml in others.items()}


def _refs(xml: bytes, where: Mapping[Place, Place]) -> bytes:
    def ref(found: re.Match[bytes]) -> bytes:
        old = int(found[3]), number(found[2].decode())
        row, column = where.get(old, old)
        return b"%s%s%d%s" % (found[1], letters(column).encode(), row, found[4])

    return _NOTE.sub(ref, xml)


def _shapes(xml: bytes, where: Mapping[Place, Place]) -> bytes:
    def shape(found: re.Match[bytes]) -> bytes:
        row, column = _ROW.search(found[0]), _COLUMN.search(found[0])
        if row is None or column is None or b'ObjectType="Note"' not in found[0]:
            return found[0]
        old = int(row[2]) + 1, int(column[2]) + 1
        new = where.get(old, old)
        text = _ROW.sub(rb"\g<1>%d\g<3>" % (new[0] - 1), found[0], count=1)
        text = _COLUMN.sub(rb"\g<1>%d\g<3>" % (new[1] - 1), text, count=1)
        return _ANCHOR.sub(lambda anchor: anchor[1] + _anchor(anchor[2], old, new) + anchor[3], text, count=1)

    return _SHAPE.sub(shape, xml)


def _anchor(numbers: bytes, old: Place, new: Place) -> bytes:
    edges = [int(edge) for edge in numbers.split(b",")]
    down, right = new[0] - old[0], new[1] - old[1]
    for at, by in ((0, right), (2, down), (4, right), (6, down)):
        edges[at] = max(edges[at] + by, 0)
    return ", ".join(map(str, edges)).encode()


def settled(places: set[Place], place_of: Callable[[Place], Place]) -> dict[Place, Place]:
    """Where each of `places` goes by `place_of`, no two to the same cell: a later one moves right."""
    taken: set[Place] = set()
    where = {}
    for old in sorted(places):
        row, column = place_of(old)
        while (row, column) in taken:
            column += 1
        taken.add((row, column))
        where[old] = (row, column)
    return where


def fitted(tail: bytes, move: Move, sheet: str) -> bytes:
    """What stands after the rows: formats and validations of the table grow and shrink with it."""
    pieces = _FORMAT.split(tail)
    pieces[1::2] = [_format(piece, move, sheet) for piece in pieces[1::2]]
    pieces[0::2] = [_areas(piece, move, sheet) for piece in pieces[0::2]]
    return b"".join(pieces)


def _format(xml: bytes, move: Move, sheet: str) -> bytes:
    refs = _SQREF.search(xml)
    return b"" if refs and not _moved(refs[2].decode(), move) else _areas(xml, move, sheet)


def _areas(xml: bytes, move: Move, sheet: str) -> bytes:
    def kept(found: re.Match[bytes]) -> bytes:
        return found[1] + (_moved(found[2].decode(), move) or found[2].decode()).encode()

    xml = _SQREF.sub(kept, xml)
    return (
        _FORMULA.sub(lambda found: _formula(found, move, sheet), _MERGED.sub(kept, xml))
        if move.columns
        else xml
    )


def _moved(sqref: str, move: Move) -> str:
    return " ".join(ref for old in sqref.split() for ref in move.refs(old))


def _formula(found: re.Match[bytes], move: Move, sheet: str) -> bytes:
    text = moved(
        html.unescape(found[3].decode()), columns=lambda old: next(iter(move.column(old)), None), sheet=sheet
    )
    return found[1] + html.escape(text, quote=False).encode() + found[4]

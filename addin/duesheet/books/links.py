"""The hyperlinks of a sheet: old ones follow their rows, columns of links get theirs anew."""

import html
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import quote

from lxml import etree

from duesheet.books.anchors import Place
from duesheet.books.areas import letters, number

MOST = 65_530
"""The most hyperlinks a sheet may have; cells beyond that show their word without a link."""

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EMPTY = f'<Relationships xmlns="{_RELATIONS}"/>'.encode()
_LINKS = re.compile(rb"<hyperlinks\b[^>]*?(?:/>|>.*?</hyperlinks>)", re.DOTALL)
_LINK = re.compile(rb"<hyperlink\b[^>]*?/?>")
_REF = re.compile(rb'(\bref=")([A-Z]+)(\d+)(")')
_IDENTITY = re.compile(rb'\b\w+:id="([^"]*)"')
_SKIPPED = re.compile(
    rb"</(?:conditionalFormatting|dataValidations|mergeCells|phoneticPr|customSheetViews|dataConsolidate|sortState"
    rb"|autoFilter|scenarios|protectedRanges)>"
    rb"|<(?:phoneticPr|dataConsolidate|autoFilter|sheetProtection|sheetCalcPr)\b[^>]*/>"
)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class Link(NamedTuple):
    """One cell's hyperlink: `target` begins with # when it points into the workbook."""

    row: int
    column: int
    word: str
    target: str


def split(value: str) -> tuple[str, str]:
    """The word a link's cell shows and what it points to.

    >>> split("letter|outbox/x.eml"), split("#Invoices!A4")
    (('letter', 'outbox/x.eml'), ('open', '#Invoices!A4'))
    """
    word, bar, target = value.partition("|")
    return (word or "open", target) if bar else ("open", value)


def address(target: str) -> str:
    r"""`target`, a path or an address, as a relationship holds it.

    >>> address("outbox/Müller & Co.eml"), address(r"C:\letters\a b.eml")
    ('outbox/M%C3%BCller%20&%20Co.eml', 'file:///C:/letters/a%20b.eml')
    >>> address("https://example.com/?a=1%20")
    'https://example.com/?a=1%20'
    """
    if _DRIVE.match(target):
        target = "file:///" + target
    if not re.match(r"(?:https?|mailto):", target):
        target = target.replace("\\", "/").replace("%", "%25").replace("#", "%23").replace("?", "%3F")
    return quote(target, safe="/:?#[]@!$&'()*+,;=%~-._")


def places(tail: bytes) -> set[Place]:
    """The single cells that have a hyperlink."""
    found = _LINKS.search(tail)
    refs = [_REF.search(tag) for tag in _LINK.findall(found[0])] if found else []
    return {(int(ref[3]), number(ref[2].decode())) for ref in refs if ref}


def linked(
    tail: bytes,
    rels: bytes | None,
    where: Callable[[Place], Place | None],
    new: Sequence[Link],
) -> tuple[bytes, bytes | None]:
    """The sheet after its rows and its relationships: old links at `where` (None: gone), `new` ones added."""
    found = _LINKS.search(tail)
    old = _LINK.findall(found[0]) if found else []
    kept = [link for link in (_moved(tag, where) for tag in old) if link]
    if kept == old and not new:
        return tail, rels
    gone = _identities(old) - _identities(kept)
    added, rels = _related(new[: max(MOST - len(kept), 0)], rels, gone)
    tags = b"".join([*kept, *added])
    block = b'<hyperlinks xmlns:r="%s">%s</hyperlinks>' % (_OFFICE.encode(), tags) if tags else b""
    return _placed(tail, block), rels


def _moved(tag: bytes, where: Callable[[Place], Place | None]) -> bytes:
    ref = _REF.search(tag)
    if ref is None:
        return tag
    old = int(ref[3]), number(ref[2].decode())
    new = where(old)
    if new == old:
        return tag
    if new is None:
        return b""
    return _REF.sub(rb"\g<1>%s%d\g<4>" % (letters(new[1]).encode(), new[0]), tag, count=1)


def _identities(tags: Sequence[bytes]) -> set[str]:
    return {found[1].decode() for tag in tags if (found := _IDENTITY.search(tag))}


def _related(new: Sequence[Link], rels: bytes | None, gone: set[str]) -> tuple[list[bytes], bytes | None]:
    outside = any(not link.target.startswith("#") for link in new)
    if rels is None and not outside:
        return [_tag(link, "") for link in new], None
    root = etree.fromstring(rels or _EMPTY)
    for relation in list(root):
        if relation.get("Id") in gone:
            root.remove(relation)
    taken = {relation.get("Id") for relation in root}
    free = (f"rId{at}" for at in range(1, MOST * 2) if f"rId{at}" not in taken)
    tags = []
    for link in new:
        identity = "" if link.target.startswith("#") else next(free)
        if identity:
            etree.SubElement(
                root,
                f"{{{_RELATIONS}}}Relationship",
                Id=identity,
                Type=f"{_OFFICE}/hyperlink",
                Target=address(link.target),
                TargetMode="External",
            )
        tags.append(_tag(link, identity))
    return tags, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _tag(link: Link, identity: str) -> bytes:
    place = f'location="{html.escape(link.target[1:])}"' if not identity else f'r:id="{identity}"'
    shown = html.escape(link.word)
    return f'<hyperlink ref="{letters(link.column)}{link.row}" {place} display="{shown}"/>'.encode()


def _placed(tail: bytes, block: bytes) -> bytes:
    found = _LINKS.search(tail)
    if found:
        return tail[: found.start()] + block + tail[found.end() :]
    ends = [match.end() for match in _SKIPPED.finditer(tail)]
    first = re.search(
        rb"<(?:printOptions|pageMargins|pageSetup|headerFooter|drawing|legacyDrawing|tableParts)\b", tail
    )
    limit = first.start() if first else len(tail)
    at = max([end for end in ends if end <= limit], default=tail.index(b">") + 1)
    return tail[:at] + block + tail[at:]

"""What is wrong with an Office file as a package: what points to nothing, and tables that are not as they say."""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BOOK = "xl/workbook.xml"
TYPES = "[Content_Types].xml"
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "xlam": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
}
_SPOKEN = (f"{MAIN}t", f"{MAIN}r/{MAIN}t")
"""Where a listed text holds its words; how they sound in Japanese stands beside these."""
_AREA = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")

Parts = Mapping[str, bytes]


class Area(NamedTuple):
    """Cells from one corner to the other, counted from 1."""

    left: int
    top: int
    right: int
    bottom: int

    def holds(self, other: "Area") -> bool:
        """Whether the other area lies within this one."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


def area(reference: str) -> Area:
    """The area that `A1:C3` or `A1` means."""
    whole = reference if ":" in reference else f"{reference}:{reference}"
    found = _AREA.fullmatch(whole)
    assert found, reference
    return Area(_column(found[1]), int(found[2]), _column(found[3]), int(found[4]))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def opened(package: bytes) -> dict[str, bytes]:
    """The parts by name."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        names = Counter(archive.namelist())
        assert set(names.values()) == {1}, names.most_common(1)
        return {name: archive.read(name) for name in names}


def packed(parts: Parts) -> bytes:
    """The package with these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return held.getvalue()


def faults(package: bytes, kind: str, *, ours: bool = True) -> list[str]:
    """What is wrong; `kind` is the ending of the file's name.

    In a file that is not `ours` a sheet's dimension may be too small: Calc counts no blank rows, and Excel takes it.
    """
    parts = opened(package)
    lost = list(_dangling(parts))
    return lost or [*_untyped(parts, kind), *_tables(parts, sized=ours), *_strings(parts)]


def related(parts: Parts, part: str) -> dict[str, tuple[str, str]]:
    """What a part points to inside the package: target and type, by id."""
    folder, _, name = part.rpartition("/")
    xml = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if xml is None:
        return {}
    return {
        str(one.get("Id")): (
            posixpath.normpath(posixpath.join("/", folder, str(one.get("Target"))))[1:],
            str(one.get("Type")),
        )
        for one in etree.fromstring(xml)
        if one.get("TargetMode") != "External"
    }


def _dangling(parts: Parts) -> Iterator[str]:
    """Relationships without a target; parts that name a relationship they have not."""
    for name in parts:
        if not name.endswith((".xml", ".vml")) or name == TYPES:
            continue
        links = related(parts, name)
        yield from (
            f"{name}: {target} is not there"
            for target, _ in links.values()
            if target.split("#")[0] not in parts
        )
        own = parts.get(
            posixpath.join(posixpath.dirname(name), "_rels", f"{posixpath.basename(name)}.rels"), b""
        )
        ids = set(re.findall(rb'\bId="([^"]+)"', own))
        used = set(re.findall(rb'\br:(?:id|embed|link|pict)="([^"]+)"', parts[name]))
        yield from (f"{name}: no relationship {one.decode()}" for one in sorted(used - ids))
    yield from (
        f"the package: {target} is not there"
        for target, _ in related(parts, "").values()
        if target not in parts
    )


def _untyped(parts: Parts, kind: str) -> Iterator[str]:
    """Parts without a content type, types without a part, and a workbook of another type than its name says."""
    listed = etree.fromstring(parts[TYPES])
    endings = {str(one.get("Extension")).lower() for one in listed if one.get("Extension")}
    named = {str(one.get("PartName")): one.get("ContentType") for one in listed if one.get("PartName")}
    for name in parts:
        if name != TYPES and f"/{name}" not in named and name.rpartition(".")[2].lower() not in endings:
            yield f"{name}: no content type"
    yield from (
        f"{name}: a content type for a part that is not there" for name in named if name[1:] not in parts
    )
    if named.get(f"/{BOOK}") != KINDS[kind]:
        yield f"{BOOK}: not the content type of an .{kind}"


def sheets(parts: Parts) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    links = related(parts, BOOK)
    return {
        str(sheet.get("name")): links[str(sheet.get(f"{RELATION}id"))][0]
        for sheet in etree.fromstring(parts[BOOK]).iter(f"{MAIN}sheet")
    }


def _tables(parts: Parts, *, sized: bool) -> Iterator[str]:
    """Tables whose header cells, size or names are not what they say."""
    words = _words(parts)
    seen: Counter[str] = Counter()
    for name, part in sheets(parts).items():
        page = etree.fromstring(parts[part])
        size = page.find(f"{MAIN}dimension")
        for target, kind in related(parts, part).values():
            if not kind.endswith("/table"):
                continue
            table = etree.fromstring(parts[target])
            where = f"{name}, table {table.get('displayName')}"
            seen.update({f"name {str(table.get('displayName')).lower()}", f"id {table.get('id')}"})
            whole = area(str(table.get("ref")))
            if sized and (size is None or not area(str(size.get("ref"))).holds(whole)):
                yield f"{where}: {table.get('ref')} goes beyond the sheet's dimension"
            columns = [_plain(str(column.get("name"))) for column in table.iter(f"{MAIN}tableColumn")]
            if len(columns) != whole.right - whole.left + 1:
                yield f"{where}: {len(columns)} columns in {table.get('ref')}"
            if len({column.lower() for column in columns}) != len(columns):
                yield f"{where}: two columns of one name"
            if table.get("headerRowCount") != "0":
                heads = _headers(page, whole, words)
                yield from (
                    f"{where}: column {column!r} has the header {head!r}"
                    for column, head in zip(columns, heads, strict=False)
                    if column != head
                )
            chosen = table.find(f"{MAIN}autoFilter")
            if chosen is not None and not whole.holds(area(str(chosen.get("ref")))):
                yield f"{where}: its filter goes beyond it"
    yield from (f"two tables have the {one}" for one, count in seen.items() if count > 1)


def _headers(page: etree._Element, whole: Area, words: list[str]) -> list[str]:
    cells = {
        str(cell.get("r")): _text(cell, words)
        for row in page.iter(f"{MAIN}row")
        if row.get("r") == str(whole.top)
        for cell in row
    }
    places = {area(reference).left: text for reference, text in cells.items()}
    return [places.get(column, "") for column in range(whole.left, whole.right + 1)]


def _text(cell: etree._Element, words: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(str(one.text or "") for one in cell.iter(f"{MAIN}t"))
    value = cell.findtext(f"{MAIN}v") or ""
    return words[int(value)] if cell.get("t") == "s" else value


def _plain(name: str) -> str:
    """A column's name with what XML cannot hold in an attribute, as the cell holds it."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), name)


def _words(parts: Parts) -> list[str]:
    xml = parts.get("xl/sharedStrings.xml")
    if xml is None:
        return []
    items = etree.fromstring(xml).iter(f"{MAIN}si")
    return ["".join(one.text or "" for path in _SPOKEN for one in item.iterfind(path)) for item in items]


def _strings(parts: Parts) -> Iterator[str]:
    """Cells that show a text which the list of texts does not hold."""
    count = len(_words(parts))
    for name, part in sheets(parts).items():
        numbers = (int(found) for found in re.findall(rb't="s"[^>]*><v>(\d+)</v>', parts[part]))
        if any(number >= count for number in numbers):
            yield f"{name}: a cell shows a text that is not in the list"

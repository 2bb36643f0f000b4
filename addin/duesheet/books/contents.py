"""What a workbook's parts are for: its sheets in order, the tables on them, and where their notes lie."""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from duesheet.books.markup import Place, place
from duesheet.books.package import Package
from duesheet.errors import BookRefused

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BESIDE = ("/comments", "/vmlDrawing", "/threadedComment")


class Box(NamedTuple):
    """A range of cells, both corners in it."""

    first: Place
    last: Place

    def meets(self, other: "Box") -> bool:
        """Whether the two have a cell in common."""
        rows = self.first.row <= other.last.row and other.first.row <= self.last.row
        return rows and self.first.column <= other.last.column and other.first.column <= self.last.column


class TablePart(NamedTuple):
    """A table on a sheet: its part, names, range and columns, and how many of its rows hold totals."""

    part: str
    names: frozenset[str]
    box: Box
    columns: tuple[str, ...]
    header: bool
    totals: int


class Sheet(NamedTuple):
    """A sheet: the name on its tab, its part, the part of its relations, its tables, its notes' parts."""

    name: str
    part: str
    rels: str
    tables: tuple[TablePart, ...] = ()
    others: tuple[str, ...] = ()


class Contents(NamedTuple):
    """The sheets of a workbook, the part that lists them, and whether its dates count from 1904."""

    part: str
    sheets: tuple[Sheet, ...] = ()
    since_1904: bool = False

    def find(self, table: str) -> tuple[Sheet, TablePart | None] | None:
        """Where `table` is: the table of that name on whichever sheet, else the sheet of that name."""
        wanted = table.casefold()
        for sheet in self.sheets:
            for part in sheet.tables:
                if wanted in part.names:
                    return sheet, part
        for sheet in self.sheets:
            if sheet.name.strip().casefold() == wanted:
                return sheet, sheet.tables[0] if len(sheet.tables) == 1 else None
        return None


def box(ref: str) -> Box:
    """The range written as A1:C5, or as a single cell.

    >>> box("B2:C5").last
    Place(row=5, column=3)
    """
    first, _, last = ref.partition(":")
    return Box(place(first), place(last or first))


def contents(package: Package) -> Contents:
    """What is in `package`; raises BookRefused when it is not an Excel workbook."""
    main = next(
        (target for kind, target in _related(package, "") if kind.endswith("/officeDocument")),
        "xl/workbook.xml",
    )
    if not main.endswith(".xml") or main not in package:
        raise BookRefused(
            f"{package.path.name} is not an .xlsx or .xlsm workbook. Save it as .xlsx in your spreadsheet."
        )
    root = tree(package, main)
    targets = dict(_by_id(package, main))
    sheets = [
        _sheet(package, element.get("name", ""), targets[identity])
        for element in root.iter("{*}sheet")
        if (identity := _relation_id(element)) in targets and targets[identity] in package
    ]
    flags = [element.get("date1904", "0") for element in root.iter("{*}workbookPr")]
    return Contents(main, tuple(sheets), bool(flags) and flags[0] in {"1", "true"})


def tree(package: Package, part: str) -> etree._Element:
    """The XML of a part; nothing outside it is ever fetched, and one that declares entities is refused."""
    safe = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    text = package.read(part)
    if b"<!DOCTYPE" in text:
        raise _damaged(package, part, "it declares a document type")
    try:
        return etree.fromstring(text, safe)
    except etree.XMLSyntaxError as error:
        raise _damaged(package, part, str(error)) from None


def _damaged(package: Package, part: str, why: str) -> BookRefused:
    name = package.path.name
    return BookRefused(f"{name} is damaged in {part} ({why}). Open it in your spreadsheet and save it again.")


def rels_of(part: str) -> str:
    """The part that lists the relations of `part` (blank: the whole book's).

    >>> rels_of("xl/workbook.xml"), rels_of("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations(package: Package, part: str) -> Iterator[tuple[str, str, str]]:
    name = rels_of(part)
    if name not in package:
        return
    for element in tree(package, name).iter("{*}Relationship"):
        if element.get("TargetMode") != "External":
            target = posixpath.normpath(
                posixpath.join("/", posixpath.dirname(part), element.get("Target", ""))
            )
            yield element.get("Id", ""), element.get("Type", ""), target.lstrip("/")


def _related(package: Package, part: str) -> list[tuple[str, str]]:
    return [(kind, target) for _, kind, target in _relations(package, part)]


def _by_id(package: Package, part: str) -> list[tuple[str, str]]:
    return [(identity, target) for identity, _, target in _relations(package, part)]


def _relation_id(element: etree._Element) -> str:
    return next((str(value) for name, value in element.attrib.items() if str(name).endswith("}id")), "")


def _sheet(package: Package, name: str, part: str) -> Sheet:
    related = [(kind, target) for kind, target in _related(package, part) if target in package]
    tables = [_table(package, target) for kind, target in related if kind.endswith("/table")]
    others = [target for kind, target in related if kind.endswith(_BESIDE)]
    return Sheet(name, part, rels_of(part), tuple(tables), tuple(others))


def _table(package: Package, part: str) -> TablePart:
    root = tree(package, part)
    names = {root.get(kind, "").casefold() for kind in ("displayName", "name")} - {""}
    columns = [unescaped(column.get("name", "")) for column in root.iter("{*}tableColumn")]
    try:
        where, totals = box(root.get("ref", "").replace("$", "")), int(root.get("totalsRowCount", "0"))
    except ValueError as error:
        raise _damaged(package, part, f"it says it stands at {error}") from None
    header = root.get("headerRowCount", "1") != "0"
    return TablePart(part, frozenset(names), where, tuple(columns), header=header, totals=totals)


def unescaped(escaped: str) -> str:
    r"""A text as it reads: characters that XML would not keep, as line breaks in names, are written _x000a_.

    >>> unescaped("Due_x000a_date"), unescaped("_x005F_x000a_")
    ('Due\ndate', '_x000a_')
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), escaped)

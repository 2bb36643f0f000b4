"""A plain .xlsx made an add-in: the macro project, code names, the ribbon, and the help of the functions."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lxml import etree

from duesheet.functions.listing import Function
from duesheet.parcels import parcel
from duesheet.xlam.wrappers import shortened

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_VBA_TYPE = "application/vnd.ms-office.vbaProject"
_VBA_RELATION = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_ARGUMENT_HELP = "{8193D73E-4604-4355-AFF4-8A2333D13BE4}"
_OWN_GROUPS_AFTER = "19"

WORKBOOK, VBA, RIBBON = "xl/workbook.xml", "xl/vbaProject.bin", "customUI/customUI14.xml"
_CONTENT_TYPES, _ROOT_RELATIONS, _BOOK_RELATIONS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
)
_BEFORE_GROUPS = ("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets")


class Addin(NamedTuple):
    """What goes into the package: the project, its sheets' code names, the ribbon, the functions and their group."""

    project: bytes
    book: str
    sheets: Sequence[str]
    ribbon: bytes
    groups: Sequence[str]
    functions: Sequence[Function]


def package(xlsx: bytes, addin: Addin) -> bytes:
    """The .xlam: `xlsx` with `addin` in it; the same input gives the same bytes."""
    with zipfile.ZipFile(io.BytesIO(xlsx)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[VBA], parts[RIBBON] = addin.project, addin.ribbon
    parts[WORKBOOK] = _book(parts[WORKBOOK], addin)
    for number, name in enumerate(addin.sheets, start=1):
        sheet = f"xl/worksheets/sheet{number}.xml"
        parts[sheet] = _code_named(parts[sheet], name)
    parts[_CONTENT_TYPES] = _types(parts[_CONTENT_TYPES])
    parts[_BOOK_RELATIONS] = _related(parts[_BOOK_RELATIONS], _VBA_RELATION, "vbaProject.bin")
    parts[_ROOT_RELATIONS] = _related(parts[_ROOT_RELATIONS], _RIBBON_RELATION, RIBBON)
    first = [_CONTENT_TYPES, _ROOT_RELATIONS]
    return parcel((name, parts[name]) for name in [*first, *sorted(set(parts) - set(first))])


def _book(xml: bytes, addin: Addin) -> bytes:
    root = etree.fromstring(xml)
    properties = root.find(f"{{{_MAIN}}}workbookPr")
    if properties is None:
        raise ValueError("The workbook has no properties to hold its code name.")
    properties.set("codeName", addin.book)
    _add_groups(root, addin.groups)
    _add_help(root, [function for function in addin.functions if function.arguments])
    return _written(root)


def _add_groups(root: etree._Element, groups: Sequence[str]) -> None:
    """What Excel keeps of groups of functions that are not its own."""
    listed = etree.Element(f"{{{_MAIN}}}functionGroups", {"builtInGroupCount": _OWN_GROUPS_AFTER})
    for group in groups:
        etree.SubElement(listed, f"{{{_MAIN}}}functionGroup", {"name": group})
    before = [child for child in root if etree.QName(child).localname in _BEFORE_GROUPS]
    root.insert(len(before), listed)


def _add_help(root: etree._Element, functions: Iterable[Function]) -> None:
    """What Application.MacroOptions leaves in a workbook that Excel saves: a line for each argument."""
    extensions = root.find(f"{{{_MAIN}}}extLst")
    if extensions is None:
        extensions = etree.SubElement(root, f"{{{_MAIN}}}extLst")
    extension = etree.SubElement(extensions, f"{{{_MAIN}}}ext", {"uri": _ARGUMENT_HELP}, nsmap={"x14": _X14})
    names = etree.SubElement(extension, f"{{{_X14}}}definedNames")
    for function in functions:
        name = etree.SubElement(names, f"{{{_X14}}}definedName", {"name": function.name})
        count = str(len(function.arguments))
        told = etree.SubElement(name, f"{{{_X14}}}argumentDescriptions", {"count": count})
        for index, argument in enumerate(function.arguments):
            line = etree.SubElement(told, f"{{{_X14}}}argumentDescription", {"index": str(index)})
            line.text = shortened(argument.help)


def _code_named(xml: bytes, name: str) -> bytes:
    root = etree.fromstring(xml)
    properties = root.find(f"{{{_MAIN}}}sheetPr")
    if properties is None:
        properties = etree.Element(f"{{{_MAIN}}}sheetPr")
        root.insert(0, properties)
    properties.set("codeName", name)
    return _written(root)


def _types(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    for part in root.iter(f"{{{_TYPES}}}Override"):
        if part.get("PartName") == f"/{WORKBOOK}":
            part.set("ContentType", _ADDIN_TYPE)
    etree.SubElement(root, f"{{{_TYPES}}}Override", {"PartName": f"/{VBA}", "ContentType": _VBA_TYPE})
    return _written(root)


def _related(xml: bytes, kind: str, target: str) -> bytes:
    root = etree.fromstring(xml)
    used = {one.get("Id") for one in root}
    identity = next(name for number in range(1, len(used) + 2) if (name := f"rId{number}") not in used)
    etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", {"Id": identity, "Type": kind, "Target": target})
    return _written(root)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

"""Faults to be put into a sound add-in or workbook, one at a time, to see that a gate finds each."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from duesheet.xlam.compound import Tree, compound
from duesheet.xlam.compression import compressed
from gate_package import BOOK, TYPES, Parts
from gate_project import PROJECT, read
from gate_ribbon import RIBBON

RELATIONS, BOOK_RELATIONS, SHEET = "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"
TABLE = "xl/tables/table1.xml"

Change = Callable[[Parts], Parts]


class Fault(NamedTuple):
    """What is done to a file, and words of what must be said of it."""

    name: str
    change: Change
    said: str


def edit(part: str, old: str, new: str) -> Change:
    """One piece of a part replaced by another; old is a pattern that must be found."""

    def change(parts: Parts) -> Parts:
        text, count = re.subn(old.encode(), new.encode(), parts[part], count=1)
        assert count, f"{part} has no {old}"
        return {**parts, part: text}

    return change


def drop(part: str) -> Change:
    """A part left out."""
    return lambda parts: {name: data for name, data in parts.items() if name != part}


def put(part: str, data: bytes) -> Change:
    """A part put in."""
    return lambda parts: {**parts, part: data}


def raw(change: Callable[[bytes], bytes]) -> Change:
    """The macro project's bytes changed."""
    return lambda parts: {**parts, PROJECT: change(parts[PROJECT])}


def streams(change: Callable[[Mapping[str, bytes]], Mapping[str, bytes]]) -> Change:
    """The macro project written again with its streams changed."""
    return raw(lambda data: compound(_tree(change(read(data).streams))))


def module(name: str, change: Callable[[str], str]) -> Change:
    """The text of one module changed."""

    def text(parts: Parts) -> Parts:
        before = read(parts[PROJECT]).text(name)
        after = change(before)
        assert before != after
        packed = compressed(after.encode("cp1252"))
        return streams(lambda held: {**held, f"VBA/{name}": packed})(parts)

    return text


def _tree(held: Mapping[str, bytes]) -> Tree:
    inner = {path.partition("/")[2]: data for path, data in held.items() if path.startswith("VBA/")}
    return {"VBA": inner, **{path: data for path, data in held.items() if "/" not in path}}


def _replaced(name: str, old: bytes, new: bytes) -> Change:
    def change(held: Mapping[str, bytes]) -> Mapping[str, bytes]:
        assert old in held[name]
        return {**held, name: held[name].replace(old, new, 1)}

    return streams(change)


def _misplaced(data: bytes) -> bytes:
    """What comes before and after PROJECT in the search tree, the other way round."""
    at = data.index("PROJECT\0".encode("utf-16-le")) + 68
    return data[:at] + data[at + 4 : at + 8] + data[at : at + 4] + data[at + 8 :]


def _renamed(data: bytes) -> bytes:
    old, new = (f"{name}\0".encode("utf-16-le") for name in ("About", "Cbout"))
    assert old in data
    return data.replace(old, new, 1)


OF_PACKAGES = (
    Fault("a part is missing", drop(SHEET), "is not there"),
    Fault(
        "a relationship is missing", edit(BOOK_RELATIONS, 'Id="rId1"', 'Id="rId77"'), "no relationship rId1"
    ),
    Fault(
        "the book's type is another",
        edit(TYPES, r"ms-excel\.addin", "ms-excel.sheet"),
        "not the content type",
    ),
    Fault("a part has no type", put("xl/odd.thing", b"x"), "no content type"),
    Fault("a type has no part", edit(TYPES, "/xl/styles.xml", "/xl/style.xml"), "not there"),
    Fault("a text is not in the list", edit("xl/sharedStrings.xml", "<si>.*</si>", ""), "not in the list"),
)
"""For the package as such; the add-in is judged."""

OF_TABLES = (
    Fault("a header is another", edit(TABLE, 'name="Section"', 'name="Part"'), "has the header"),
    Fault(
        "a table is larger than the sheet",
        edit(SHEET, '<dimension ref="[^"]*"', '<dimension ref="A1"'),
        "beyond",
    ),
    Fault("a table has a column too many", edit(TABLE, r'(ref="A1:)E', r"\g<1>F"), "columns in"),
    Fault(
        "two columns have one name", edit(TABLE, 'name="Figure"', 'name="section"'), "two columns of one name"
    ),
    Fault("two tables have one id", edit("xl/tables/table2.xml", r'\bid="\d+"', 'id="1"'), "two tables have"),
    Fault(
        "a filter is larger than its table",
        edit(TABLE, '<autoFilter ref="A1:E', '<autoFilter ref="A1:E99'),
        "filter",
    ),
)
"""For the tables of a workbook."""

OF_PROJECTS = (
    Fault("the project is cut off", raw(lambda data: data[:9000]), "cannot be read"),
    Fault("a stream has another name", raw(_renamed), "PROJECTwm lists"),
    Fault("names are in another order (EPPlus 131)", raw(_misplaced), "not in Excel's order"),
    Fault(
        "PROJECTwm is packed (EPPlus 5)",
        streams(lambda held: {**held, "PROJECTwm": compressed(held["PROJECTwm"])}),
        "PROJECTwm",
    ),
    Fault(
        "PROJECT lists a module less", _replaced("PROJECT", b"Module=xlwings_udfs\r\n", b""), "PROJECT lists"
    ),
    Fault(
        "dir lists a module less",
        streams(lambda held: {name: data for name, data in held.items() if name != "VBA/DuesheetRibbon"}),
        "the streams are",
    ),
    Fault(
        "compiled code is promised", _replaced("VBA/_VBA_PROJECT", b"\xff\xff", b"\xb5\x00"), "compiled code"
    ),
    Fault("the project's id is another", _replaced("PROJECT", b'ID="{', b'ID="{0'), "sealed for another"),
    Fault(
        "the project has a password",
        _replaced("PROJECT", b'DPB="', b'DPB="5D5F5D5D5A5A5A5A0A0A0A0A0A" X="'),
        "DPB",
    ),
    Fault(
        "lines end as on Unix (EPPlus 665)",
        module("DuesheetRibbon", lambda text: text.replace("\r\n", "\n")),
        "CR and LF",
    ),
    Fault(
        "a module names itself twice (EPPlus 955)",
        module("DuesheetRibbon", lambda text: text + 'Attribute VB_Name = "DuesheetRibbon"\r\n'),
        "names itself",
    ),
    Fault(
        "a module has another's name",
        module("DuesheetRibbon", lambda text: text.replace("Ribbon", "Rib", 1)),
        "names itself",
    ),
    Fault(
        "a sheet's module stands behind nothing",
        module("About", lambda text: re.sub("Attribute VB_Base.*\r\n", "", text)),
        "behind",
    ),
    Fault(
        "the book's code name is another",
        edit(BOOK, 'codeName="ThisWorkbook"', 'codeName="Nope"'),
        "code names",
    ),
    Fault("a sheet has no code name", edit(SHEET, r' codeName="\w+"', ""), "code names"),
)
"""For the macro project."""


def _literal(old: str, new: str) -> Change:
    return module("DuesheetRibbon", lambda text: text.replace(old, new, 1))


OF_RIBBONS = (
    Fault("an id stands twice", edit(RIBBON, 'id="send"', 'id="refresh"'), "stands twice"),
    Fault(
        "a macro is missing",
        edit(RIBBON, r"DuesheetRibbon\.OnSend", "DuesheetRibbon.OnSendd"),
        "not a public Sub",
    ),
    Fault("a macro is private", _literal("Public Sub OnSend", "Private Sub OnSend"), "not a public Sub"),
    Fault(
        "a macro takes another number of arguments",
        edit(RIBBON, r"DuesheetRibbon\.OnSend", "DuesheetRibbon.GetEnabled"),
        "takes 2 arguments",
    ),
    Fault("the load macro is missing", edit(RIBBON, "OnRibbonLoad", "OnLoad"), "not a public Sub"),
    Fault(
        "nothing points to it (openpyxl)",
        edit(RELATIONS, "<Relationship [^>]*extensibility[^>]*/>", ""),
        "nothing points",
    ),
    Fault(
        "the relationship is of another year (xlwings)",
        edit(RELATIONS, "2007/relationships/ui", "2006/relationships/ui"),
        "nothing points",
    ),
    Fault(
        "a picture is unknown",
        edit(RIBBON, 'imageMso="RefreshAll"', 'imageMso="RefreshAlll"'),
        "nobody knows",
    ),
    Fault("two keys clash", edit(RIBBON, 'keytip="S"', 'keytip="R"'), "begins"),
    Fault("a button does not explain itself", edit(RIBBON, "supertip=", "tag="), "no supertip"),
    Fault("the function is missing", _literal("buttons.send()", "buttons.sendd()"), "no attribute 'sendd'"),
    Fault(
        "the module is missing",
        _literal(
            "import duesheet.buttons; duesheet.buttons.send()",
            "import duesheet.nothing; duesheet.nothing.send()",
        ),
        "No module",
    ),
    Fault(
        "the function is another button's",
        _literal("buttons.send()", "buttons.stop()"),
        "calls duesheet.buttons.stop",
    ),
    Fault("the Python is none", _literal("buttons.send()", "buttons.send("), "send: "),
    Fault(
        "the Python does more",
        _literal("buttons.send()", "buttons.send(sure=True)"),
        "not one import and one call",
    ),
    Fault(
        "the Python would break the command line",
        _literal("buttons.send()", 'buttons.send(""x"")'),
        "command line",
    ),
    Fault(
        "no Python is handed on",
        _literal('RunCommand "import duesheet.buttons; duesheet.buttons.send()"', "' nothing"),
        "0 lines",
    ),
)
"""For the ribbon and what it calls."""

OF_SCHEMAS = (
    Fault("a size that is none", edit(RIBBON, 'size="large"', 'size="huge"'), "huge"),
    Fault("an element nobody knows", edit(SHEET, "<sheetData", "<oddity/><sheetData"), "oddity"),
    Fault("a style that is not there", edit(SHEET, '<c r="A1"', '<c r="A1" s="99"'), "99"),
    Fault(
        "the book's parts in another order",
        edit(BOOK, "(<bookViews>.*</bookViews>)(<sheets>.*</sheets>)", r"\2\1"),
        "bookViews",
    ),
)
"""For Microsoft's SDK."""

"""The add-in's macros at work in LibreOffice, in a collections workbook: pressed by a control that is none.

xlwings' own module does not compile there, and one module that does not makes every call give nothing, without an
error. So a module of the same name takes its place, which remembers what Python it was handed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlwings

from duesheet import xlam
from duesheet.functions.listing import Function
from duesheet.xlam.modules import Kind, Module
from duesheet.xlam.project import project
from gate_package import BOOK, KINDS, TYPES, Parts, opened, packed
from gate_project import PROJECT

_NAME = "Duesheet"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_FILTER = "Calc MS Excel 2007 VBA XML"
_MACRO_BOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_POINTER = (
    b'<Relationship Id="rIdGate" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
    b'Target="vbaProject.bin"/></Relationships>'
)
_TYPE = (
    b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
)

_RUNTIME = """Option Explicit
Private mHeard As String

Public Sub RunPython(ByVal command As String)
    mHeard = mHeard & command
End Sub

Public Function GetConfig(ByVal key As String, Optional ByVal other As String) As String
    GetConfig = "python of " & key
End Function

Public Function XLPy() As Object
    Dim server As New GateServer
    Set XLPy = server
End Function

Public Function Heard() As String
    Heard = mHeard
    mHeard = ""
End Function
"""
_SERVER = """Option Explicit

Public Function CallUDF(python As String, name As String, given As Variant, book As Variant, asked As Variant) As String
    CallUDF = python & "." & name & " " & (UBound(given) + 1) & " " & given(0)
End Function
"""
_CONTROL = "Option Explicit\n\nPublic Id As String\n"
_GATE = """Option Explicit

Public Function Answer() As Integer
    Answer = 42
End Function

Public Function Why() As String
    Why = NotHere()
End Function

Public Function Shown() As String
    Dim control As New GateControl
    Dim some As Variant
    Dim any_book As Variant
    GetEnabled control, some
    GetEnabledAnywhere control, any_book
    Shown = CStr(some) & " " & CStr(any_book)
End Function
"""
_NOT_HERE = ("If TypeOf Application.Caller Is Range Then On Error GoTo failed", "On Error GoTo failed")
"""LibreOffice knows no TypeOf for what called a function: there the wrapper would end on its first line."""

_PRESS = """
Public Function Press{macro}() As String
    Dim control As New GateControl
    {macro} control
    Press{macro} = Heard()
End Function
"""


def modules(macros: Iterable[str], functions: Iterable[Function]) -> list[Module]:
    """The add-in's modules but xlwings' own, and those that press its buttons and call its functions."""
    own = [
        one._replace(code=one.code.replace(*_NOT_HERE))
        for one in xlam.modules()
        if one.name != "xlwings" and one.kind is not Kind.SHEET
    ]
    gate = "".join([_GATE, *(_PRESS.format(macro=macro) for macro in macros), *map(_call, functions)])
    return [
        *own,
        Module("xlwings", Kind.STANDARD, _RUNTIME),
        Module("GateServer", Kind.CLASS, _SERVER),
        Module("GateControl", Kind.CLASS, _CONTROL),
        Module("Gate", Kind.STANDARD, gate),
    ]


def _call(function: Function) -> str:
    """A call of a worksheet function with a number for each of its arguments."""
    given = ", ".join(str(7 + place) for place, _ in enumerate(function.arguments))
    name = function.name
    return f"\nPublic Function Call{name}() As String\n    Call{name} = CStr({name}({given}))\nEnd Function\n"


def carrying(book: bytes, carried: list[Module]) -> bytes:
    """The workbook with these macros in it."""
    parts: Parts = opened(book)
    return packed(
        {
            **parts,
            TYPES: parts[TYPES]
            .replace(KINDS["xlsx"].encode(), _MACRO_BOOK.encode())
            .replace(b"</Types>", _TYPE),
            _RELATIONS: parts[_RELATIONS].replace(b"</Relationships>", _POINTER),
            BOOK: parts[BOOK].replace(b"<workbookPr", b'<workbookPr codeName="ThisWorkbook"'),
            PROJECT: project(_NAME, carried),
        }
    )


class Stage:
    """A workbook open in Calc whose macros may run."""

    def __init__(self, book: xlwings.Book) -> None:
        self.book = book

    def run(self, name: str) -> Any:
        """What a function of the module Gate gives; nothing when some module does not compile."""
        where = f"vnd.sun.star.script:{_NAME}.Gate.{name}?language=Basic&location=document"
        return self.book.api.getScriptProvider().getScript(where).invoke((), (), ())[0]


@contextmanager
def staged(calc: xlwings.App, file: Path) -> Iterator[Stage]:
    """The workbook with macros open in Calc, closed afterwards."""
    impl = calc.books.impl._loaded(file.as_uri(), FilterName=_FILTER)
    try:
        yield Stage(xlwings.Book(impl=impl))
    finally:
        impl.close()

"""The modules of a macro project, as text and as Office stores them."""

import re
from enum import Enum
from typing import NamedTuple

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_NAMED = re.compile(r'Attribute VB_Name = "(.*)"')
_LONGEST_LINE = 1023
CODE_PAGE = "cp1252"


class Kind(Enum):
    """What a module is, and the object it stands behind."""

    STANDARD = ""
    CLASS = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"
    WORKBOOK = "0{00020819-0000-0000-C000-000000000046}"
    SHEET = "0{00020820-0000-0000-C000-000000000046}"


class Module(NamedTuple):
    """A module: its name, its kind, and its code without the lines that tell these two."""

    name: str
    kind: Kind
    code: str = ""

    def text(self) -> str:
        """The module as it is stored: every line ended by CR and LF."""
        lines = [f'Attribute VB_Name = "{self.name}"', *_attributes(self.kind), *self.code.splitlines()]
        return "".join(f"{line}\r\n" for line in lines)

    def source(self) -> bytes:
        """The text's bytes. Raises UnicodeEncodeError where a letter is not in Windows' code page."""
        return self.text().encode(CODE_PAGE)


def _attributes(kind: Kind) -> list[str]:
    if kind is Kind.STANDARD:
        return []
    document = kind is not Kind.CLASS
    return [
        f'Attribute VB_Base = "{kind.value}"',
        "Attribute VB_GlobalNameSpace = False",
        "Attribute VB_Creatable = False",
        f"Attribute VB_PredeclaredId = {document}",
        f"Attribute VB_Exposed = {document}",
        "Attribute VB_TemplateDerived = False",
        f"Attribute VB_Customizable = {document}",
    ]


def module(text: str, kind: Kind = Kind.STANDARD) -> Module:
    r"""The module that `text` is, as the editor of Office exports it. Raises ValueError where that does not hold.

    >>> module('Attribute VB_Name = "Greeting"\r\nSub Hello()\r\nEnd Sub\r\n')
    Module(name='Greeting', kind=<Kind.STANDARD: ''>, code='Sub Hello()\nEnd Sub')
    """
    first, *lines = text.splitlines()
    named = _NAMED.fullmatch(first)
    if not named or not _NAME.fullmatch(named[1]):
        raise ValueError(f"{first!r} does not name a module.")
    for number, line in enumerate(lines, start=2):
        if len(line) > _LONGEST_LINE:
            raise ValueError(f"{named[1]}, line {number}: longer than VBA reads.")
    return Module(named[1], kind, "\n".join(lines).strip("\n"))

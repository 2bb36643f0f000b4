"""The add-in's macros at work in an Excel that pyOpenVBA plays in memory: stricter with names than LibreOffice.

It finds what LibreOffice does not: a name that nobody declared, a procedure that is not there, an argument too many.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import Interpreter

from duesheet.xlam.modules import Kind, Module

_NOT_PLAYED = (
    # What pyOpenVBA does not read, and what stands for it.
    (r"^( *#(?:Const .*?|If .*? Then)) +'.*$", r"\1"),
    (r"^ *Attribute .*\n", ""),
    (r"Private WithEvents", "Private"),
    (r"\(Application\.ActiveProtectedViewWindow Is Nothing\)", "True"),
    (r"TypeOf Application\.Caller Is Range", "True"),
    (r"Application\.Caller\b", "Nothing"),
)
_KINDS = {Kind.CLASS: "class"}


def playable(code: str) -> str:
    """A module's code without what is not played."""
    for pattern, instead in _NOT_PLAYED:
        code = re.sub(pattern, instead, code, flags=re.MULTILINE)
    return code


def compiled(module: Module) -> None:
    """Compiles a module by itself; raises VBACompileError."""
    Interpreter().add_module(playable(module.code), name=module.name)


def excel(modules: Iterable[Module], file: Path | None = None) -> Any:
    """An Excel with the workbook, or a new one, and the modules; `run` runs a function."""
    app = ExcelApplication.open(str(file)) if file else ExcelApplication()
    if not file:
        app.add_workbook()
    for module in modules:
        app.add_module(playable(module.code), name=module.name, kind=_KINDS.get(module.kind, "standard"))
    return app

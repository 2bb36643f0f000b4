"""The module through which Excel calls the worksheet functions: what xlwings' Import Functions would write.

It is written when the add-in is built, so that no user has to import anything or trust access to the project.
"""

from collections.abc import Iterator, Sequence

from duesheet.functions.excel import CATEGORY
from duesheet.functions.listing import Function
from duesheet.xlam.modules import Module, module

NAME = "xlwings_udfs"
"""The name that xlwings' server knows."""

PYTHON = "duesheet.functions"
_FIRST_OWN_GROUP = 20
"""Excel counts its own groups of functions to 19."""
_LONGEST_HELP = 255


def wrappers(functions: Sequence[Function]) -> Module:
    """The module with one VBA function for each of `functions`."""
    lines = [
        f'Attribute VB_Name = "{NAME}"',
        "' Written by duesheet addin build: changes are lost with the next one.",
        '#Const App = "Microsoft Excel"',
        *(line for function in functions for line in _function(function)),
    ]
    return module("\n".join(lines))


def _function(function: Function) -> Iterator[str]:
    given = ", ".join(argument.name for argument in function.arguments)
    asked = ", ".join(
        f"Optional {argument.name}" if argument.optional else argument.name for argument in function.arguments
    )
    yield f"Function {function.name}({asked})"
    yield f'Attribute {function.name}.VB_Description = "{shortened(function.help).replace(chr(34), chr(34) * 2)}"'
    yield f'Attribute {function.name}.VB_ProcData.VB_Invoke_Func = " \\n{_FIRST_OWN_GROUP}"'
    yield "    If TypeOf Application.Caller Is Range Then On Error GoTo failed"
    yield (
        f'    {function.name} = XLPy.CallUDF("{PYTHON}", "{function.name}", Array({given}), '
        "ThisWorkbook, Application.Caller)"
    )
    yield "    Exit Function"
    yield "failed:"
    yield f"    {function.name} = Err.Description"
    yield "End Function"


def shortened(text: str) -> str:
    """`text` on one line, as long as Excel shows it."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_HELP else line[: _LONGEST_HELP - 1] + "…"


def groups() -> tuple[str, ...]:
    """The groups that the functions are listed under, in the order of their numbers."""
    return (CATEGORY,)

"""xlwings' server for Excel on Windows, its own code, run on any computer: it answers calls of worksheet functions.

Run by itself, for it changes xlwings as it is on Windows. What of Windows the code names stands empty; none of it is
reached by a call whose arguments are values. Reads a list of [function, arguments], writes the list of answers; an
argument left out in Excel is {}.
"""

import ctypes
import io
import json
import sys
import types
from datetime import datetime
from typing import Any

_LEFT_OUT = -2147352572
"""DISP_E_PARAMNOTFOUND, as Excel hands on an argument that nobody gave."""
_WINDOWS = (
    "pythoncom",
    "pywintypes",
    "win32api",
    "win32com",
    "win32com.client",
    "win32com.client.dynamic",
    "win32con",
    "win32gui",
    "win32process",
    "win32timezone",
    "xlwings.com_server",
)


class _Empty(type):
    """A name of Windows: it can be asked for more names, called, and built upon."""

    def __getattr__(cls, name: str) -> "_Empty":
        if name.startswith("__"):
            raise AttributeError(name)
        return _Empty(name, (), {})

    def __call__(cls, *_: object, **__: object) -> Any:
        return cls


def _module(name: str) -> types.ModuleType:
    made = types.ModuleType(name)
    vars(made).update(
        __getattr__=lambda held: _Empty(held, (), {}), __path__=[], __file__="", TimeType=datetime
    )
    return made


def served() -> Any:
    """xlwings.udfs as it is on Windows."""
    import xlwings  # noqa: PLC0415  before Windows is put up, as it would look for Excel there

    for name in ("oledll", "windll", "PyDLL"):
        setattr(ctypes, name, _Empty(name, (), {}))
    sys.modules.update({name: _module(name) for name in _WINDOWS})
    from xlwings import _xlwindows, udfs  # noqa: PLC0415

    xlwings.engines.add(xlwings.Engine(impl=_xlwindows.engine))
    vars(xlwings).update(func=udfs.xlfunc, arg=udfs.xlarg, ret=udfs.xlret)
    return udfs


def _given(value: Any) -> Any:
    """A value as Excel hands it on: rows as tuples."""
    if value == {}:
        return _LEFT_OUT
    return tuple(map(tuple, value)) if isinstance(value, list) else value


def main(module: str) -> None:
    """Answer the calls of functions of `module`, and write the VBA that Import Functions would."""
    udfs = served()
    asked = json.load(sys.stdin)
    answers = [udfs.call_udf(module, name, tuple(map(_given, given)), None, None) for name, given in asked]
    vba = io.StringIO()
    book = types.SimpleNamespace(Name="Duesheet.xlam")
    udfs.generate_vba_wrapper(module, sys.modules[module], vba, book)
    json.dump({"answers": answers, "vba": vba.getvalue()}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])

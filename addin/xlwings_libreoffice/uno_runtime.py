"""UNO, LibreOffice's own interface: found, imported once, and given in plain Python words.

No other module imports `uno` or anything of `com.sun.star`.
"""

import builtins
import functools
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from xlwings_libreoffice.errors import OfficeMissing

UnoObject: TypeAlias = Any
"""An object that lives in the office: typed by UNO when the program runs, not by Python."""

FOLDERS = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib/python3/site-packages",
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice*/program",
    "/Applications/LibreOffice.app/Contents/Resources",
    "C:/Program Files/LibreOffice/program",
)
"""Where the systems keep the `uno` module; the environment variable UNO_PATH goes before them."""


@functools.cache
def uno() -> ModuleType:
    """The `uno` module, from wherever LibreOffice's Python bridge was installed."""
    hook = builtins.__import__
    try:
        return _imported()
    finally:
        # uno replaces the import statement of the whole program; a guest leaves the house as it was.
        builtins.__import__ = hook


def struct(name: str, **fields: Any) -> UnoObject:  # noqa: ANN401 (fields hold what UNO's types hold)
    """A UNO struct, such as `com.sun.star.table.CellAddress`, with these fields."""
    made = uno().createUnoStruct(name)
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def properties(**values: Any) -> tuple[UnoObject, ...]:  # noqa: ANN401 (a property holds anything)
    """Named values as UNO takes them when a document is loaded or stored."""
    return tuple(struct("com.sun.star.beans.PropertyValue", Name=k, Value=v) for k, v in values.items())


def constant(name: str) -> Any:  # noqa: ANN401 (whole numbers and texts)
    """The value of a UNO constant, such as `com.sun.star.sheet.CellFlags.VALUE`."""
    return uno().getConstantByName(name)


def enum(kind: str, value: str) -> UnoObject:
    """A value of a UNO enumeration: `enum("com.sun.star.table.CellContentType", "EMPTY")`."""
    return uno().Enum(kind, value)


def typed(kind: str, value: Any) -> UnoObject:  # noqa: ANN401 (whatever UNO is to see as `kind`)
    """A value that says its own UNO type, for calls that would guess it wrongly: `typed("[]long", (1,))`."""
    return uno().Any(kind, value)


def interface(name: str) -> Any:  # noqa: ANN401 (a class made by UNO)
    """A class made by UNO: an exception to catch or an interface to implement."""
    return uno().getClass(name)


def url(path: str | Path) -> str:
    """A path as the file URL that UNO wants."""
    return str(uno().systemPathToFileUrl(str(Path(path).absolute())))


def path(file_url: str) -> str:
    """The path of a file URL; any other URL as it stands, and nothing for nothing."""
    if not file_url.startswith("file:"):
        return file_url
    return str(uno().fileUrlToSystemPath(file_url))


def local_context() -> UnoObject:
    """The component context of this process, from which an office is reached."""
    return uno().getComponentContext()


def _imported() -> ModuleType:
    try:
        return importlib.import_module("uno")
    except ImportError:
        pass
    for folder in _folders():
        if (folder / "uno.py").exists():
            # At the end: what the program brought itself must win over the system's packages.
            sys.path.append(str(folder))
            return importlib.import_module("uno")
    raise OfficeMissing(
        "LibreOffice's Python bridge was not found. Install it (on Debian and Ubuntu: python3-uno),"
        " or name the folder that holds uno.py in the environment variable UNO_PATH.",
    )


def _folders() -> Iterator[Path]:
    if named := os.environ.get("UNO_PATH"):
        yield Path(named)
    for pattern in FOLDERS:
        anchor = Path(Path(pattern).anchor)
        if anchor.exists():
            yield from sorted(anchor.glob(pattern.removeprefix(anchor.as_posix())), reverse=True)

"""The user's configuration file as the add-in reads it: a line "KEY","value" for each entry.

What the user wrote there stays to the byte, in whatever code page it was written.
"""

import csv
from pathlib import Path

from duesheet.errors import Refused
from duesheet.installing.home import WINDOWS, Home

SCRIPT = "DUESHEET_SCRIPT"
"""Names the script for Excel on a Mac that was not there before Duesheet, and goes with it."""

_EVERY_BYTE = "latin-1"


def read(home: Home) -> str:
    """What the file holds, each byte a letter; nothing where there is none."""
    return home.configuration.read_bytes().decode(_EVERY_BYTE) if home.configuration.is_file() else ""


def written(text: str) -> bytes:
    """The bytes of what `read` gave, changed or not."""
    return text.encode(_EVERY_BYTE)


def named(text: str, key: str) -> str:
    r"""What `text` names under `key`, nothing when it does not; the first entry counts, as for the add-in.

    >>> named('"SHOW CONSOLE","False"\n"INTERPRETER_WIN","C:\\python.exe"\n', "INTERPRETER_WIN")
    'C:\\python.exe'
    """
    found = (_entry(line) for line in text.splitlines())
    return next((value for name, value in found if name == key), "")


def merged(text: str, key: str, value: str, end: str = "\n") -> str:
    r"""`text` with `value` under `key`, once; every other line stays as it is.

    >>> merged('"SHOW CONSOLE","False"\n"INTERPRETER_WIN","old"\n', "INTERPRETER_WIN", "new")
    '"SHOW CONSOLE","False"\n"INTERPRETER_WIN","new"\n'
    """
    if named(text, key) == value:
        return text
    kept = without(text, key)
    gap = end if kept and not kept.endswith(("\r", "\n")) else ""
    return f'{kept}{gap}"{key}","{value}"{end}'


def without(text: str, key: str) -> str:
    r"""`text` without the entries of `key`.

    >>> without('"A","1"\n"B","2"\n', "A")
    '"B","2"\n'
    """
    return "".join(line for line in text.splitlines(keepends=True) if _entry(line)[0] != key)


def _entry(line: str) -> tuple[str, str]:
    name, value, *_ = [*next(csv.reader([line.strip()]), []), "", ""]
    return name.upper(), value


def key(home: Home) -> str:
    """The name under which the add-in looks for its interpreter."""
    return "INTERPRETER_WIN" if home.system == WINDOWS else "INTERPRETER_MAC"


def line_end(home: Home) -> str:
    """How a line ends where VBA reads it: on Windows it knows no other."""
    return "\r\n" if home.system == WINDOWS else "\n"


def interpreter(home: Home, python: Path) -> str:
    """`python` as the configuration names it. Raises Refused where Excel could not read the name.

    On Windows, VBA reads the file in the code page of that computer: a user's name with other letters in it would
    come out wrong, so that it is left to Windows to say where the user's programs are.
    """
    told = str(python)
    if home.system == WINDOWS and python.is_relative_to(home.local):
        told = "%LOCALAPPDATA%\\" + "\\".join(python.relative_to(home.local).parts)
    if not told.isascii() or '"' in told:
        raise Refused(
            f"Excel cannot be told of {python}: its path has letters that Excel does not read there. "
            "Install Duesheet in a folder with plain letters, as by uv tool install; nothing was changed."
        )
    return told

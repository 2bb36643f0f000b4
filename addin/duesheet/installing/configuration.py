"""The user's configuration file as the add-in reads it: a line "KEY","value" for each entry."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from duesheet.errors import Refused
from duesheet.installing.home import WINDOWS, Home


def merged(text: str, entries: Mapping[str, str]) -> str:
    r"""`text` with `entries` in it, each once; whatever else stands there stays.

    >>> merged('"SHOW CONSOLE","False"\n"INTERPRETER_WIN","old"\n', {"INTERPRETER_WIN": "new"})
    '"SHOW CONSOLE","False"\n"INTERPRETER_WIN","new"\n'
    """
    kept = [row for row in _rows(text) if row[0].upper() not in entries]
    return _written([*kept, *([key, value] for key, value in entries.items())])


def without(text: str, keys: frozenset[str]) -> str:
    r"""`text` without the entries of these keys.

    >>> without('"A","1"\n"B","2"\n', frozenset({"A"}))
    '"B","2"\n'
    """
    return _written([row for row in _rows(text) if row[0].upper() not in keys])


def _rows(text: str) -> list[list[str]]:
    return [[row[0], row[1] if len(row) > 1 else ""] for row in csv.reader(io.StringIO(text)) if row]


def _written(rows: list[list[str]]) -> str:
    held = io.StringIO()
    csv.writer(held, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return held.getvalue()


def key(home: Home) -> str:
    """The name under which the add-in looks for its interpreter."""
    return "INTERPRETER_WIN" if home.system == WINDOWS else "INTERPRETER_MAC"


def interpreter(home: Home, python: Path) -> str:
    """`python` as the configuration names it. Raises Refused where Excel could not read the name.

    On Windows, VBA reads the file in the code page of that computer: a user's name with other letters in it would
    come out wrong, so that it is left to Windows to say where the user's programs are.
    """
    told = str(python)
    if home.system == WINDOWS and python.is_relative_to(home.local):
        told = "%LOCALAPPDATA%\\" + "\\".join(python.relative_to(home.local).parts)
    if not told.isascii():
        raise Refused(
            f"Excel cannot be told of {python}: its path has letters that Excel does not read there. "
            "Install Duesheet in a folder with plain letters, as by uv tool install; nothing was changed."
        )
    return told

"""What Duesheet itself stands on: Python, xlwings, the keyring, a place for the journals."""

import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import requires, version
from pathlib import Path

from duesheet.doctor.check import Check
from duesheet.errors import DuesheetError
from duesheet.installing.home import WINDOWS, Home
from duesheet.whereabouts import place

_OLDEST = (3, 11)
_PIN = re.compile(r"xlwings\s*==\s*([0-9.]+)")


def python(called: Path) -> Check:
    """The Python that runs this, and that the add-in is to call."""
    told = f"{platform.python_version()} at {called}"
    return Check("Python", sys.version_info >= _OLDEST, told, "Install Python 3.11 or later.")


def pinned() -> str:
    """The version of xlwings that this Duesheet, and its add-in, are made for."""
    needs = (_PIN.match(one) for one in requires("duesheet") or [])
    return next((found[1] for found in needs if found), "")


def xlwings() -> Check:
    """The add-in holds xlwings' own module, which works with the library of that very version only."""
    there, wanted = version("xlwings"), pinned()
    told = f"{there}, the add-in is made for {wanted or there}"
    return Check("xlwings", wanted in {there, ""}, told, f"Install Duesheet anew, or xlwings=={wanted}.")


def dll(home: Home, python: Path) -> Iterator[Check]:
    """Excel on Windows calls the worksheet functions through a library of its own width beside the interpreter."""
    if home.system != WINDOWS:
        return
    folders = (python.parent, python.parent.parent)
    names = [f"xlwings{bits}-{version('xlwings')}.dll" for bits in (32, 64)]
    lost = [name for name in names if not any((folder / name).is_file() for folder in folders)]
    remedy = "An antivirus program may have taken it: ask IT to allow it. Then install Duesheet anew."
    found = f"there is no {' and no '.join(lost)} beside {python}" if lost else " and ".join(names)
    yield Check("Functions in Excel", not lost, found, remedy)


def keyring() -> Check:
    """Where passwords for mail servers go; without one nothing else is kept from working."""
    from duesheet import credentials  # noqa: PLC0415  loads the keyring's library

    try:
        credentials.kept("duesheet.example.com", "doctor")
    except DuesheetError as error:
        return Check("Keyring", True, f"needed only to sign in to a mail server. {error}")
    return Check("Keyring", True, "passwords can be kept")


def journals() -> Check:
    """Whether the journals of what was sent can be written."""
    folder = place("journal").parent.parent
    there = next(one for one in (folder, *folder.parents) if one.exists())
    remedy = f"Let this user write into {there}, or name another folder in DUESHEET_DATA."
    return Check("Journals", there.is_dir() and os.access(there, os.W_OK), str(folder), remedy)

"""Excel and LibreOffice: whether the add-in is set up there, of this version, and calls this Python."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from duesheet.assets import folder
from duesheet.doctor.check import Check
from duesheet.errors import Refused
from duesheet.installing import calc, configuration
from duesheet.installing.home import Home

_INSTALL = "Run: duesheet addin install"
_BRIDGE = "from xlwings_libreoffice.uno_runtime import uno; uno()"
_LIMIT = 60


def addin(home: Home) -> Check:
    """Whether Excel finds the add-in, and it is the one of this Duesheet."""
    shipped = (folder("macros") / home.addin.name).read_bytes()
    if not home.addin.is_file():
        return Check("Add-in", False, f"not at {home.addin}", _INSTALL)
    same = home.addin.read_bytes() == shipped
    found = str(home.addin) if same else f"{home.addin} is of another version"
    return Check("Add-in", same, found, _INSTALL)


def configured(home: Home, python: Path) -> Check:
    """Whether the add-in would call this Python."""
    try:
        wanted = configuration.interpreter(home, python)
    except Refused as error:
        return Check("Add-in's Python", False, str(error))
    same = configuration.named(configuration.read(home), configuration.key(home)) == wanted
    found = str(home.configuration) if same else f"{home.configuration} does not name {python}"
    return Check("Add-in's Python", same, found, _INSTALL)


def extension(home: Home, python: Path) -> Check:
    """Whether LibreOffice has the extension of this Duesheet; with Excel there need be none."""
    what, remedy = "LibreOffice's toolbar", f"{_INSTALL} --libreoffice"
    (step,) = calc.installed(home, python)
    if not step.path.is_file():
        return Check(what, home.has_excel, "not installed", remedy)
    if not step.done():
        return Check(what, False, f"{step.path} is of another version, or names another Python", remedy)
    try:
        there = calc.is_in()
    except Refused as error:
        return Check(what, False, str(error))
    return Check(what, there, str(step.path) if there else "LibreOffice has no such extension", remedy)


def libreoffice(python: Path) -> Iterator[Check]:
    """LibreOffice, and whether this Python can talk to it: most systems have that for one Python only."""
    from xlwings_libreoffice.errors import OfficeMissing  # noqa: PLC0415  only here
    from xlwings_libreoffice.programs import soffice  # noqa: PLC0415  the same

    try:
        yield Check("LibreOffice", True, soffice())
    except OfficeMissing:
        yield Check("LibreOffice", True, "not installed; only needed without Excel")
        return
    try:
        done = subprocess.run(  # noqa: S603  this very Python
            [str(python), "-c", _BRIDGE],
            check=False,
            capture_output=True,
            timeout=_LIMIT,
            stdin=subprocess.DEVNULL,
        )
        code = done.returncode
    except (OSError, subprocess.TimeoutExpired):
        code = 1
    found = "buttons can work in Calc" if not code else f"{python} cannot talk to LibreOffice"
    yield Check("LibreOffice's bridge", not code, found, _HOW)


_HOW = (
    "On Debian and Ubuntu: apt install python3-uno, and install Duesheet for the system's own Python "
    "(uv tool install --python /usr/bin/python3 ...). Elsewhere: docs/libreoffice.md. Only needed without Excel."
)

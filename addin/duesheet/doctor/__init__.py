"""What is needed for the add-in to work, looked at one by one; for each what was found, and what to do."""

import platform
import re
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any, NamedTuple

from duesheet import records
from duesheet.assets import folder
from duesheet.books.locks import refuse_if_open
from duesheet.errors import DuesheetError
from duesheet.installing import calc, configuration
from duesheet.installing.home import WINDOWS, Home
from duesheet.memory import open_journal
from duesheet.opening import opened
from duesheet.whereabouts import place

_INSTALL = "Run: duesheet addin install"
_OLDEST = (3, 11)
_SMTP = "SMTP"
_PIN = re.compile(r"xlwings\s*==\s*([0-9.]+)")


class Check(NamedTuple):
    """One thing looked at: whether it is well, what was found, and what to do where it is not."""

    what: str
    well: bool
    found: str
    remedy: str = ""


def examined(home: Home, python: Path, book: Path | None = None) -> list[Check]:
    """Everything that can be looked at without asking anybody, in the order in which it is needed."""
    checks = [
        _python(python),
        _xlwings(),
        *_dll(home, python),
        *installed(home, python),
        _office(),
        _keyring(),
    ]
    return [*checks, *(_book(book) if book else ())]


def installed(home: Home, python: Path) -> list[Check]:
    """Whether the add-in is set up, in Excel where there is one for this system, and in LibreOffice."""
    in_excel = [_addin(home), _configured(home, python)] if home.has_excel else []
    return [*in_excel, _extension(home, python)]


def _python(python: Path) -> Check:
    told = f"{platform.python_version()} at {python}"
    return Check("Python", sys.version_info >= _OLDEST, told, "Install Python 3.11 or later.")


def pinned() -> str:
    """The version of xlwings that this Duesheet, and its add-in, are made for."""
    needs = (_PIN.match(one) for one in requires("duesheet") or [])
    return next((found[1] for found in needs if found), "")


def _xlwings() -> Check:
    there, wanted = version("xlwings"), pinned()
    remedy = f"Run: {sys.executable} -m pip install xlwings=={wanted}"
    return Check(
        "xlwings", wanted in {there, ""}, f"{there}, the add-in is made for {wanted or there}", remedy
    )


def _dll(home: Home, python: Path) -> Iterator[Check]:
    """Excel on Windows calls the worksheet functions through a library beside the interpreter."""
    if home.system != WINDOWS:
        return
    name = f"xlwings{struct.calcsize('P') * 8}-{version('xlwings')}.dll"
    found = next(
        (str(one / name) for one in (python.parent, python.parent.parent) if (one / name).is_file()), ""
    )
    remedy = f"Antivirus may have taken it. Run: {sys.executable} -m pip install --force-reinstall xlwings"
    yield Check("Functions in Excel", bool(found), found or f"there is no {name} beside {python}", remedy)


def _addin(home: Home) -> Check:
    shipped = (folder("macros") / home.addin.name).read_bytes()
    if not home.addin.is_file():
        return Check("Add-in", False, f"not at {home.addin}", _INSTALL)
    same = home.addin.read_bytes() == shipped
    found = str(home.addin) if same else f"{home.addin} is of another version"
    return Check("Add-in", same, found, _INSTALL)


def _configured(home: Home, python: Path) -> Check:
    wanted = configuration.interpreter(home, python)
    text = home.configuration.read_text("utf-8", "replace") if home.configuration.is_file() else ""
    same = (
        configuration.merged(text, {configuration.key(home): wanted}) == configuration.merged(text, {})
        and text
    )
    found = str(home.configuration) if same else f"{home.configuration} does not name {python}"
    return Check("Add-in's Python", bool(same), found, _INSTALL)


def _office() -> Check:
    from xlwings_libreoffice.programs import soffice  # noqa: PLC0415  only here

    remedy = (
        "Only needed without Excel. Install LibreOffice 7.0 or later, and its Python bridge (python3-uno)."
    )
    with suppress(Exception):
        return Check("LibreOffice", True, soffice())
    return Check("LibreOffice", True, "not installed; only needed without Excel", remedy)


def _extension(home: Home, python: Path) -> Check:
    step = calc.installed(home, python)[0]
    if not step.path.is_file():
        well = home.has_excel
        return Check("LibreOffice's toolbar", well, "not installed", f"{_INSTALL} --libreoffice")
    remedy = f"{_INSTALL} --libreoffice"
    return Check("LibreOffice's toolbar", step.done(), str(step.path), remedy)


def _keyring() -> Check:
    from duesheet import credentials  # noqa: PLC0415  loads the keyring's library

    try:
        credentials.kept("duesheet.example.com", "doctor")
    except DuesheetError as error:
        return Check("Keyring", True, f"needed only to sign in to a mail server. {error}")
    return Check("Keyring", True, "passwords can be kept")


def _book(book: Path) -> Iterator[Check]:
    """The workbook, its journal, its mail settings."""
    try:
        refuse_if_open(book)
        chosen = records.read(opened(book)).settings
    except DuesheetError as error:
        yield Check("Workbook", False, str(error), "")
        return
    yield Check("Workbook", True, str(book))
    yield _looked("Journal", lambda: _journal(chosen.book_id, chosen.journal))
    if chosen.carrier == _SMTP:
        yield _mail(chosen)
    else:
        yield Check("Mail", True, f"Carrier is {chosen.carrier}: nothing is posted to a mail server")


def _journal(book_id: str, url: str) -> str:
    if not book_id:
        return "begins with the first refresh"
    with open_journal(book_id, url) as journal:
        count = len(journal.letters())
    return f"{count:,} letters, {'in the database of the team' if url else place(book_id)}"


def _mail(chosen: Any) -> Check:  # noqa: ANN401  the settings, of which four are looked at
    missing = [
        name
        for name, value in (
            ("SMTP host", chosen.smtp_host),
            ("SMTP port", chosen.smtp_port),
            ("From email", chosen.from_email),
        )
        if not value
    ]
    if missing:
        return Check(
            "Mail", False, f"Settings lack {', '.join(missing)}", "Fill them in on the Settings sheet."
        )
    told = f"{chosen.smtp_host}, port {chosen.smtp_port}, {chosen.smtp_security}"
    if chosen.smtp_user:
        from duesheet import credentials  # noqa: PLC0415  as above

        with suppress(DuesheetError):
            if credentials.kept(chosen.smtp_host, chosen.smtp_user) is not None:
                return Check("Mail", True, f"{told}, signed in as {chosen.smtp_user}")
        return Check("Mail", False, f"{told}, not signed in", "Run: duesheet sign-in FILE --check")
    return Check("Mail", True, f"{told}, without signing in")


def _looked(what: str, look: Callable[[], str]) -> Check:
    try:
        return Check(what, True, look())
    except DuesheetError as error:
        return Check(what, False, str(error), "")


def data(checks: list[Check]) -> dict[str, Any]:
    """The checks as JSON."""
    return {"well": all(one.well for one in checks), "checks": [one._asdict() for one in checks]}


def spoken(checks: list[Check]) -> str:
    """The checks in words, each with what to do below it where something is to be done."""
    lines = []
    for one in checks:
        lines.append(f"{'OK    ' if one.well else 'TO DO '} {one.what}: {one.found}")
        if not one.well and one.remedy:
            lines.append(f"       {one.remedy}")
    return "\n".join(lines)

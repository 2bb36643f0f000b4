"""The add-in in Excel: which files of the user's are written for it, and taken away again."""

import zipfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from duesheet.assets import folder
from duesheet.errors import Refused
from duesheet.installing.configuration import interpreter, key, merged, without
from duesheet.installing.home import MAC, Home
from duesheet.installing.steps import Step

_TITLE = b"<dc:title>Duesheet</dc:title>"
_CORE = "docProps/core.xml"
_CODE_PAGE = "ascii"


def installed(home: Home, python: Path) -> list[Step]:
    """What is to be there for Excel, so that its buttons call `python`. Raises Refused where Excel is in the way."""
    refuse_if_open(home)
    _refuse_another(home.addin)
    steps = [
        Step("the add-in", home.addin, (folder("macros") / home.addin.name).read_bytes()),
        Step("which Python it calls", home.configuration, _configuration(home, python)),
    ]
    return [*steps, script(home)] if home.system == MAC else steps


def removed(home: Home) -> list[Step]:
    """What is to be gone: the add-in and its entry; other entries of the user's stay."""
    refuse_if_open(home)
    _refuse_another(home.addin)
    rest = without(_text(home.configuration), frozenset({key(home)}))
    content = rest.encode(_CODE_PAGE, "replace") if rest else None
    steps = [
        Step("the add-in", home.addin, None),
        Step("which Python it calls", home.configuration, content),
    ]
    return [*steps, script(home)._replace(content=None)] if home.system == MAC else steps


def script(home: Home) -> Step:
    """The script through which Excel on a Mac may start Python, of the version that the add-in asks for."""
    name = f"xlwings-{version('xlwings')}.applescript"
    return Step(
        "the script Excel starts Python by", home.scripts / name, (files("xlwings") / name).read_bytes()
    )


def _configuration(home: Home, python: Path) -> bytes:
    entries = {key(home): interpreter(home, python)}
    return merged(_text(home.configuration), entries).encode(_CODE_PAGE, "replace")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def refuse_if_open(home: Home) -> None:
    """Raises Refused while Excel has the add-in open."""
    if home.addin.with_name(f"~${home.addin.name}").exists():
        raise Refused(f"Excel has {home.addin} open. Close Excel, and run this again; nothing was changed.")


def _refuse_another(path: Path) -> None:
    """Raises Refused where a file of that name is not of our making."""
    if path.exists() and not is_ours(path):
        raise Refused(
            f"{path} is there and was not made by Duesheet. Move it away, and run this again; nothing was changed."
        )


def is_ours(path: Path) -> bool:
    """Whether a file is an add-in of ours, of whichever version."""
    try:
        with zipfile.ZipFile(path) as package:
            return _TITLE in package.read(_CORE)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False

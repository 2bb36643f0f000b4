"""The add-in in Excel: which files of the user's are written for it, and taken away again."""

import re
import zipfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from duesheet.assets import folder
from duesheet.errors import Refused
from duesheet.installing import configuration
from duesheet.installing.home import MAC, Home
from duesheet.installing.steps import Step

_TITLE = b"<dc:title>Duesheet</dc:title>"
_CORE = "docProps/core.xml"
_A_SCRIPT = re.compile(r"xlwings-[0-9.]+\.applescript")
_CALLED = "which Python it calls"
_STARTER = "the script Excel starts Python by"


def installed(home: Home, python: Path) -> list[Step]:
    """What is to be there for Excel, so that its buttons call `python`. Raises Refused where Excel is in the way."""
    refuse_if_open(home)
    _refuse_another(home.addin)
    addin = Step("the add-in", home.addin, (folder("macros") / home.addin.name).read_bytes())
    found, end = configuration.read(home), configuration.line_end(home)
    text = configuration.merged(found, configuration.key(home), configuration.interpreter(home, python), end)
    if home.system != MAC:
        return [addin, Step(_CALLED, home.configuration, configuration.written(text))]
    starter, before = script(home), _ours(found)
    if starter.path.name == before or not starter.path.exists():
        text = configuration.merged(text, configuration.SCRIPT, starter.path.name, end)
    elif not starter.done():
        raise Refused(_IN_THE_WAY.format(starter.path))
    old = [Step(_STARTER, home.scripts / before, None)] if before not in {"", starter.path.name} else []
    return [addin, Step(_CALLED, home.configuration, configuration.written(text)), starter, *old]


def removed(home: Home) -> list[Step]:
    """What is to be gone: the add-in, its entries, and the script where it came with them; all else stays."""
    refuse_if_open(home)
    _refuse_another(home.addin)
    text = configuration.read(home)
    rest = configuration.without(configuration.without(text, configuration.key(home)), configuration.SCRIPT)
    steps = [
        Step("the add-in", home.addin, None),
        Step(_CALLED, home.configuration, configuration.written(rest) if rest.strip() else None),
    ]
    ours = _ours(text) if home.system == MAC else ""
    return [Step(_STARTER, home.scripts / ours, None), *steps] if ours else steps


def script(home: Home) -> Step:
    """The script through which Excel on a Mac may start Python, of the version that the add-in asks for."""
    name = f"xlwings-{version('xlwings')}.applescript"
    return Step(_STARTER, home.scripts / name, (files("xlwings") / name).read_bytes())


def _ours(text: str) -> str:
    """The script that came with Duesheet; other add-ins made with xlwings may have brought theirs before."""
    name = configuration.named(text, configuration.SCRIPT)
    return name if _A_SCRIPT.fullmatch(name) else ""


def refuse_if_open(home: Home) -> None:
    """Raises Refused while Excel has the add-in open."""
    if home.addin.with_name(f"~${home.addin.name}").exists():
        raise Refused(f"Excel has {home.addin} open. Close Excel, and run this again; nothing was changed.")


_IN_THE_WAY = (
    "{} is there and was not made by Duesheet. Move it away, and run this again; nothing was changed."
)


def _refuse_another(path: Path) -> None:
    """Raises Refused where a file of that name is not of our making."""
    if path.exists() and not is_ours(path):
        raise Refused(_IN_THE_WAY.format(path))


def is_ours(path: Path) -> bool:
    """Whether a file is an add-in of ours, of whichever version."""
    try:
        with zipfile.ZipFile(path) as package:
            return _TITLE in package.read(_CORE)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False

"""The extension in LibreOffice: the user's file that names the interpreter, and LibreOffice's own installer."""

import json
import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from duesheet import extension
from duesheet.errors import Refused
from duesheet.extension.component.interpreter import KEY
from duesheet.extension.names import IDENTIFIER
from duesheet.installing.home import Home, unopkg
from duesheet.installing.steps import Step

_LIMIT = 180
"""Seconds for LibreOffice to take an extension in: its first start on a slow disk takes long."""


def installed(home: Home, python: Path) -> list[Step]:
    """The file that is to be there; it also says which extension LibreOffice was given."""
    given = {KEY: str(python), "extension": sha256(extension.built()).hexdigest()}
    content = json.dumps(given, indent=1).encode()
    return [Step("which Python LibreOffice calls", home.in_calc, content)]


def removed(home: Home) -> list[Step]:
    """The file that is to be gone."""
    return [Step("which Python LibreOffice calls", home.in_calc, None)]


def add() -> None:
    """Have LibreOffice take the extension in, in place of an older one. Raises Refused, with its words."""
    with tempfile.TemporaryDirectory(prefix="duesheet-") as place:
        file = Path(place) / "Duesheet.oxt"
        file.write_bytes(extension.built())
        _asked("add", "--force", str(file))


def take_out() -> None:
    """Have LibreOffice forget the extension."""
    if is_in():
        _asked("remove", IDENTIFIER)


def is_in() -> bool:
    """Whether LibreOffice has the extension. Raises Refused, with its words, where it does not say."""
    return IDENTIFIER in _asked("list")


def _surroundings() -> dict[str, str]:
    """The environment without this Python: LibreOffice's own takes its home from the first one it finds."""
    own = {str(Path(sys.executable).parent), str(Path(sys.prefix) / "bin")}
    places = os.environ.get("PATH", "").split(os.pathsep)
    return {**os.environ, "PATH": os.pathsep.join(one for one in places if one not in own)}


def _asked(*words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  LibreOffice's own program
            [str(unopkg()), *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=_LIMIT,
            stdin=subprocess.DEVNULL,
            env=_surroundings(),
        )
    except subprocess.TimeoutExpired:
        raise Refused("LibreOffice did not answer. Close it, and run this again.") from None
    said = f"{done.stdout}\n{done.stderr}"
    if done.returncode:
        why = next(
            (line.strip() for line in said.splitlines() if "error" in line.casefold()), said.strip()[:300]
        )
        raise Refused(
            f"LibreOffice refused: {why or 'no reason given'}. Close LibreOffice, and run this again."
        )
    return said

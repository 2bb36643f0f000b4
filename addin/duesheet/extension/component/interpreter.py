"""Which Python has Duesheet: what the user's own configuration says, and nothing else.

A document, or what lies in its folder, is never asked: who sends a workbook must not choose what runs.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

FILE = "libreoffice.json"
KEY = "interpreter"
MISSING = "Duesheet is not installed for LibreOffice: run duesheet addin install"


class Missing(Exception):
    """There is no environment to call; the text says what to do."""


def command() -> list[str]:
    """What starts the process that answers.

    -P keeps the working folder, -E what the office set for its own Python, out of what it imports.
    """
    return [interpreter(), "-P", "-E", "-m", "duesheet.answering"]


def interpreter() -> str:
    """The Python named in the user's configuration; raises Missing."""
    try:
        told = json.loads((folder() / FILE).read_text(encoding="utf-8"))
        named = told[KEY]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Missing(MISSING) from error
    if not (isinstance(named, str) and Path(named).is_absolute() and Path(named).is_file()):
        raise Missing(MISSING)
    return named


def folder(
    system: str | None = None, names: Mapping[str, str] | None = None, home: Path | None = None
) -> Path:
    """The user's folder for Duesheet's configuration, the one that platformdirs gives for "duesheet".

    Of this user on this system, where no other system, environment or home folder is named.
    """
    system, names, home = system or sys.platform, os.environ if names is None else names, home or Path.home()
    if system == "win32":
        local = names.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
        return Path(local) / "duesheet" / "duesheet"
    named = names.get("XDG_CONFIG_HOME", "").strip()
    if Path(named).is_absolute():
        return Path(named) / "duesheet"
    if system == "darwin":
        return home / "Library" / "Application Support" / "duesheet"
    return home / ".config" / "duesheet"

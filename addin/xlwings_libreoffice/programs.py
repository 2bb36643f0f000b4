"""The LibreOffice program on this computer: where it is, and whether there is a screen to show it on."""

import os
import shutil
import sys
from pathlib import Path

import psutil

from xlwings_libreoffice.errors import OfficeMissing

PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/usr/lib64/libreoffice/program/soffice",
    "/opt/libreoffice*/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)


def soffice(wanted: str | None = None) -> str:
    """The program to start: the one asked for, the one on the PATH, or the one where the systems install it."""
    if wanted is not None:
        if (found := shutil.which(wanted)) is None:
            raise OfficeMissing(f"There is no program {wanted}.")
        return found
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    for pattern in PLACES:
        anchor = Path(Path(pattern).anchor)
        for place in sorted(anchor.glob(pattern.removeprefix(anchor.as_posix())), reverse=True):
            return str(place)
    raise OfficeMissing("LibreOffice was not found: install it, or put its program folder on the PATH.")


def has_screen() -> bool:
    """Whether windows can be shown."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def exists(pid: int) -> bool:
    """Whether there is a process with that id."""
    # Not os.kill with signal 0: on Windows that ends the process.
    return psutil.pid_exists(pid)

"""The folder of an office of one's own: its settings, its output, and the pipe through which it is spoken to."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from xlwings_libreoffice.programs import exists

PREFIX = "xlwings-libreoffice-"
LEFT = "left-to.txt"
"""The file in a folder that names the process it was left to."""
SETTING = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
SETTINGS = (
    ("Setup/Office", "ooSetupInstCompleted", "true"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Misc", "ShowTipOfTheDay", "false"),
    ("Office.Recovery/RecoveryInfo", "Enabled", "false"),
    ("Office.Recovery/AutoSave", "Enabled", "false"),
)
"""No welcome, and nothing to recover from an office that was ended on purpose."""


class Profile:
    """A profile folder in the system's temporary folder, and the name of a pipe that goes with it."""

    def __init__(self) -> None:
        _remove_left()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.pipe = f"xlwings-{os.getpid()}-{self.folder.name.removeprefix(PREFIX)}"
        self.output = self.folder / "output.txt"
        self.pipes: set[Path] = set()
        user = self.folder / "user"
        user.mkdir()
        items = "\n".join(SETTING.format(path=p, name=n, value=v) for p, n, v in SETTINGS)
        (user / "registrymodifications.xcu").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
            'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
            f"{items}\n</oor:items>\n",
            encoding="utf-8",
        )

    def note_pipes(self, pid: int) -> None:
        """Notes the pipes that the office has opened, to remove those it leaves when it is killed."""
        try:
            mine = {
                str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()
            }
            lines = Path("/proc/net/unix").read_text("utf-8").splitlines()[1:]
        except OSError:
            return
        for line in lines:
            fields = line.split()
            if len(fields) > 7 and f"socket:[{fields[6]}]" in mine and "OSL_PIPE" in fields[7]:  # noqa: PLR2004
                self.pipes.add(Path(fields[7]))

    def leave(self, pid: int) -> None:
        """Leaves the folder to an office that goes on; it is removed when a later one starts."""
        (self.folder / LEFT).write_text(str(pid), encoding="ascii")

    def said(self) -> str:
        """What the office wrote while it ran, its last lines."""
        try:
            return "\n".join(self.output.read_text("utf-8", errors="replace").splitlines()[-5:])
        except OSError:
            return ""

    def remove(self) -> None:
        """Removes the folder and the pipes."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for pipe in self.pipes:
            pipe.unlink(missing_ok=True)


def _remove_left() -> None:
    """Removes the folders of offices that were left running and have ended since."""
    for mark in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LEFT}"):
        with contextlib.suppress(OSError, ValueError):
            if not exists(int(mark.read_text("ascii"))):
                shutil.rmtree(mark.parent, ignore_errors=True)

"""Where a user's own files for Excel and LibreOffice lie, on each system: worked out from names, nothing is touched."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from duesheet.errors import Refused
from duesheet.extension.component import interpreter as in_calc
from xlwings_libreoffice.programs import soffice

WINDOWS, MAC = "win32", "darwin"
_ADDIN = "Duesheet.xlam"
_BOX = ("Library", "Containers", "com.microsoft.Excel", "Data")
_STARTUP = (
    *("Library", "Group Containers", "UBF8T346G9.Office", "User Content.localized"),
    *("Startup.localized", "Excel"),
)
_SCRIPTS = ("Library", "Application Scripts", "com.microsoft.Excel")


@dataclass(frozen=True)
class Home:
    """A user's folders: `system` as Python names it, `folder` the home folder, `names` the environment."""

    system: str
    folder: Path
    names: Mapping[str, str]

    @classmethod
    def here(cls) -> "Home":
        """Those of whoever runs this."""
        return cls(sys.platform, Path.home(), dict(os.environ))

    @property
    def has_excel(self) -> bool:
        """Whether there is an Excel for this system at all."""
        return self.system in {WINDOWS, MAC}

    @property
    def addin(self) -> Path:
        """Where Excel starts add-ins from, and ours among them."""
        if self.system == WINDOWS:
            return self._roaming / "Microsoft" / "Excel" / "XLSTART" / _ADDIN
        return self.folder.joinpath(*_STARTUP) / _ADDIN

    @property
    def configuration(self) -> Path:
        """The user's file that the add-in reads its interpreter from."""
        if self.system == WINDOWS:
            return Path(self.names.get("USERPROFILE") or self.folder) / ".duesheet" / "duesheet.conf"
        return self.folder.joinpath(*_BOX) / "duesheet.conf"

    @property
    def scripts(self) -> Path:
        """Where Excel on a Mac takes scripts from that it may run."""
        return self.folder.joinpath(*_SCRIPTS)

    @property
    def local(self) -> Path:
        """Windows' folder for programs of this user alone."""
        return Path(self.names.get("LOCALAPPDATA") or self.folder / "AppData" / "Local")

    @property
    def in_calc(self) -> Path:
        """The user's file that the extension of LibreOffice reads its interpreter from."""
        return in_calc.folder(self.system, self.names, self.folder) / in_calc.FILE

    @property
    def _roaming(self) -> Path:
        return Path(self.names.get("APPDATA") or self.folder / "AppData" / "Roaming")


def unopkg() -> Path:
    """LibreOffice's own program that installs extensions. Raises Refused where LibreOffice is not found."""
    try:
        office = Path(soffice()).resolve()
    except Exception as error:
        raise Refused(f"{error} The extension is for LibreOffice; nothing was changed.") from error
    for name in ("unopkg", "unopkg.com", "unopkg.exe"):
        if (found := office.with_name(name)).is_file():
            return found
    raise Refused(f"There is no unopkg beside {office}. Install LibreOffice anew; nothing was changed.")

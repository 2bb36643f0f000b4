"""What is shipped is whole: the wheel's files, its dependencies, the license, the page of columns."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import duesheet
from duesheet.assets import folder

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SHIPPED = ("macros", "templates", "workbook")
LIMIT = 120

# Imported under another name than the one they are installed by.
INSTALLED_AS = {
    "dateutil": "python-dateutil",
    "css_inline": "css-inline",
    "email_validator": "email-validator",
    "google": "google-auth",
}
OURS = ("duesheet", "xlwings_libreoffice")
# Comes with LibreOffice, not with an installer of Python packages.
FROM_THE_SYSTEM = {"uno", "unohelper"}
# Installed for another dependency's sake: Polars and pandas hand each other frames through it.
FOR_OTHERS = {"pyarrow"}
# Part of a dependency, by the dependency's own word: Jinja2's safe text.
COMES_WITH_OTHERS = {"markupsafe"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared() -> set[str]:
    return {_normal(re.split(r"[<>=!~\[; ]", line, maxsplit=1)[0]) for line in PROJECT["dependencies"]}


def _imported() -> Iterator[str]:
    for path in (ROOT / "addin").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.split(".")[0]


def _foreign() -> set[str]:
    return {
        _normal(INSTALLED_AS.get(name, name))
        for name in _imported()
        if name not in {*sys.stdlib_module_names, *OURS, *FROM_THE_SYSTEM}
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel built from this checkout."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(target.glob("*.whl"))) as archive:
        return set(archive.namelist())


def _ours(path: Path) -> bool:
    left_out = "__pycache__" in path.parts or path.suffix == ".pyc" or path.name.startswith(("~$", ".~lock"))
    return path.is_file() and not left_out


def test_the_wheel_holds_every_module_and_asset(wheel: set[str]) -> None:
    """Every file of the package, and of macros, templates and workbook, is in the wheel."""
    modules = {
        path.relative_to(ROOT / "addin").as_posix()
        for package in OURS
        for path in (ROOT / "addin" / package).rglob("*")
        if _ours(path)
    }
    assets = {
        f"duesheet/assets/{path.relative_to(ROOT).as_posix()}"
        for name in SHIPPED
        for path in (ROOT / name).rglob("*")
        if _ours(path)
    }

    assert (modules | assets) - wheel == set()
    assert "duesheet/assets/workbook/layout.toml" in wheel
    assert any(name.startswith("duesheet/assets/templates/") for name in wheel)


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    """No test, no lock file and no stray folder goes into the wheel."""
    stray = {
        name
        for name in wheel
        if not name.startswith(
            (*(f"{package}/" for package in OURS), f"duesheet-{duesheet.__version__}.dist-info/")
        )
    }

    assert stray == set()
    assert not [name for name in wheel if "~" in name or "__pycache__" in name]


def test_every_library_that_is_imported_is_declared() -> None:
    """A fresh installation has every library the package imports."""
    assert _foreign() - _declared() - COMES_WITH_OTHERS == set()


def test_every_library_that_is_declared_is_imported() -> None:
    """No dependency is installed for nothing."""
    assert _declared() - _foreign() - FOR_OTHERS == set()


def test_the_command_is_installed_under_its_name() -> None:
    """The command `duesheet` starts a function that exists."""
    (entry,) = importlib.metadata.entry_points(group="console_scripts", name="duesheet")

    assert callable(entry.load())


def test_the_version_is_said_in_one_place() -> None:
    """The installed version is the one the package states."""
    assert importlib.metadata.version("duesheet") == duesheet.__version__


def test_the_license_is_the_one_declared() -> None:
    """LICENSE is the MIT license, in the name of the contributors."""
    words = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert PROJECT["license"] == "MIT"
    assert words.startswith("MIT License\n")
    assert "Duesheet contributors" in words


def test_the_shipped_folders_are_found_from_the_checkout() -> None:
    """Without an installation the shipped folders are those of the checkout."""
    assert [folder(name) for name in SHIPPED] == [ROOT / name for name in SHIPPED]


def test_the_page_of_columns_is_current() -> None:
    """docs/columns.md is what docs/make_columns.py makes of the drawing today."""
    command = [sys.executable, str(ROOT / "docs" / "make_columns.py"), "--check"]
    done = subprocess.run(command, check=False, timeout=LIMIT)

    assert done.returncode == 0, "Run `python docs/make_columns.py`."

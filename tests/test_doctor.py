"""The doctor looks at one thing after another, and says what to do where something is missing."""

import datetime as dt
import json
import sys
from pathlib import Path

import pytest

from duesheet import doctor
from duesheet.demo import make
from duesheet.installing import excel
from duesheet.installing.home import Home
from duesheet.installing.steps import carry_out
from test_installing import mac, run, windows

PYTHON = Path("/opt/tools/bin/python")


def by_name(home: Home, python: Path = PYTHON, book: Path | None = None) -> dict[str, doctor.Check]:
    """What the doctor finds, by what it looked at."""
    return {one.what: one for one in doctor.examined(home, python, book)}


@pytest.mark.parametrize("make_home", [windows, mac])
def test_an_addin_that_is_set_up_is_well(tmp_path: Path, make_home: type) -> None:
    """After installing, the add-in and its interpreter are well; before, both say what to run."""
    home = make_home(tmp_path)
    before = by_name(home)
    carry_out(excel.installed(home, PYTHON))
    after = by_name(home)

    for what in ("Add-in", "Add-in's Python"):
        assert not before[what].well
        assert "duesheet addin install" in before[what].remedy
        assert after[what].well


def test_another_interpreter_is_noticed(tmp_path: Path) -> None:
    """An add-in that calls another Python than this one is to be set up again."""
    home = windows(tmp_path)
    carry_out(excel.installed(home, Path("/elsewhere/python")))

    assert not by_name(home)["Add-in's Python"].well


def test_an_addin_of_another_version_is_noticed(tmp_path: Path) -> None:
    """An add-in that is not the one of this Duesheet is to be set up again."""
    home = windows(tmp_path)
    carry_out(excel.installed(home, PYTHON))
    home.addin.write_bytes(home.addin.read_bytes() + b"\0")

    assert "another version" in by_name(home)["Add-in"].found


def test_the_library_for_functions_is_looked_for_on_windows(tmp_path: Path) -> None:
    """Without xlwings' library beside the interpreter, Excel's functions would fail; it says why and what to do."""
    found = by_name(windows(tmp_path))["Functions in Excel"]

    assert not found.well
    assert "Antivirus" in found.remedy
    assert "Functions in Excel" not in by_name(mac(tmp_path))


def test_a_workbook_is_looked_at_too(tmp_path: Path) -> None:
    """The workbook's journal and mail settings are among what is looked at."""
    book = tmp_path / "Collections.xlsx"
    make(book, dt.date(2026, 11, 23))
    found = by_name(Home("linux", tmp_path, {}), Path(sys.executable), book)

    assert found["Workbook"].well
    assert found["Journal"].well
    assert "Outbox" in found["Mail"].found


def test_a_file_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    """A file that cannot be opened is one thing to do among the others, not the end of it."""
    (tmp_path / "notes.xlsx").write_text("hello", encoding="utf-8")
    found = by_name(Home("linux", tmp_path, {}), Path(sys.executable), tmp_path / "notes.xlsx")

    assert not found["Workbook"].well
    assert found["Python"].well


def test_doctor_speaks_and_gives_json(tmp_path: Path) -> None:
    """In words each thing has a line; as JSON the same, and the exit code says whether something is to be done."""
    spoken, told = run("doctor", place=tmp_path), run("doctor", "--json", place=tmp_path)
    found = json.loads(told.stdout)

    assert spoken.returncode == told.returncode == int(not found["well"])
    assert all(f"{one['what']}: " in spoken.stdout for one in found["checks"])

"""The doctor looks at one thing after another, and says what to do where something is missing."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from duesheet import doctor
from duesheet.demo import make
from duesheet.doctor import bench, mail, offices
from duesheet.doctor.check import Check
from duesheet.installing import excel
from duesheet.installing.home import Home
from duesheet.installing.steps import carry_out
from mailroom import HERE, Frail
from ring import Ring, used
from shop import shop
from test_installing import mac, run, windows
from xlwings_libreoffice.programs import soffice

PYTHON = Path("/opt/tools/bin/python")


def by_name(home: Home, python: Path = PYTHON, book: Path | None = None) -> dict[str, Check]:
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
    assert "antivirus" in found.remedy
    assert "xlwings32-0.37.8.dll" in found.found
    assert "Functions in Excel" not in by_name(mac(tmp_path))


def test_the_library_for_functions_is_found_at_the_root_of_an_environment(tmp_path: Path) -> None:
    """A wheel lays both widths of the library beside the folder of the interpreter; one alone is not enough."""
    python = tmp_path / "tools" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    (tmp_path / "tools" / "xlwings32-0.37.8.dll").write_bytes(b"")
    before = list(bench.dll(windows(tmp_path), python))
    (tmp_path / "tools" / "xlwings64-0.37.8.dll").write_bytes(b"")

    assert [one.well for one in (*before, *bench.dll(windows(tmp_path), python))] == [False, True]
    assert "no xlwings64" in before[0].found


def test_a_python_excel_cannot_be_told_of_is_one_thing_to_do(tmp_path: Path) -> None:
    """A path with other letters is told by the doctor as by the installing, and does not end the examination."""
    found = offices.configured(windows(tmp_path), Path("/opt/J\u00f6rg/python"))

    assert not found.well
    assert "plain letters" in found.found


def test_a_python_without_the_bridge_is_noticed() -> None:
    """Where LibreOffice is, but this Python cannot talk to it, the doctor says how to get one that can."""
    there, bridge = offices.libreoffice(Path("/nowhere/python"))

    assert there.well
    assert there.found == soffice()
    assert not bridge.well
    assert "python3-uno" in bridge.remedy


def test_this_python_has_the_bridge() -> None:
    """The Python of the tests can talk to LibreOffice."""
    assert all(one.well for one in offices.libreoffice(Path(sys.executable)))


def test_a_folder_for_journals_that_cannot_be_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the journals cannot be written, nothing could be sent; it says which folder."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "file" / "data"))
    before = bench.journals()
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "new" / "data"))

    assert (before.well, bench.journals().well) == (False, True)
    assert str(tmp_path / "file") in before.remedy


def examined_mail(place: Path, *, connect: bool = False, **settings: str) -> list[Check]:
    """What the doctor says of the mail of a workbook with these settings."""
    found = mail.of(shop(place / "Collections.xlsx", carrier="SMTP", **settings), connect=connect)
    return [one for one in found if one.what.startswith("Mail")]


def test_mail_settings_that_are_missing_are_named(tmp_path: Path) -> None:
    """Without a host there is nobody to ask, and the settings to fill in are named."""
    (found,) = examined_mail(tmp_path)

    assert not found.well
    assert "SMTP host" in found.found


def test_a_mail_server_nobody_knows_is_told(tmp_path: Path) -> None:
    """A host that is no name of a computer is told before anything is sent to it."""
    _, found = examined_mail(tmp_path, smtp_host="mail example", smtp_security="TLS", smtp_port="465")

    assert not found.well
    assert "mail example" in found.found


def test_a_server_is_tried_only_when_asked(tmp_path: Path) -> None:
    """Without --connect nobody calls the server; with it the line is opened, and no letter goes."""
    with Frail() as server:
        there: dict[str, Any] = {"smtp_host": HERE, "smtp_port": str(server.port), "smtp_security": "None"}
        quiet = examined_mail(tmp_path, **there)
        before = server.connections
        (tmp_path / "Collections.xlsx").unlink()
        loud = examined_mail(tmp_path, connect=True, **there)

    assert (before, server.connections, server.kept) == (0, 1, [])
    assert all(one.well for one in (*quiet, *loud))
    assert "--connect" in quiet[-1].found
    assert "takes letters" in loud[-1].found


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """Where nothing listens, the doctor says so in the words that sending would use."""
    with Frail() as server:
        port = server.port
    found = examined_mail(tmp_path, connect=True, smtp_host=HERE, smtp_port=str(port), smtp_security="None")

    assert not found[-1].well
    assert found[-1].found


def test_a_user_who_is_not_signed_in_is_told(tmp_path: Path) -> None:
    """Settings that name a user need a sign-in, and the verb for it is named."""
    with used(Ring()):
        named, _ = examined_mail(
            tmp_path, smtp_host=HERE, smtp_port="25", smtp_security="None", smtp_user="ann"
        )

    assert not named.well
    assert "duesheet sign-in" in named.remedy


def test_a_workbook_that_is_open_is_told(tmp_path: Path) -> None:
    """A lock beside the workbook is told with who holds it."""
    book = shop(tmp_path / "Collections.xlsx")
    (tmp_path / "~$Collections.xlsx").write_bytes(b"")
    (found,) = mail.of(book, connect=False)

    assert not found.well
    assert "is open: Excel" in found.found


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

"""Setting the add-in up for a user, in made-up homes of three systems: what is written, kept, refused, taken away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from duesheet import xlam
from duesheet.assets import folder
from duesheet.errors import Refused
from duesheet.installing import calc, excel
from duesheet.installing.home import Home
from duesheet.installing.steps import Step, carry_out, left

SHIPPED = (folder("macros") / xlam.NAME).read_bytes()


def windows(place: Path) -> Home:
    """A home on Windows."""
    names = {
        "APPDATA": str(place / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(place / "AppData" / "Local"),
        "USERPROFILE": str(place),
    }
    return Home("win32", place, names)


def mac(place: Path) -> Home:
    """A home on a Mac."""
    return Home("darwin", place, {})


def files(place: Path) -> set[str]:
    """Every file below a folder."""
    return {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}


WINDOWS_ADDIN = "AppData/Roaming/Microsoft/Excel/XLSTART/Duesheet.xlam"
MAC_ADDIN = (
    "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel/Duesheet.xlam"
)


def test_on_windows_two_files_are_written(tmp_path: Path) -> None:
    """The add-in lies where Excel starts add-ins, and the user's file names the interpreter by %LOCALAPPDATA%."""
    home = windows(tmp_path)
    python = tmp_path / "AppData" / "Local" / "uv" / "tools" / "duesheet" / "Scripts" / "python.exe"
    carry_out(excel.installed(home, python))

    assert files(tmp_path) == {WINDOWS_ADDIN, ".duesheet/duesheet.conf"}
    assert (tmp_path / WINDOWS_ADDIN).read_bytes() == SHIPPED
    told = (tmp_path / ".duesheet" / "duesheet.conf").read_text(encoding="ascii")
    assert told == '"INTERPRETER_WIN","%LOCALAPPDATA%\\uv\\tools\\duesheet\\Scripts\\python.exe"\n'


def test_on_windows_lines_end_as_vba_reads_them(tmp_path: Path) -> None:
    """VBA knows no line that ends in a line feed alone."""
    home = windows(tmp_path)
    carry_out(excel.installed(home, Path("/opt/python")))

    assert home.configuration.read_bytes() == b'"INTERPRETER_WIN","/opt/python"\r\n'


def test_what_the_user_wrote_stays_to_the_byte(tmp_path: Path) -> None:
    """Other entries keep their letters, in whatever code page, their line ends, and their place."""
    home = windows(tmp_path)
    home.configuration.parent.mkdir(parents=True)
    own = '"PYTHONPATH","C:\\J\u00f6rg"\r\nSHOW CONSOLE, True'.encode("cp1252")
    home.configuration.write_bytes(own + b'\r\n"interpreter_win","C:\\old.exe"')
    carry_out(excel.installed(home, Path("/opt/python")))
    held = home.configuration.read_bytes()
    home.configuration.write_bytes(held + b'"USE UDF SERVER","False"\r\n')

    assert held == own + b'\r\n"INTERPRETER_WIN","/opt/python"\r\n'
    assert left(excel.installed(home, Path("/opt/python"))) == []
    carry_out(excel.removed(home))
    assert home.configuration.read_bytes() == own + b'\r\n"USE UDF SERVER","False"\r\n'


def test_on_a_mac_the_script_comes_too(tmp_path: Path) -> None:
    """Excel's folders on a Mac get the add-in, the configuration, and the script of the pinned xlwings."""
    carry_out(excel.installed(mac(tmp_path), Path("/opt/tools/bin/python")))

    assert files(tmp_path) == {
        MAC_ADDIN,
        "Library/Containers/com.microsoft.Excel/Data/duesheet.conf",
        "Library/Application Scripts/com.microsoft.Excel/xlwings-0.37.8.applescript",
    }


SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"


def test_a_script_that_was_there_before_stays(tmp_path: Path) -> None:
    """Another add-in made with xlwings has brought the script: it is not taken away from it."""
    home = mac(tmp_path)
    script = excel.script(home)
    carry_out([script])
    carry_out(excel.installed(home, Path("/opt/python")))
    carry_out(excel.removed(home))

    assert files(tmp_path) == {f"{SCRIPTS}/{script.path.name}"}


def test_another_script_of_that_name_is_left(tmp_path: Path) -> None:
    """A file of that name that is not xlwings' is refused, and nothing is written."""
    home = mac(tmp_path)
    carry_out([excel.script(home)._replace(content=b"mine")])

    with pytest.raises(Refused, match="Move it away"):
        excel.installed(home, Path("/opt/python"))
    assert excel.script(home).path.read_bytes() == b"mine"


def test_the_script_of_an_older_version_goes(tmp_path: Path) -> None:
    """After an update the script of the version before, which came with Duesheet, is taken away."""
    home = mac(tmp_path)
    old = home.scripts / "xlwings-0.30.0.applescript"
    carry_out(
        [
            Step("old", old, b"1"),
            Step("note", home.configuration, f'"DUESHEET_SCRIPT","{old.name}"\n'.encode()),
        ]
    )
    carry_out(excel.installed(home, Path("/opt/python")))

    assert not old.exists()
    assert excel.script(home).done()
    carry_out(excel.removed(home))
    assert files(tmp_path) == set()


def test_a_note_that_names_another_file_takes_nothing_away(tmp_path: Path) -> None:
    """Only a script of xlwings' is ever taken away by the note about it."""
    home = mac(tmp_path)
    mine = home.scripts.parent / "mine.txt"
    carry_out(
        [Step("mine", mine, b"1"), Step("note", home.configuration, b'"DUESHEET_SCRIPT","../mine.txt"\n')]
    )
    carry_out(excel.removed(home))

    assert mine.exists()


@pytest.mark.parametrize("make", [windows, mac])
def test_a_second_time_there_is_nothing_to_do(tmp_path: Path, make: type) -> None:
    """Installing again changes no file; a dry run of it lists nothing."""
    home, python = make(tmp_path), Path("/opt/tools/bin/python")

    assert len(carry_out(excel.installed(home, python))) >= 2
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert left(excel.installed(home, python)) == []
    assert carry_out(excel.installed(home, python)) == []
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("make", [windows, mac])
def test_removing_leaves_the_home_as_it_was(tmp_path: Path, make: type) -> None:
    """What was written is taken away, what the user had in the configuration stays."""
    home, python = make(tmp_path), Path("/opt/tools/bin/python")
    home.configuration.parent.mkdir(parents=True)
    home.configuration.write_text('"SHOW CONSOLE","True"\n', encoding="ascii")
    carry_out(excel.installed(home, python))
    told = home.configuration.read_text(encoding="ascii")
    carry_out(excel.removed(home))

    assert told.startswith('"SHOW CONSOLE","True"\n"INTERPRETER_')
    assert files(tmp_path) == {home.configuration.relative_to(tmp_path).as_posix()}
    assert home.configuration.read_text(encoding="ascii") == '"SHOW CONSOLE","True"\n'
    assert carry_out(excel.removed(home)) == []


def test_an_older_addin_of_ours_is_replaced(tmp_path: Path) -> None:
    """Another version of Duesheet.xlam is ours: it is written over."""
    home = windows(tmp_path)
    carry_out(excel.installed(home, Path("/opt/python")))
    home.addin.write_bytes(SHIPPED + b"\0")

    assert excel.is_ours(home.addin)
    assert [step.path for step in left(excel.installed(home, Path("/opt/python")))] == [home.addin]


@pytest.mark.parametrize("plan", [lambda home: excel.installed(home, Path("/opt/python")), excel.removed])
def test_a_file_of_somebody_else_is_left(tmp_path: Path, plan: type) -> None:
    """A file of that name that was not made by Duesheet is neither written over nor taken away."""
    home = windows(tmp_path)
    home.addin.parent.mkdir(parents=True)
    home.addin.write_bytes(b"mine")

    with pytest.raises(Refused, match=r"was not made by Duesheet. Move it away"):
        plan(home)
    assert home.addin.read_bytes() == b"mine"


def test_an_excel_that_has_it_open_is_told(tmp_path: Path) -> None:
    """While Excel has the add-in open nothing is changed."""
    home = windows(tmp_path)
    carry_out(excel.installed(home, Path("/opt/python")))
    home.addin.with_name("~$Duesheet.xlam").write_bytes(b"")

    with pytest.raises(Refused, match="Close Excel"):
        excel.installed(home, Path("/elsewhere/python"))


def test_a_path_excel_cannot_read_is_told(tmp_path: Path) -> None:
    """An interpreter in a folder with other letters, outside the user's own, is refused with what to do."""
    with pytest.raises(Refused, match="plain letters"):
        excel.installed(windows(tmp_path), Path("/opt/Jörg/python"))


def test_a_user_with_other_letters_is_fine(tmp_path: Path) -> None:
    """The user's own folder may be called anything: Windows says where it is."""
    home = windows(tmp_path / "Jörg")
    python = home.local / "uv" / "python.exe"
    carry_out(excel.installed(home, python))

    assert "%LOCALAPPDATA%\\uv\\python.exe" in home.configuration.read_text(encoding="ascii")


def test_a_step_that_cannot_be_done_names_the_file(tmp_path: Path) -> None:
    """A folder in the way is told with its path, and the steps before it stay done."""
    first = Step("a file", tmp_path / "a", b"1")
    (tmp_path / "b" / "inside").mkdir(parents=True)

    with pytest.raises(Refused, match=r"b cannot be changed"):
        carry_out([first, Step("a folder", tmp_path / "b", b"2")])
    assert first.done()
    assert files(tmp_path) == {"a"}


def linux(place: Path) -> Home:
    """A home on Linux."""
    return Home("linux", place, {"XDG_CONFIG_HOME": str(place / "config")})


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (windows, "AppData/Local/duesheet/duesheet/libreoffice.json"),
        (mac, "Library/Application Support/duesheet/libreoffice.json"),
        (linux, "config/duesheet/libreoffice.json"),
    ],
)
def test_libreoffice_is_told_which_python(tmp_path: Path, make: type, where: str) -> None:
    """The extension's own file names the interpreter, and is taken away again."""
    home = make(tmp_path)
    carry_out(calc.installed(home, Path(sys.executable)))

    assert files(tmp_path) == {where}
    told = json.loads((tmp_path / where).read_text(encoding="utf-8"))
    assert told["interpreter"] == sys.executable
    assert left(calc.installed(home, Path(sys.executable))) == []
    carry_out(calc.removed(home))
    assert files(tmp_path) == set()


OFFICE = """#!/bin/sh
# Stands in for LibreOffice's unopkg, which refuses root; what it holds is the file beside it.
held="$(dirname "$0")/held"
case "$1" in
    add) [ -e "$(dirname "$0")/busy" ] && { echo "ERROR: it is running"; exit 1; }; cp "$3" "$held" ;;
    remove) rm "$held" ;;
    list) [ -e "$held" ] && echo "Identifier: org.duesheet.calc" ;;
esac
exit 0
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a LibreOffice that is none, first on the path."""
    folder = tmp_path / "office"
    folder.mkdir()
    for name in ("soffice", "unopkg"):
        (folder / name).write_text(OFFICE, encoding="ascii")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join((str(folder), os.environ["PATH"])))
    return folder


def test_the_extension_is_given_to_libreoffice_once(tmp_path: Path, stand_in: Path) -> None:
    """The first install gives it, the second has nothing to do, removing takes it away, once."""
    home = tmp_path / "home"
    said = [
        run("addin", verb, "--libreoffice", place=home)
        for verb in ("install", "install", "status", "remove", "remove")
    ]

    assert [one.returncode for one in said] == [0] * 5, said
    first, second, looked, gone, again = (one.stdout for one in said)
    assert "Duesheet.oxt" in first
    assert "libreoffice.json" in first
    assert "Nothing to do" in second
    assert looked.splitlines()[-1] == "All is well."
    assert "forget" in gone
    assert "Nothing to do" in again
    assert not (stand_in / "held").exists()
    assert files(home) == set()


def test_a_libreoffice_that_refuses_is_told(tmp_path: Path, stand_in: Path) -> None:
    """What LibreOffice says is passed on, and the next run tries again."""
    (stand_in / "busy").touch()
    refused = run("addin", "install", "--libreoffice", place=tmp_path / "home")
    (stand_in / "busy").unlink()
    done = run("addin", "install", "--libreoffice", place=tmp_path / "home")

    assert refused.returncode == 2
    assert "it is running" in refused.stderr
    assert "Duesheet.oxt" in done.stdout


def run(*words: str, place: Path) -> subprocess.CompletedProcess[str]:
    """The command `duesheet` in a home of its own."""
    place.mkdir(exist_ok=True)
    names = {
        **os.environ,
        "HOME": str(place),
        "USERPROFILE": str(place),
        "XDG_CONFIG_HOME": str(place / "config"),
    }
    command = [sys.executable, "-c", "from duesheet.start import main; main()", *words]
    return subprocess.run(command, env=names, capture_output=True, text=True, timeout=120, check=False)


def test_a_dry_run_only_tells(tmp_path: Path) -> None:
    """`addin install --dry-run` names each file it would write, and writes none."""
    done = run("addin", "install", "--libreoffice", "--dry-run", place=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "libreoffice.json" in done.stdout
    assert "Duesheet.oxt" in done.stdout
    assert files(tmp_path) == set()


@pytest.mark.parametrize(("switch", "name"), [((), "Duesheet.xlam"), (("--libreoffice",), "Duesheet.oxt")])
def test_build_writes_the_file(tmp_path: Path, switch: tuple[str, ...], name: str) -> None:
    """`addin build` writes the add-in, or the extension, into the folder named."""
    done = run("addin", "build", *switch, "--out", str(tmp_path), place=tmp_path)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / name).read_bytes().startswith(b"PK")
    if not switch:
        assert (tmp_path / name).read_bytes() == SHIPPED


def test_build_into_nowhere_is_told(tmp_path: Path) -> None:
    """A folder that is not there is refused by name."""
    done = run("addin", "build", "--out", str(tmp_path / "nowhere"), place=tmp_path)

    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_status_says_what_is_not_set_up(tmp_path: Path) -> None:
    """Before installing, status ends with 1 and says what to run."""
    done = run("addin", "status", "--json", place=tmp_path)
    told = json.loads(done.stdout)

    assert done.returncode == 1
    assert not told["well"]
    assert any("duesheet addin install" in one["remedy"] for one in told["checks"])

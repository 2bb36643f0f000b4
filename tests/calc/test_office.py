import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import gettempdir

import pytest
import xlwings

import xlwings_libreoffice
from xlwings_libreoffice import ObjectGone, OfficeError, OfficeGone, OfficeMissing, OfficeSilent
from xlwings_libreoffice.office import Office
from xlwings_libreoffice.uno_runtime import interface

LIMIT = 30


@pytest.fixture
def office_app(calc_app: xlwings.App) -> Iterator[xlwings.App]:
    """An office for one test, that the test may treat badly."""
    app = xlwings.App(visible=False)
    yield app
    app.kill()
    calc_app.activate()


def _office(app: xlwings.App) -> Office:
    office: Office = app.impl.office
    return office


def _group(app: xlwings.App) -> list[int]:
    """The processes of an office, by their process group."""
    group = os.getpgid(app.pid)
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


def _left(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def _eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + LIMIT
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def _traces(app: xlwings.App) -> tuple[Path, list[Path]]:
    profile = _office(app).profile
    assert profile is not None
    return profile.folder, list(profile.pipes)


@pytest.mark.parametrize("way", ["quit", "kill"])
def test_an_office_that_is_ended_leaves_nothing(office_app: xlwings.App, way: str) -> None:
    """After quit and kill no process, profile or pipe of the office is there."""
    processes = _group(office_app)
    folder, pipes = _traces(office_app)
    assert office_app.pid in processes
    assert folder.exists()
    assert pipes
    getattr(office_app, way)()
    assert _left(processes) == []
    assert not folder.exists()
    assert [pipe for pipe in pipes if pipe.exists()] == []
    assert office_app.pid not in xlwings.apps.keys()  # noqa: SIM118 (xlwings' Apps has no contains)


def test_an_office_with_unsaved_books_quits(office_app: xlwings.App) -> None:
    """Unsaved changes do not keep an office from quitting, nor does it take long."""
    office_app.books[0].sheets[0]["A1"].value = 1
    began = time.monotonic()
    office_app.quit()
    assert time.monotonic() - began < 8


def test_an_office_that_dies_is_told(office_app: xlwings.App) -> None:
    """When the office is killed from outside, the next call says so at once, and nothing is left."""
    sheet = office_app.books[0].sheets[0]
    processes = _group(office_app)
    folder, pipes = _traces(office_app)
    os.kill(office_app.pid, signal.SIGKILL)
    began = time.monotonic()
    with pytest.raises(OfficeGone, match="has ended"):
        _eventually(lambda: bool(sheet["A1"].address) and False)
    assert time.monotonic() - began < 5
    assert _eventually(lambda: not folder.exists() and not _left(processes))
    assert [pipe for pipe in pipes if pipe.exists()] == []


def test_an_office_closed_by_its_user_is_told(office_app: xlwings.App) -> None:
    """When the office ends by itself, calls say so, and it is no longer among the apps."""
    pid, book = office_app.pid, office_app.books[0]
    book.api.setModified(False)
    with contextlib.suppress(
        interface("com.sun.star.lang.DisposedException")
    ):  # it may be gone before it answers
        _office(office_app).desktop.terminate()
    with pytest.raises(OfficeGone):
        _eventually(lambda: not book.name)
    assert _eventually(lambda: pid not in xlwings.apps.keys())  # noqa: SIM118


def test_an_office_that_hangs_is_ended(office_app: xlwings.App) -> None:
    """A call to an office that stands still ends within seconds with an error, and the office with it."""
    sheet = office_app.books[0].sheets[0]
    processes = _group(office_app)
    folder, _ = _traces(office_app)
    os.kill(office_app.pid, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(OfficeSilent, match="no longer answered"):
        sheet["A1"].value = 1
    assert time.monotonic() - began < 20
    assert _eventually(lambda: not folder.exists() and not _left(processes))


def test_a_busy_office_is_left_to_work(office_app: xlwings.App) -> None:
    """An office that computes for longer than the watch waits is not taken for one that hangs."""
    book = office_app.books[0]
    slow = """
    Function Slow(seconds)
        Dim ends, n
        ends = Timer() + seconds
        Do While Timer() < ends
            n = n + 1
        Loop
        Slow = "done"
    End Function
    """
    book.api.BasicLibraries.createLibrary("Slow")
    book.api.BasicLibraries.getByName("Slow").insertByName("Module1", slow)
    assert book.macro("Slow")(8) == "done"


def test_an_office_is_left_running_on_request(calc_app: xlwings.App) -> None:
    """An office that is left outlives its program, and its folder goes when it has ended and another one starts."""
    program = (
        "import xlwings, xlwings_libreoffice\n"
        "app = xlwings.App(visible=False)\n"
        "app.impl.leave()\n"
        "print(app.pid, app.impl.office.where)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=90, check=True
    )
    pid, _, where = ran.stdout.strip().partition(" ")
    assert Path(f"/proc/{pid}").exists()
    app = xlwings_libreoffice.attach(pipe=where.partition("name=")[2])
    assert app.books[0].name == "Book1"
    app.quit()
    assert _eventually(lambda: not Path(f"/proc/{pid}").exists())
    folder = Path(gettempdir()) / f"xlwings-libreoffice-{where.rpartition('-')[2]}"
    assert folder.exists()
    with pytest.raises(OfficeGone):
        xlwings.App(spec="/bin/false")
    assert not folder.exists()
    calc_app.activate()


def test_offices_work_side_by_side(office_app: xlwings.App, calc_app: xlwings.App) -> None:
    """Two offices have profiles and pipes of their own, and each its own books."""
    one, other = _office(office_app), _office(calc_app)
    assert one.profile is not None
    assert other.profile is not None
    assert one.profile.folder != other.profile.folder
    assert one.where != other.where
    assert office_app != calc_app
    assert xlwings.apps.active == office_app
    office_app.books[0].sheets[0]["A1"].value = "mine"
    made = calc_app.books.add()
    assert made.sheets[0]["A1"].value is None
    with pytest.raises(NotImplementedError, match="one office to another"):
        made.sheets[0].copy(after=office_app.books[0].sheets[0])
    made.close()


def test_the_app_used_as_a_context_ends(calc_app: xlwings.App) -> None:
    """An app in a with statement starts with a book and is ended at its end."""
    with xlwings.App(visible=False) as app:
        pid = app.pid
        assert [book.name for book in app.books] == ["Book1"]
        assert app.books.add().name == "Book2"
    assert not Path(f"/proc/{pid}").exists()
    calc_app.activate()


def test_a_running_office_is_attached_to_by_pipe(calc_app: xlwings.App, office_app: xlwings.App) -> None:
    """An office that accepts connections is driven without having been started here."""
    pipe = _office(office_app).where.partition("name=")[2]
    app = xlwings_libreoffice.attach(pipe=pipe)
    assert app.pid == office_app.pid
    app.books["Book1"].sheets[0]["A1"].value = "seen"
    assert office_app.books[0].sheets[0]["A1"].value == "seen"
    with pytest.raises(OfficeError, match="nosuchpipe"):
        xlwings_libreoffice.attach(pipe="nosuchpipe")
    with pytest.raises(ValueError, match="either"):
        xlwings_libreoffice.attach()
    calc_app.activate()


def test_an_open_document_is_found_by_id_or_address(
    calc_app: xlwings.App, office_app: xlwings.App, tmp_path: Path
) -> None:
    """One never saved by its id, one with a file by its address too; the app is forgotten afterwards."""
    pipe = _office(office_app).where.partition("name=")[2]
    unsaved, saved = office_app.books.add(), office_app.books.add()
    saved.save(tmp_path / "saved.xlsx")
    before = len(xlwings.apps)
    for book, name in ((unsaved, "RuntimeUID"), (saved, "URL")):
        with xlwings_libreoffice.open_document(getattr(book.impl.doc, name), pipe=pipe) as found:
            found.sheets[0]["A1"].value = name
            assert found.app.books.active == found
        assert book.sheets[0]["A1"].value == name
    with (
        pytest.raises(ObjectGone, match="no longer open"),
        xlwings_libreoffice.open_document("none", pipe=pipe),
    ):
        pass
    assert len(xlwings.apps) == before
    unsaved.close()
    saved.close()
    calc_app.activate()


def test_a_program_that_is_not_there_is_told(calc_app: xlwings.App) -> None:
    """Starting a program that does not exist, or is no office, raises an error and leaves no folder."""
    before = set(Path(gettempdir()).glob("xlwings-libreoffice-*"))
    with pytest.raises(OfficeMissing):
        xlwings.App(spec="/nowhere/soffice")
    with pytest.raises(OfficeGone, match="did not start"):
        xlwings.App(spec="/bin/false")
    assert set(Path(gettempdir()).glob("xlwings-libreoffice-*")) <= before
    assert xlwings.apps.active == calc_app


def test_a_program_that_ends_takes_its_offices_along() -> None:
    """A program that forgets to quit leaves no process: its offices end with it."""
    program = (
        "import xlwings, xlwings_libreoffice\n"
        "app = xlwings.App(visible=False)\n"
        "app.books[0].sheets[0]['A1'].value = 1\n"
        "print(app.pid)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=90, check=True
    )
    assert not Path(f"/proc/{ran.stdout.strip()}").exists()

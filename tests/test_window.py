"""The sample workbook in a window of LibreOffice Calc, as a newcomer sees it."""

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xlwings
from PIL import Image

import xlwings_libreoffice
from duesheet import buttons, job
from duesheet.buttons import desk
from duesheet.demo import make
from screen import picture, screen, shown_on

_MINUTES = 3 * 60
_FEW_COLORS = 200
_PATIENCE, _MOMENT = 20, 1
_NOON = dt.datetime(2026, 11, 23, 12).astimezone()
_COMMAND = "from duesheet.start import main; main()"


@pytest.mark.skipif(sys.platform != "linux", reason="a screen without a monitor is there on Linux only")
def test_a_newcomer_sees_the_sample_refreshed_in_calc(xvfb: str, artifacts: Path, tmp_path: Path) -> None:
    """One command opens the sample at Aging in a window, refreshes it, and leaves it open; a picture is kept."""
    with screen(xvfb) as name:
        done = subprocess.run(
            [sys.executable, "-c", _COMMAND, "demo", "--calc", "shop"],
            cwd=tmp_path,
            env={**os.environ, "DISPLAY": name},
            check=False,
            capture_output=True,
            text=True,
            timeout=_MINUTES,
            stdin=subprocess.DEVNULL,
        )
        seen = picture(name)
        seen.save(artifacts / "calc.png")
        left = shown_on(name)

    assert done.returncode == 0, done.stderr
    assert "open in LibreOffice Calc" in done.stdout
    assert "ties out to the cent" in " ".join(done.stdout.split())
    assert left, "the window is gone"
    colors = seen.getcolors(maxcolors=seen.width * seen.height)
    assert colors is not None
    assert len(colors) > _FEW_COLORS
    assert not shown_on(name)


@pytest.mark.skipif(sys.platform != "linux", reason="a screen without a monitor is there on Linux only")
def test_a_cell_being_edited_in_calc_hinders_no_refresh(
    xvfb: str, artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refresh works while a cell is being edited in the window, and leaves the edit going on."""
    path = tmp_path / "Collections.xlsx"
    make(path, _NOON.date())
    monkeypatch.setattr(desk, "clock", lambda: job.Clock(_NOON))
    xlwings.engines[xlwings_libreoffice.engine.name].activate()
    with screen(xvfb) as name:
        monkeypatch.setenv("DISPLAY", name)
        app = xlwings.App(visible=True, add_book=False)
        try:
            book = app.books.open(str(path))
            book.sheets["Customers"].activate()
            book.sheets["Customers"]["G3"].select()
            at_rest = _settled(name)
            app.impl.dispatch(book.impl.doc.CurrentController.Frame, ".uno:SetInputMode")
            editing = _settled(name)
            said = buttons.refresh(book)
            still_editing = _settled(name)
            still_editing.save(artifacts / "editing.png")
            typed = book.sheets["Customers"]["G3"].value
        finally:
            app.kill()

    assert said.startswith("Refreshed as of 2026-11-23.")
    assert typed == "de"
    assert _marks(at_rest) != _marks(editing)
    assert _marks(editing) == _marks(still_editing)


def _settled(name: str) -> Image.Image:
    """The screen once nothing on it has moved for a moment."""
    limit = time.monotonic() + _PATIENCE
    seen = picture(name)
    while time.monotonic() < limit:
        time.sleep(_MOMENT)
        now = picture(name)
        if _marks(now) == _marks(seen):
            return now
        seen = now
    return seen


def _marks(seen: Image.Image) -> bytes:
    """The buttons beside the input line: a cross and a tick while a cell is being edited."""
    return seen.crop((150, 80, 225, 100)).tobytes()

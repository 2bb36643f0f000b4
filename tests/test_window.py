"""The sample workbook in a window of LibreOffice Calc, as a newcomer sees it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from screen import picture, screen, shown_on

_MINUTES = 3 * 60
_FEW_COLORS = 200
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

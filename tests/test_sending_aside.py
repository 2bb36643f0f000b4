"""Letters sent by a program of their own from a workbook that is open: the workbook stays usable, and Stop stops."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
import xlwings

from duesheet import buttons, job
from duesheet.buttons import desk
from duesheet.demo import make
from mailroom import Frail
from test_pressing import DAY, NOON, rows

PATIENCE = 120
ASIDE = """
import sys
from datetime import datetime
from duesheet import buttons, job
from duesheet.books.attaching import attached
from duesheet.buttons import desk
desk.clock = lambda: job.Clock(datetime(2026, 11, 23, 12).astimezone())
with attached(sys.argv[1], sys.argv[2]) as book:
    print(buttons.send(book, sure=True))
"""
"""What `python -m duesheet.buttons send` does, on the day of the demo, and without the question."""


@pytest.fixture
def frail() -> Iterator[Frail]:
    """A mail server that takes its time."""
    with Frail(slow=0.04) as server:
        yield server


@pytest.fixture
def window(
    tmp_path: Path, calc: xlwings.App, frail: Frail, monkeypatch: pytest.MonkeyPatch
) -> Iterator[xlwings.Book]:
    """The demo's workbook open in Calc, posting to the slow server."""
    monkeypatch.setattr(desk, "clock", lambda: job.Clock(NOON))
    make(tmp_path / "Collections.xlsx", DAY)
    book = calc.books.open(str(tmp_path / "Collections.xlsx"))
    page = book.sheets["Settings"]
    names = page.range("A1:A90").value
    settings = {
        "Carrier": "SMTP",
        "SMTP host": "127.0.0.1",
        "SMTP port": frail.port,
        "SMTP security": "None",
        "SMTP user": "",
        "Letters per minute": 60_000,
    }
    for name, value in settings.items():
        page.range((names.index(name) + 1, 2)).value = value
    yield book
    book.close()


def until(look: Callable[[], bool]) -> None:
    """Wait for it."""
    limit = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_stop_ends_a_run_in_another_program(window: xlwings.Book, frail: Frail) -> None:
    """While another program sends, cells can be typed; Stop ends it, and the rest goes with the next Send, once."""
    where = window.app.impl.office.where
    command = [sys.executable, "-c", ASIDE, where, Path(window.fullname).as_uri()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            until(lambda: len(frail.kept) >= 2 or process.poll() is not None)
            notes = window.sheets["Customers"].range("P2")
            notes.value = "typed meanwhile"
            assert notes.value == "typed meanwhile"
            assert buttons.stop(window).startswith("Stopping")
            said, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    first = len(frail.kept)
    sent = rows(window, "Reminders").filter(pl.col("Status") == "Sent")

    assert "Stopped as asked." in said
    assert "again for the rest" in said
    assert sent.height == first
    ready = (
        rows(window, "Reminders")
        .filter((pl.col("Status") == "Ready") & (pl.col("Channel") == "Email"))
        .height
    )
    assert ready > 0
    assert "letters sent." in buttons.send(window, sure=True)
    assert len(frail.kept) == first + ready
    assert (
        len({one.data.split(b"X-Duesheet-Key: ")[1].split(b"\r\n")[0] for one in frail.kept}) == first + ready
    )
    assert buttons.send(window, sure=True).startswith("Nothing to send.")

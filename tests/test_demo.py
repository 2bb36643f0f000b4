"""The demo: the main job on one machine with nothing else."""

import socket
import sys
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from duesheet import cli


def run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Run the demo; gives the exit code and what it printed."""

    def no_network(*_: object, **__: object) -> None:
        pytest.fail("The demo looked for a network.")

    monkeypatch.setenv("DUESHEET_DATA", str(folder.parent / "data"))
    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setattr(sys, "argv", ["duesheet", "demo", str(folder)])
    code = 0
    try:
        cli.main()
    except SystemExit as end:
        code = int(end.code or 0)
    said, told = capsys.readouterr()
    return code, said, told


def test_the_demo_makes_a_book_and_this_weeks_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A workbook, letters of every step as files, a page, a summary narrow enough to read, and no network."""
    code, said, _ = run(tmp_path / "demo", monkeypatch, capsys)
    box = tmp_path / "demo" / "outbox" / "Collections"
    files = sorted((box / "waiting").glob("*.eml"))
    messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    book = fastexcel.read_excel((tmp_path / "demo" / "Collections.xlsx").read_bytes())
    rows = book.load_sheet("Reminders").to_polars().filter(pl.col("Status") == "Ready")
    steps = Counter(rows["Step"].cast(pl.Int64))

    assert code == 0
    assert len(files) >= 15
    assert all(message["X-Duesheet-Key"] and message["To"] for message in messages)
    assert set(steps) == {0, 1, 2, 3, 4, 5}
    assert "Call" in rows["Channel"].to_list()
    assert (box / "index.html").exists()
    assert all(len(line) <= 80 for line in said.splitlines() if "Open the" not in line)
    assert "Nothing was sent." in said


def test_the_demo_does_not_overwrite_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second demo in the same folder says what to do, and leaves the first as it is."""
    run(tmp_path / "demo", monkeypatch, capsys)
    before = (tmp_path / "demo" / "Collections.xlsx").read_bytes()
    code, said, told = run(tmp_path / "demo", monkeypatch, capsys)

    assert (code, said) == (2, "")
    assert "is there already" in told
    assert (tmp_path / "demo" / "Collections.xlsx").read_bytes() == before

"""The program that posts is killed dozens of times, at any moment, with a mail server that fails too."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_kill_9_sends_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    """After forty kills over three batches no letter went twice, none is lost, and what is said of each is true."""
    command = [sys.executable, "-m", "benchmarks.crash", "--kills", "40", "--batches", "3", "--json"]
    with (tmp_path / "warned.txt").open("w", encoding="utf-8") as warned:
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=warned, text=True, timeout=500, check=False
        )
    assert done.returncode == 0, (tmp_path / "warned.txt").read_text(encoding="utf-8")
    ours = json.loads(done.stdout)["duesheet"]

    assert ours["kills"] >= 40
    assert ours["batches"] >= 3
    assert ours["amid"] >= 5  # a storm that strikes before anything was posted proves nothing
    assert [ours[name] for name in ("duplicates", "untrue", "unknown", "lost")] == [0, 0, 0, 0]
    assert ours["arrived"] + ours["in_doubt"] >= ours["letters"]

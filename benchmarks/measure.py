"""One command in a process of its own, measured whole: time by the clock, of the processor, peak memory.

Linux and macOS only: Windows tells no peak of a process that has ended.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
"""What the system counts peak memory in, in bytes."""


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds by the clock and of the processor, peak memory in MB; and what it said."""

    wall: float
    cpu: float
    peak: float
    said: Mapping[str, Any] = field(default_factory=dict)


def engine(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this folder."""
    return [sys.executable, "-m", f"benchmarks.{module}", *arguments]


def cost(command: Sequence[str], *, limit: float = 1800, fine: tuple[int, ...] = (0,)) -> Cost:
    """The cost of `command`, and the JSON it prints; killed after `limit` seconds.

    An exit code that is not `fine` ends the benchmark.

    The process that measures imports nothing big: a child's peak memory is never less than its parent's.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told, tempfile.TemporaryFile("w+") as warned:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=told, stderr=warned, stdin=subprocess.DEVNULL)
        alarm = threading.Timer(limit, process.kill)
        alarm.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        warned.seek(0)
        said, complaint = told.read(), warned.read()
    if process.returncode not in fine:
        sys.exit(f"{' '.join(command)} ended with exit code {process.returncode}:\n{said}{complaint}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * PEAK_UNIT / 1e6, _last_object(said))


def median(costs: Sequence[Cost]) -> Cost:
    """The run in the middle, by the clock."""
    return sorted(costs, key=lambda one: one.wall)[len(costs) // 2]


def _last_object(said: str) -> Mapping[str, Any]:
    begins = said.find("{")
    return dict(json.loads(said[begins:])) if begins >= 0 else {}

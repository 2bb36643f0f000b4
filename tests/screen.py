"""A screen without a monitor, for what only somebody who looks at a window would notice."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageGrab

_LIMIT = 20
_MOMENT = 1


@contextmanager
def screen(program: str, width: int = 1600, height: int = 900) -> Iterator[str]:
    """The name of a new screen, such as :7; whatever still shows on it at the end is stopped with it."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as said:
        command = [
            program,
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            f"{width}x{height}x24",
            "-nolisten",
            "tcp",
        ]
        server = subprocess.Popen(
            command, pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                name = f":{int(told.readline())}"
            yield name
            _end_all(name)
        finally:
            server.terminate()
            server.wait(_LIMIT)


def picture(name: str) -> Image.Image:
    """What the screen shows now."""
    return ImageGrab.grab(xdisplay=name)


def settled(name: str) -> Image.Image:
    """The screen once nothing on it has moved for a moment."""
    limit = time.monotonic() + _LIMIT
    seen = picture(name)
    while time.monotonic() < limit:
        time.sleep(_MOMENT)
        now = picture(name)
        if now.tobytes() == seen.tobytes():
            return now
        seen = now
    return seen


def shown_on(name: str) -> list[int]:
    """The ids of the processes that show their windows on the screen."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            surroundings = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"DISPLAY={name}".encode() in surroundings:
            found.append(int(folder.name))
    return found


def _end_all(name: str) -> None:
    limit = time.monotonic() + _LIMIT
    while (left := shown_on(name)) and time.monotonic() < limit:
        for one in left:
            os.kill(one, signal.SIGKILL)
        time.sleep(0.1)

"""What is to be done to files, as values: looked at, told, and carried out; done twice, nothing is left to do."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from duesheet.errors import Refused


class Step(NamedTuple):
    """A file that is to hold `content`, or (None) not to be there; `what` says in words what it is."""

    what: str
    path: Path
    content: bytes | None

    def done(self) -> bool:
        """Whether it is so already."""
        if self.content is None:
            return not self.path.exists()
        return self.path.is_file() and self.path.read_bytes() == self.content

    def told(self) -> str:
        """The step in words."""
        verb = "Take away" if self.content is None else "Change" if self.path.exists() else "Write"
        return f"{verb} {self.what}: {self.path}"


def left(steps: Iterable[Step]) -> list[Step]:
    """The steps that are still to do."""
    return [step for step in steps if not step.done()]


def carry_out(steps: Iterable[Step]) -> list[str]:
    """Do what is left to do; gives each step in words. Raises Refused, naming the file, where one cannot be done."""
    told = []
    for step in left(steps):
        words = step.told()
        try:
            _take_away(step.path) if step.content is None else _write(step.path, step.content)
        except OSError as error:
            raise Refused(
                f"{step.path} cannot be changed ({error.strerror or error}). "
                "Close Excel and LibreOffice, and run this again; it goes on where it stopped."
            ) from error
        told.append(words)
    return told


def _take_away(path: Path) -> None:
    path.unlink(missing_ok=True)
    with suppress(OSError):  # only a folder that is ours alone and now empty
        if path.parent.name == ".duesheet":
            path.parent.rmdir()


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".duesheet-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

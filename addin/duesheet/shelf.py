"""Letters as files, each under the name of its key: in `waiting` until they are sent, then in `sent`.

Those that a person is to send lie in `drafts` instead.
"""

import os
import re
import time
from contextlib import suppress
from email.parser import BytesHeaderParser
from email.policy import default
from functools import lru_cache
from pathlib import Path

from duesheet import keys
from duesheet.errors import Refused

_PART = re.compile(r"_[0-9a-f]{16}\.\d+\.part$")
_YOUNG = 3600
_HEADERS = BytesHeaderParser(policy=default)


class Shelf:
    """A folder with letters in `waiting` and `sent`. A letter lies in one of them, never in both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._waiting = folder / "waiting"
        self._sent = folder / "sent"
        self._drafts = folder / "drafts"

    def waiting(self, key: str) -> Path:
        """Where the letter of `key` lies until it is sent."""
        return _file(self._waiting, key)

    def sent(self, key: str) -> Path:
        """Where the letter of `key` lies once it is sent."""
        return _file(self._sent, key)

    def draft(self, key: str) -> Path:
        """Where the letter of `key` lies as a draft, for a mail program to open."""
        return _file(self._drafts, key)

    def half_draft(self, key: str) -> Path:
        """Where it lies while it is being made: no mail program takes it for a letter."""
        return self.draft(key).with_suffix(".0.part")

    def read(self, key: str) -> bytes | None:
        """The waiting letter's bytes, or None when there is none that can be read."""
        try:
            return self.waiting(key).read_bytes()
        except OSError:
            return None

    def put(self, key: str, data: bytes) -> Path:
        """Lay a letter into `waiting`, whole or (in a crash) not at all. Raises Refused when that fails.

        It need not be on the disk: what the disk loses no longer has the digest the journal knows, and is not sent.
        """
        path = self.waiting(key)
        if path.exists() and self.read(key) == data:
            return path
        fresh = path.with_suffix(f".{os.getpid()}.part")  # another program may be writing the same letter
        try:
            self._lay(fresh, data)
            fresh.replace(path)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            raise Refused(f"The letter cannot be written to {path}: {error.strerror or error}.") from error
        return path

    def _lay(self, fresh: Path, data: bytes) -> None:
        try:
            fresh.write_bytes(data)
        except FileNotFoundError:  # the first letter of all
            self._waiting.mkdir(parents=True, exist_ok=True)
            self._sent.mkdir(exist_ok=True)
            fresh.write_bytes(data)

    def move(self, key: str, *, kept: bool = True) -> None:
        """Take a letter from `waiting` to `sent`, in one step. Raises OSError.

        `kept`: the step is on the disk then. Where the journal knows it, it need not be: it can be taken once more.
        """
        here, there = self.waiting(key), self.sent(key)
        if kept:
            with here.open("r+b") as file:
                os.fsync(file.fileno())
        try:
            here.replace(there)
        except FileNotFoundError:
            self._sent.mkdir(parents=True, exist_ok=True)
            here.replace(there)
        for folder in (self._sent, self._waiting) if kept else ():
            _keep(folder)

    def put_half_draft(self, key: str, data: bytes) -> None:
        """Make a draft as far as it goes without being one. Raises OSError."""
        self._drafts.mkdir(parents=True, exist_ok=True)
        _write(self.half_draft(key), data)

    def finish_draft(self, key: str) -> None:
        """Make the half-made draft a whole one, in one step that is on the disk then. Raises OSError."""
        self.half_draft(key).replace(self.draft(key))
        _keep(self._drafts)

    def sweep(self) -> None:
        """Take away what a crash left half written, unless it is young enough to be written just now."""
        for path in (*self._waiting.glob("*.part"), *self._drafts.glob("*.part")):
            with suppress(OSError):
                if _PART.search(path.name) and time.time() - path.stat().st_mtime > _YOUNG:
                    path.unlink()

    def drop(self, key: str) -> None:
        """Take a letter away that is not to be sent."""
        with suppress(OSError):  # open in another program: it stays until the next time
            self.waiting(key).unlink(missing_ok=True)

    def lying(self, book_id: str) -> list[str]:
        """The keys of the book's letters in `waiting`; a file of anybody else's is not among them."""
        found = (_key(path) for path in sorted(self._waiting.glob("*.eml")))
        return [key for key in found if key and keys.of_book(key, book_id)]


@lru_cache(maxsize=2**12)
def _file(folder: Path, key: str) -> Path:
    return folder / keys.file_name(key)


def _key(path: Path) -> str:
    """The key of our letter at `path`: its name must be the one its own header asks for."""
    try:
        with path.open("rb") as file:
            key = str(_HEADERS.parse(file)["X-Duesheet-Key"] or "")
    except OSError:
        return ""
    return key if keys.file_name(key) == path.name else ""


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _keep(folder: Path) -> None:
    """Have the folder itself on the disk, where the system lets a folder be opened for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""Where on this computer lies what is not in the workbook: the journals, and the user's own rates."""

import os
import re
from hashlib import sha256
from pathlib import Path

from platformdirs import user_data_path

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}")


def place(book_id: str) -> Path:
    """The journal's file on this computer, in the user's folder for data or the one `DUESHEET_DATA` names."""
    name = (
        book_id if _SAFE.fullmatch(book_id) else sha256(book_id.encode("utf-8", "surrogatepass")).hexdigest()
    )
    return _root() / name / "journal.sqlite"


def stop_file(book_id: str) -> Path:
    """The file whose being there stops the posting of the book's letters before the next one."""
    return place(book_id).with_name("stop")


def own_rates() -> Path:
    """The file with the user's own lines for the table of statutory rates; there need be none."""
    return _root() / "rates.toml"


def _root() -> Path:
    data = os.environ.get("DUESHEET_DATA")
    return Path(data) if data else user_data_path("Duesheet", appauthor=False)


def letters_of(book: Path) -> Path:
    """The folder of the letters of the workbook at `book`: `outbox/<its name>` in the same folder.

    >>> letters_of(Path("firm") / "Collections.xlsx").as_posix()
    'firm/outbox/Collections'
    """
    return book.parent / "outbox" / (book.stem.rstrip(" .") or "book")


def returns_of(book: Path) -> Path:
    """The folder beside them into which delivery reports are dropped.

    >>> returns_of(Path("firm") / "Collections.xlsx").as_posix()
    'firm/outbox/Collections/bounces'
    """
    return letters_of(book) / "bounces"

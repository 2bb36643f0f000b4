"""The last five versions of a book, in `.duesheet/versions/` beside it."""

import os
import re
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

KEPT = 5


def folder_of(book: Path) -> Path:
    """Where the versions of `book` lie."""
    return book.parent / ".duesheet" / "versions"


def versions(book: Path) -> list[Path]:
    """The versions of `book`, the oldest first."""
    named = re.compile(
        rf"{re.escape(book.stem)} \d{{4}}-\d\d-\d\d \d\d\.\d\d\.\d\d\.\d{{6}}{re.escape(book.suffix)}"
    )
    folder = folder_of(book)
    return sorted(file for file in folder.iterdir() if named.fullmatch(file.name)) if folder.is_dir() else []


def keep_version(book: Path) -> Path:
    """Lay the book as it is now among its versions."""
    folder = folder_of(book)
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S.%f")
    kept = folder / f"{book.stem} {now}{book.suffix}"
    try:
        os.link(book, kept)  # costs nothing: the save that follows gives the name of the book to another file
    except OSError:
        shutil.copy2(book, kept)
    return kept


def let_go(book: Path) -> None:
    """Remove all but the last five versions of `book`."""
    for old in versions(book)[:-KEPT]:
        with suppress(OSError):
            old.unlink()

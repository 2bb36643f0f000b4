"""Who has a workbook open: the small files Excel and LibreOffice lay beside it."""

import re
from pathlib import Path
from typing import NamedTuple

from duesheet.errors import BookRefused

_MOST = 4096
_UTF16_AT = 54
"""Excel's file holds the user's name twice, each after its length: in a code page at 0, in UTF-16 at 54."""
_UNESCAPED_COMMA = re.compile(r"(?<!\\),")


class Lock(NamedTuple):
    """A sign that a book is open: the file that says so, the program, the user's name (blank: unknown)."""

    file: Path
    program: str
    user: str

    def __str__(self) -> str:
        return f"{self.user} in {self.program}" if self.user else self.program


def opened_by(book: Path) -> Lock | None:
    """Who has `book` open, or None."""
    excel = book.with_name(f"~${book.name}")
    office = book.with_name(f".~lock.{book.name}#")
    if excel.exists():
        return Lock(excel, "Excel", _excel_user(_start(excel)))
    if office.exists():
        return Lock(office, "LibreOffice", _office_user(_start(office)))
    return None


def refuse_if_open(book: Path) -> None:
    """Raise BookRefused, naming who has `book` open and how to go on, unless nobody has."""
    lock = opened_by(book)
    if lock:
        raise BookRefused(
            f"{book.name} is open: {lock}. Save and close it there, then try again. If nobody has it open "
            f"any more, a crash left {lock.file.name} behind: delete that file."
        )


def _start(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST)
    except OSError:  # Excel for Windows lets nobody read its file
        return b""


def _excel_user(owner: bytes) -> str:
    if len(owner) > _UTF16_AT + 1:
        length = int.from_bytes(owner[_UTF16_AT : _UTF16_AT + 2], "little")
        wide = owner[_UTF16_AT + 2 : _UTF16_AT + 2 + 2 * length]
        if 0 < 2 * length == len(wide):
            return _name(wide.decode("utf-16-le", errors="replace"))
    return _name(owner[1 : 1 + owner[0]].decode("utf-8", errors="replace")) if owner else ""


def _office_user(lock: bytes) -> str:
    fields = [_name(field) for field in _UNESCAPED_COMMA.split(lock.decode("utf-8", errors="replace"))[:3]]
    name, account, host = [*fields, "", "", ""][:3]
    who = name or account
    return f"{who} on {host}" if who and host else who


def _name(raw: str) -> str:
    return "".join(letter for letter in raw.replace("\\,", ",") if letter.isprintable()).strip()[:80]

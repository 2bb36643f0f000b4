"""Who has a workbook open, told from the files Excel and LibreOffice lay beside it."""

from pathlib import Path

import pytest

from duesheet.books.locks import opened_by, refuse_if_open
from duesheet.errors import BookRefused


def _excel(user: str) -> bytes:
    """Excel's 165 bytes: the name in a code page, then in UTF-16, each after its length and padded."""
    narrow, wide = user.encode("cp1252", errors="replace"), user.encode("utf-16-le")
    start = bytes([len(narrow)]) + narrow.ljust(53)
    return start + len(user).to_bytes(2, "little") + wide.ljust(109, b" ")


def _book(folder: Path) -> Path:
    book = folder / "Collections.xlsx"
    book.write_bytes(b"PK")
    return book


def test_a_book_nobody_has_open_is_free(tmp_path: Path) -> None:
    """Without a lock file beside it a book is free, whatever else lies there."""
    book = _book(tmp_path)
    (tmp_path / "~$Other.xlsx").write_bytes(_excel("Jane Doe"))
    assert opened_by(book) is None
    refuse_if_open(book)


@pytest.mark.parametrize("user", ["Jane Doe", "Zoë Müller", "山田"])
def test_excel_tells_who_has_the_book(tmp_path: Path, user: str) -> None:
    """The user's name is read out of Excel's file, in any script."""
    book = _book(tmp_path)
    (tmp_path / "~$Collections.xlsx").write_bytes(_excel(user))
    with pytest.raises(BookRefused, match=f"is open: {user} in Excel. Save and close it there"):
        refuse_if_open(book)


def test_libreoffice_tells_who_has_the_book_and_where(tmp_path: Path) -> None:
    """Name and machine are read out of LibreOffice's file; a comma in a name is part of it."""
    book = _book(tmp_path)
    lock = tmp_path / ".~lock.Collections.xlsx#"
    lock.write_text("Doe\\, Jane,jdoe,desk-4,23.11.2026 14:05,file:///home/jdoe;", encoding="utf-8")
    assert str(opened_by(book)) == "Doe, Jane on desk-4 in LibreOffice"
    lock.write_text(",jdoe,,23.11.2026 14:05,file:///home/jdoe;", encoding="utf-8")
    assert str(opened_by(book)) == "jdoe in LibreOffice"


@pytest.mark.parametrize("content", [b"", b"\x05", b"\xff" * 200, b"\0" * 165, b",,,,;"])
def test_a_lock_nobody_can_read_still_locks(tmp_path: Path, content: bytes) -> None:
    """An empty or broken lock file refuses too, without a name."""
    book = _book(tmp_path)
    for name in ("~$Collections.xlsx", ".~lock.Collections.xlsx#"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BookRefused, match="is open"):
            refuse_if_open(book)
        (tmp_path / name).unlink()


def test_the_refusal_says_how_to_remove_a_stale_lock(tmp_path: Path) -> None:
    """After a crash the lock stays behind: the refusal names the file to delete."""
    book = _book(tmp_path)
    (tmp_path / ".~lock.Collections.xlsx#").write_text(",jdoe,desk-4,,;", encoding="utf-8")
    with pytest.raises(BookRefused, match=r"delete that file") as refused:
        refuse_if_open(book)
    assert ".~lock.Collections.xlsx#" in str(refused.value)

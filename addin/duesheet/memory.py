"""The way to the journal, for those who may find that there is none: its database library is slow to load."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from duesheet.entries import Record
from duesheet.whereabouts import place

if TYPE_CHECKING:
    from duesheet.journal import Journal

OpenJournal = Callable[[str, str], "Journal"]
"""Opens the journal of a book, by its id and the setting Journal."""


def open_journal(book_id: str, url: str = "") -> "Journal":
    """The journal of a book: a file on this computer, or a team's database at `url`."""
    from duesheet.journal import Journal  # noqa: PLC0415  as above

    return Journal.open(book_id, url)


def letters(book_id: str, url: str, journal: OpenJournal = open_journal) -> list[Record]:
    """What the journal knows of a book's letters; nothing for a book without an id, or that never had a letter."""
    if not book_id or (journal is open_journal and not url and not place(book_id).exists()):
        return []
    with journal(book_id, url) as memory:
        return memory.letters()

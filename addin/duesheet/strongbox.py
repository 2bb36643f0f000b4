"""Where a journal is kept: a file on this computer that survives a crash, or a team's database."""

import getpass
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sqlite3 import OperationalError
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from duesheet import vault
from duesheet.complaints import in_words
from duesheet.errors import Refused
from duesheet.register import LETTERS, METADATA
from duesheet.whereabouts import place

BUSY_MS = 15_000
"""How long a write waits for another program that is writing, before it says the journal is locked."""

_PAGES_AHEAD = 64
"""How much is written ahead, in pages of 4 kB, before the place is used again; a file that grows is slower."""

_PAUSE = 0.01
"""Seconds between two tries."""


def now() -> datetime:
    """This moment, to the second, in this computer's time zone."""
    return datetime.now(UTC).astimezone().replace(microsecond=0)


def who() -> str:
    """The user and the computer, for the record.

    >>> "@" in who()
    True
    """
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a service account may have no name
        name = "unknown"
    return f"{name}@{platform.node() or 'unknown'}"


def opened(book_id: str, url: str) -> sa.Engine:
    """The database at `url`, or the file on this computer when `url` is empty, with its table made."""
    target = vault.address(url) if url else _own(book_id)
    with in_words(target):
        engine = vault.engine(target)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _careful)
        try:
            _build(engine)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _own(book_id: str) -> sa.URL:
    file = place(book_id)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The folder for the journal, {file.parent}, cannot be made: {error.strerror}."
        ) from error
    return sa.URL.create("sqlite", database=str(file))


def _careful(connection: Any, _record: object) -> None:  # noqa: ANN401  each driver has its own connection
    """Each commit is on the disk before it is answered, and readers do not stop a writer."""
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}").close()
    _write_ahead(connection)
    for pragma in ("synchronous = FULL", "foreign_keys = ON", f"wal_autocheckpoint = {_PAGES_AHEAD}"):
        connection.execute(f"PRAGMA {pragma}").close()


@contextmanager
def unhurried(connection: sa.Connection) -> Iterator[None]:
    """What is written here is seen by every program at once, and is on the disk by the end of the next careful step.

    Only what a loss of power may take back: a program that dies loses nothing. For a file on this computer; a team's
    database is as careful as ever, for it may lose power while those who asked it go on.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    file: Any = connection.connection.driver_connection
    file.execute("PRAGMA synchronous = NORMAL").close()
    try:
        yield
        connection.commit()
    finally:
        connection.rollback()  # no careful step begins within this one
        file.execute("PRAGMA synchronous = FULL").close()


def _write_ahead(connection: Any) -> None:  # noqa: ANN401  as above
    """Write ahead; SQLite does not wait by itself while another program makes the same new journal do so."""
    limit = monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except OperationalError:
            if monotonic() > limit:
                raise
            sleep(_PAUSE)
        else:
            return


def _build(engine: sa.Engine) -> None:
    try:
        METADATA.create_all(engine)
    except DBAPIError:
        if not sa.inspect(engine).has_table(LETTERS.name):  # else another program made it at the same moment
            raise

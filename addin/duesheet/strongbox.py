"""Where a journal is kept: a database that survives a crash, and plain words when it fails."""

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
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from duesheet.errors import Refused
from duesheet.register import LETTERS, METADATA
from duesheet.whereabouts import place

BUSY_MS = 15_000
"""How long a write waits for another program that is writing, before it says the journal is locked."""

_PAUSE = 0.01
"""Seconds between two tries."""

_WORDS = (
    ("locked", "it is locked by another program. Close other Duesheet windows and try again"),
    ("busy", "it is locked by another program. Close other Duesheet windows and try again"),
    ("disk is full", "the disk is full. Make room and try again"),
    ("readonly", "it is write-protected. Allow writing to this file and its folder"),
    ("unable to open", "it cannot be opened. Check that the folder is there and that you may write to it"),
    ("not a database", "the file is damaged. Put it aside, together with its -wal file, and ask for help"),
    ("malformed", "the file is damaged. Put it aside, together with its -wal file, and ask for help"),
    ("disk i/o", "the disk could not be read or written. Check the drive and try again"),
)
_OTHERWISE = "the database did not do what it was asked. Check the setting Journal and the connection"


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
    target = _team(url) if url else _own(book_id)
    with in_words(target):
        engine = _engine(target)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _careful)
        try:
            _build(engine)
        except BaseException:
            engine.dispose()
            raise
    return engine


@contextmanager
def in_words(target: sa.URL) -> Iterator[None]:
    """Turns what SQLAlchemy raises into a Refused that says which journal and what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        told = str(getattr(error, "orig", None) or error)
        words = next(
            (words for sign, words in _WORDS if sign in told.lower()), f"{_OTHERWISE} ({told[:200]})"
        )
        raise Refused(f"The journal of letters ({_shown(target)}): {words}.") from error


def _own(book_id: str) -> sa.URL:
    file = place(book_id)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The folder for the journal, {file.parent}, cannot be made: {error.strerror}."
        ) from error
    return sa.URL.create("sqlite", database=str(file))


def _team(url: str) -> sa.URL:
    try:
        target = sa.make_url(url)
    except ArgumentError as error:
        raise Refused(
            "The setting Journal is not a database URL, such as postgresql://name@server/books."
        ) from error
    if target.password is not None or "password" in target.query:
        raise Refused(
            "The setting Journal holds a password. Take it out: whoever has the workbook can read it."
        )
    return target


def _engine(target: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(target)
    except ImportError as error:
        raise Refused(
            f"The journal ({_shown(target)}) needs the package {error.name}. Install it."
        ) from error


def _careful(connection: Any, _record: object) -> None:  # noqa: ANN401  each driver has its own connection
    """Each commit is on the disk before it is answered, and readers do not stop a writer."""
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}").close()
    _write_ahead(connection)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


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


def _shown(target: sa.URL) -> str:
    return str(target.database) if target.get_backend_name() == "sqlite" else target.render_as_string()

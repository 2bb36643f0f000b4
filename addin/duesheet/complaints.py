"""What a database says when it does not do what it was asked, in words that tell the user what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from duesheet.errors import Refused

_LOCKED = "it is locked by another program. Close other Duesheet windows and try again"
_FULL = "the disk is full. Make room and try again"
_DAMAGED = "the file is damaged. Put it aside, together with its -wal file, and ask for help"
_AWAY = "the database is not to be reached. Check the network (and the VPN), and the setting Journal, and try again"
_GONE = (
    "the line to the database broke. Try again when it is back; what was begun is put right then, "
    "and nothing is sent twice"
)
_STRANGER = (
    "the database does not let you in. Keep its password with: duesheet sign-in FILE --journal. "
    "Or ask whoever runs the database"
)
_FORBIDDEN = "you may not read or write there. Ask whoever runs the database for the right to do both"
_UNKNOWN = (
    "the server knows no such database or user. Check the setting Journal, or ask whoever runs the database"
)
_CROWDED = "too many are connected to the database. Try again in a moment"
_OPEN = (
    "the line to the database would not be encrypted, or the server does not prove who it is. "
    "Ask whoever runs the database about TLS"
)
_OTHERWISE = "the database did not do what it was asked. Check the setting Journal and the connection"

_STATES = (
    ("40", _LOCKED),
    ("55P03", _LOCKED),
    ("53300", _CROWDED),
    ("53100", _FULL),
    ("42501", _FORBIDDEN),
    ("25006", "it is write-protected. Ask whoever runs the database which server takes changes"),
    ("28", _STRANGER),
    ("3D000", _UNKNOWN),
    ("57P", _GONE),
    ("08", _GONE),
)
"""By the first signs of the code of the standard (SQLSTATE), which is the same in every language."""

_WORDS = (
    ("locked", _LOCKED),
    ("busy", _LOCKED),
    ("disk is full", _FULL),
    ("readonly", "it is write-protected. Allow writing to this file and its folder"),
    ("unable to open", "it cannot be opened. Check that the folder is there and that you may write to it"),
    ("not a database", _DAMAGED),
    ("malformed", _DAMAGED),
    ("disk i/o", "the disk could not be read or written. Check the drive and try again"),
    ("password", _STRANGER),
    ("authentication", _STRANGER),
    ("no pg_hba.conf entry", _STRANGER),
    ("ssl", _OPEN),
    ("certificate", _OPEN),
    ("does not exist", _UNKNOWN),
    ("too many", _CROWDED),
    ("remaining connection slots", _CROWDED),
    ("connection failed", _AWAY),
    ("connection timeout", _AWAY),
    ("resolve host", _AWAY),
    ("connection is", _GONE),
)

_CLASHES = ("40001", "40P01")


@contextmanager
def in_words(target: sa.URL) -> Iterator[None]:
    """Turns what SQLAlchemy raises into a Refused that says which journal and what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        raise Refused(f"The journal of letters ({shown(target)}): {_words(error)}.") from error


def clashed(refused: Refused) -> bool:
    """Whether two programs got in each other's way, so that trying again helps."""
    error = refused.__cause__
    return isinstance(error, IntegrityError) or (isinstance(error, DBAPIError) and _state(error) in _CLASHES)


def shown(target: sa.URL) -> str:
    """The database as the user knows it: the file, or the URL as it is typed on Settings."""
    backend = target.get_backend_name()
    return str(target.database) if backend == "sqlite" else target.set(drivername=backend).render_as_string()


def _words(error: SQLAlchemyError) -> str:
    told, state = str(getattr(error, "orig", None) or error), _state(error)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _GONE
    by_state = next((words for sign, words in _STATES if state.startswith(sign)), None)
    by_words = next((words for sign, words in _WORDS if sign in told.lower()), None)
    return by_state or by_words or f"{_OTHERWISE} ({told[:200]})"


def _state(error: SQLAlchemyError) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""

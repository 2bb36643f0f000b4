"""The database in which a team keeps its journal: where it is, without its password, and how it is reached.

A password comes from the keyring, or from the database's own ways: a password file (`pgpass`), Kerberos, a
certificate. The line to another machine is encrypted unless the URL or the environment says otherwise.
"""

import os
import re
from contextlib import suppress
from typing import Any
from urllib.parse import unquote_plus

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError

from duesheet import credentials
from duesheet.complaints import shown
from duesheet.errors import Refused

_POSTGRESQL = "postgresql"
_DRIVER = "postgresql+psycopg"
_PORT = 5432
_HERE = ("localhost", "127.0.0.1", "::1")
_SECRET = re.compile(r"(password|passwd|pwd)\s*=", re.IGNORECASE)

_LINE: dict[str, Any] = {
    "application_name": "Duesheet",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A server that has vanished is noticed within half a minute; seconds, the last in milliseconds."""

_SESSION = """
SELECT set_config('lock_timeout', '15s', false),
       set_config('statement_timeout', '60s', false),
       set_config('idle_in_transaction_session_timeout', '60s', false),
       CASE WHEN current_setting('synchronous_commit') = 'off'
            THEN set_config('synchronous_commit', 'on', false) END
"""
"""Nobody waits for ever for a program that hangs, and each commit is on the server's disk before it is answered."""


def address(url: str) -> sa.URL:
    """The database at `url`. Raises Refused when that is no URL, or holds a password."""
    if url.startswith("postgres://"):
        url = url.replace("postgres://", "postgresql://", 1)
    try:
        target = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise Refused(
            "The setting Journal is not a database URL, such as postgresql://name@server/books."
        ) from None
    if target.password is not None or _SECRET.search(unquote_plus(url)):
        raise Refused(
            "The setting Journal holds a password. Take it out: whoever has the workbook can read it. "
            "Keep it with: duesheet sign-in FILE --journal"
        )
    return target.set(drivername=_DRIVER) if target.get_backend_name() == _POSTGRESQL else target


def place(target: sa.URL) -> tuple[str, str]:
    """The names, of the host and of the user, under which the keyring keeps the password; blank: there is none.

    >>> place(address("postgresql://clerk@db.example.com/books"))
    ('database db.example.com:5432', 'clerk')
    """
    if not (target.host and target.username):
        return "", ""
    return f"database {target.host}:{target.port or _PORT}", target.username


def engine(target: sa.URL) -> sa.Engine:
    """The way to the database; nothing is connected yet. Raises Refused when its driver is not installed."""
    team = target.get_backend_name() == _POSTGRESQL
    try:
        made = sa.create_engine(target, **(_reaching(target) if team else {}))
    except ImportError as error:
        what = "the package psycopg" if team else f"the package {error.name}"
        how = 'Install it with: pip install "duesheet[team]"' if team else "Install it."
        raise Refused(f"The journal ({shown(target)}) needs {what}. {how}") from error
    if team:
        event.listen(made, "connect", _careful)
    return made


def _reaching(target: sa.URL) -> dict[str, Any]:
    """How SQLAlchemy is to connect: each connection is tried before it is used again after a pause."""
    line = {name: value for name, value in _LINE.items() if name not in target.query}
    if (
        target.host not in _HERE
        and "sslmode" not in target.query
        and "PGSSLMODE" not in os.environ  # the database's own way to say it
    ):
        line["sslmode"] = "require"
    secret = _kept(target)
    if secret is not None:
        line["password"] = secret
    line["prepare_threshold"] = None  # a pooler in between knows no prepared statements
    return {"connect_args": line, "isolation_level": "READ COMMITTED", "pool_pre_ping": True}


def _kept(target: sa.URL) -> str | None:
    host, user = place(target)
    with suppress(Refused):  # no keyring on this computer: the database has ways of its own
        return credentials.kept(host, user) if host else None
    return None


def _careful(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own connection
    connection.execute(_SESSION)
    connection.commit()

"""Which carrier takes the letters, as Settings has it; and which one knows what became of a letter of old."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from duesheet.carriers import Carrier
from duesheet.carriers.drafts import Drafts
from duesheet.carriers.folder import Folder
from duesheet.carriers.server import Server, named
from duesheet.entries import DRAFTS, Record
from duesheet.settings import Settings
from duesheet.shelf import Shelf

if TYPE_CHECKING:
    from duesheet.carriers.connection import Connection
    from duesheet.carriers.mailbox import Mailbox
    from duesheet.carriers.signing_in import SignIn

OUTBOX, SMTP = Folder.name, "SMTP"
_SHORT = 20
"""Seconds a trial waits for each answer."""

_PASSWORD = "Password"  # noqa: S105  a choice on Settings


def carrier(chosen: Settings, shelf: Shelf) -> Carrier:
    """The carrier Settings names, for the letters on `shelf`; nothing is connected yet.

    Raises Refused when Settings does not say enough for it.
    """
    if chosen.carrier == SMTP:
        return _smtp(chosen)
    return Drafts(shelf) if chosen.carrier == DRAFTS else Folder(shelf)


def finder(chosen: Settings, shelf: Shelf) -> Callable[[Record], bool | None]:
    """Tells of a letter whose sending broke off whether it went, by the carrier that had it; None: nobody knows."""
    box: list[Mailbox] = []

    def looked(message_id: str) -> bool | None:
        if not box:
            from duesheet.carriers.mailbox import mailbox  # noqa: PLC0415  only where a letter is in doubt

            box.append(mailbox(chosen))
        return box[0].sent(message_id)

    def arrived(found: Record) -> bool | None:
        if found.carrier == DRAFTS:
            return Drafts(shelf).arrived(found.key)
        if found.carrier == OUTBOX:
            return Folder(shelf).arrived(found.key)
        if found.carrier == SMTP and chosen.imap_host and chosen.smtp_host:
            return looked(found.message_id)
        return None

    return arrived


def line(chosen: Settings) -> "Connection":
    """The line to the mail server Settings names, signed in as Settings says; it is opened by whoever needs it."""
    from duesheet.carriers.connection import Connection, Patience  # noqa: PLC0415  loads the mail libraries

    there = named(chosen)
    return Connection(there, _sign_in(chosen, there), Patience(connect=_SHORT, answer=_SHORT))


def _smtp(chosen: Settings) -> Carrier:
    from duesheet.carriers.smtp import Smtp  # noqa: PLC0415  loads the mail libraries

    there = named(chosen)
    return Smtp(there, _sign_in(chosen, there))


def _sign_in(chosen: Settings, there: Server) -> "SignIn":
    from duesheet.carriers.signing_in import bearer, nobody, password  # noqa: PLC0415  loads the mail libraries

    if not there.user:
        return nobody()
    return password(there) if chosen.smtp_sign_in == _PASSWORD else bearer(there)

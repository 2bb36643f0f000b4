"""The sender's own mailbox, looked into over IMAP for letters in doubt and for letters that came back.

Nothing is ever changed there: folders are examined, messages peeked at.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from enum import StrEnum
from itertools import chain

from duesheet import credentials
from duesheet.carriers.server import named
from duesheet.carriers.signing_in import granted
from duesheet.credentials import AGAIN
from duesheet.errors import DuesheetError, SignInNeeded
from duesheet.settings import Settings

TLS_PORT, PLAIN_PORT = 993, 143
_SECONDS = 20
_MOST_REPORTS = 100
_LONGEST_REPORT = 65_536
"""Bytes of a report that are read: what failed and the headers of the letter come first, its attachments last."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LINE = re.compile(r'\((?P<flags>[^)]*)\) (?P<mark>"[^"]*"|NIL) (?P<name>.+)', re.DOTALL)
_SHIFTED = re.compile(r"&([^-]*)-")
_SAFE = re.compile(r"[!#-\[\]-~]+")
_SENT_FLAG = "\\sent"
_SENT_NAMES = frozenset(
    name.casefold()
    for name in (
        "Sent",
        "Sent Items",
        "Sent Messages",
        "Sent Mail",
        "Sent-Mail",
        "Gesendet",
        "Gesendete Elemente",
        "Gesendete Objekte",
        "Éléments envoyés",
        "Messages envoyés",
        "Envoyés",
        "Elementos enviados",
        "Enviados",
    )
)

FAILURES = (OSError, imaplib.IMAP4.error, DuesheetError, ValueError)
"""What looking into a mailbox may raise; none of it is worth stopping a week's work for."""

SignsIn = Callable[[imaplib.IMAP4], None]


class Found(StrEnum):
    """What the Sent folder says of a letter.

    `absent` is no proof that it did not go: many servers file no copy of what a program hands in, and some only
    after a while. So it stays in doubt, and no machine sends it again.
    """

    THERE = "there"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Mailbox:
    """The mailbox of one user. It is connected to for each look, and no more once that has failed."""

    def __init__(
        self, host: str, port: int, sign_in: SignsIn, *, context: ssl.SSLContext | None = None
    ) -> None:
        self._host, self._port = host, port
        self._sign_in = sign_in
        self._context = context
        self.trouble = ""

    def sent(self, message_id: str) -> bool | None:
        """Whether the letter went: True when it lies in the Sent folder, otherwise nobody knows."""
        return True if self.look(message_id) is Found.THERE else None

    def look(self, message_id: str) -> Found:
        """What the Sent folder says of the letter with this Message-ID; `trouble` says why it is unknown."""
        if self.trouble or not _SAFE.fullmatch(message_id):
            return Found.UNKNOWN
        try:
            with self._open() as client:
                return _looked(client, message_id)
        except FAILURES as error:
            self.trouble = f"{self._host}: {error}"
            return Found.UNKNOWN

    def reports(self, since: date, known: Callable[[bytes], bool] = lambda _: False) -> list[bytes]:
        """Delivery reports that came into the inbox on or after `since`, the newest of them, as messages.

        `known` tells by the header with its Message-ID which need not be read again.
        """
        if self.trouble:
            return []
        try:
            with self._open() as client:
                client.select("INBOX", readonly=True)
                return list(_reports(client, since, known))
        except FAILURES as error:
            self.trouble = f"{self._host}: {error}"
            return []

    @contextmanager
    def _open(self) -> Iterator[imaplib.IMAP4]:
        context = self._context or ssl.create_default_context()
        if self._port == PLAIN_PORT:
            client = imaplib.IMAP4(self._host, self._port, timeout=_SECONDS)
        else:
            client = imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=_SECONDS)
        try:
            if self._port == PLAIN_PORT:
                client.starttls(context)
            self._sign_in(client)
            yield client
        finally:
            with suppress(*FAILURES):
                client.logout()


def mailbox(chosen: Settings, context: ssl.SSLContext | None = None) -> Mailbox:
    """The mailbox Settings names, signed in to as the mail server is."""
    host, port = place(chosen.imap_host)
    there = named(chosen)

    def with_password(client: imaplib.IMAP4) -> None:
        secret = credentials.kept(host, there.user)
        if secret is None:
            raise SignInNeeded(f"No password is kept for {there.user} at {host}. {AGAIN}")
        client.authenticate("PLAIN", lambda _: f"\0{there.user}\0{secret}".encode())

    def with_token(client: imaplib.IMAP4) -> None:
        token = granted(there).access()
        bearing = iter([f"user={there.user}\1auth=Bearer {token}\1\1".encode()])
        client.authenticate("XOAUTH2", lambda _: next(bearing, b""))  # a second question is the word no

    sign_in = with_password if chosen.smtp_sign_in == "Password" else with_token
    return Mailbox(host, port, sign_in, context=context)


def place(host: str) -> tuple[str, int]:
    """Host and port of the setting IMAP host; the port is that of TLS unless one is typed.

    >>> place("imap.example.com"), place("imap.example.com:143")
    (('imap.example.com', 993), ('imap.example.com', 143))
    """
    name, _, port = host.strip().partition(":")
    return name.lower(), int(port) if port.isdigit() else TLS_PORT


def _looked(client: imaplib.IMAP4, message_id: str) -> Found:
    folders = _sent_folders(client)
    if not folders:
        return Found.UNKNOWN
    for folder in folders:
        code, _ = client.select(folder, readonly=True)
        if code == "OK" and _numbers(client, "HEADER", "Message-ID", f'"{message_id}"'):
            return Found.THERE
    return Found.ABSENT


def _sent_folders(client: imaplib.IMAP4) -> list[str]:
    """The folders of sent mail, as they are named to the server: those it marks so (RFC 6154), else by their names."""
    _, lines = client.list()
    folders = [folder for line in lines if (folder := _folder(line))]
    marked = [name for flags, name, _ in folders if _SENT_FLAG in flags]
    return marked or [name for _, name, shown in folders if shown.casefold() in _SENT_NAMES]


def _folder(line: object) -> tuple[list[str], str, str] | None:
    """Flags, name for the server, and the last part of the name for people, of a line of LIST."""
    whole = b" ".join(line) if isinstance(line, tuple) else line  # a name too odd for quotes comes apart
    if not isinstance(whole, bytes):
        return None
    found = _LINE.match(re.sub(r"\{\d+\} ", "", whole.decode("ascii", "replace")))
    if found is None:
        return None
    raw = found["name"]
    name = raw if raw.startswith('"') else '"' + raw.replace("\\", "\\\\").replace('"', '\\"') + '"'
    mark = found["mark"].strip('"').replace("\\\\", "\\")
    shown = _unshifted(name[1:-1])
    return found["flags"].lower().split(), name, shown.rpartition(mark)[2] if mark != "NIL" else shown


def _unshifted(name: str) -> str:
    """A folder's name in its own script (RFC 3501, 5.1.3).

    >>> _unshifted("&AMk-l&AOk-ments envoy&AOk-s"), _unshifted("R&-D")
    ('Éléments envoyés', 'R&D')
    """
    with suppress(UnicodeError):
        return _SHIFTED.sub(
            lambda part: f"+{part[1].replace(',', '/')}-".encode().decode("utf-7") if part[1] else "&", name
        )
    return name


def _numbers(client: imaplib.IMAP4, *terms: str) -> list[str]:
    _, found = client.uid("SEARCH", *terms)
    return found[0].decode("ascii").split() if found and found[0] else []


def _reports(client: imaplib.IMAP4, since: date, known: Callable[[bytes], bool]) -> Iterator[bytes]:
    day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
    kinds = (("HEADER", "Content-Type", '"delivery-status"'), ("FROM", '"mailer-daemon"'))
    listed = chain.from_iterable(_numbers(client, "SINCE", day, *kind) for kind in kinds)
    for number in sorted(set(listed), key=int)[-_MOST_REPORTS:]:
        if not any(map(known, _peeked(client, number, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"))):
            yield from _peeked(client, number, f"BODY.PEEK[]<0.{_LONGEST_REPORT}>")


def _peeked(client: imaplib.IMAP4, number: str, part: str) -> list[bytes]:
    _, found = client.uid("FETCH", number, f"({part})")
    return [one[1] for one in found if isinstance(one, tuple)]

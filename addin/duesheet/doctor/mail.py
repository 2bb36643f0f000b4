"""A workbook: whether it can be read, its journal, and the way to its mail server."""

import socket
from collections.abc import Iterator
from pathlib import Path

from duesheet import credentials, records
from duesheet.books.locks import refuse_if_open
from duesheet.doctor.check import Check
from duesheet.errors import DuesheetError
from duesheet.memory import letters
from duesheet.opening import opened
from duesheet.settings import Settings
from duesheet.whereabouts import place

_SMTP = "SMTP"
_SETTINGS = "Fill them in on the Settings sheet."


def of(book: Path, *, connect: bool) -> Iterator[Check]:
    """What is to be said of the workbook at `book`; `connect`: try its mail server too, sending nothing."""
    try:
        refuse_if_open(book)
        chosen = records.settings_of(opened(book))
    except DuesheetError as error:
        yield Check("Workbook", False, str(error))
        return
    yield Check("Workbook", True, str(book))
    yield _journal(chosen)
    if chosen.carrier != _SMTP:
        yield Check("Mail", True, f"Carrier is {chosen.carrier}: nothing is posted to a mail server")
        return
    yield _filled_in(chosen)
    if chosen.smtp_host:
        yield from _way(chosen, connect=connect)


def _journal(chosen: Settings) -> Check:
    if not chosen.book_id:
        return Check("Journal", True, "begins with the first refresh")
    try:
        count = len(letters(chosen.book_id, chosen.journal))
    except DuesheetError as error:
        return Check("Journal", False, str(error))
    where = "in the database of the team" if chosen.journal else str(place(chosen.book_id))
    return Check("Journal", True, f"{count:,} letters, {where}")


def _filled_in(chosen: Settings) -> Check:
    needed = {"SMTP host": chosen.smtp_host, "SMTP port": chosen.smtp_port, "From email": chosen.from_email}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        return Check("Mail", False, f"Settings lack {', '.join(missing)}", _SETTINGS)
    told = f"{chosen.smtp_host}, port {chosen.smtp_port}, {chosen.smtp_security}"
    if not chosen.smtp_user:
        return Check("Mail", True, f"{told}, without signing in")
    try:
        kept = credentials.kept(chosen.smtp_host, chosen.smtp_user) is not None
    except DuesheetError as error:
        return Check("Mail", False, f"{told}. {error}")
    who = f"signed in as {chosen.smtp_user}" if kept else f"not signed in as {chosen.smtp_user}"
    return Check("Mail", kept, f"{told}, {who}", "Run: duesheet sign-in FILE --check")


def _way(chosen: Settings, *, connect: bool) -> Iterator[Check]:
    """The server's address, and, where it is asked for, a connection that sends nothing."""
    try:
        socket.getaddrinfo(chosen.smtp_host, chosen.smtp_port or None)
    except (OSError, UnicodeError):
        remedy = "Is the computer online, and SMTP host on Settings spelled as your provider has it?"
        yield Check("Mail server", False, f"nobody knows the address of {chosen.smtp_host}", remedy)
        return
    if not connect:
        yield Check("Mail server", True, "has an address; --connect tries it, sending nothing")
        return
    yield _connected(chosen)


def _connected(chosen: Settings) -> Check:
    from duesheet.carriers.choosing import line  # noqa: PLC0415  the mail libraries

    try:
        there = line(chosen)
        refusal = there.open()
    except DuesheetError as error:
        return Check("Mail server", False, str(error))
    if refusal is not None:
        return Check("Mail server", False, refusal.words, "docs/sending.md says what each answer means.")
    there.hang_up()
    return Check("Mail server", True, f"{chosen.smtp_host} takes letters from here")

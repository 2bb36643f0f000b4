"""Delivery reports: which letter came back, from which address, and why.

A report is a message of the kind multipart/report (RFC 6522) with the fate of each recipient in a part of the kind
message/delivery-status (RFC 3464), and the letter, or its headers, beside it. Only what failed for good counts: a
report of a delay is no news. Of mail systems that write in prose only, a message of the postmaster that holds one of
our letters is taken as its return.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr
from hashlib import sha256
from pathlib import Path

from duesheet.entries import CAME_BACK, GONE, Record
from duesheet.envelope import plain
from duesheet.journal import Journal

_LONGEST_FILE = 20_000_000
_LONGEST_REASON = 160
_FAILED = "failed"
_POSTMASTERS = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mailsystem)@", re.IGNORECASE)
_KEY_LINE = re.compile(r"^[> \t]*X-Duesheet-Key:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_ID_LINE = re.compile(r"^[> \t]*Message-ID:[ \t]*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_VERDICT = re.compile(r"^.*\b5\d\d[ -].*$", re.MULTILINE)


@dataclass(frozen=True)
class Bounce:
    """One address a letter did not reach: `reason` in the words of the server, `key` and `message_id` of the letter.

    A report need not hold the letter; both are blank then.
    """

    address: str
    reason: str
    key: str = ""
    message_id: str = ""


def bounces(data: bytes) -> list[Bounce]:
    """What the report in `data` says did not arrive; nothing for a delay, or for any other message."""
    report = message_from_bytes(data, policy=compat32)
    key, message_id = _letter(report)
    fates = [
        fate
        for part in report.walk()
        if part.get_content_type() == "message/delivery-status"
        for fate in _fates(part)
    ]
    if not fates:
        return _in_prose(report)
    return [
        Bounce(_address(fate), _reason(fate), key, message_id)
        for fate in fates
        if str(fate["Action"] or "").strip().casefold() == _FAILED
    ]


def digest(data: bytes) -> str:
    """By it a report is known again: by its own Message-ID, however it came here."""
    own = str(message_from_bytes(data, policy=compat32)["Message-ID"] or "").strip()
    return sha256(own.encode("utf-8", "replace") if own else data).hexdigest()


def lying(folder: Path) -> Iterator[bytes]:
    """The messages in `folder`; what cannot be read, or is far too large for a report, is passed over."""
    for path in sorted(folder.glob("*.eml")):
        try:
            if path.stat().st_size <= _LONGEST_FILE:
                yield path.read_bytes()
        except OSError:
            continue


def note(reports: Iterable[bytes], journal: Journal, *, by_address: bool = False) -> list[str]:
    """Note in the journal which letters came back, by `reports`; gives their keys. Each report counts once.

    A report names the letter by its key or Message-ID. `by_address`: one that holds neither is of the last letter to
    that address; only for reports a person has chosen, for anybody can write such a message.
    """
    found = []
    for data in reports:
        known = digest(data)
        if known in journal.reports():
            continue
        letters = journal.letters()
        for key, why in _told(bounces(data), letters, by_address=by_address).items():
            told, whole = _together(next(one for one in letters if one.key == key), why)
            if journal.came_back(key, known, told, whole=whole):
                found.append(key)
    return found


def _together(letter: Record, why: str) -> tuple[str, bool]:
    """`why`, after what an earlier report said of the letter; and whether now nobody it went to has it."""
    before = letter.detail.removeprefix(CAME_BACK) if letter.detail.startswith(CAME_BACK) else ""
    told = f"{before}; {why}" if before else why
    return told, all(one.casefold() in told.casefold() for one in letter.recipients)


def _told(found: Iterable[Bounce], letters: Sequence[Record], *, by_address: bool) -> dict[str, str]:
    """By the key of each letter meant, from which addresses it came back and why."""
    told: dict[str, str] = {}
    for bounce in found:
        letter = _meant(bounce, letters, by_address=by_address)
        if letter:
            why = f"{_known_as(bounce, letter)} ({bounce.reason})"
            told[letter.key] = f"{told[letter.key]}; {why}" if letter.key in told else why
    return told


def _fates(part: Message) -> Sequence[Message]:
    """What is said of each recipient: every block but the first, which is about the whole message."""
    blocks = part.get_payload()
    return [one for one in blocks[1:] if isinstance(one, Message)] if isinstance(blocks, list) else []


def _address(fate: Message) -> str:
    """The address as we wrote it, where the report knows it; else the one it was forwarded to."""
    told = str(fate["Original-Recipient"] or fate["Final-Recipient"] or "")
    return plain(parseaddr(told.partition(";")[2])[1])


def _reason(fate: Message) -> str:
    diagnosis = str(fate["Diagnostic-Code"] or "").partition(";")[2]
    return plain(diagnosis or f"status {fate['Status'] or 'unknown'}", _LONGEST_REASON)


def _letter(report: Message) -> tuple[str, str]:
    """Key and Message-ID of the letter a report holds, whole or its headers only."""
    for part in report.walk():
        kind, payload = part.get_content_type(), part.get_payload()
        held: object = None
        if kind == "message/rfc822" and isinstance(payload, list):
            held = payload[0]
        elif kind == "text/rfc822-headers":
            held = message_from_string(_text(part))
        if isinstance(held, Message):
            return str(held["X-Duesheet-Key"] or "").strip(), str(held["Message-ID"] or "").strip()
    return "", ""


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _in_prose(report: Message) -> list[Bounce]:
    if report.get_content_type() == "multipart/report" or not _POSTMASTERS.match(
        parseaddr(str(report["From"] or ""))[1]
    ):
        return []
    text = "\n".join(_text(part) for part in report.walk() if part.get_content_maintype() == "text")
    key, message_id = _letter(report)
    key = key or next(iter(_KEY_LINE.findall(text)), "")
    message_id = message_id or next(iter(_ID_LINE.findall(text)), "")
    verdict = _VERDICT.search(text)
    reason = plain(verdict.group() if verdict else str(report["Subject"] or ""), _LONGEST_REASON)
    return [Bounce("", reason, key, message_id)] if verdict and (key or message_id) else []


def _meant(bounce: Bounce, letters: Sequence[Record], *, by_address: bool) -> Record | None:
    """The letter a bounce is about, if it is one of ours."""
    for letter in letters:
        if letter.key == bounce.key or (bounce.message_id and letter.message_id == bounce.message_id):
            return letter
    if not by_address or bounce.key or not bounce.address:
        return None
    told = bounce.address.casefold()
    written = [one for one in letters if one.state in GONE and told in map(str.casefold, one.recipients)]
    return max(written, key=lambda one: (one.as_of, str(one.settled_at)), default=None)


def _known_as(bounce: Bounce, letter: Record) -> str:
    """The address on Customers; where the report names another one, all of the letter's, for it may be any."""
    same = [one for one in letter.recipients if one.casefold() == bounce.address.casefold()]
    return ", ".join(same or letter.recipients)

"""The outside of a letter: addresses, names and subjects safe in a header, and the message itself."""

import re
import unicodedata
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from duesheet.letterhead import LETTERHEAD, header, quoted

_LONGEST_CELL = 2_000
_LONGEST_NAME = 60
_LONGEST_SUBJECT = 200
_BREAKS = {"Cc", "Zl", "Zp"}
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = " \t\r\n\u00a0\u200b\u200e\u200f\u2060\ufeff"
_EVERYDAY = re.compile(
    r"(?P<name>[A-Za-z0-9_+]+(?:[.-][A-Za-z0-9_+]+)*)@(?P<domain>(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+(?P<top>[A-Za-z]{2,24}))"
)
_LONGEST_EVERYDAY = 60
RESERVED = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})
"""Ends of domains that no mail reaches, as the library that checks all other addresses has them."""
_ALTERNATIVE = 'Content-Type: multipart/alternative;\r\n boundary="=_duesheet_{mark}"\r\n'
_MIXED = 'Content-Type: multipart/mixed; boundary="=_enclosed_{mark}"\r\n'
_QUOTED = "Content-Transfer-Encoding: quoted-printable\r\n"
_TEXT = f'Content-Type: text/plain; charset="utf-8"\r\n{_QUOTED}\r\n'
_HTML = f'Content-Type: text/html; charset="utf-8"\r\n{_QUOTED}MIME-Version: 1.0\r\n\r\n'
_SPECIALS = re.compile(r'[()<>@,:;"\[\]\\]+')


class Enclosure(NamedTuple):
    """A PDF that goes with a letter, under the name it has in the mail."""

    name: str
    data: bytes | Callable[[], bytes]
    """Its bytes, or what reads them: those of a file stay on the disk until they are needed."""
    statement: bool = False
    """Whether it is the statement of account; else it is an invoice."""

    def read(self) -> bytes:
        """Its bytes."""
        return self.data if isinstance(self.data, bytes) else self.data()


def plain(cell: str, longest: int = _LONGEST_CELL) -> str:
    r"""`cell` as one line: no control characters, line breaks or marks that turn the text around.

    >>> plain("Northwind\r\nBcc: x@example.com\0")
    'Northwind Bcc: x@example.com'
    >>> plain("x" * 50, longest=10)
    'xxxxxxxxx…'
    """
    line = " ".join(cell[: longest * 4].split())
    if not line.isprintable():
        line = " ".join("".join(map(_one_line, line)).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _one_line(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in _BREAKS:
        return " "
    return "" if kind == "Cs" or sign in _OVERRIDES else sign


def paragraphs(cell: str) -> str:
    r"""`cell` cleaned like `plain`, line by line, so that an address or bank details keep their lines.

    >>> paragraphs("IBAN DE00\r\nBIC\0 X")
    'IBAN DE00\nBIC X'
    """
    return "\n".join(plain(line) for line in cell.splitlines()).strip()


def addresses(cell: str) -> tuple[list[str], list[str]]:
    """The e-mail addresses in `cell` that can be written to; for each that cannot, why, in words.

    Several stand with `;` between them. A domain with letters beyond ASCII is given in its ASCII form.

    >>> addresses("ap@example.com; info@bücher.example.com")
    (['ap@example.com', 'info@xn--bcher-kva.example.com'], [])
    >>> addresses("josé@example.com")
    ([], ['"josé@example.com": "é" before the @ does not reach every mailbox; ask for another address'])
    """
    good: list[str] = []
    bad: list[str] = []
    for part in re.split("[;,]", cell):
        typed = part.strip(_INVISIBLE)
        if typed:
            address, why = _checked(typed)
            (good if address else bad).append(address or f'"{plain(typed, _LONGEST_NAME)}": {why}')
    return list(dict.fromkeys(good)), bad


def _checked(typed: str) -> tuple[str, str]:
    everyday = _EVERYDAY.fullmatch(typed) if len(typed) <= _LONGEST_EVERYDAY else None
    # The library takes an eighth of a millisecond for each address; a book of thousands of customers would feel it.
    if everyday and everyday["top"].lower() not in RESERVED:
        return f"{everyday['name']}@{everyday['domain'].lower()}", ""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  slow to load, and seldom needed

    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        return "", _why(typed, str(error))
    return found.ascii_email or "", ""


def _why(typed: str, told: str) -> str:
    strange = next(
        (sign for sign in typed.partition("@")[0] if not sign.isascii() and sign.isprintable()), ""
    )
    if strange and "@" in typed:
        return f'"{strange}" before the @ does not reach every mailbox; ask for another address'
    return "this is not an e-mail address. " + plain(told, _LONGEST_SUBJECT)


def literal(line: str) -> str:
    r"""`line` so that no mail program takes a part of it for an encoded word, which may hold any character.

    >>> literal("=?utf-8?q?=0D=0ABcc:_x=40example.com?=")
    '= ?utf-8?q? =0D=0ABcc:_x=40example.com? ='
    """
    return line.replace("=?", "= ?").replace("?=", "? =")


def _party(name: str, address: str) -> Address:
    shown = literal(plain(_SPECIALS.sub(" ", plain(name)), _LONGEST_NAME))
    mailbox, _, domain = address.rpartition("@")  # the library would parse what `addresses` has checked
    return Address(shown, mailbox, domain)


@lru_cache(maxsize=64)
def _parties(name: str, people: tuple[tuple[str, str], ...]) -> str:
    """The header that names these people; that of the sender is the same for every letter."""
    return header(name, [_party(*one) for one in people])


@lru_cache(maxsize=64)
def _about(subject: str) -> str:
    """The header of the subject; one subject often stands on many letters, and the library is slow with an umlaut."""
    return header("Subject", literal(plain(subject, _LONGEST_SUBJECT)))


def message(  # noqa: PLR0913  one argument for each header
    *,
    sender: tuple[str, str],
    reply_to: Sequence[str],
    to: Sequence[str],
    to_name: str,
    cc: Sequence[str],
    subject: str,
    key: str,
    language: str,
    written_at: datetime,
    message_id: str,
    text: str,
    html: str,
    enclosures: Sequence[Enclosure] = (),
) -> bytes:
    """The message as it goes over the line, fixed by its arguments alone: made again, it is the same byte for byte.

    It has a stand-in for each of the `enclosures`; `enclosing` puts their bytes in.
    Addresses must come from `addresses`; `sender` is a name and an address; `written_at` has a time zone.
    """
    head = (
        header("Message-ID", message_id),
        header("Date", format_datetime(written_at)),
        _parties("From", (sender,)),
        _parties("Reply-To", tuple(("", address) for address in reply_to)) if reply_to else "",
        _parties("To", tuple((to_name if len(to) == 1 else "", address) for address in to)),
        _parties("Cc", tuple(("", address) for address in cc)) if cc else "",
        _about(subject),
        header("X-Duesheet-Key", plain(key)),
        "MIME-Version: 1.0\r\n",
    )
    mark = sha256(message_id.encode()).hexdigest()[:24]
    forms = _TEXT + quoted(text), _HTML + quoted(html)
    body = (
        _ALTERNATIVE.format(mark=mark)
        + header("Content-Language", language)
        + _parts(f"=_duesheet_{mark}", forms)
    )
    if enclosures:
        files = (_attached(one.name, _stand_in(message_id, number)) for number, one in enumerate(enclosures))
        body = _MIXED.format(mark=mark) + _parts(f"=_enclosed_{mark}", (body, *files))
    return "".join((*head, body)).encode("ascii")


def _parts(boundary: str, parts: Iterable[str]) -> str:
    return "".join(f"\r\n--{boundary}\r\n{part}" for part in parts) + f"\r\n--{boundary}--\r\n"


def _attached(name: str, data: bytes) -> str:
    part = EmailMessage(policy=LETTERHEAD)
    part.set_content(
        data, maintype="application", subtype="pdf", disposition="attachment", filename=literal(name)
    )
    return part.as_bytes().decode("ascii")


def _stand_in(message_id: str, number: int) -> bytes:
    return sha256(f"{number} {message_id}".encode()).digest()


def enclosing(data: bytes, message_id: str, enclosures: Sequence[Enclosure]) -> bytes:
    """The message with its enclosures, read now and put in place of what stood for them.

    The standard library takes a third of a second to write down a file of 5 MB, and holds it several times.
    """
    for number, one in enumerate(enclosures):
        # The text comes before it and no header holds a blank line: the last place is the file's, whatever is written.
        head, gap, tail = data.rpartition(b"\r\n\r\n" + _lines(_stand_in(message_id, number)))
        if not gap:
            raise ValueError(f"The message has no place for {one.name}")
        data = b"".join((head, b"\r\n\r\n", _lines(one.read()), tail))
    return data


def _lines(data: bytes) -> bytes:
    """Base64 in lines, as the standard library writes it."""
    whole = b2a_base64(data, newline=False)
    return b"".join(whole[start : start + 76] + b"\r\n" for start in range(0, len(whole), 76))

"""One letter handed to a mail server, phase by phase, its point of no return in the code's plain sight."""

import re
import select
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from duesheet.carriers import Outcome
from duesheet.carriers.connection import Patience, line_of
from duesheet.carriers.failures import FAILURES, failed
from duesheet.carriers.replies import Phase, Reply, Verdict, gravest, is_yes, judged
from duesheet.envelope import plain

_LINE_END = re.compile(rb"\r\n|\r|\n")
_ADDRESS = re.compile(r"[^\s<>,;\x00-\x1f\x7f]+@[^\s<>,;@\x00-\x1f\x7f]+")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Transaction:
    """One letter over one open connection. Make a new one for each letter."""

    def __init__(self, client: smtplib.SMTP, patience: Patience) -> None:
        self._client = client
        self._patience = patience
        self._phase = Phase.MAIL

    def carry(
        self, sender: str, recipients: Sequence[str], data: bytes, committing: Callable[[], None]
    ) -> Verdict:
        """Hand the letter over to all its recipients or, when one of them is refused, to nobody.

        What `committing` raises goes through, and the letter stays without its dot.
        """
        people = list(dict.fromkeys(recipients))
        refusal = self._until(lambda: self._handed_over(sender, people, data))
        if refusal is not None:
            return refusal
        committing()
        self._phase = Phase.DOT
        return self._until(self._ended) or Verdict(Outcome.SENT)

    def _until(self, step: Callable[[], Verdict | None]) -> Verdict | None:
        try:
            return step()
        except FAILURES as error:
            return failed(self._phase, error)

    def _handed_over(self, sender: str, recipients: Sequence[str], data: bytes) -> Verdict | None:
        """Everything up to the dot: until then a letter that breaks off is not delivered (RFC 5321, 4.1.1.4)."""
        body = as_sent(data)
        refused = next(self._refusals(sender, recipients, body), None)
        if refused is not None:
            return refused
        self._phase = Phase.BODY
        line_of(self._client).settimeout(self._patience.body)
        self._client.send(body)
        return replace(judged(self._phase, self._reply()), lost=True) if self._was_interrupted() else None

    def _refusals(self, sender: str, recipients: Sequence[str], body: bytes) -> Iterator[Verdict]:
        client = self._client
        line_of(client).settimeout(self._patience.answer)
        options, wanting = _options(client, [sender, *recipients], body)
        if wanting:
            yield Verdict(Outcome.REFUSED, wanting)
        yield from self._asked(client.mail(sender, options))
        self._phase = Phase.RCPT
        told = [(one, Reply(*client.rcpt(one))) for one in recipients]
        bad = [
            _about(one, judged(self._phase, reply)) for one, reply in told if not is_yes(self._phase, reply)
        ]
        if bad or not told:
            yield gravest(bad) if bad else Verdict(Outcome.REFUSED, "The letter has no recipient")
        self._phase = Phase.DATA
        yield from self._asked(client.docmd("DATA"))

    def _asked(self, answer: tuple[int, bytes]) -> Iterator[Verdict]:
        reply = Reply(*answer)
        if not is_yes(self._phase, reply):
            yield judged(self._phase, reply)

    def _was_interrupted(self) -> bool:
        """Whether the server has said something, or hung up, while the letter was handed over.

        What it says now is no answer to the dot, and whoever has hung up already takes no letter.
        """
        line, buffer = line_of(self._client), self._client.file
        try:
            line.setblocking(False)
            said = buffer.peek(1) if buffer else b""
        except (ssl.SSLWantReadError, BlockingIOError):
            return False
        finally:
            line.settimeout(self._patience.answer)
        return bool(said) or bool(select.select([line], [], [], 0)[0])

    def _ended(self) -> Verdict | None:
        line_of(self._client).settimeout(self._patience.end)
        self._client.send(b".\r\n")
        return judged(self._phase, self._reply())

    def _reply(self) -> Reply:
        return Reply(*self._client.getreply())


def as_sent(data: bytes) -> bytes:
    r"""The letter as it goes over the line, the lone dot still to come: every line ends alike, dots are doubled.

    >>> as_sent(b"One\n.two\r\n.\r\nthree")
    b'One\r\n..two\r\n..\r\nthree\r\n'
    """
    lines = _LINE_END.sub(b"\r\n", data)
    return _LEADING_DOT.sub(b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def _options(client: smtplib.SMTP, addresses: Sequence[str], body: bytes) -> tuple[list[str], str]:
    """What the server is told of the letter beforehand; and why it cannot be told, in words, or nothing."""
    strange = next((one for one in addresses if not _ADDRESS.fullmatch(one)), None)
    if strange is not None:
        return [], f"This is no address a letter can go to: {plain(strange)}"
    options = [f"SIZE={len(body)}"] if client.has_extn("size") else []
    beyond = next((one for one in addresses if not one.isascii()), None)
    if beyond is not None and not client.has_extn("smtputf8"):
        return [], f"The mail server takes no address with letters beyond A-Z: {beyond}"
    options += ["SMTPUTF8"] if beyond is not None else []
    options += ["BODY=8BITMIME"] if not body.isascii() and client.has_extn("8bitmime") else []
    return options, ""


def _about(recipient: str, verdict: Verdict) -> Verdict:
    return replace(verdict, words=f"{recipient}: {verdict.words}")

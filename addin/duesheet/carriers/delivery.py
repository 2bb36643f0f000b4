"""One letter handed to a mail server, phase by phase, its point of no return in the code's plain sight."""

import re
import select
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from duesheet.carriers import Outcome
from duesheet.carriers.commands import Command, envelope, first_refusal, grouped
from duesheet.carriers.connection import Patience, line_of
from duesheet.carriers.failures import FAILURES, failed
from duesheet.carriers.replies import Phase, Reply, Verdict, is_yes, judged
from duesheet.envelope import plain

_LINE_END = re.compile(rb"\r\n|\r|\n")
_ADDRESS = re.compile(r"[^\s<>,;\x00-\x1f\x7f]+@[^\s<>,;@\x00-\x1f\x7f]+")


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
        refusal = self._refusal(sender, recipients, body)
        if refusal is not None:
            return refusal
        self._phase = Phase.BODY
        line_of(self._client).settimeout(self._patience.body)
        self._client.send(body)
        return replace(judged(self._phase, self._reply()), lost=True) if self._was_interrupted() else None

    def _refusal(self, sender: str, recipients: Sequence[str], body: bytes) -> Verdict | None:
        """Why the letter may not be handed over, or nothing."""
        client = self._client
        line_of(client).settimeout(self._patience.answer)
        options, wanting = _options(client, [sender, *recipients], body)
        if wanting or not recipients:
            return Verdict(Outcome.REFUSED, wanting or "The letter has no recipient")
        groups = grouped(envelope(sender, recipients, options), pipelining=client.has_extn("pipelining"))
        return next(filter(None, map(self._refused, groups)), None)

    def _refused(self, group: Sequence[Command]) -> Verdict | None:
        """Say the commands of a group and hear every answer; gives why the talk may not go on, or nothing."""
        told: list[tuple[Command, Reply]] = []
        try:
            told.extend(self._told(group))  # what was heard before the line broke stays
        except FAILURES:
            refusal = first_refusal(told)
            if refusal is None:
                raise
            return replace(refusal, lost=True)
        refusal = first_refusal(told)
        last, answer = told[-1]
        # Whoever waits for a letter nobody is to get would take a lone dot for one without a word in it.
        waits = last.phase is Phase.DATA and is_yes(Phase.DATA, answer)
        return replace(refusal, lost=True) if refusal and waits else refusal

    def _told(self, group: Sequence[Command]) -> Iterator[tuple[Command, Reply]]:
        """Each command with its answer; a server that can hear them all at once is told all at once."""
        at_once = self._client.has_extn("pipelining")
        self._phase = group[0].phase
        if at_once:
            self._client.send(b"".join(command.line for command in group))
        for command in group:
            self._phase = command.phase
            if not at_once:
                self._client.send(command.line)
            yield command, self._reply()

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
    ends = data.count(b"\r\n")
    alike = ends == data.count(b"\n") == data.count(b"\r")
    lines = data if alike else _LINE_END.sub(b"\r\n", data)
    whole = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    return (b"." if whole.startswith(b".") else b"") + whole.replace(b"\n.", b"\n..")


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

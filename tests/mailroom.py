"""Mail servers for tests, on this machine only: an honest one, and one that fails where it is told."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from duesheet.carriers.connection import Patience
from duesheet.carriers.server import Server

HERE = "127.0.0.1"
SENDER = "ar@example.com"
QUICK = Patience(connect=3, answer=0.8, body=0.8, end=0.8)
"""A server that says nothing is soon given up in a test."""

DROP, SILENCE, HELD = "drop", "silence", "held"
_LINES = {"EHLO": "250-here\r\n250-SIZE 1000000\r\n250 8BITMIME", "DATA": "354 go on", "QUIT": "221 bye"}
_AT_ONCE = {"EHLO": "250-here\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250 8BITMIME"}


def server(port: int, **other: Any) -> Server:
    """The server at `port` of this machine, as Settings would name it."""
    plain: dict[str, Any] = {"host": HERE, "port": port, "security": "None", "user": "", "sender": SENDER}
    return Server(**plain | other)


@dataclass
class Fault:
    """At `phase` the server answers `does` instead: a reply, DROP (a reset), SILENCE, or HELD (with the next answer).

    `skip` lets so many go by first, `times` is how often; `stored`: the letter was kept nevertheless.
    """

    phase: str
    does: str
    skip: int = 0
    times: int = 1_000_000
    stored: bool = False

    def due(self, phase: str) -> bool:
        """Whether the fault strikes now."""
        if phase != self.phase:
            return False
        self.skip -= 1
        self.times -= self.skip < 0
        return self.skip < 0 <= self.times


@dataclass
class Stored:
    """A letter as the server has it."""

    sender: str
    recipients: list[str]
    data: bytes


class _Dropped(Exception):
    """The server has hung up."""


@dataclass
class Frail:
    """A mail server of raw sockets that keeps the letters it takes, and fails by its `faults`.

    `at_once`: it says that it hears several commands at once.
    """

    at_once: ClassVar[bool] = True
    faults: list[Fault] = field(default_factory=list)
    slow: float = 0
    on_kept: Callable[[int], None] = lambda _: None
    """Told how many letters are kept, before the sender has its answer."""
    kept: list[Stored] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0
    held: str = ""

    def __enter__(self) -> Self:
        self._door = socket.create_server((HERE, 0))
        self._open: list[socket.socket] = []
        self.port = self._door.getsockname()[1]
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for line in self._open:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def copies(self, text: str) -> int:
        """How many of the letters kept hold `text`."""
        return sum(text.encode() in one.data for one in self.kept)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(line)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._threads.append(threading.Thread(target=self._talk, args=(line,)))
            self._threads[-1].start()

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as heard, suppress(OSError, _Dropped):
            self._say(line, "GREETING", "220 here")
            letter = Stored("", [], b"")
            for said in heard:
                words = said.decode("utf-8", "replace").strip()
                self.said.append(words)
                letter = self._answer(line, heard, words, letter)
                if words.upper().startswith("QUIT"):
                    return

    def _answer(self, line: socket.socket, heard: Any, words: str, letter: Stored) -> Stored:
        verb = words.partition(" ")[0].upper()
        if verb == "MAIL":
            letter = Stored(_address(words), [], b"")
        lines = _LINES | (_AT_ONCE if self.at_once else {})
        if not self._say(line, verb, lines.get(verb, "250 ok")):
            return letter
        if verb == "RCPT":
            letter.recipients.append(_address(words))
        if verb == "DATA":
            self._take(line, heard, letter)
        return letter

    def _take(self, line: socket.socket, heard: Any, letter: Stored) -> None:
        rows = []
        for row in heard:
            if row == b".\r\n":
                break
            rows.append(row[1:] if row.startswith(b".") else row)
            self._say(line, "BODY", "")
        else:
            return
        letter.data = b"".join(rows)
        self._say(line, "DOT", "250 kept", before=lambda: self._keep(letter))

    def _keep(self, letter: Stored) -> None:
        self.kept.append(letter)
        self.on_kept(len(self.kept))

    def _say(
        self, line: socket.socket, phase: str, reply: str, before: Callable[[], None] = lambda: None
    ) -> bool:
        """Answer; whether it was the answer of a good day."""
        time.sleep(0 if phase == "BODY" else self.slow)
        fault = next((one for one in self.faults if one.due(phase)), None)
        if fault is None or fault.stored:
            before()
        if fault is not None and fault.does == HELD:
            self.held += f"{reply}\r\n"
            return True
        if fault is None:
            if reply:
                said, self.held = f"{self.held}{reply}\r\n", ""
                line.sendall(said.encode())
            return True
        if fault.does == SILENCE:
            self._ended.wait(5)
            raise _Dropped
        if fault.does == DROP:
            self._reset(line)
        line.sendall(f"{fault.does}\r\n".encode())
        if fault.does.startswith("421"):
            raise _Dropped
        return False

    def _reset(self, line: socket.socket) -> None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()
        raise _Dropped


def _address(words: str) -> str:
    return words.partition("<")[2].partition(">")[0]


class Keeper:
    """What aiosmtpd asks for each letter: keeps all, unless `refuse` has an answer for a recipient."""

    def __init__(self, refuse: Mapping[str, str] | None = None) -> None:
        self.kept: list[Stored] = []
        self._refuse = refuse or {}

    async def handle_RCPT(  # noqa: N802  aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept the recipient, or not."""
        if address in self._refuse:
            return self._refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        """Keep the letter."""
        data = envelope.content
        assert isinstance(data, bytes)
        self.kept.append(Stored(str(envelope.mail_from), list(map(str, envelope.rcpt_tos)), data))
        return "250 kept"


@contextmanager
def running(keeper: Keeper, **settings: Any) -> Iterator[int]:
    """An honest server with STARTTLS (`tls_context`) or TLS (`ssl_context`), sign-in and what else aiosmtpd has."""
    door = socket.create_server((HERE, 0))
    port = door.getsockname()[1]
    door.close()
    controller = Controller(keeper, hostname=HERE, port=port, **settings)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def knows(user: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator that takes this user with this password."""

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, told: Any) -> AuthResult:
        assert isinstance(told, LoginPassword)
        good = (told.login, told.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=good)

    return check

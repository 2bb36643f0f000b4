"""A mail server to measure against, in a process of its own: `python -m benchmarks.mailserver LOG`.

It prints its port, and adds a line to LOG for every letter it keeps: what its header X-Duesheet-Key (else To) says.
`--tls FILE` encrypts with the key and certificate in FILE, and lets anybody sign in.
`--delay SECONDS` waits before each answer. `--flaky SEED` makes it a bad one: of a hundred letters it keeps four and
hangs up before it says so, hangs up on four more without keeping them, puts off four, and hangs up on four at their
beginning.
"""

import argparse
import os
import random
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = "127.0.0.1"
_KEY = re.compile(rb"^(?:X-Duesheet-Key|X-Key): *(?:\r\n )?([^\r\n]+)", re.MULTILINE)
_DOT = b"\r\n.\r\n"
_ANSWERS = {
    b"EHLO": b"250-here\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n",
    b"AUTH": b"235 welcome\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
_GROUPED = (b"MAIL", b"RCPT", b"RSET")
"""What is answered together with the next command where that has come already, as RFC 2920 (3.2) has it."""


class _Heard:
    """What a client says, as far as it was heard."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._held = b""

    @property
    def more(self) -> bool:
        """Whether the next command has come already."""
        return b"\n" in self._held

    def lines(self) -> Iterator[bytes]:
        """The commands, until the client hangs up."""
        while self.more or self._listened():
            if self.more:
                line, _, self._held = self._held.partition(b"\n")
                yield line

    def letter(self) -> bytes | None:
        """All up to the lone dot, or None when the client hangs up before it."""
        self._held = b"\r\n" + self._held
        while _DOT not in self._held:
            if not self._listened():
                return None
        letter, _, self._held = self._held.partition(_DOT)
        return letter + b"\r\n"

    def _listened(self) -> bool:
        came = self._line.recv(65_536)
        self._held += came
        return bool(came)


class Server:
    """The server; `serve` goes on for ever."""

    def __init__(self, log: Path, delay: float, chance: random.Random | None, tls: Path | None) -> None:
        self._log = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._delay = delay
        self._chance = chance
        self._safe: ssl.SSLContext | None = None
        if tls:
            self._safe = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._safe.load_cert_chain(tls)
        self._door = socket.create_server((HERE, 0), backlog=100)
        self.port = self._door.getsockname()[1]

    def serve(self) -> None:
        """Take one connection after another, each in a thread."""
        while True:
            line, _ = self._door.accept()
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._met, args=(line,), daemon=True).start()

    def _met(self, line: socket.socket) -> None:
        with suppress(OSError):
            self._talk(self._safe.wrap_socket(line, server_side=True) if self._safe else line)

    def _talk(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            heard, answers = _Heard(line), b""
            self._say(line, b"220 here\r\n")
            for said in heard.lines():
                verb = said[:4].upper()
                if verb == b"MAIL" and self._unlucky():
                    _reset(line)
                    return
                answers += _ANSWERS.get(verb, b"250 ok\r\n")
                if verb in _GROUPED and heard.more:
                    continue
                self._say(line, answers)
                answers = b""
                if verb == b"QUIT" or (verb == b"DATA" and not self._took(line, heard)):
                    return

    def _took(self, line: socket.socket, heard: _Heard) -> bool:
        """Read a letter and answer it; False when the connection is gone."""
        letter = heard.letter()
        if letter is None:
            return False
        if self._unlucky():
            self._say(line, b"451 4.3.0 later\r\n")
            return True
        if self._unlucky():
            _reset(line)
            return False
        found = _KEY.search(letter)
        os.write(self._log, (found.group(1) if found else b"?") + b"\n")
        if self._unlucky():
            _reset(line)
            return False
        self._say(line, b"250 2.0.0 kept\r\n")
        return True

    def _unlucky(self) -> bool:
        return self._chance is not None and self._chance.random() < 0.04

    def _say(self, line: socket.socket, answer: bytes) -> None:
        if self._delay:
            time.sleep(self._delay)
        line.sendall(answer)


def _reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def running(log: Path, *words: str) -> Iterator[int]:
    """The server in a process of its own; gives its port, and ends it afterwards."""
    command = [sys.executable, "-m", "benchmarks.mailserver", str(log), *words]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None  # noqa: S101  it was asked for
    assert process.stdout is not None  # noqa: S101  as above
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


def kept(log: Path) -> list[str]:
    """The keys of the letters the server kept, one for each copy."""
    return log.read_text("utf-8").splitlines() if log.exists() else []


def main() -> None:
    """Serve until standard input ends."""
    words = argparse.ArgumentParser()
    words.add_argument("log", type=Path)
    words.add_argument("--tls", type=Path)
    words.add_argument("--delay", type=float, default=0)
    words.add_argument("--flaky", type=int)
    chosen = words.parse_args()
    chance = None if chosen.flaky is None else random.Random(chosen.flaky)  # noqa: S311  bad luck, no secrets
    server = Server(chosen.log, chosen.delay, chance, chosen.tls)
    print(server.port, flush=True)
    threading.Thread(target=server.serve, daemon=True).start()
    sys.stdin.read()  # it ends with whoever started it, however that one ends


if __name__ == "__main__":
    main()

"""The carrier over Microsoft Graph, against a web service here that answers, refuses, throttles and vanishes."""

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from duesheet.carriers import Carrier, Delivery, Outcome
from duesheet.carriers.graph import Graph
from duesheet.errors import CarrierFailed, Refused, SignInNeeded
from mailroom import HERE

DATA = b"To: ap@example.org\r\nSubject: Invoice 1001\r\n\r\nPlease pay.\r\n"
NO = "Content-Type: application/json\r\n"
WHY = '{"error": {"code": "ErrorX", "message": "because of Y"}}'
SILENCE, DROP, GARBAGE = "silence", "drop", "garbage"


@dataclass
class Service:
    """Answers each request by the next of `answers`: a code with headers, or a fault; keeps what came whole."""

    answers: list[str]
    kept: list[bytes] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    port: int = 0

    def serve(self, door: socket.socket, ended: threading.Event) -> None:
        """Take one connection after another."""
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            with line, suppress(OSError), line.makefile("rb") as incoming:
                headers = dict(
                    raw.decode().strip().split(": ", 1)
                    for raw in iter(incoming.readline, b"\r\n")
                    if b": " in raw
                )
                body = incoming.read(int(headers.get("Content-Length", "0")))
                if len(body) != int(headers.get("Content-Length", "-1")):
                    continue  # it broke off: nothing is sent
                self.kept.append(base64.b64decode(body))
                self.tokens.append(headers["Authorization"])
                self._answer(line, self.answers.pop(0), ended)

    def _answer(self, line: socket.socket, answer: str, ended: threading.Event) -> None:
        if answer == SILENCE:
            ended.wait(3)
        elif answer == GARBAGE:
            line.sendall(b"what?\r\n\r\n")
        elif answer != DROP:
            code, _, headers = answer.partition(" ")
            body = "" if code == "202" else WHY
            line.sendall(
                f"HTTP/1.1 {code} X\r\n{NO}{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )


@contextmanager
def serving(*answers: str) -> Iterator[Service]:
    """The service, on this machine."""
    service, ended = Service(list(answers)), threading.Event()
    door = socket.create_server((HERE, 0))
    service.port = door.getsockname()[1]
    thread = threading.Thread(target=service.serve, args=(door, ended))
    thread.start()
    try:
        yield service
    finally:
        ended.set()
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join(10)


class Purse:
    """Tokens without end, each a new one when a fresh one is asked for."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.count = 0
        self._trouble = trouble

    def access(self, *, fresh: bool = False) -> str:
        """The next token."""
        if self._trouble:
            raise self._trouble
        self.count += fresh
        return f"token-{self.count}"


def delivered(service: Service, committed: list[bool] | None = None, purse: Purse | None = None) -> Delivery:
    """What becomes of one letter."""
    calls = committed if committed is not None else []
    carrier: Carrier = Graph(
        purse or Purse(), service=f"http://{HERE}:{service.port}/v1.0/me/sendMail", seconds=0.5
    )
    with carrier:
        return carrier.deliver("k", ("ap@example.org",), DATA, lambda: calls.append(not service.kept))


def test_a_letter_goes_up_whole() -> None:
    """Accepted (202) is sent: the service has the letter byte for byte, and was told to whom by the letter alone."""
    committed: list[bool] = []
    with serving("202") as service:
        assert delivered(service, committed) == Delivery("k", Outcome.SENT)

    assert service.kept == [DATA]
    assert service.tokens == ["Bearer token-0"]
    assert committed == [True]


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ("400", Outcome.REFUSED, "ErrorX: because of Y"),
        ("413", Outcome.REFUSED, "413"),
        ("403", Outcome.STOP, "does not let this user send"),
        ("404", Outcome.STOP, "does not let this user send"),
        ("429 Retry-After: 17\r\n", Outcome.STOP, "Try again in 17 seconds"),
        ("429", Outcome.STOP, "Try again later"),
        ("503 Retry-After: 5\r\n", Outcome.STOP, "Try again in 5 seconds"),
        ("503", Outcome.IN_DOUBT, "no clear answer"),
        ("500", Outcome.IN_DOUBT, "no clear answer"),
        ("504", Outcome.IN_DOUBT, "no clear answer"),
        ("200", Outcome.IN_DOUBT, "no clear answer"),
        ("302", Outcome.IN_DOUBT, "no clear answer"),
        (SILENCE, Outcome.IN_DOUBT, "broke before"),
        (DROP, Outcome.IN_DOUBT, "broke before"),
        (GARBAGE, Outcome.IN_DOUBT, "broke before"),
    ],
)
def test_every_answer_means_one_thing(answer: str, outcome: Outcome, words: str) -> None:
    """A clear no is refused or stops the batch; whatever else follows the last byte leaves the letter in doubt."""
    with serving(answer) as service:
        delivery = delivered(service)

    assert delivery.outcome is outcome
    assert words in delivery.detail
    assert len(service.kept) == 1


def test_a_refused_token_is_replaced_once() -> None:
    """Told 401, it tries once more with a fresh token; the letter is committed once and goes once."""
    committed: list[bool] = []
    with serving("401", "202") as service:
        assert delivered(service, committed).outcome is Outcome.SENT

    assert service.tokens == ["Bearer token-0", "Bearer token-1"]
    assert len(committed) == 1


def test_a_sign_in_refused_twice_stops_the_batch() -> None:
    """Told 401 with a fresh token too, the user must sign in again."""
    with serving("401", "401") as service:
        delivery = delivered(service)

    assert delivery.outcome is Outcome.STOP
    assert "duesheet sign-in FILE" in delivery.detail


@pytest.mark.parametrize("trouble", [SignInNeeded("Run: duesheet sign-in FILE"), ConnectionError("no route")])
def test_without_a_token_nothing_is_asked(trouble: Exception) -> None:
    """Where there is no token, nothing is sent and nothing committed; the words are those of the trouble."""
    committed: list[bool] = []
    with serving() as service:
        delivery = delivered(service, committed, Purse(trouble))

    assert delivery.outcome is Outcome.STOP
    assert str(trouble) in delivery.detail
    assert committed == []


def test_a_service_out_of_reach_is_a_sure_no() -> None:
    """Nobody at the door: the letter did not go, and is not committed."""
    committed: list[bool] = []
    with serving() as gone:
        pass
    delivery = delivered(gone, committed)

    assert delivery.outcome is Outcome.RETRY
    assert "cannot be reached" in delivery.detail
    assert committed == []


def test_nothing_goes_when_it_may_not_be_committed() -> None:
    """When `committing` raises, the service never gets the last byte, and so no letter."""

    def taken() -> None:
        raise Refused("taken over")

    with serving("202") as service:
        carrier = Graph(Purse(), service=f"http://{HERE}:{service.port}/", seconds=0.5)
        with pytest.raises(Refused):
            carrier.deliver("k", (), DATA, taken)

    assert service.kept == []
    assert carrier.arrived("k") is None


def test_a_service_elsewhere_must_be_encrypted() -> None:
    """A token is told to nobody over an open line, save on this machine."""
    with pytest.raises(CarrierFailed, match="not encrypted"):
        Graph(Purse(), service="http://graph.example.com/sendMail")

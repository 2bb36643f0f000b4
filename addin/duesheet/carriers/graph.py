"""A carrier over Microsoft Graph, for mailboxes that may not hand in mail by SMTP.

Settings does not offer it: the choices of Carrier are part of the workbook's contract. It stands ready for the day
they grow, and shows that a carrier over a web service is one file.

The letter goes up whole, as MIME in base64 (`POST .../sendMail`, Content-Type text/plain). The server cannot act on a
request before its last byte has come, so that byte is the point of no return: all others go before `committing`.
"""

import base64
import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Self
from urllib.parse import urlsplit

from duesheet.carriers import Delivery, Outcome
from duesheet.carriers.signing_in import Tokens
from duesheet.credentials import AGAIN
from duesheet.envelope import plain
from duesheet.errors import CarrierFailed, SignInNeeded

SERVICE = "https://graph.microsoft.com/v1.0/me/sendMail"
_LAST = 1
_ACCEPTED, _UNKNOWN_USER, _TOO_MANY, _UNAVAILABLE = 202, 401, 429, 503
_LONGEST_WORDS = 200
_LONGEST_ANSWER = 65_536
_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class _Answer:
    code: int
    words: str
    wait: str

    def __str__(self) -> str:
        return f"{self.code} {self.words}".strip()


class Graph:
    """Letters through the Graph mailbox the tokens are for; each on a connection of its own.

    `service` is where letters go; anything but this computer must be https. `seconds`: how long an answer may take.
    """

    name = "Graph"

    def __init__(
        self,
        tokens: Tokens,
        *,
        service: str = SERVICE,
        seconds: float = 120,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._tokens = tokens
        self._service = urlsplit(service)
        self._seconds = seconds
        self._context = context
        if self._service.scheme != "https" and self._service.hostname not in _HERE:
            raise CarrierFailed(f"{service} is not encrypted. Nothing was sent.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def deliver(
        self,
        key: str,
        recipients: Sequence[str],  # noqa: ARG002  the service reads them off the letter
        data: bytes,
        committing: Callable[[], None],
    ) -> Delivery:
        """Send the letter; `committing` is called once, before the last byte of the request."""
        once = _once(committing)
        answer = self._asked(key, data, once, fresh=False)
        if isinstance(answer, _Answer) and answer.code == _UNKNOWN_USER:
            answer = self._asked(
                key, data, once, fresh=True
            )  # the service has refused it: it surely did not go
        return answer if isinstance(answer, Delivery) else _judged(key, answer)

    def arrived(self, key: str) -> bool | None:
        """Nobody knows: reading the mailbox is more than this sign-in asks for."""

    def _asked(
        self, key: str, data: bytes, committing: Callable[[], None], *, fresh: bool
    ) -> _Answer | Delivery:
        """The service's answer; or what became of the letter when there is none."""
        try:
            token = self._tokens.access(fresh=fresh)
        except SignInNeeded as error:
            return Delivery(key, Outcome.STOP, str(error))
        except OSError as error:
            return Delivery(key, Outcome.STOP, f"{error}. Try again later.")
        line, body = self._connection(), base64.b64encode(data)
        try:
            try:
                self._begin(line, token, body)
            except (OSError, HTTPException) as error:
                return Delivery(
                    key, Outcome.RETRY, f"{self._service.hostname} cannot be reached ({_said(error)})"
                )
            committing()
            try:
                line.send(body[-_LAST:])
                return _read(line.getresponse())
            except (OSError, HTTPException) as error:
                told = f"The connection broke before {self._service.hostname} answered ({_said(error)})"
                return Delivery(key, Outcome.IN_DOUBT, told)
        finally:
            line.close()

    def _connection(self) -> HTTPConnection:
        host, port = str(self._service.hostname), self._service.port
        if self._service.scheme == "https":
            context = self._context or ssl.create_default_context()
            return HTTPSConnection(host, port, timeout=self._seconds, context=context)
        return HTTPConnection(host, port, timeout=self._seconds)

    def _begin(self, line: HTTPConnection, token: str, body: bytes) -> None:
        """The request up to its last byte."""
        line.putrequest("POST", self._service.path)
        headers: Mapping[str, str] = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "text/plain",
            "Content-Length": str(len(body)),
        }
        for name, value in headers.items():
            line.putheader(name, value)
        line.endheaders(body[:-_LAST])


def _once(committing: Callable[[], None]) -> Callable[[], None]:
    """A letter tried again with a fresh token is still the one that was committed."""
    done: list[bool] = []

    def call() -> None:
        if not done:
            committing()
            done.append(True)

    return call


def _read(response: HTTPResponse) -> _Answer:
    text = response.read(_LONGEST_ANSWER)
    try:
        error = json.loads(text)["error"]
        words = f"{error['code']}: {error['message']}"
    except (ValueError, KeyError, TypeError):
        words = response.reason
    return _Answer(response.status, plain(words, _LONGEST_WORDS), response.headers.get("Retry-After", ""))


def _said(error: Exception) -> str:
    return plain(str(error), _LONGEST_WORDS) or type(error).__name__


def _judged(key: str, answer: _Answer) -> Delivery:
    """What an answer means: a sure yes or no where HTTP has one, in doubt where a server failed in the middle."""
    if answer.code == _ACCEPTED:
        return Delivery(key, Outcome.SENT)
    if answer.code == _UNKNOWN_USER:
        return Delivery(key, Outcome.STOP, f"Microsoft 365 does not accept the sign-in ({answer}). {AGAIN}")
    if answer.code == _TOO_MANY or (answer.code == _UNAVAILABLE and answer.wait):
        again = f" Try again in {answer.wait} seconds." if answer.wait else " Try again later."
        return Delivery(key, Outcome.STOP, f"Microsoft 365 takes no more letters for now ({answer}).{again}")
    if answer.code in (403, 404):
        return Delivery(key, Outcome.STOP, f"Microsoft 365 does not let this user send ({answer})")
    if 400 <= answer.code < 500:  # noqa: PLR2004  the class of refusals
        return Delivery(key, Outcome.REFUSED, f"Microsoft 365 refused the letter ({answer})")
    return Delivery(key, Outcome.IN_DOUBT, f"Microsoft 365 gave no clear answer ({answer})")

"""One connection to the mail server: encrypted, its certificate checked, signed in, used for a whole batch."""

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address

import yagmail

from duesheet.carriers.failures import FAILURES, failed
from duesheet.carriers.replies import Phase, Verdict
from duesheet.carriers.server import Server
from duesheet.carriers.signing_in import SignIn, hint
from duesheet.errors import CarrierFailed

_FAREWELL = 5
"""Seconds: whether the server says goodbye changes nothing."""


@dataclass(frozen=True)
class Patience:
    """How long the server may take, in seconds: to come to the phone, for each answer, for the letter, at its end.

    At the end a server may think for ten minutes (RFC 5321, 4.5.3.2.6); who hangs up earlier makes letters doubtful.
    """

    connect: float = 60
    answer: float = 120
    body: float = 180
    end: float = 600


class Connection:
    """The line to `server`: open it as often as you like, it is opened when it is not open."""

    def __init__(
        self, server: Server, sign_in: SignIn, patience: Patience, context: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._sign_in = sign_in
        self._patience = patience
        self._context = context
        self.client: smtplib.SMTP | None = None

    def open(self) -> Verdict | None:
        """Connect and sign in; gives why that cannot be done, or None when the line is open."""
        phase = Phase.CONNECT
        try:
            client = self._connected()
            phase = Phase.SIGN_IN
            self._sign_in.authenticate(client)
        except FAILURES as error:
            self.drop()
            return self._advised(failed(phase, error))
        except BaseException:
            self.drop()
            raise
        return None

    def _advised(self, verdict: Verdict) -> Verdict:
        advice = hint(self._server, verdict.words)
        return replace(verdict, words=f"{advice} ({verdict.words})") if advice else verdict

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "None" and not is_here(server.host):
            raise CarrierFailed(
                f"Settings, SMTP security: None is for a mail server on this machine only, not for {server.host}"
            )
        yag = self._configured()
        try:
            yag.login()
            client: smtplib.SMTP = yag.smtp
            client.ehlo_or_helo_if_needed()
        finally:
            yag.is_closed = True  # it would say goodbye by itself, whenever it is forgotten
            self.client = yag.smtp
        _refuse_elsewhere(server, client)
        line_of(client).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot goes at once
        line_of(client).settimeout(self._patience.answer)
        return client

    def _configured(self) -> yagmail.Client:
        server = self._server
        context = self._context or ssl.create_default_context()
        extra = {"context": context} if server.security == "TLS" else {}
        yag = yagmail.Client(
            user=server.sender,
            host=server.host,
            port=server.port,
            smtp_ssl=server.security == "TLS",
            smtp_starttls={"context": context} if server.security == "STARTTLS" else False,
            smtp_skip_login=True,
            soft_email_validation=False,
            timeout=self._patience.connect,
            local_hostname=server.sender.rpartition("@")[2] or "[127.0.0.1]",
            **extra,
        )
        yag.set_logging(None)
        return yag

    def reset(self, verdict: Verdict) -> None:
        """Make the line ready for the next letter after one that did not go."""
        if self.client is None:
            return
        if verdict.lost:
            self.drop()
            return
        try:
            line_of(self.client).settimeout(self._patience.answer)
            code, _ = self.client.rset()
        except (OSError, ValueError):
            code = -1
        if code != 250:  # noqa: PLR2004  the only good answer
            self.drop()

    def hang_up(self) -> None:
        """Say goodbye; whatever comes of it, every letter has had its answer already."""
        if self.client is not None:
            with suppress(OSError, ValueError):
                line_of(self.client).settimeout(_FAREWELL)
                self.client.docmd("QUIT")
        self.drop()

    def drop(self) -> None:
        """Let go of the line without a word: a letter without its dot is not delivered."""
        client, self.client = self.client, None
        if client is not None:
            with suppress(OSError):
                client.close()


def line_of(client: smtplib.SMTP) -> socket.socket:
    """The client's socket; raises SMTPServerDisconnected when smtplib has let go of it."""
    if client.sock is None:
        raise smtplib.SMTPServerDisconnected("The connection is closed")
    return client.sock


def is_here(host: str) -> bool:
    """Whether `host` is this machine by its very name.

    >>> [is_here(host) for host in ("localhost", "127.0.0.1", "::1", "mail.example.com", "10.0.0.1")]
    [True, True, True, False, False]
    """
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost"


def _refuse_elsewhere(server: Server, client: smtplib.SMTP) -> None:
    """A hosts file may say that localhost is elsewhere."""
    if server.security == "None" and not ip_address(line_of(client).getpeername()[0]).is_loopback:
        raise CarrierFailed("Settings, SMTP security: None, but the mail server is not on this machine")

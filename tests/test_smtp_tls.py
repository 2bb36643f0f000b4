"""The carrier SMTP talks to a server that proves who it is, or says nothing; and signs in."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme

from duesheet.carriers import Delivery, Outcome
from duesheet.carriers.signing_in import nobody
from duesheet.carriers.smtp import Smtp
from duesheet.errors import SignInNeeded
from mailroom import HERE, QUICK, SENDER, Fault, Frail, Keeper, knows, running, server
from postroom import KEYS

DATA = b"Subject: Invoice 1001\r\n\r\nPlease pay.\r\n"
SECRET = "correct horse"  # noqa: S105  known to the server of this test alone
LOCKED: dict[str, Any] = {
    "authenticator": knows(SENDER, SECRET),
    "auth_require_tls": False,  # aiosmtpd does not see that a connection was encrypted from its beginning
}
KINDS = ("STARTTLS", "TLS")


@dataclass(frozen=True)
class Password:
    """A sign-in with a password of its own."""

    secret: str = SECRET

    def authenticate(self, client: smtplib.SMTP) -> None:
        """Sign in as the sender."""
        client.login(SENDER, self.secret)


class Asks:
    """A sign-in that has nothing to sign in with."""

    def authenticate(self, client: smtplib.SMTP) -> None:  # noqa: ARG002  the port's
        """Ask for a sign-in."""
        raise SignInNeeded("Run: duesheet sign-in FILE")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who vouches for the server."""
    return trustme.CA()


@contextmanager
def safe(kind: str, certificate: trustme.LeafCert, keeper: Keeper, **settings: Any) -> Iterator[int]:
    """A server that encrypts, with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    name = "tls_context" if kind == "STARTTLS" else "ssl_context"
    with running(keeper, **{name: context}, **settings) as port:
        yield port


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """What the carrier makes by itself, with this authority among those it trusts."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def handed(port: int, kind: str, context: ssl.SSLContext | None, sign_in: Any = None) -> Delivery:
    """What becomes of one letter."""
    there = server(port, security=kind, user=SENDER)
    with Smtp(there, sign_in or nobody(), patience=QUICK, waits=(), context=context) as carrier:
        return carrier.deliver(KEYS[0], ("ap@example.org",), DATA, lambda: None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_goes_to_a_server_that_proves_itself(authority: trustme.CA, kind: str) -> None:
    """With a certificate for this host from somebody trusted, the letter goes, encrypted and signed in."""
    keeper = Keeper()
    with safe(kind, authority.issue_cert(HERE), keeper, **LOCKED) as port:
        delivery = handed(port, kind, trusting(authority), Password())

    assert delivery.outcome is Outcome.SENT
    assert [(one.sender, one.recipients, one.data) for one in keeper.kept] == [
        (SENDER, ["ap@example.org"], DATA)
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", ["self-signed", "another host", "expired"])
def test_a_server_that_cannot_prove_itself_hears_nothing(
    authority: trustme.CA, kind: str, wrong: str
) -> None:
    """A certificate nobody vouches for, of another host, or out of date: no sign-in, no letter, the batch stops."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    certificate = {
        "self-signed": lambda: trustme.CA().issue_cert(HERE),
        "another host": lambda: authority.issue_cert("mail.example.com"),
        "expired": lambda: authority.issue_cert(
            HERE, not_before=yesterday.replace(year=2020), not_after=yesterday
        ),
    }[wrong]()
    keeper, heard = Keeper(), []

    class Listens(Password):
        def authenticate(self, client: smtplib.SMTP) -> None:
            heard.append(client)

    with safe(kind, certificate, keeper) as port:
        delivery = handed(port, kind, trusting(authority), Listens())

    assert delivery.outcome is Outcome.STOP
    assert "prove who it is" in delivery.detail
    assert (keeper.kept, heard) == ([], [])


def test_by_itself_the_carrier_trusts_whom_the_system_trusts(authority: trustme.CA) -> None:
    """Without a context given, certificates are checked against the system's authorities: ours is none."""
    keeper = Keeper()
    with safe("TLS", authority.issue_cert(HERE), keeper) as port:
        delivery = handed(port, "TLS", None)

    assert (delivery.outcome, keeper.kept) == (Outcome.STOP, [])


def test_the_system_may_be_told_whom_to_trust(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An office with its own authority names it in SSL_CERT_FILE, as for any other program."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    keeper = Keeper()
    with safe("STARTTLS", authority.issue_cert(HERE), keeper) as port:
        delivery = handed(port, "STARTTLS", None)

    assert (delivery.outcome, len(keeper.kept)) == (Outcome.SENT, 1)


def test_a_server_without_starttls_hears_nothing() -> None:
    """Where encryption was asked for and is not offered, nothing goes in the clear, a password least of all."""
    with Frail() as frail:
        delivery = handed(frail.port, "STARTTLS", None, Password())

    assert delivery.outcome is Outcome.STOP
    assert "STARTTLS" in delivery.detail
    assert not any(said.upper().startswith(("AUTH", "MAIL")) for said in frail.said)


@pytest.mark.parametrize("does", ["454 4.7.0 not just now", "501 no", "220 go on", "what?"])
def test_starttls_that_goes_wrong_sends_nothing(does: str) -> None:
    """The server offers encryption and then will not, or talks on in the clear: nothing is said to it."""
    faults = [Fault("EHLO", "250-here\r\n250 STARTTLS"), Fault("STARTTLS", does)]
    with Frail(faults) as frail:
        delivery = handed(frail.port, "STARTTLS", None, Password())

    assert delivery.outcome is Outcome.STOP
    assert not any(said.upper().startswith(("AUTH", "MAIL")) for said in frail.said)


def test_tls_to_a_server_that_talks_in_the_clear_stops() -> None:
    """The wrong port for TLS: the batch stops, and the words name the settings to look at."""
    with Frail() as frail:
        delivery = handed(frail.port, "TLS", None)

    assert delivery.outcome is Outcome.STOP
    assert "SMTP port" in delivery.detail or "connection" in delivery.detail


@pytest.mark.parametrize(
    ("sign_in", "words"),
    [(Password("wrong"), "535"), (Asks(), "duesheet sign-in")],
)
def test_a_sign_in_that_is_refused_stops_the_batch(authority: trustme.CA, sign_in: Any, words: str) -> None:
    """A wrong password, or none: no letter is tried, and no secret stands in the words."""
    keeper = Keeper()
    with safe("TLS", authority.issue_cert(HERE), keeper, **LOCKED) as port:
        delivery = handed(port, "TLS", trusting(authority), sign_in)

    assert delivery.outcome is Outcome.STOP
    assert words in delivery.detail
    assert "wrong" not in delivery.detail
    assert keeper.kept == []


def test_a_server_that_takes_no_sign_in_is_told_so() -> None:
    """Signing in to a server that does not know how stops the batch in words."""
    with Frail() as frail:
        delivery = handed(frail.port, "None", None, Password())

    assert delivery.outcome is Outcome.STOP
    assert "sign-in" in delivery.detail


def test_a_letter_in_many_records_goes_over_tls(authority: trustme.CA) -> None:
    """A long letter, in many TLS records, arrives as it was; the server's session tickets disturb nothing."""
    message = EmailMessage()
    message["Subject"] = "Long"
    message.set_content("A line.\n" * 50_000)
    keeper = Keeper()
    with safe("TLS", authority.issue_cert(HERE), keeper) as port:
        there = server(port, security="TLS")
        with Smtp(there, nobody(), context=trusting(authority)) as carrier:
            data = message.as_bytes().replace(b"\n", b"\r\n")
            outcomes = [
                carrier.deliver(key, ("ap@example.org",), data, lambda: None).outcome for key in KEYS[:3]
            ]

    assert outcomes == [Outcome.SENT] * 3
    assert [one.data for one in keeper.kept] == [data] * 3

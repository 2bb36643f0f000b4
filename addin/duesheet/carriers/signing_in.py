"""Signing in to a mail server: with a password, with a token of Microsoft or Google, or not at all."""

import base64
import json
import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from duesheet import credentials
from duesheet.carriers import grants
from duesheet.carriers.server import Server
from duesheet.credentials import AGAIN
from duesheet.errors import SignInNeeded

_CHALLENGE = 334
_WELCOME = (235, 503)
_DENIED = 535
_ENDED = "5.7.30"
_SWITCHED_OFF = "5.7.139"


class SignIn(Protocol):
    """One way of telling a mail server who is there."""

    def authenticate(self, client: smtplib.SMTP) -> None:
        """Sign in on a connection, once, after EHLO and STARTTLS.

        Raises what smtplib raises, or SignInNeeded with words for the user. No error holds a secret.
        """


class Tokens(Protocol):
    """Where access tokens come from: kept by `duesheet sign-in`, renewed without asking."""

    def access(self, *, fresh: bool = False) -> str:
        """An access token for the mail server; `fresh`: a new one, even when the last is still good.

        Raises SignInNeeded when the user must sign in again.
        """


def nobody() -> SignIn:
    """For a server that asks for no sign-in."""
    return _Nobody()


def password(server: Server) -> SignIn:
    """With the password the keyring keeps for this user of this host."""
    return _Password(server)


def bearer(server: Server, tokens: Tokens | None = None) -> SignIn:
    """With an access token (XOAUTH2), from the sign-in the keyring keeps for this user of this host."""
    return _Bearer(server, tokens)


def granted(server: Server) -> Tokens:
    """Where access tokens for `server` come from, by the grant the keyring keeps."""
    if grants.kept(server).provider == grants.MICROSOFT:
        from duesheet.carriers.microsoft import MicrosoftTokens  # noqa: PLC0415  loads libraries of its own

        return MicrosoftTokens(server)
    from duesheet.carriers.google import GoogleTokens  # noqa: PLC0415  the same

    return GoogleTokens(server)


@dataclass(frozen=True)
class _Nobody:
    def authenticate(self, client: smtplib.SMTP) -> None:
        """Nothing is asked."""


@dataclass(frozen=True)
class _Password:
    server: Server

    def authenticate(self, client: smtplib.SMTP) -> None:
        user, secret = self.server.user, credentials.kept(self.server.host, self.server.user)
        if secret is None:
            raise SignInNeeded(f"No password is kept for {user} at {self.server.host}. {AGAIN}")
        if user.isascii() and secret.isascii():
            client.login(user, secret)
        else:
            _plainly(client, user, secret)


def _plainly(client: smtplib.SMTP, user: str, secret: str) -> None:
    """AUTH PLAIN in UTF-8 (RFC 4616): smtplib knows ASCII only, and its error would show the whole password."""
    if "PLAIN" not in client.esmtp_features.get("auth", "").upper().split():
        raise SignInNeeded(
            "This mail server takes plain letters only: give the account a password of A-Z, 0-9 and signs."
        )
    _done(client.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{secret}")))


@dataclass(frozen=True)
class _Bearer:
    server: Server
    tokens: Tokens | None

    def authenticate(self, client: smtplib.SMTP) -> None:
        tokens = self.tokens or granted(self.server)
        if "XOAUTH2" not in client.esmtp_features.get("auth", "").upper().split():
            raise SignInNeeded(
                f"{self.server.host} takes no sign-in by Microsoft or Google (XOAUTH2). "
                "Check the settings SMTP host and SMTP sign-in."
            )
        try:
            self._present(client, tokens.access())
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code != _DENIED:
                raise
            self._once_more(client, tokens)

    def _once_more(self, client: smtplib.SMTP, tokens: Tokens) -> None:
        """With a token made just now: the other may have been withdrawn, or this computer's clock is wrong."""
        try:
            self._present(client, tokens.access(fresh=True))
        except smtplib.SMTPAuthenticationError as error:
            told = _text(error.smtp_error)
            raise SignInNeeded(f"{_words(self.server, told)} The server said: {told}") from None

    def _present(self, client: smtplib.SMTP, token: str) -> None:
        """The token as initial response; an error comes as a challenge first, to be answered by nothing."""
        bearing = _base64(f"user={self.server.user}\1auth=Bearer {token}\1\1")
        code, reply = client.docmd("AUTH", f"XOAUTH2 {bearing}")
        if code == _CHALLENGE:
            why = _told(reply)
            code, reply = client.docmd("")
            reply = reply + why
        _done((code, reply))


def _done(answer: tuple[int, bytes]) -> None:
    code, reply = answer
    if code not in _WELCOME:
        raise smtplib.SMTPAuthenticationError(code, reply)


def _told(challenge: bytes) -> bytes:
    """The status a server wrapped into a challenge, as it says it; nothing when it cannot be read."""
    try:
        status = json.loads(base64.b64decode(challenge))["status"]
    except (ValueError, KeyError, TypeError):
        return b""
    return f" (status {status})"[:40].encode("ascii", "replace")


def _words(server: Server, told: str) -> str:
    if _SWITCHED_OFF in told:
        return (
            f"Microsoft 365 does not let {server.user} hand in mail by SMTP: an administrator must allow "
            "Authenticated SMTP for this mailbox (Microsoft 365 admin center, Users, Mail, Manage email apps)."
        )
    return f"{server.host} no longer takes the sign-in of {server.user}. {AGAIN}"


def hint(server: Server, reply: bytes | str) -> str:
    """What a refused password means, where the server's words are known; blank where they say it themselves.

    >>> mailbox = Server("smtp.office365.com", 587, "STARTTLS", "ar@example.com", "ar@example.com")
    >>> hint(mailbox, "550 5.7.30 Basic authentication is not supported")
    'smtp.office365.com takes no passwords any more. Set SMTP sign-in to Microsoft 365 and run: duesheet sign-in FILE'
    >>> hint(mailbox, "451 4.3.2 try later")
    ''
    """
    told = _text(reply)
    for sign, words in _HINTS.items():
        if re.search(rf"{re.escape(sign)}(?!\d)", told):
            return words(server)
    return ""


_HINTS: dict[str, Callable[[Server], str]] = {
    _ENDED: lambda server: (
        f"{server.host} takes no passwords any more. Set SMTP sign-in to Microsoft 365 and run: duesheet sign-in FILE"
    ),
    _SWITCHED_OFF: lambda server: _words(server, _SWITCHED_OFF),
    "5.7.9": lambda server: (
        f"{server.host} wants an app password here, not the one of the account; docs/sign-in.md says how. {AGAIN}"
    ),
    "5.7.8": lambda server: (
        f"{server.host} does not know this user with this password. Check SMTP user. {AGAIN}"
    ),
}


def _text(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")

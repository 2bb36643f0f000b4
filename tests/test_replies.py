"""Every answer of a mail server, and every way a talk with it breaks off, means something, and the right thing."""

import builtins
import smtplib
import socket
import ssl
from itertools import product

import pytest

from duesheet.carriers import Outcome, failures, replies
from duesheet.carriers.failures import failed
from duesheet.carriers.replies import Phase, Reply, Verdict, gravest, judged
from duesheet.carriers.strikes import Strikes
from duesheet.errors import CarrierFailed, Refused, SignInNeeded

STATUSES = (
    "",
    "2.0.0",
    *(f"{kind}.{subject}.{detail}" for kind in "45" for subject in range(8) for detail in (0, 1, 3, 4, 5, 8)),
    "5.7.30",
    "5.7.57",
    "5.7.60",
    "5.7.139",
    "5.7.708",
    "5.2.252",
)
CODES = (-1, 0, 99, 100, 199, 220, 250, 251, 252, 299, 300, 334, 354, 399, *range(400, 600))
NO = {Outcome.REFUSED, Outcome.RETRY, Outcome.STOP}


def exceptions() -> list[type[Exception]]:
    """Every exception of the libraries a talk goes through, and every way the system says that it broke."""
    system = [one for one in vars(builtins).values() if isinstance(one, type) and issubclass(one, OSError)]
    found = [
        one
        for library in (smtplib, ssl, socket)
        for name, one in vars(library).items()
        if isinstance(one, type) and issubclass(one, Exception) and not name.startswith("_")
    ]
    return sorted({*system, *found, UnicodeEncodeError, ValueError}, key=lambda one: one.__name__)


def raised(kind: type[Exception], code: int) -> Exception:
    """An exception of this kind, with an SMTP code where it has one."""
    if issubclass(kind, smtplib.SMTPSenderRefused):
        return kind(code, b"said", "ar@example.com")
    if issubclass(kind, smtplib.SMTPResponseException):
        return kind(code, b"said")
    if issubclass(kind, smtplib.SMTPRecipientsRefused):
        return kind({})
    if issubclass(kind, UnicodeEncodeError):
        return kind("ascii", "é", 0, 1, "beyond")
    return kind("it broke")


def test_the_table_of_replies_is_complete() -> None:
    """Each code from 0 to 599, and none, with each status, in each phase, has a verdict that is safe there."""
    for phase, code, status in product(Phase, CODES, STATUSES):
        verdict = judged(phase, Reply(code, status.encode()))
        if phase is not Phase.DOT:
            assert verdict.outcome in NO
        elif 200 <= code < 300:
            assert verdict == Verdict(Outcome.SENT)
        elif 400 <= code < 600:
            assert verdict.outcome in NO
        else:
            assert verdict.outcome is Outcome.IN_DOUBT


def test_every_row_of_the_table_of_replies_is_needed() -> None:
    """No row stands in the shadow of those above it."""
    words = {rule.verdict.words for rule in replies._RULES}
    said = {
        judged(phase, Reply(code, status.encode())).words.partition(" (")[0]
        for phase, code, status in product(Phase, CODES, STATUSES)
    }

    assert len(words) == len(replies._RULES)
    assert words == said


def test_the_table_of_exceptions_is_complete() -> None:
    """Each exception of smtplib, ssl, socket and the system has a verdict in each phase, and a safe one."""
    for phase, kind, code in product(Phase, exceptions(), (-1, 220, 250, 354, 421, 454, 501, 535, 554)):
        verdict = failed(phase, raised(kind, code))
        assert verdict.lost
        assert verdict.words
        if phase is Phase.DOT:
            assert verdict.outcome is Outcome.IN_DOUBT
        else:
            assert verdict.outcome in NO
    assert all(issubclass(kind, failures.FAILURES) for kind in exceptions())


@pytest.mark.parametrize(
    ("phase", "said", "outcome"),
    [
        (Phase.CONNECT, "421 4.7.0 too many connections", Outcome.RETRY),
        (Phase.CONNECT, "554 5.7.1 no service for you", Outcome.STOP),
        (Phase.SIGN_IN, "535 5.7.8 bad credentials", Outcome.STOP),
        (Phase.SIGN_IN, "550 5.7.30 basic authentication is not supported", Outcome.STOP),
        (Phase.SIGN_IN, "454 4.7.0 too many login attempts", Outcome.RETRY),
        (Phase.SIGN_IN, "432 4.3.2 concurrent connections limit exceeded", Outcome.RETRY),
        (Phase.MAIL, "550 5.4.5 daily sending quota exceeded", Outcome.STOP),
        (Phase.MAIL, "550 5.7.60 may not send as this sender", Outcome.STOP),
        (Phase.MAIL, "452 4.3.1 disk full", Outcome.RETRY),
        (Phase.RCPT, "450 4.2.1 receives mail at a rate", Outcome.RETRY),
        (Phase.RCPT, "550 5.1.1 does not exist", Outcome.REFUSED),
        (Phase.RCPT, "552 5.2.2 mailbox full", Outcome.REFUSED),
        (Phase.DATA, "354 go on", Outcome.RETRY),
        (Phase.DOT, "250 2.0.0 queued", Outcome.SENT),
        (Phase.DOT, "552 5.7.0 blocked content", Outcome.REFUSED),
        (Phase.DOT, "354 go on", Outcome.IN_DOUBT),
    ],
)
def test_what_servers_really_say(phase: Phase, said: str, outcome: Outcome) -> None:
    """Answers of Gmail, Microsoft 365 and Postfix, and what they mean."""
    code, _, text = said.partition(" ")
    verdict = judged(phase, Reply(int(code), text.encode()))

    assert verdict.outcome is outcome
    assert said in verdict.words or not verdict.words


@pytest.mark.parametrize(
    ("phase", "error", "outcome"),
    [
        (Phase.CONNECT, ConnectionRefusedError(111, "refused"), Outcome.RETRY),
        (Phase.CONNECT, socket.gaierror(-2, "not known"), Outcome.RETRY),
        (Phase.CONNECT, ssl.SSLCertVerificationError(1, "self-signed"), Outcome.STOP),
        (Phase.CONNECT, smtplib.SMTPNotSupportedError("no STARTTLS"), Outcome.STOP),
        (Phase.CONNECT, smtplib.SMTPConnectError(-1, b"hello there"), Outcome.RETRY),
        (Phase.SIGN_IN, smtplib.SMTPAuthenticationError(535, b"5.7.8 no"), Outcome.STOP),
        (Phase.SIGN_IN, smtplib.SMTPAuthenticationError(454, b"4.7.0 later"), Outcome.RETRY),
        (Phase.SIGN_IN, smtplib.SMTPException("No suitable authentication method found."), Outcome.STOP),
        (Phase.SIGN_IN, smtplib.SMTPServerDisconnected("closed"), Outcome.RETRY),
        (Phase.SIGN_IN, SignInNeeded("Sign in again"), Outcome.STOP),
        (Phase.RCPT, smtplib.SMTPResponseException(500, "Line too long."), Outcome.RETRY),
        (Phase.BODY, BrokenPipeError(32, "broken"), Outcome.RETRY),
        (Phase.DOT, smtplib.SMTPResponseException(500, "Line too long."), Outcome.IN_DOUBT),
        (Phase.DOT, ssl.SSLEOFError(8, "eof"), Outcome.IN_DOUBT),
    ],
)
def test_what_a_broken_talk_means(phase: Phase, error: Exception, outcome: Outcome) -> None:
    """Before the dot it surely did not go; after it nobody knows."""
    assert failed(phase, error).outcome is outcome


def test_our_own_words_are_given_as_they_are() -> None:
    """What we have to say ourselves is not wrapped into words about the server."""
    assert failed(Phase.CONNECT, CarrierFailed("Only this machine")).words == "Only this machine"
    assert failed(Phase.SIGN_IN, Refused("No keyring")).words == "No keyring"


def test_no_password_comes_through_a_broken_sign_in() -> None:
    """An error that quotes what was to be said while signing in is not quoted itself."""
    told = "command and arguments contain prohibited newline characters: AUTH PLAIN c2VjcmV0"

    assert "c2VjcmV0" not in failed(Phase.SIGN_IN, ValueError(told)).words
    assert "c2VjcmV0" in failed(Phase.MAIL, ValueError(told)).words


def test_what_a_server_says_is_one_short_line() -> None:
    """Line breaks, marks and endless texts of a server do not come through to a cell."""
    words = judged(Phase.RCPT, Reply(550, b"5.1.1 no\r\n\x00\x1b[31m\xff" + b"x" * 5000)).words

    assert len(words) < 400
    assert words.isprintable()


def test_the_gravest_verdict_decides() -> None:
    """A no to us outweighs a no for ever, which outweighs a no for now."""
    stop, refused, retry = (Verdict(one) for one in (Outcome.STOP, Outcome.REFUSED, Outcome.RETRY))

    assert [gravest(pair) for pair in ((retry, refused), (refused, stop), (retry,))] == [refused, stop, retry]


def test_three_strikes_and_out() -> None:
    """Three in a row stop the batch; a letter that goes wipes the slate, a bad address changes nothing."""
    strikes = Strikes()
    bad, address, good = (
        Verdict(Outcome.REFUSED, "spam", strike=True),
        Verdict(Outcome.REFUSED),
        Verdict(Outcome.SENT),
    )
    for verdict in (bad, bad, good, bad, address, bad):
        strikes.note(verdict)
    assert not strikes.out
    strikes.note(bad)

    assert strikes.out
    assert "spam" in strikes.words

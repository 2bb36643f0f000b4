"""What it means for a letter that the talk with the mail server broke off: the table of exceptions."""

import smtplib
import ssl
from dataclasses import replace
from socket import gaierror
from typing import NamedTuple

from duesheet.carriers import Outcome
from duesheet.carriers.replies import LONGEST, Phase, Reply, Verdict, judged, told
from duesheet.envelope import plain
from duesheet.errors import DuesheetError

_ANY = frozenset(Phase)
_DOT = frozenset({Phase.DOT})


class _Failure(NamedTuple):
    phases: frozenset[Phase]
    errors: tuple[type[Exception], ...]
    verdict: Verdict


FAILURES = (OSError, smtplib.SMTPException, ssl.SSLError, UnicodeError, ValueError, DuesheetError)
"""What a talk with a mail server may raise."""

_BROKE = Verdict(Outcome.RETRY, "The connection to the mail server broke", strike=True, lost=True)
_NO_SUCH_SIGN_IN = Verdict(
    Outcome.STOP, "The mail server takes no sign-in of this kind. Check Settings, SMTP sign-in", lost=True
)
_FAILURES = (
    _Failure(
        _DOT,
        FAILURES,
        Verdict(
            Outcome.IN_DOUBT,
            "The connection broke before the mail server answered at the very end",
            strike=True,
            lost=True,
        ),
    ),
    _Failure(_ANY, (DuesheetError,), Verdict(Outcome.STOP, lost=True)),
    _Failure(
        _ANY,
        (ssl.SSLCertVerificationError,),
        Verdict(
            Outcome.STOP,
            "The mail server cannot prove who it is, so nothing was said to it. Check Settings, SMTP host",
            lost=True,
        ),
    ),
    _Failure(
        _ANY,
        (ssl.SSLError,),
        Verdict(
            Outcome.RETRY,
            "No safe connection came about. Check Settings, SMTP security and SMTP port",
            strike=True,
            lost=True,
        ),
    ),
    _Failure(
        frozenset({Phase.CONNECT}),
        (smtplib.SMTPNotSupportedError,),
        Verdict(
            Outcome.STOP,
            "The mail server does not offer STARTTLS, so nothing was said to it. Check Settings, SMTP security",
            lost=True,
        ),
    ),
    _Failure(
        frozenset({Phase.SIGN_IN}),
        (smtplib.SMTPNotSupportedError, UnicodeError, ValueError),
        _NO_SUCH_SIGN_IN,
    ),
    _Failure(
        _ANY,
        (gaierror, UnicodeError, ValueError),
        Verdict(Outcome.RETRY, "The name or address cannot be found or used", strike=True, lost=True),
    ),
    _Failure(_ANY, (smtplib.SMTPServerDisconnected,), _BROKE),
    _Failure(frozenset({Phase.SIGN_IN}), (smtplib.SMTPException,), _NO_SUCH_SIGN_IN),
    _Failure(_ANY, (OSError,), _BROKE),
)


def failed(phase: Phase, error: Exception) -> Verdict:
    """What an exception in this phase means.

    >>> failed(Phase.MAIL, TimeoutError("timed out")).outcome.value
    'retry'
    >>> failed(Phase.DOT, TimeoutError("timed out")).outcome.value
    'in doubt'
    """
    if isinstance(error, smtplib.SMTPResponseException) and phase is not Phase.DOT:
        return replace(judged(phase, _answered(phase, error)), lost=True)
    verdict = next(row.verdict for row in _FAILURES if phase in row.phases and isinstance(error, row.errors))
    if phase is Phase.SIGN_IN and isinstance(error, ValueError):
        return verdict  # its text may quote what was to be said: the password
    return told(verdict, plain(str(error), LONGEST) or type(error).__name__)


def _answered(phase: Phase, error: smtplib.SMTPResponseException) -> Reply:
    said = error.smtp_error
    text = said if isinstance(said, bytes) else str(said).encode()
    # Outside of connecting, smtplib raises the bare class only for a line it will not read to its end.
    unreadable = type(error) is smtplib.SMTPResponseException and phase is not Phase.CONNECT
    return Reply(-1 if unreadable else error.smtp_code, text)

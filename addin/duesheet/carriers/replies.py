"""What a mail server's answer means for a letter: one table, read from the top.

Until the lone dot is written the letter surely did not go. After it only the server's own word counts: yes (2xx) is
sent, no (4xx, 5xx) is not; no answer, or one nobody can read, is in doubt (RFC 5321, 4.1.1.4 and 4.2; RFC 1047).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from duesheet.carriers import Outcome
from duesheet.entries import ADDRESS_REFUSED
from duesheet.envelope import plain

LONGEST = 300


class Phase(StrEnum):
    """How far the talk with the server has come."""

    CONNECT = "connecting"
    SIGN_IN = "signing in"
    MAIL = "naming the sender"
    RCPT = "naming a recipient"
    DATA = "announcing the letter"
    BODY = "handing over the letter"
    DOT = "ending the letter"


class Reply(NamedTuple):
    """A server's answer; code -1 when it begins with no number."""

    code: int
    text: bytes

    @property
    def status(self) -> str:
        """The enhanced status code of RFC 3463 it begins with, as 5.1.1; blank without one."""
        found = re.match(rb"\d\.\d{1,3}\.\d{1,3}(?!\d)", self.text)
        return found.group().decode("ascii") if found else ""

    def __str__(self) -> str:
        said = plain(self.text.decode("utf-8", "replace"), LONGEST)
        return f"{self.code} {said}".strip() if self.code > 0 else f'"{said}"'


@dataclass(frozen=True)
class Verdict:
    """What an answer means: the outcome, in words; `lost`: the connection is of no more use.

    `strike`: three such in a row, and the batch is stopped.
    """

    outcome: Outcome
    words: str = ""
    strike: bool = False
    lost: bool = False


class _Rule(NamedTuple):
    phases: frozenset[Phase]
    answer: str
    """What the code and the enhanced status look like, as a regular expression."""
    verdict: Verdict


_ANY = frozenset(Phase)
_DOT = frozenset({Phase.DOT})
_OPENING = frozenset({Phase.CONNECT, Phase.SIGN_IN})
_TALK = _ANY - _OPENING - _DOT

_SIZE = r"552 (?!5\.[17]).*|5\d\d 5\.(3\.4|2\.3)"
"""Larger than the server takes."""

_ACCOUNT = r"53[0458] .*|5\d\d 5\.(7\.30|7\.3|7\.8|7\.9|7\.57|7\.139|7\.14)"
"""The server wants another sign-in; 5.7.30 and 5.7.139: Microsoft 365 takes no passwords."""

_SENDER = r"5\d\d 5\.(4\.5|1\.8|7\.60|7\.64|7\.70[0-9]|2\.252|7\.501|7\.502|7\.503)"
"""The daily limit is reached (Gmail), or the sender may not send, or not under this name (Microsoft 365)."""

_RULES = (
    _Rule(_DOT, r"2.. .*", Verdict(Outcome.SENT)),
    _Rule(
        _ANY - {Phase.CONNECT},
        _ACCOUNT,
        Verdict(
            Outcome.STOP, "The mail server does not accept the sign-in. Check Settings and sign in again"
        ),
    ),
    _Rule(
        _ANY,
        _SENDER,
        Verdict(Outcome.STOP, "The mail server lets this account send nothing more for now"),
    ),
    _Rule(
        _OPENING,
        r"5.. .*",
        Verdict(Outcome.STOP, "The mail server does not let us in. Check the SMTP settings", lost=True),
    ),
    _Rule(
        frozenset({Phase.MAIL, Phase.DATA, Phase.BODY, Phase.DOT}),
        _SIZE,
        Verdict(Outcome.REFUSED, "The letter is larger than the mail server takes", strike=True),
    ),
    _Rule(
        frozenset({Phase.MAIL}),
        r"5.. .*",
        Verdict(Outcome.STOP, "The mail server does not accept the sender. Check Settings, From email"),
    ),
    _Rule(
        frozenset({Phase.RCPT}),
        r"554 .*|5.. 5\.7\..*",
        Verdict(Outcome.REFUSED, "The mail server may not or will not write to this address", strike=True),
    ),
    _Rule(
        frozenset({Phase.RCPT}),
        r"5.. .*",
        Verdict(Outcome.REFUSED, f"{ADDRESS_REFUSED}. Ask the customer for another one"),
    ),
    _Rule(_ANY, r"5.. .*", Verdict(Outcome.REFUSED, "The mail server refused the letter", strike=True)),
    _Rule(
        _ANY,
        r"421 .*",
        Verdict(Outcome.RETRY, "The mail server hung up for now", strike=True, lost=True),
    ),
    _Rule(
        frozenset({Phase.RCPT}),
        r"4.. .*",
        Verdict(Outcome.RETRY, "The mail server does not take letters for this address just now"),
    ),
    _Rule(
        _OPENING,
        r"4.. .*",
        Verdict(Outcome.RETRY, "The mail server does not let us in just now", strike=True, lost=True),
    ),
    _Rule(_ANY, r"4.. .*", Verdict(Outcome.RETRY, "The mail server is busy just now", strike=True)),
    _Rule(
        _DOT,
        r".*",
        Verdict(
            Outcome.IN_DOUBT, "The mail server gave no clear answer at the very end", strike=True, lost=True
        ),
    ),
    _Rule(
        _ANY - _DOT,
        r".*",
        Verdict(Outcome.RETRY, "The mail server said something unexpected", strike=True, lost=True),
    ),
)

_GOOD = {Phase.RCPT: r"2\d\d", Phase.MAIL: r"2\d\d", Phase.DATA: r"354"}


def is_yes(phase: Phase, reply: Reply) -> bool:
    """Whether the talk may go on after this answer."""
    return re.fullmatch(_GOOD.get(phase, r"2\d\d"), str(reply.code)) is not None


def judged(phase: Phase, reply: Reply) -> Verdict:
    """What the server's answer in this phase means.

    >>> judged(Phase.RCPT, Reply(550, b"5.1.1 no such user")).outcome.value
    'refused'
    >>> judged(Phase.DOT, Reply(-1, b"what?")).outcome.value
    'in doubt'
    """
    answer = f"{reply.code:03} {reply.status}"
    verdict = next(
        rule.verdict for rule in _RULES if phase in rule.phases and re.fullmatch(rule.answer, answer)
    )
    return told(verdict, str(reply))


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """Of several verdicts about one letter, the one that decides."""
    order = (Outcome.STOP, Outcome.REFUSED, Outcome.RETRY)
    return min(verdicts, key=lambda one: order.index(one.outcome))


def told(verdict: Verdict, detail: str) -> Verdict:
    """The verdict with what was said in its words."""
    if verdict.outcome is Outcome.SENT:
        return verdict
    return replace(verdict, words=f"{verdict.words} ({detail})" if verdict.words else detail)

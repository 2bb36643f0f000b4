"""What is said to a mail server of a letter before the letter itself, and what its answers come to.

A server that offers PIPELINING (RFC 2920) hears several commands at once and answers them in turn: one way there and
back instead of three.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from duesheet.carriers.replies import Phase, Reply, Verdict, gravest, is_yes, judged


class Command(NamedTuple):
    """One command, whole, with the phase of the talk it belongs to; `about` is the recipient it names."""

    phase: Phase
    line: bytes
    about: str = ""


def envelope(sender: str, recipients: Sequence[str], options: Sequence[str]) -> list[Command]:
    r"""The commands for one letter; addresses must have been looked at: they stand between < and > as they are.

    >>> [command.line for command in envelope("ar@example.com", ["ap@example.org"], ["SIZE=99"])]
    [b'MAIL FROM:<ar@example.com> SIZE=99\r\n', b'RCPT TO:<ap@example.org>\r\n', b'DATA\r\n']
    """
    said = " ".join([f"MAIL FROM:<{sender}>", *options])
    return [
        Command(Phase.MAIL, f"{said}\r\n".encode()),
        *(Command(Phase.RCPT, f"RCPT TO:<{one}>\r\n".encode(), one) for one in recipients),
        Command(Phase.DATA, b"DATA\r\n"),
    ]


def grouped(commands: Sequence[Command], *, pipelining: bool) -> list[Sequence[Command]]:
    """The commands in groups: of each all answers are heard before anything is decided.

    So all recipients are named even when one is refused. DATA belongs to them only where there is one: of several some
    may be taken, and a server that waits for the letter then would have to be left without it.
    """
    first, *named, last = commands
    if not pipelining:
        return [[first], named, [last]]
    return [commands] if len(named) == 1 else [[first, *named], [last]]


def first_refusal(told: Sequence[tuple[Command, Reply]]) -> Verdict | None:
    """Why the talk may not go on: what was refused first, of several recipients the gravest; or nothing.

    What a server says after it has refused something is of no account: it says so because it refused.
    """
    bad = [(command, reply) for command, reply in told if not is_yes(command.phase, reply)]
    if not bad:
        return None
    phase = bad[0][0].phase
    return gravest(_about(command, judged(phase, reply)) for command, reply in bad if command.phase is phase)


def _about(command: Command, verdict: Verdict) -> Verdict:
    return replace(verdict, words=f"{command.about}: {verdict.words}") if command.about else verdict

"""The port to the post: what every way of delivering a letter can do.

The law every carrier keeps: it calls `committing()` once, right before the point of no return, and does
nothing that could deliver the letter before it. When `committing()` raises, the letter must not go. What it
answers is the truth: `retry`, `refused` and `stop` only when the letter surely did not go, `in doubt` when
nobody can know.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol, Self


class Outcome(StrEnum):
    """What became of one letter.

    The first six are a carrier's answers; `drafted` is as good as sent, but a person sends it. `held` and `skipped`
    are letters no carrier was given: held for a reason someone has to mend, skipped because it was said already or
    need not be said any more.
    """

    SENT = "sent"
    DRAFTED = "drafted"
    REFUSED = "refused"
    RETRY = "retry"
    STOP = "stop"
    IN_DOUBT = "in doubt"
    HELD = "held"
    SKIPPED = "skipped"


class Delivery(NamedTuple):
    """What became of the letter of `key`; `detail` says why, in words for the user.

    `stop` means that it was not sent and that no other letter would go either.
    """

    key: str
    outcome: Outcome
    detail: str = ""


class Carrier(Protocol):
    """One way of delivering letters, open while its `with` block lasts."""

    name: str
    """What the journal calls it; only a carrier of the same name is asked whether a letter arrived."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def deliver(
        self, key: str, recipients: Sequence[str], data: bytes, committing: Callable[[], None]
    ) -> Delivery:
        """Deliver the message `data` to `recipients`, calling `committing` before it cannot be undone."""

    def arrived(self, key: str) -> bool | None:
        """Whether the letter of `key` has gone; None when that is unknown, False only when certain."""


class Unconnected:
    """What a carrier shares that has nothing to open: it lays letters somewhere on this computer."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

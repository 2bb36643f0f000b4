"""Whose turn it is: while a program loads its libraries, work that is done in many small steps waits.

Python lets one thread at a time take a step. Two that take many steps each, loading and working out, would wait for
one another at every one of them, and be done later than one after the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

_LIMIT = 10.0
"""Seconds after which work begins whatever is being loaded."""

_nobody_loads = Event()
_nobody_loads.set()


@contextmanager
def loading() -> Iterator[None]:
    """The program loads its libraries meanwhile."""
    _nobody_loads.clear()
    try:
        yield
    finally:
        _nobody_loads.set()


def wait() -> None:
    """Wait till work may be begun."""
    _nobody_loads.wait(_LIMIT)

"""How fast letters follow one another: so many a minute, counted from when each was begun."""

import time
from collections.abc import Callable

_GLANCE = 0.1
"""Seconds between two looks at whether to go on waiting."""


class Pace:
    """Call it between two letters: it waits until the next may be begun, or there is none to be begun any more."""

    def __init__(
        self,
        per_minute: int,
        halted: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,  # the hour on the wall may be set back in the middle
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = 60 / per_minute
        self._halted = halted
        self._clock = clock
        self._sleep = sleep
        self._begun = clock()

    def over(self) -> bool:
        """Whether the next may be begun at once."""
        return self._clock() >= self._begun + self._gap

    def __call__(self) -> None:
        """Wait."""
        until = self._begun + self._gap
        while (left := until - self._clock()) > 0 and not self._halted():
            self._sleep(min(left, _GLANCE))
        self._begun = self._clock()

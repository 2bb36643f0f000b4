"""What the doctor tells of one thing."""

from typing import NamedTuple


class Check(NamedTuple):
    """One thing looked at: whether it is well, what was found, and what to do where it is not."""

    what: str
    well: bool
    found: str
    remedy: str = ""

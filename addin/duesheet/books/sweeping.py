"""Python's search for circles of garbage, put off while millions of cells pass through."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """No search meanwhile: cells make no circles, and each search looks at all of them again."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()

"""What each stage of one refresh takes.

`python -m benchmarks.stages BOOK` refreshes the book and prints the seconds as JSON. The stages are the
product's own functions, wrapped in a clock wherever a module of the product knows them.
"""

import functools
import importlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

STAGES = {
    "read": ("duesheet.records", "read"),
    "position": ("duesheet.position", "position"),
    "risk": ("duesheet.position", "scored"),
    "plan": ("duesheet.worklist", "plan"),
    "sheets": ("duesheet.week", "sheets"),
    "write": ("duesheet.books.closed", "ClosedBook.write"),
    "save": ("duesheet.books.closed", "ClosedBook.save"),
}

took: defaultdict[str, float] = defaultdict(float)


def clocked(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """`work`, its seconds added to those of `stage`."""

    @functools.wraps(work)
    def outer(*given: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the stage takes and gives
        began = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            took[stage] += time.perf_counter() - began

    return outer


def wrap() -> None:
    """Put the clock around every stage, under every name it goes by."""
    for stage, (module, name) in STAGES.items():
        owner: Any = importlib.import_module(module)
        *above, last = name.split(".")
        for step in above:
            owner = getattr(owner, step)
        work = getattr(owner, last)
        outer = clocked(stage, work)
        setattr(owner, last, outer)
        for known in [one for key, one in sys.modules.items() if key.startswith("duesheet")]:
            for alias in [key for key, value in vars(known).items() if value is work]:
                setattr(known, alias, outer)


def main(arguments: list[str]) -> None:
    """Refresh the book in this process."""
    began = time.perf_counter()
    cli = importlib.import_module("duesheet.cli")
    verbs = cli.verbs_for(["refresh"])
    took["import"] = time.perf_counter() - began
    wrap()
    sys.argv = ["duesheet", "refresh", *arguments]
    quiet, sys.stdout = sys.stdout, sys.stderr
    try:
        cli.main(verbs)
    except SystemExit as ended:
        if ended.code not in {None, 0, 1}:
            raise
    sys.stdout = quiet
    took["rest"] = time.perf_counter() - began - sum(took.values())
    sys.stdout.write(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1:])

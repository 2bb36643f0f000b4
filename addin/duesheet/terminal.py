"""Talking to a terminal: results on standard output, progress and refusals on standard error."""

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs
from rich.console import Console, RenderableType
from rich.text import Text

_NARROW = 80
"""The width of what is written into a file or to another program."""


@contextmanager
def saying(start: str) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, on standard error."""
    with Console(stderr=True).status(start) as line:
        yield line.update


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error that grows by one at each call; where nobody is looking there is none."""
    from rich.progress import (  # noqa: PLC0415  only `send` has a bar
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def tell(data: Callable[[], dict[str, Any]], spoken: Callable[[], RenderableType], *, as_json: bool) -> None:
    """Print a result: as JSON and nothing else, or in words."""
    if as_json:
        sys.stdout.write(json.dumps(data(), ensure_ascii=False) + "\n")
    else:
        say(spoken())


def say(spoken: RenderableType) -> None:
    """Print a result in words."""
    width = None if sys.stdout.isatty() else _NARROW
    flowing = isinstance(
        spoken, str | Text
    )  # a path is not broken into two lines, nor its brackets taken for color
    Console(width=width).print(spoken, highlight=False, markup=False, soft_wrap=flowing)


def refuse(message: str) -> None:
    """Say why a command did not do what it was asked; with --json, as JSON too."""
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps({"refused": message}, ensure_ascii=False) + "\n")
    warn(message)


def warn(message: str) -> None:
    """Say what went wrong, on standard error."""
    Console(stderr=True).print(message, style="red", markup=False, highlight=False, soft_wrap=True)


def logged() -> Path:
    """The file into which the exception being handled is written for whoever mends it."""
    log = platformdirs.user_log_path("Duesheet", appauthor=False, ensure_exists=True) / "error.log"
    log.write_text(traceback.format_exc(), encoding="utf-8")
    return log

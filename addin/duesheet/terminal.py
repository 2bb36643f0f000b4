"""Talking to a terminal: results on standard output, progress and refusals on standard error."""

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:  # loaded when there is somebody to read it
    from rich.console import Console, RenderableType

    from duesheet.week import Week

_NARROW = 80
"""The width of what is written into a file or to another program."""


@contextmanager
def saying(start: str) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, on standard error; where nobody is looking there is none."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with _on_stderr().status(start) as line:
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

    console = _on_stderr()
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


def tell(
    data: Callable[[], dict[str, Any]], spoken: "Callable[[], RenderableType]", *, as_json: bool
) -> None:
    """Print a result: as JSON and nothing else, or in words."""
    if as_json:
        sys.stdout.write(json.dumps(data(), ensure_ascii=False) + "\n")
    else:
        say(spoken())


def say(spoken: "RenderableType") -> None:
    """Print a result in words."""
    from rich.console import Console  # noqa: PLC0415  as above
    from rich.text import Text  # noqa: PLC0415  as above

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
    _on_stderr().print(message, style="red", markup=False, highlight=False, soft_wrap=True)


def _on_stderr() -> "Console":
    from rich.console import Console  # noqa: PLC0415  as above

    return Console(stderr=True)


def end(found: "Week", *, problems: bool = False) -> None:
    """End the command: with exit code 1 where there is something to look at."""
    if problems or found.faults():
        raise typer.Exit(1)


def logged() -> Path:
    """The file into which the exception being handled is written for whoever mends it."""
    import platformdirs  # noqa: PLC0415  loaded where something went wrong

    log = platformdirs.user_log_path("Duesheet", appauthor=False, ensure_exists=True) / "error.log"
    log.write_text(traceback.format_exc(), encoding="utf-8")
    return log

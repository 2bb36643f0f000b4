"""The command line: the verb that is asked for, and plain words where it fails."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from duesheet import __version__
from duesheet.errors import DuesheetError
from duesheet.terminal import logged, refuse

_ROOMS = {
    "weekly": ("new", "refresh", "preview", "status", "import", "demo"),
    "planning": ("schedule", "agreement"),
    "posting": ("send", "resolve"),
    "sign_in": ("sign-in", "sign-out"),
    "addins": ("doctor", "addin"),
}
"""The modules in which the verbs stand."""


def main(verbs: typer.Typer | None = None) -> None:
    """Run the command line; every refusal ends as a plain sentence and an exit code."""
    try:
        (verbs or verbs_for(sys.argv[1:]))()
    except DuesheetError as error:
        refuse(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        refuse("Stopped. What was sent is in the journal; run the command again to go on.")
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  the last door: a user never sees a traceback
        refuse(f"Something unexpected went wrong: {error}. The workbook was not saved. Details: {logged()}")
        sys.exit(1)


def verbs_for(words: Sequence[str]) -> typer.Typer:
    """The verbs of the module that the first of `words` stands in; where it stands in none, all there are.

    To load a verb's libraries takes as long as to read a book, so the others' stay where they are.
    """
    asked = [module for module, verbs in _ROOMS.items() if words and words[0] in verbs]
    app = typer.Typer(
        name="duesheet",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Collections in a spreadsheet: aging, risk flags and reminder letters from the workbook you already keep.",
    )
    app.callback()(_options)
    for module in asked or _ROOMS:
        app.add_typer(import_module(f"duesheet.{module}").app)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"duesheet {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass

"""The verbs that build the add-in, set it up for a user, and look whether all is well.

What they need is loaded by the verbs themselves: refresh and send must not wait for it.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from duesheet.arguments import Json
from duesheet.errors import Refused
from duesheet.installing.steps import Step, carry_out, left
from duesheet.terminal import say, tell

if TYPE_CHECKING:  # as above
    from duesheet.doctor.check import Check

Also = tuple[str, Callable[[], None]]
"""What else is to be done, in words, and what does it."""

app = typer.Typer()
addin = typer.Typer(no_args_is_help=True, help="The add-in in Excel, and the toolbar in LibreOffice.")
app.add_typer(addin, name="addin")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
LibreOffice = Annotated[
    bool, typer.Option("--libreoffice", help="For LibreOffice instead of Excel; on Linux always.")
]


@addin.command()
def build(
    libreoffice: LibreOffice = False,
    out: Annotated[Path, typer.Option(help="The folder to write it into.")] = Path(),
) -> None:
    """Build Duesheet.xlam, or with --libreoffice Duesheet.oxt, from its sources."""
    from duesheet import extension, xlam  # noqa: PLC0415  as above

    path = out / ("Duesheet.oxt" if libreoffice else xlam.NAME)
    made = extension.built() if libreoffice else xlam.built()
    try:
        path.write_bytes(made)
    except OSError as error:
        raise Refused(
            f"{path} cannot be written ({error.strerror or error}). Name another: --out FOLDER"
        ) from error
    say(f"Built {path}, {len(made):,} bytes.")


@addin.command()
def install(libreoffice: LibreOffice = False, dry_run: DryRun = False) -> None:
    """Set the add-in up for you: its buttons will call this Python. Run again after every update."""
    from duesheet.installing import calc, excel  # noqa: PLC0415  as above
    from duesheet.installing.home import Home  # noqa: PLC0415  as above

    home, python = Home.here(), Path(sys.executable)
    if libreoffice or not home.has_excel:
        steps = calc.installed(home, python)
        there = not left(steps) and calc.is_in()
        also = [] if there else [("Have LibreOffice take the extension Duesheet.oxt in", calc.add)]
        _carry_out(steps, also, _CALC, dry_run=dry_run)
    else:
        _carry_out(excel.installed(home, python), [], _EXCEL, dry_run=dry_run)


_CALC = "Start LibreOffice anew: the toolbar Collections is at the top of Calc."
_EXCEL = (
    "Start Excel anew: the tab Collections is beside Home. Not tried in Excel yet; duesheet doctor checks it."
)


def _carry_out(steps: list[Step], also: list[Also], then: str, *, dry_run: bool) -> None:
    """Do what is left to do, LibreOffice's part first: the file says afterwards that it was done."""
    words = [*(what for what, _ in also), *(step.told() for step in left(steps))]
    if dry_run or not words:
        say(Text("\n".join(words) or "Nothing to do: it is so already."))
        return
    for _, act in also:
        act()
    carry_out(steps)
    say(Text("\n".join([*words, then])))


@addin.command()
def status(libreoffice: LibreOffice = False, as_json: Json = False) -> None:
    """Say where the add-in is set up, and whether it is of this version and calls this Python."""
    from duesheet import doctor  # noqa: PLC0415  as above
    from duesheet.installing.home import Home  # noqa: PLC0415  as above

    home, python = Home.here(), Path(sys.executable)
    checks = [doctor.extension(home, python)] if libreoffice else doctor.installed(home, python)
    _told(checks, as_json=as_json)


def _told(checks: "list[Check]", *, as_json: bool) -> None:
    from duesheet import doctor  # noqa: PLC0415  as above

    tell(lambda: doctor.data(checks), lambda: doctor.spoken(checks), as_json=as_json)
    if not all(one.well for one in checks):
        raise typer.Exit(1)


@addin.command()
def remove(libreoffice: LibreOffice = False, dry_run: DryRun = False) -> None:
    """Take the add-in away again; workbooks, journals and your own configuration stay."""
    from duesheet.installing import calc, excel  # noqa: PLC0415  as above
    from duesheet.installing.home import Home  # noqa: PLC0415  as above

    home, then = Home.here(), "Start the spreadsheet anew."
    if libreoffice or not home.has_excel:
        steps = calc.removed(home)
        also = [("Have LibreOffice forget the extension", calc.take_out)] if left(steps) else []
        _carry_out(steps, also, then, dry_run=dry_run)
    else:
        _carry_out(excel.removed(home), [], then, dry_run=dry_run)


@app.command("doctor")
def doctor_verb(
    book: Annotated[
        Path | None, typer.Argument(help="A workbook whose journal and mail are looked at too.")
    ] = None,
    connect: Annotated[
        bool, typer.Option("--connect", help="Try the workbook's mail server too; nothing is sent.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look whether everything the add-in needs is there, and say what to do where it is not."""
    from duesheet import doctor  # noqa: PLC0415  as above
    from duesheet.installing.home import Home  # noqa: PLC0415  as above

    _told(doctor.examined(Home.here(), Path(sys.executable), book, connect=connect), as_json=as_json)

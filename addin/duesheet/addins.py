"""The verbs that build the add-in, set it up for a user, and look whether all is well.

What they need is loaded by the verbs themselves: refresh and send must not wait for it.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duesheet.arguments import Json
from duesheet.errors import Refused
from duesheet.terminal import say, tell

if TYPE_CHECKING:  # as above
    from duesheet.doctor import Check

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
    from duesheet.installing.steps import carry_out, left  # noqa: PLC0415  as above

    home, python = Home.here(), Path(sys.executable)
    in_calc = libreoffice or not home.has_excel
    steps = calc.installed(home, python) if in_calc else excel.installed(home, python)
    if dry_run:
        told = [step.told() for step in left(steps)]
        if in_calc:
            told.append("Have LibreOffice take the extension Duesheet.oxt in")
        say("\n".join(told) or "Nothing to do: it is set up already.")
        return
    done = carry_out(steps)
    if in_calc:
        calc.add()
        done.append("LibreOffice has the extension")
    _finished(
        done, "Start LibreOffice anew: the toolbar Collections is at the top of Calc." if in_calc else _EXCEL
    )


_EXCEL = (
    "Start Excel anew: the tab Collections is beside Home. Not tried in Excel yet; duesheet doctor checks it."
)


@addin.command()
def status(as_json: Json = False) -> None:
    """Say where the add-in is set up, and whether it is of this version and calls this Python."""
    from duesheet import doctor  # noqa: PLC0415  as above
    from duesheet.installing.home import Home  # noqa: PLC0415  as above

    _told(doctor.installed(Home.here(), Path(sys.executable)), as_json=as_json)


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
    from duesheet.installing.steps import carry_out, left  # noqa: PLC0415  as above

    home = Home.here()
    in_calc = libreoffice or not home.has_excel
    steps = calc.removed(home) if in_calc else excel.removed(home)
    if dry_run:
        say("\n".join(step.told() for step in left(steps)) or "Nothing to do: it is not there.")
        return
    if in_calc:
        calc.take_out()
    _finished(carry_out(steps), "Start the spreadsheet anew.")


def _finished(done: list[str], then: str) -> None:
    say("\n".join([*done, then]) if done else f"Nothing to do: it is so already. {then}")


@app.command("doctor")
def doctor_verb(
    book: Annotated[
        Path | None, typer.Argument(help="A workbook whose journal and mail are looked at too.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Look whether everything the add-in needs is there, and say what to do where it is not."""
    from duesheet import doctor  # noqa: PLC0415  as above
    from duesheet.installing.home import Home  # noqa: PLC0415  as above

    _told(doctor.examined(Home.here(), Path(sys.executable), book), as_json=as_json)

"""What several verbs ask for on the command line."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from duesheet.job import Clock

File = Annotated[Path, typer.Argument(help="The workbook, as Collections.xlsx.")]
AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The date everything is worked out for.")
]
Json = Annotated[bool, typer.Option("--json", help="Print a machine-readable result.")]


def day_of(moment: datetime | None) -> date | None:
    """The date that was asked for, if any.

    >>> day_of(datetime(2026, 11, 25))
    datetime.date(2026, 11, 25)
    """
    return moment.date() if moment else None


def clock() -> Clock:
    """This moment, in this computer's time zone."""
    return Clock(datetime.now().astimezone())

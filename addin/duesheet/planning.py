"""The verbs about payment plans: their instalments, and an agreement to sign."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from duesheet import records, timetable
from duesheet.arguments import AsOf, File, Json, day_of
from duesheet.errors import Fault, Refused
from duesheet.opening import opened
from duesheet.position import Position, position
from duesheet.records import Records
from duesheet.terminal import say, tell

app = typer.Typer()


def _read(file: Path, as_of: datetime | None) -> tuple[Records, Position]:
    found = records.read(opened(file))
    today: date = datetime.now().astimezone().date()
    return found, position(found, day_of(as_of) or found.settings.as_of or today)


def _faults(found: Records, now: Position) -> tuple[Fault, ...]:
    return (*found.faults, *now.plans.faults)


def _names(found: Records) -> dict[str, str]:
    return dict(found.customers.frame.select("customer_id", "name").iter_rows())


@app.command()
def schedule(file: File, as_of: AsOf = None, as_json: Json = False) -> None:
    """List the instalments of every payment plan and what was paid of each, without changing the book."""
    found, now = _read(file, as_of)
    standings = sorted(now.plans.standings, key=lambda one: one.debt.plan.row)
    faults, names = _faults(found, now), _names(found)
    tell(
        lambda: timetable.data(standings, names, now.as_of, faults),
        lambda: timetable.spoken(standings, names, faults),
        as_json=as_json,
    )
    if faults:
        raise typer.Exit(1)


@app.command()
def agreement(
    file: File,
    plan: Annotated[str, typer.Argument(help="The plan's number, from the Plans sheet.")],
    out: Annotated[
        Path | None, typer.Option(help="The document to write; beside the workbook when not named.")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Write a payment agreement to sign, a Word document, for one plan."""
    from duesheet import agreements  # noqa: PLC0415  letters and templates, which no other verb here needs
    from duesheet.stationery import search_path  # noqa: PLC0415  the same

    target = out and out.resolve()
    if target and target.suffix.casefold() != ".docx":
        raise Refused(f"{out} would not open in Word. Name a file that ends in .docx; nothing was written.")
    found, now = _read(file, as_of)
    one = agreements.asked(found, now, plan)
    agreed = agreements.agreement(found, now, one)
    target = target or agreements.place(file, one.debt.plan.plan)
    agreements.lay(agreements.document(agreed, search_path(file)), target)
    if as_json:
        tell(lambda: {"file": str(target), **timetable.plan_data(one, _names(found))}, str, as_json=True)
    else:
        say(
            f"Wrote {target}. Read it through, print it twice, and type the date under Signed on once it is signed."
        )

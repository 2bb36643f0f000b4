"""The verbs for a terminal: arguments in, one call of the job, words or JSON out."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from duesheet import __version__, guard, job, records, results, words
from duesheet.books.locks import refuse_if_open
from duesheet.carriers import Delivery, Outcome
from duesheet.entries import Answer
from duesheet.errors import CarrierFailed, DuesheetError, Refused
from duesheet.memory import open_journal
from duesheet.opening import opened, when_changed
from duesheet.settings import Settings
from duesheet.terminal import logged, refuse, say, saying, tell
from duesheet.week import Week, week

app = typer.Typer(
    name="duesheet",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Collections in a spreadsheet: aging, risk flags and reminder letters from the workbook you already keep.",
)

File = Annotated[Path, typer.Argument(help="The workbook, as Collections.xlsx.")]
AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The date everything is worked out for.")
]
Json = Annotated[bool, typer.Option("--json", help="Print a machine-readable result.")]
_PROBLEMS = {Outcome.REFUSED, Outcome.IN_DOUBT, Outcome.HELD}


def main() -> None:
    """Run the command line; every refusal ends as a plain sentence and an exit code."""
    try:
        app()
    except DuesheetError as error:
        refuse(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        refuse("Stopped. What was sent is in the journal; run the command again to go on.")
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  the last door: a user never sees a traceback
        refuse(f"Something unexpected went wrong: {error}. The workbook was not saved. Details: {logged()}")
        sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"duesheet {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def _clock() -> job.Clock:
    return job.Clock(datetime.now().astimezone())


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _end(found: Week, *, problems: bool = False) -> None:
    if problems or found.faults():
        raise typer.Exit(1)


def _make(file: Path, sample_day: date | None) -> None:
    from duesheet.demo import make  # noqa: PLC0415  the builder of workbooks, which no other verb needs

    make(file, sample_day)


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The workbook to make.")],
    sample: Annotated[
        bool, typer.Option("--sample", help="Fill it with fictional customers, invoices and payments.")
    ] = False,
) -> None:
    """Make a new workbook."""
    if file.exists():
        raise Refused(f"{file} is there already. Choose another name; nothing was changed.")
    _make(file, _clock().today if sample else None)
    say(f"Made {file}. Fill in Customers, Invoices, Payments and Settings, then: duesheet refresh {file}")


@app.command()
def refresh(file: File, as_of: AsOf = None, as_json: Json = False) -> None:
    """Work out aging, flags and reminders, and rewrite the output sheets."""
    refuse_if_open(file)
    with saying("Opening the book") as line:
        book = opened(file)
        found = job.refresh(book, _clock(), as_of=_day(as_of), path=file.resolve(), say=line)
        line("Saving")
        book.save()
    tell(lambda: results.week_data(found), lambda: words.summary(found), as_json=as_json)
    _end(found)


@app.command()
def preview(file: File, as_of: AsOf = None, as_json: Json = False) -> None:
    """Write this week's letters beside the workbook, without sending anything."""
    refuse_if_open(file)
    with saying("Opening the book") as line:
        book = opened(file)
        done = job.preview(book, file.resolve(), _clock(), as_of=_day(as_of), say=line)
        line("Saving")
        book.save()
    tell(lambda: results.week_data(done.week, done), lambda: words.letters(done), as_json=as_json)
    _end(done.week, problems=bool(done.wrong))


@app.command()
def send(
    file: File,
    as_of: AsOf = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many letters.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Refresh, show what is due, ask, and send this week's letters."""
    refuse_if_open(file)
    _refuse_to_guess(yes=yes)
    clock, day = _clock(), _day(as_of) or _clock().today
    with saying("Opening the book") as line:
        book = opened(file)
        done = job.preview(book, file.resolve(), clock, as_of=day, say=line)
        guard.refuse_to_send(done.week)
        book.save()
    recheck = guard.still_due(when_changed(file), open_journal, day)
    if not as_json:
        say(words.letters(done))
    _agree(done, yes=yes)
    deliveries: list[Delivery] = []
    with saying("Sending") as line:
        for delivery in job.send(done, clock, limit=limit, recheck=recheck):
            deliveries.append(delivery)
            line(f"Sending: {len(deliveries)} done")
        line("Writing Reminders and Activity")
        after = _noted(file, clock, day, len(deliveries))
    tell(lambda: results.week_data(after, done, deliveries), lambda: words.sent(deliveries), as_json=as_json)
    if any(one.outcome in {Outcome.STOP, Outcome.RETRY} for one in deliveries):
        raise CarrierFailed("Some letters could not be sent; run duesheet send again.")
    _end(after, problems=bool(done.wrong) or any(one.outcome in _PROBLEMS for one in deliveries))


def _noted(file: Path, clock: job.Clock, day: date, count: int) -> Week:
    """The book refreshed after the letters went; when it cannot be saved, they are in the journal nevertheless."""
    try:
        book = opened(file)
        after = job.refresh(book, clock, as_of=day, path=file.resolve())
        book.save()
    except Refused as error:
        raise DuesheetError(
            f"{count} letters were handled and are in the journal, but the workbook could not be written. "
            f"Refresh it later. {error}"
        ) from error
    return after


def _refuse_to_guess(*, yes: bool) -> None:
    if not yes and not sys.stdin.isatty():
        raise Refused("There is nobody to ask. Add --yes to send without asking; nothing was sent.")


def _agree(done: job.Preview, *, yes: bool) -> None:
    if done.files and not yes and not typer.confirm(words.question(done), err=True):
        raise Refused("Nothing was sent.")


@app.command()
def resolve(
    file: File,
    key: Annotated[str, typer.Argument(help="The letter's key, from the Reminders sheet.")],
    arrived: Annotated[bool, typer.Option("--arrived", help="The customer has it.")] = False,
    send_again: Annotated[bool, typer.Option("--send-again", help="It did not arrive.")] = False,
    skip: Annotated[bool, typer.Option("--skip", help="Do not send it.")] = False,
) -> None:
    """Say what became of a letter in doubt."""
    answers = [answer for answer, said in zip(Answer, (arrived, send_again, skip), strict=True) if said]
    if len(answers) != 1:
        raise Refused("Say one of --arrived, --send-again and --skip.")
    chosen = _settings(file)
    with open_journal(chosen.book_id, chosen.journal) as journal:
        letter = journal.resolve(key, answers[0])
    say(f"{letter.key} is now {letter.state}. Refresh to see it in the workbook.")


def _settings(file: Path) -> Settings:
    return records.read(opened(file)).settings


@app.command()
def status(file: File, as_of: AsOf = None, as_json: Json = False) -> None:
    """Say where the book stands, without changing it."""
    found = week(opened(file), open_journal, _day(as_of), _clock().today)
    tell(lambda: results.week_data(found), lambda: words.summary(found), as_json=as_json)
    _end(found)


@app.command("import")
def import_files(
    file: File,
    files: Annotated[list[Path], typer.Argument(help="CSV files: invoices, then payments.")],
    profile: Annotated[str | None, typer.Option(help="Where the files come from, as xero-invoices.")] = None,
    pairs: Annotated[
        list[str] | None, typer.Option("--map", help='"Column=csv header", once a column.')
    ] = None,
    as_json: Json = False,
) -> None:
    """Append what CSV files hold and the workbook does not."""
    from duesheet.imports import bring_in  # noqa: PLC0415  loads pandas, which no other verb needs
    from duesheet.profiles import mapping_of  # noqa: PLC0415  the same

    refuse_if_open(file)
    with saying("Opening the book") as line:
        book = opened(file)
        chosen = records.read(book).settings
        line("Reading the files")
        result = bring_in(
            book,
            files,
            mapping_of(pairs or []),
            profile=profile,
            date_order=chosen.date_order,
            currency=chosen.base_currency,
            today=_clock().today,
        )
        line("Saving")
        book.save()
    tell(lambda: results.import_data(result), lambda: words.imported(result), as_json=as_json)
    if result.faults:
        raise typer.Exit(1)


def _refreshed_in_calc(file: Path) -> str:
    from duesheet import buttons  # noqa: PLC0415  what drives an open spreadsheet, which no other verb does
    from duesheet.books.window import shown  # noqa: PLC0415  as above

    told = buttons.refresh(shown(file.resolve(), "Aging"))
    return f"{file} is open in LibreOffice Calc, as yet unsaved. {told}"


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put it.")] = Path("duesheet-demo"),
    calc: Annotated[
        bool, typer.Option("--calc", help="Open it in LibreOffice Calc, refresh it there, and leave it open.")
    ] = False,
) -> None:
    """Make a sample workbook, refresh it, and write this week's letters to look at."""
    file = folder / "Collections.xlsx"
    if file.exists():
        raise Refused(
            f"{file} is there already. Delete the folder, or name another: duesheet demo OTHER-FOLDER"
        )
    clock = _clock()
    with saying("Making a sample workbook") as line:
        _make(file, clock.today)
        if calc:
            line("Opening it in LibreOffice Calc")
            say(_refreshed_in_calc(file))
            return
        book = opened(file)
        done = job.preview(book, file.resolve(), clock, say=line)
        line("Saving")
        book.save()
    say(words.letters(done))
    say(words.what_to_open(file, done.box.index))

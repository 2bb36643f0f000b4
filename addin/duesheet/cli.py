"""The verbs for a terminal: arguments in, one call of the job, words or JSON out."""

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import platformdirs
import typer
from rich.console import Console

from duesheet import __version__, job, records, words
from duesheet.books.closed import ClosedBook
from duesheet.books.locks import refuse_if_open
from duesheet.build import new_book
from duesheet.carriers import Outcome
from duesheet.entries import Answer
from duesheet.errors import CarrierFailed, DuesheetError, Refused
from duesheet.journal import Journal
from duesheet.layout import layout
from duesheet.sample import sample_ledger, sample_settings
from duesheet.settings import Settings
from duesheet.week import Week, week

app = typer.Typer(
    name="duesheet",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Collections in a spreadsheet: aging, risk flags and reminder letters from the workbook you already keep.",
)
progress = Console(stderr=True)

File = Annotated[Path, typer.Argument(help="The workbook, as Collections.xlsx.")]
AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The date everything is worked out for.")
]
Json = Annotated[bool, typer.Option("--json", help="Print a machine-readable result.")]


def main() -> None:
    """Run the command line; every refusal ends as a plain sentence and an exit code."""
    try:
        app()
    except DuesheetError as error:
        _refuse(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _refuse("Stopped. What was sent is in the journal; run the command again to go on.")
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  the last door: a user never sees a traceback
        _refuse(f"Something unexpected went wrong: {error}. The workbook was not saved. Details: {_logged()}")
        sys.exit(1)


def _refuse(message: str) -> None:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps({"refused": message}, ensure_ascii=False) + "\n")
    progress.print(message, style="red", markup=False, highlight=False)


def _logged() -> Path:
    log = platformdirs.user_log_path("Duesheet", ensure_exists=True) / "error.log"
    log.write_text(traceback.format_exc(), encoding="utf-8")
    return log


def _version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        typer.echo(f"duesheet {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,  # noqa: ARG001, FBT002  typer reads it
) -> None:
    pass


@contextmanager
def _saying(start: str) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, on standard error."""
    with progress.status(start) as line:
        yield line.update


def _clock() -> job.Clock:
    return job.Clock(datetime.now().astimezone())


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _opened(file: Path) -> ClosedBook:
    tables = layout().tables
    return ClosedBook.open(file, [tables[name] for name in records.READ])


def _ends(found: Week) -> None:
    if found.records.faults:
        raise typer.Exit(1)


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The workbook to make.")],
    sample: Annotated[
        bool, typer.Option(help="Fill it with fictional customers, invoices and payments.")
    ] = False,  # noqa: FBT002  a switch
) -> None:
    """Make a new workbook."""
    if file.exists():
        raise Refused(f"{file} is there already. Choose another name; nothing was changed.")
    _make(file, _clock().today if sample else None)
    typer.echo(
        f"Made {file}. Fill in Customers, Invoices, Payments and Settings, then: duesheet refresh {file}"
    )


def _make(file: Path, sample_day: date | None) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if sample_day is None:
        new_book(file)
    else:
        new_book(file, rows=sample_ledger(sample_day), settings=sample_settings())


@app.command()
def refresh(file: File, as_of: AsOf = None, as_json: Json = False) -> None:  # noqa: FBT002  a switch
    """Work out aging, flags and reminders, and rewrite the output sheets."""
    refuse_if_open(file)
    with _saying("Opening the book") as say:
        book = _opened(file)
        found = job.refresh(book, _clock(), as_of=_day(as_of), say=say)
        say("Saving")
        book.save()
    _tell(as_json, lambda: words.as_data(found), lambda: words.summary(found))
    _ends(found)


def _tell(as_json: bool, data: Callable[[], dict[str, Any]], spoken: Callable[[], Any]) -> None:  # noqa: FBT001  the user's switch
    if as_json:
        sys.stdout.write(json.dumps(data(), ensure_ascii=False, indent=2) + "\n")
    else:
        Console(width=None if sys.stdout.isatty() else 110).print(spoken(), highlight=False)


@app.command()
def preview(file: File, as_of: AsOf = None, as_json: Json = False) -> None:  # noqa: FBT002  a switch
    """Write this week's letters beside the workbook, without sending anything."""
    refuse_if_open(file)
    with _saying("Opening the book") as say:
        book = _opened(file)
        done = job.preview(book, file.resolve(), _clock(), as_of=_day(as_of) or _clock().today, say=say)
        say("Saving")
        book.save()
    _tell(as_json, lambda: words.as_data(done.week, done), lambda: words.letters(done))
    _ends(done.week)


@app.command()
def send(  # noqa: PLR0913  each is a choice of the person who sends
    file: File,
    as_of: AsOf = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many letters.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002  a switch
    as_json: Json = False,  # noqa: FBT002  a switch
) -> None:
    """Refresh, show what is due, ask, and send this week's letters."""
    refuse_if_open(file)
    clock, day = _clock(), _day(as_of) or _clock().today
    with _saying("Opening the book") as say:
        book = _opened(file)
        done = job.preview(book, file.resolve(), clock, as_of=day, say=say)
        book.save()
    job.refuse_to_send(done.week)
    if not as_json:
        Console().print(words.letters(done), highlight=False)
    _agree(done, yes=yes)
    recheck = job.still_due(_when_changed(file), clock, day)
    with _saying("Sending") as say:
        deliveries = []
        for delivery in job.send(done, clock, limit=limit, recheck=recheck):
            deliveries.append(delivery)
            say(f"Sending: {len(deliveries)} done")
        say("Writing Reminders and Activity")
        book = _opened(file)
        after = job.refresh(book, clock, as_of=day)
        book.save()
    _tell(as_json, lambda: words.as_data(after, done, deliveries), lambda: words.sent(deliveries))
    if any(one.outcome in {Outcome.STOP, Outcome.RETRY} for one in deliveries):
        raise CarrierFailed("Some letters could not be sent; run duesheet send again.")
    _ends(after)


def _agree(done: job.Preview, *, yes: bool) -> None:
    if yes or not done.files:
        return
    if not sys.stdin.isatty():
        raise Refused("There is nobody to ask. Add --yes to send without asking; nothing was sent.")
    if not typer.confirm(words.question(done), err=True):
        raise Refused("Nothing was sent.")


def _when_changed(file: Path) -> Callable[[], ClosedBook | None]:
    """Opens the book again each time it was found changed."""
    seen = file.stat()

    def reopened() -> ClosedBook | None:
        nonlocal seen
        now = file.stat()
        if (now.st_mtime_ns, now.st_size) == (seen.st_mtime_ns, seen.st_size):
            return None
        seen = now
        return _opened(file)

    return reopened


@app.command()
def resolve(
    file: File,
    key: Annotated[str, typer.Argument(help="The letter's key, from the Reminders sheet.")],
    arrived: Annotated[bool, typer.Option("--arrived", help="The customer has it.")] = False,  # noqa: FBT002  a switch
    send_again: Annotated[bool, typer.Option("--send-again", help="It did not arrive.")] = False,  # noqa: FBT002  a switch
    skip: Annotated[bool, typer.Option("--skip", help="Do not send it.")] = False,  # noqa: FBT002  a switch
) -> None:
    """Say what became of a letter in doubt."""
    answers = [answer for answer, said in zip(Answer, (arrived, send_again, skip), strict=True) if said]
    if len(answers) != 1:
        raise Refused("Say one of --arrived, --send-again and --skip.")
    chosen = _settings(file)
    with Journal.open(chosen.book_id, chosen.journal) as journal:
        letter = journal.resolve(key, answers[0])
    typer.echo(f"{letter.key} is now {letter.state}. Refresh to see it in the workbook.")


def _settings(file: Path) -> Settings:
    return records.read(_opened(file)).settings


@app.command()
def status(file: File, as_of: AsOf = None, as_json: Json = False) -> None:  # noqa: FBT002  a switch
    """Say where the book stands, without changing it."""
    found = week(_opened(file), Journal.open, _day(as_of), _clock().today)
    _tell(as_json, lambda: words.as_data(found), lambda: words.summary(found))
    _ends(found)


@app.command("import")
def import_files(  # noqa: PLR0913  each is a choice of the person who imports
    file: File,
    files: Annotated[list[Path], typer.Argument(help="CSV files: invoices, then payments.")],
    profile: Annotated[str | None, typer.Option(help="Where the files come from, as xero-invoices.")] = None,
    pairs: Annotated[
        list[str] | None, typer.Option("--map", help='"Column=csv header", once a column.')
    ] = None,
    as_json: Json = False,  # noqa: FBT002  a switch
) -> None:
    """Append what CSV files hold and the workbook does not."""
    from duesheet.imports import bring_in  # noqa: PLC0415  loads pandas, which no other verb needs
    from duesheet.profiles import mapping_of  # noqa: PLC0415  the same

    refuse_if_open(file)
    with _saying("Opening the book") as say:
        book = _opened(file)
        chosen = records.read(book).settings
        say("Reading the files")
        result = bring_in(
            book,
            files,
            mapping_of(pairs or []),
            profile=profile,
            date_order=chosen.date_order,
            currency=chosen.base_currency,
            today=_clock().today,
        )
        say("Saving")
        book.save()
    _tell(as_json, lambda: words.import_as_data(result), lambda: words.imported(result))
    if result.faults:
        raise typer.Exit(1)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put it.")] = Path("duesheet-demo"),
) -> None:
    """Make a sample workbook, refresh it, and write this week's letters to look at."""
    file = folder / "Collections.xlsx"
    if file.exists():
        raise Refused(
            f"{file} is there already. Delete the folder, or name another: duesheet demo OTHER-FOLDER"
        )
    clock = _clock()
    with _saying("Making a sample workbook") as say:
        _make(file, clock.today)
        book = _opened(file)
        done = job.preview(book, file.resolve(), clock, as_of=clock.today, say=say)
        say("Saving")
        book.save()
    screen = Console(width=None if sys.stdout.isatty() else 110)
    screen.print(words.letters(done), highlight=False)
    screen.print(words.what_to_open(file, done.box.index), highlight=False, soft_wrap=True)

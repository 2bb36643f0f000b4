"""The verbs of the week: a book made, refreshed, its letters written, its state told, files brought in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duesheet import job, records, results
from duesheet.arguments import AsOf, File, Json, clock, day_of
from duesheet.books.locks import refuse_if_open
from duesheet.errors import Refused
from duesheet.memory import open_journal
from duesheet.opening import opened
from duesheet.terminal import end, say, saying, tell
from duesheet.week import Week, week

if TYPE_CHECKING:  # what draws tables in a terminal, of no use to who asks for JSON
    from rich.console import RenderableType

app = typer.Typer()


def _summary(found: Week) -> "RenderableType":
    from duesheet import words  # noqa: PLC0415  as above

    return words.summary(found)


def _letters(done: job.Preview) -> "RenderableType":
    from duesheet import words  # noqa: PLC0415  as above

    return words.letters(done)


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
    _make(file, clock().today if sample else None)
    say(f"Made {file}. Fill in Customers, Invoices, Payments and Settings, then: duesheet refresh {file}")


@app.command()
def refresh(file: File, as_of: AsOf = None, as_json: Json = False) -> None:
    """Work out aging, flags and reminders, and rewrite the output sheets."""
    refuse_if_open(file)
    with saying("Opening the book") as line, ThreadPoolExecutor(1) as aside:
        book = opened(file)
        found = job.refresh(book, clock(), as_of=day_of(as_of), path=file.resolve(), say=line)
        line("Saving")
        saved = aside.submit(book.save)  # mostly packing and the disk: what is told is made meanwhile
        data = results.week_data(found) if as_json else {}
        saved.result()
    tell(lambda: data, lambda: _summary(found), as_json=as_json)
    end(found)


@app.command()
def preview(file: File, as_of: AsOf = None, as_json: Json = False) -> None:
    """Write this week's letters beside the workbook, without sending anything."""
    refuse_if_open(file)
    with saying("Opening the book") as line:
        book = opened(file)
        done = job.preview(book, file.resolve(), clock(), as_of=day_of(as_of), say=line)
        line("Saving")
        book.save()
    tell(lambda: results.week_data(done.week, done), lambda: _letters(done), as_json=as_json)
    end(done.week, problems=bool(done.wrong))


@app.command()
def status(file: File, as_of: AsOf = None, as_json: Json = False) -> None:
    """Say where the book stands, without changing it."""
    found = week(opened(file), open_journal, day_of(as_of), clock().today)
    tell(lambda: results.week_data(found), lambda: _summary(found), as_json=as_json)
    end(found)


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
    from duesheet import words  # noqa: PLC0415  as above
    from duesheet.imports import bring_in  # noqa: PLC0415  loads pandas, which no other verb needs
    from duesheet.profiles import mapping_of  # noqa: PLC0415  the same

    refuse_if_open(file)
    with saying("Opening the book") as line:
        book = opened(file)
        chosen = records.settings_of(book)
        line("Reading the files")
        result = bring_in(
            book,
            files,
            mapping_of(pairs or []),
            profile=profile,
            date_order=chosen.date_order,
            currency=chosen.base_currency,
            today=clock().today,
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
    from duesheet import words  # noqa: PLC0415  as above

    file = folder / "Collections.xlsx"
    if file.exists():
        raise Refused(
            f"{file} is there already. Delete the folder, or name another: duesheet demo OTHER-FOLDER"
        )
    moment = clock()
    with saying("Making a sample workbook") as line:
        _make(file, moment.today)
        if calc:
            line("Opening it in LibreOffice Calc")
            say(_refreshed_in_calc(file))
            return
        book = opened(file)
        done = job.preview(book, file.resolve(), moment, say=line)
        line("Saving")
        book.save()
    say(words.letters(done))
    say(words.what_to_open(file, done.box.index))

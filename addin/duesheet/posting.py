"""The verbs that send this week's letters, and say what became of one."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from duesheet import guard, job, records, results, sending, words
from duesheet.arguments import AsOf, File, Json, clock, day_of
from duesheet.books.locks import refuse_if_open
from duesheet.entries import Answer
from duesheet.errors import CarrierFailed, DuesheetError, Refused
from duesheet.memory import open_journal
from duesheet.opening import opened, when_changed
from duesheet.settings import Settings
from duesheet.terminal import counting, end, say, saying, tell, warn
from duesheet.week import Week, week

app = typer.Typer()


@app.command()
def send(  # noqa: PLR0913, PLR0917  one for each word of the command
    file: File,
    as_of: AsOf = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many letters.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    to_me: Annotated[
        bool, typer.Option("--to-me", help="Send them all to the test recipient on Settings; note nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Refresh, show what is due, ask, and send this week's letters."""
    refuse_if_open(file)
    _refuse_to_guess(yes=yes)
    moment = clock()
    day = day_of(as_of) or moment.today
    if to_me:
        _send_to_me(file, moment, day, limit=limit, yes=yes, as_json=as_json)
        return
    with saying("Opening the book") as line:
        book = opened(file)
        done = job.preview(book, file.resolve(), moment, as_of=day, say=line)
        guard.refuse_to_send(done.week)
        if done.files:
            guard.refuse_now(done.week, moment.now)
        book.save()
    recheck = guard.still_due(
        when_changed(file), open_journal, day, [letter.notice for letter in done.letters]
    )
    going = job.batch(done, moment, limit)
    if not as_json:
        say(words.letters(done))
    _agree(words.question(done, going) if going else "", yes=yes)
    with counting("Sending", len(going)) as count:
        sent = sending.send(
            done,
            moment,
            recheck,
            limit=limit,
            now=lambda: clock().now,
            told=lambda _: count(),
            hurry=_stopping,
        )
    with saying("Writing Reminders and Activity"):
        after = _noted(file, moment, day, len(sent.deliveries))
    tell(
        lambda: results.week_data(after, done, sent.deliveries) | {"stopped": sent.stopped},
        lambda: words.sent(sent.deliveries, words.nothing(done)),
        as_json=as_json,
    )
    _end_of(sent, after, problems=bool(done.wrong))


def _send_to_me(  # noqa: PLR0913  the same
    file: Path, moment: job.Clock, day: date, *, limit: int | None, yes: bool, as_json: bool
) -> None:
    """Send the letters to oneself; nothing is written, neither workbook nor journal."""
    from duesheet.rehearsal import rehearsal  # noqa: PLC0415  the mail libraries

    with saying("Opening the book"):
        found = week(opened(file), open_journal, day, moment.today)
        guard.refuse_to_send(found)
        ready = rehearsal(found, file.resolve(), moment.now)
    _agree(words.question_to_me(ready, limit) if ready.letters else "", yes=yes)
    with counting("Sending to me", len(ready.letters[:limit])) as count:
        sent = sending.send_to_me(ready, limit=limit, told=lambda _: count(), hurry=_stopping)
    tell(
        lambda: (
            results.week_data(found, None, sent.deliveries)
            | {"to_me": ready.recipient, "stopped": sent.stopped}
        ),
        lambda: words.sent_to_me(ready, sent.deliveries),
        as_json=as_json,
    )
    _end_of(sent, found, problems=bool(ready.wrong))


def _stopping() -> None:
    warn("Stopping. The letter that was begun is finished first; no other is begun.")


def _end_of(sent: sending.Sent, found: Week, *, problems: bool) -> None:
    """End as the posting did: 3 when the post failed, 1 when there is something to look at."""
    if sent.stopped:
        warn(f"{sent.stopped} The rest was not sent; run duesheet send again for it.")
    if sent.failed:
        warn(str(sent.trouble or "Some letters could not be sent; run duesheet send again."))
        raise typer.Exit(CarrierFailed.exit_code)
    end(found, problems=problems or sent.doubtful)


def _noted(file: Path, moment: job.Clock, day: date, count: int) -> Week:
    """The book refreshed after the letters went; when it cannot be saved, they are in the journal nevertheless."""
    try:
        book = opened(file)
        after = job.refresh(book, moment, as_of=day, path=file.resolve())
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


def _agree(question: str, *, yes: bool) -> None:
    if question and not yes and not typer.confirm(question, err=True):
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
    return records.settings_of(opened(file))

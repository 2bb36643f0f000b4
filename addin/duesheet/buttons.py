"""One function for each button of the ribbon: the weekly job, on the workbook whose button was pressed.

None of them raises: whatever happens ends as a sentence, in the status bar and, where something is wrong or wants
an answer, in a window.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from duesheet import brake, guard, job, records, sending, words
from duesheet.books.live import LiveBook, Workbook, caller
from duesheet.carriers import Delivery
from duesheet.errors import DuesheetError, Refused
from duesheet.memory import open_journal
from duesheet.terminal import logged
from duesheet.week import Week


def refresh(book: Workbook | None = None) -> str:
    """Work the book out and rewrite its output sheets; gives what the user is told. Saving is the user's.

    Nothing is lost by not saving: what is written can be worked out again.
    """
    return _pressed(book, _refresh)


def preview(book: Workbook | None = None) -> str:
    """Refresh, and lay this week's letters beside the workbook, to look at; gives what the user is told.

    The workbook must lie in a folder; it is not saved, for a letter laid there is not sent.
    """
    return _pressed(book, _preview)


def send(book: Workbook | None = None, *, sure: bool = False) -> str:
    """Refresh, ask (unless `sure`), and send this week's letters; gives what the user is told.

    The workbook is saved before the first letter and after the last, and only when there are letters. Before: the
    journal knows a book by its Book ID, and one that were given its ID by this very run and closed without saving
    would send everything again under its next one. And the letters speak of what is typed, so what is typed must
    stay. After: on another machine, with another journal, only the rows of Activity tell what was said already.
    """
    return _pressed(book, lambda desk: _send(desk, sure=sure))


def stop(book: Workbook | None = None) -> str:
    """Stop the posting of this workbook's letters before the next one, wherever on this computer it runs."""
    return _pressed(book, _stop)


def _stop(desk: LiveBook) -> str:
    book_id = records.read(desk).settings.book_id
    if not book_id:
        return "This workbook has never sent a letter."
    brake.pull(book_id)
    return "Stopping: the letter that was begun is finished, no other is begun."


def _pressed(book: Workbook | None, work: Callable[[LiveBook], str]) -> str:
    """What `work` has to say of the book, or why it could not be done."""
    try:
        desk = LiveBook(book or caller())
    except DuesheetError as error:
        return str(error)
    try:
        message = work(desk)
        desk.say(message)
    except DuesheetError as error:
        message = str(error)
        _warn(desk, message)
    except Exception as error:  # noqa: BLE001  the last door: a user never sees a traceback
        message = f"Something unexpected went wrong: {error}. The workbook was not saved. Details: {logged()}"
        _warn(desk, message)
    return message


def _warn(desk: LiveBook, message: str) -> None:
    with suppress(DuesheetError):  # the office may be gone: then the message is only given back
        desk.alert(message)


def _clock() -> job.Clock:
    return job.Clock(datetime.now().astimezone())


def _refresh(desk: LiveBook) -> str:
    with desk.at_work():
        found = job.refresh(desk, _clock(), path=desk.path, say=desk.say)
    return _told("Refreshed", found)


def _told(done: str, found: Week) -> str:
    problems = len(found.faults())
    listed = f" {problems:,} on the Problems sheet." if problems else ""
    return f"{done} as of {found.now.as_of.isoformat()}. {words.standing(found)}{listed}"


def _preview(desk: LiveBook) -> str:
    done = _laid(desk, _clock(), _place(desk))
    count = len(done.files)
    letters = f"{count:,} letter{'' if count == 1 else 's'}" if count else "No letters"
    wrong = "".join(f" {key}: {why}" for key, why in done.wrong.items())
    return (
        f"{letters} to look at: {done.box.index}. Nothing was sent.{wrong} {_told('Worked out', done.week)}"
    )


def _laid(desk: LiveBook, clock: job.Clock, path: Path) -> job.Preview:
    with desk.at_work():
        return job.preview(desk, path, clock, as_of=clock.today, say=desk.say)


def _place(desk: LiveBook) -> Path:
    path = desk.path
    if path is None:
        raise Refused(
            f"{desk.name} does not lie in a folder of this computer yet. Save it first: the letters are laid beside it."
        )
    return path


def _send(desk: LiveBook, *, sure: bool) -> str:
    path, clock = _place(desk), _clock()
    done = _laid(desk, clock, path)
    guard.refuse_to_send(done.week)
    keys = job.batch(done, clock)
    if not keys:
        return f"{words.nothing(done)} {_told('Worked out', done.week)}"
    guard.refuse_now(done.week, clock.now)
    notices = [letter.notice for letter in done.letters]
    recheck = guard.still_due(desk.changes(), open_journal, clock.today, notices)
    if not sure:
        _agree(desk, done, keys)
    desk.save()
    sent = sending.send(done, clock, recheck, now=lambda: _clock().now, told=_counting(desk, len(keys)))
    after = _noted(desk, clock, path, len(sent.deliveries))
    again = " Press Send again for the rest." if sent.failed or sent.stopped else ""
    ended = " ".join(str(why) for why in (sent.stopped, sent.trouble) if why)
    return " ".join(f"{words.outcomes(sent.deliveries)} {ended}{again} {_told('Worked out', after)}".split())


def _counting(desk: LiveBook, total: int) -> sending.Told:
    """Says in the status bar how many are done; a window that is gone stops nothing."""
    count = 0

    def told(_: Delivery) -> None:
        nonlocal count
        count += 1
        with suppress(DuesheetError):
            desk.say(f"Sending: {count} of {total} done")

    return told


def _agree(desk: LiveBook, done: job.Preview, keys: Collection[str]) -> None:
    answer = desk.ask(f"{words.question(done, keys)} The workbook is saved before and after.")
    if answer is None:
        raise Refused("There is nobody to ask. Nothing was sent.")
    if not answer:
        raise Refused("Nothing was sent.")


def _noted(desk: LiveBook, clock: job.Clock, path: Path, count: int) -> Week:
    """The book worked out and saved after the letters went; they are in the journal whatever comes of it."""
    try:
        with desk.at_work():
            after = job.refresh(desk, clock, as_of=clock.today, path=path, say=desk.say)
        desk.save()
    except Refused as error:
        raise DuesheetError(
            f"{count:,} letters were handled and are in the journal, but the workbook could not be written. "
            f"Refresh and save it later. {error}"
        ) from error
    return after

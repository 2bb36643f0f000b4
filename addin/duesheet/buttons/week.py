"""The buttons of the week: Refresh, Preview letters, Send reminders, Stop."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from duesheet import brake, guard, job, records, sending, words
from duesheet.books.live import LiveBook, Workbook
from duesheet.buttons import aside, desk
from duesheet.carriers import Delivery
from duesheet.errors import DuesheetError, Refused
from duesheet.memory import open_journal
from duesheet.week import Week


def refresh(book: Workbook | None = None) -> str:
    """Work the book out and rewrite its output sheets; gives what the user is told. Saving is the user's.

    Nothing is lost by not saving: what is written can be worked out again.
    """
    return desk.pressed(book, _refresh)


def preview(book: Workbook | None = None) -> str:
    """Refresh, and lay this week's letters beside the workbook, to look at; gives what the user is told.

    The workbook must lie in a folder; it is not saved, for a letter laid there is not sent.
    """
    return desk.pressed(book, _preview)


def send(book: Workbook | None = None, *, sure: bool = False) -> str:
    """Refresh, ask (unless `sure`), and send this week's letters; gives what the user is told.

    The workbook is saved before the first letter and after the last, and only when there are letters. Before: the
    journal knows a book by its Book ID, and one that were given its ID by this very run and closed without saving
    would send everything again under its next one. And the letters speak of what is typed, so what is typed must
    stay. After: on another machine, with another journal, only the rows of Activity tell what was said already.

    Excel waits for the program that a button starts: pressed there, the letters are sent by another one, so that the
    user can go on working and press Stop.
    """
    return aside.handed_over("send", book) or desk.pressed(book, lambda found: _send(found, sure=sure))


def stop(book: Workbook | None = None) -> str:
    """Stop the posting of this workbook's letters before the next one, wherever on this computer it runs."""
    return desk.pressed(book, _stop)


def _stop(found: LiveBook) -> str:
    book_id = records.settings_of(found).book_id
    if not book_id:
        return "This workbook has never sent a letter."
    brake.pull(book_id)
    return "Stopping: the letter that was begun is finished, no other is begun."


def _refresh(found: LiveBook) -> str:
    return desk.told("Refreshed", refreshed(found))


def refreshed(found: LiveBook) -> Week:
    """The book worked out, its output sheets rewritten."""
    with found.at_work():
        return job.refresh(found, desk.clock(), path=found.path, say=found.say)


def _preview(found: LiveBook) -> str:
    done = _laid(found, desk.clock(), desk.place(found))
    count = len(done.files)
    letters = f"{count:,} letter{'' if count == 1 else 's'}" if count else "No letters"
    wrong = "".join(f" {key}: {why}" for key, why in done.wrong.items())
    where = f"{letters} to look at: {done.box.index}. Nothing was sent.{wrong}"
    return f"{where} {desk.told('Worked out', done.week)}"


def _laid(found: LiveBook, clock: job.Clock, path: Path) -> job.Preview:
    with found.at_work():
        return job.preview(found, path, clock, as_of=clock.today, say=found.say)


def _send(found: LiveBook, *, sure: bool) -> str:
    path, clock = desk.place(found), desk.clock()
    with aside.alone(found):
        done = _laid(found, clock, path)
        guard.refuse_to_send(done.week)
        keys = job.batch(done, clock)
        if not keys:
            return f"{words.nothing(done)} {desk.told('Worked out', done.week)}"
        return _posted(found, done, clock, keys, sure=sure)


def _posted(
    found: LiveBook, done: job.Preview, clock: job.Clock, keys: Collection[str], *, sure: bool
) -> str:
    guard.refuse_now(done.week, clock.now)
    notices = [letter.notice for letter in done.letters]
    recheck = guard.still_due(found.changes(), open_journal, clock.today, notices)
    if not sure:
        question = f"{words.question(done, keys)} The workbook is saved before and after."
        desk.agree(found, question, "Nothing was sent.")
    found.save()
    told = counting(found, len(keys))
    sent = sending.send(done, clock, recheck, now=lambda: desk.clock().now, told=told)
    after = _noted(found, clock, desk.place(found), len(sent.deliveries))
    again = " Press Send reminders again for the rest." if sent.failed or sent.stopped else ""
    ended = " ".join(str(why) for why in (sent.stopped, sent.trouble) if why)
    message = f"{words.outcomes(sent.deliveries)} {ended}{again} {desk.told('Worked out', after)}"
    return " ".join(message.split())


def counting(found: LiveBook, total: int) -> sending.Told:
    """Says in the status bar how many letters are done; a window that is gone stops nothing."""
    count = 0

    def told(_: Delivery) -> None:
        nonlocal count
        count += 1
        with suppress(DuesheetError):
            found.say(f"Sending: {count} of {total} done")

    return told


def _noted(found: LiveBook, clock: job.Clock, path: Path, count: int) -> Week:
    """The book worked out and saved after the letters went; they are in the journal whatever comes of it."""
    try:
        with found.at_work():
            after = job.refresh(found, clock, as_of=clock.today, path=path, say=found.say)
        found.save()
    except Refused as error:
        raise DuesheetError(
            f"{count:,} letters were handled and are in the journal, but the workbook could not be written. "
            f"Refresh and save it later. {error}"
        ) from error
    return after

"""The weekly job: refresh, preview, send. Each reads top to bottom."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from duesheet import money, records
from duesheet.books import Book
from duesheet.carriers import Delivery
from duesheet.identity import identified, unnamed
from duesheet.memory import OpenJournal, open_journal
from duesheet.reports import Posted
from duesheet.settings import Settings
from duesheet.week import (
    Step,
    Week,
    new_activity,
    posted,
    sheets,
    silent,
    worked_out,
)
from duesheet.whereabouts import returns_of
from duesheet.worklist import is_letter, key_of, row_key

if TYPE_CHECKING:
    from duesheet.journal import Journal
    from duesheet.letters import Letter
    from duesheet.outbox import Outbox

# Letters, the outbox, the guard and the journal are loaded by the verbs that need them: Refresh mostly does not.


class Preview(NamedTuple):
    """The week's letters as written.

    `files` says by key where each lies in `box`; `wrong` by key why a letter could not be written.
    """

    week: Week
    box: "Outbox"
    letters: "list[Letter]"
    wrong: dict[str, str]
    files: dict[str, Path]


class Clock(NamedTuple):
    """The moment a verb runs; `today` is its date."""

    now: datetime

    @property
    def today(self) -> date:
        """The date of the moment."""
        return self.now.date()


def refresh(  # noqa: PLR0913  the book, the moment, and what a caller may want otherwise
    book: Book,
    clock: Clock,
    *,
    as_of: date | None = None,
    path: Path | None = None,
    journal: OpenJournal = open_journal,
    say: Step = silent,
) -> Week:
    """Work the book out and rewrite its output sheets; the caller saves.

    `path` is where the book lies: letters sent today are then linked on Reminders, and delivery reports beside the
    letters are read.
    """
    say("Reading the book")
    told = _with_returns(journal, path) if path else journal
    found = worked_out(_read(book), told, as_of, clock.today, say)
    _rewrite(book, found, _filed(found, path), say)
    return found


def _with_returns(journal: OpenJournal, path: Path) -> OpenJournal:
    """The journal, with what the delivery reports dropped beside the letters say; as it is when there are none."""
    folder = returns_of(path)
    if not folder.is_dir():
        return journal

    def told(book_id: str, url: str) -> "Journal":
        from duesheet import bounces  # noqa: PLC0415  as above

        memory = journal(book_id, url)
        bounces.note(bounces.lying(folder), memory, by_address=True)
        return memory

    return told


def _read(book: Book) -> records.Records:
    return unnamed(book, identified(book, records.read(book)))


def _filed(found: Week, path: Path | None) -> dict[str, Posted]:
    """What the journal says of the letters, each with a link to where it lies."""
    told = posted(found)
    if path is None or not told:
        return told
    from duesheet.outbox import Outbox  # noqa: PLC0415  as above

    box = Outbox.beside(path)
    return {
        key: one._replace(preview=_link(file, path)) if (file := _lying(box, key)) else one
        for key, one in told.items()
    }


def _lying(box: "Outbox", key: str) -> Path | None:
    """Where a letter that was said lies to be looked at."""
    return next((file for file in (box.draft(key), box.sent(key)) if file.exists()), None)


def _link(file: Path, book: Path) -> str:
    return f"open|{file.relative_to(book.parent).as_posix()}"


def _rewrite(book: Book, found: Week, told: Mapping[str, Posted], say: Step) -> None:
    say("Writing the sheets")
    for name, frame in sheets(found, told).items():
        book.write(found.records.drawing.tables[name], frame)
    rows = new_activity(found)
    if rows.height:
        book.append(found.records.drawing.tables["Activity"], rows)


def preview(  # noqa: PLR0913  as refresh, and where the book lies
    book: Book,
    path: Path,
    clock: Clock,
    *,
    as_of: date | None = None,
    journal: OpenJournal = open_journal,
    say: Step = silent,
) -> Preview:
    """Refresh, and lay this week's letters into the outbox beside the book, with a page that shows them all.

    Works on `as_of`, else on today's date, never on the date on Settings.
    """
    from duesheet.outbox import Outbox  # noqa: PLC0415  as above
    from duesheet.writing import written  # noqa: PLC0415  as above

    box = Outbox.beside(path)
    say("Reading the book")
    read = _read(book)
    tidied = _tidied(journal, box, path, read.settings)
    found = worked_out(read, tidied, as_of or clock.today, clock.today, say)
    say("Writing the letters")
    with journal(found.book_id, found.records.settings.journal) as memory:
        letters, wrong = written(found, path.parent, memory)
        files = box.write(letters, memory)
    done = Preview(found, box, letters, wrong, files)
    _page(done)
    _rewrite(book, found, _filed(found, path) | _previewed(done, path), say)
    return done


def _tidied(journal: OpenJournal, box: "Outbox", path: Path, chosen: Settings) -> OpenJournal:
    """The journal, put right first where a crash left something behind."""
    from duesheet import outbox  # noqa: PLC0415  as above
    from duesheet.carriers import choosing, returns  # noqa: PLC0415  as above
    from duesheet.carriers.folder import Folder  # noqa: PLC0415  as above

    def tidy(book_id: str, url: str) -> "Journal":
        memory = journal(book_id, url)
        memory.recover(choosing.finder(chosen, box))
        with Folder(box) as carrier:
            outbox.tidy(memory, carrier, box)
        returns.note(memory, returns_of(path), chosen)
        return memory

    return tidy


def _previewed(done: Preview, path: Path) -> dict[str, Posted]:
    """What Reminders says of the letters just written, and of those that could not be."""
    ready = {
        letter.notice.key: Posted(subject=letter.subject, preview=_link(done.files[letter.notice.key], path))
        for letter in done.letters
        if letter.notice.key in done.files
    }
    return ready | {key: Posted(status="Held", problem=why) for key, why in done.wrong.items()}


def _page(done: Preview) -> None:
    from duesheet.pages import HeldRow, index_page  # noqa: PLC0415  as above

    found = done.week
    names = dict(found.records.customers.frame.select("customer_id", "name").iter_rows())
    shown = {letter.notice.key for letter in done.letters}
    held = [
        HeldRow(
            one.debtor.customer_id,
            names[one.debtor.customer_id],
            one.debtor.currency,
            money.text(one.amount_due, one.debtor.currency),
            max((owed.days_overdue for owed in one.owed), default=0),
            done.wrong.get(row_key(one, found.book_id), one.why),
            one.step.channel if one.status == "Ready" and one.step and not is_letter(one) else one.status,
        )
        for one in found.decisions
        if key_of(one, found.book_id) not in shown
    ]
    files = {key: file.relative_to(done.box.folder).as_posix() for key, file in done.files.items()}
    page = index_page(found.records.settings.company, found.now.as_of, done.letters, held, files)
    done.box.folder.mkdir(parents=True, exist_ok=True)
    done.box.index.write_text(page, encoding="utf-8", newline="\n")


def batch(done: Preview, clock: Clock, limit: int | None = None) -> list[str]:
    """The keys of the letters that may go now, in order: as many as the daily cap and the `limit` allow."""
    from duesheet import guard  # noqa: PLC0415  as above

    return list(done.files)[: guard.room(done.week, clock.today, limit)]


def send(  # noqa: PLR0913  what was previewed, the moment, and what a caller may want otherwise
    done: Preview,
    clock: Clock,
    *,
    limit: int | None = None,
    journal: OpenJournal = open_journal,
    recheck: Callable[[str], str | None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    pause: Callable[[], None] = lambda: None,
    hasty: Callable[[], bool] = lambda: False,
) -> Iterator[Delivery]:
    """Hand the previewed letters to the carrier, one by one; yields what became of each.

    Each is in the journal before the next is handed over. `stop` is asked before each, `pause` waits between two;
    `hasty` tells whether there is nothing to wait for.
    Raises Refused when the tie-out is broken, the carrier cannot be told from Settings, or it may not post now.
    """
    from duesheet import guard, outbox  # noqa: PLC0415  as above
    from duesheet.carriers import choosing  # noqa: PLC0415  as above

    guard.refuse_to_send(done.week)
    keys = batch(done, clock, limit)
    if keys:
        guard.refuse_now(done.week, clock.now)
    with (
        journal(done.week.book_id, done.week.records.settings.journal) as memory,
        choosing.carrier(done.week.records.settings, done.box) as carrier,
    ):
        yield from outbox.post(
            keys, memory, carrier, done.box, recheck=recheck, stop=stop, pause=pause, hasty=hasty
        )

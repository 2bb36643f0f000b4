"""The weekly job: refresh, preview, send. Each reads top to bottom."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from duesheet import money, outbox
from duesheet.assets import folder
from duesheet.books import Book
from duesheet.carriers import Delivery, Outcome
from duesheet.carriers.folder import Folder
from duesheet.errors import Refused, TemplateFault
from duesheet.journal import Journal
from duesheet.letters import Letter, Sender, compose
from duesheet.outbox import Outbox
from duesheet.pages import HeldRow, index_page
from duesheet.reports import Posted
from duesheet.settings import Settings
from duesheet.week import Step, Week, new_activity, sheets, silent, week
from duesheet.worklist import key_of, notices

OpenJournal = Callable[[str, str], Journal]


@dataclass(frozen=True)
class Preview:
    """The week's letters as written: `letters` lie in `box`, `wrong` says by key why a letter could not be written."""

    week: Week
    box: Outbox
    letters: list[Letter]
    wrong: dict[str, str]
    files: dict[str, Path]


@dataclass(frozen=True)
class Clock:
    """The moment a verb runs; `today` is its date."""

    now: datetime

    @property
    def today(self) -> date:
        """The date of the moment."""
        return self.now.date()


def refresh(
    book: Book,
    clock: Clock,
    *,
    as_of: date | None = None,
    journal: OpenJournal = Journal.open,
    say: Step = silent,
) -> Week:
    """Work the book out and rewrite its output sheets; the caller saves."""
    found = week(book, journal, as_of, clock.today, say)
    _written(book, found, {}, journal, say)
    return found


def _written(book: Book, found: Week, posted: dict[str, Posted], journal: OpenJournal, say: Step) -> None:
    say("Writing the sheets")
    for name, frame in sheets(found, posted).items():
        book.write(found.records.drawing.tables[name], frame)
    with journal(found.book_id, found.records.settings.journal) as memory:
        rows = new_activity(found, memory.letters())
    if rows.height:
        book.append(found.records.drawing.tables["Activity"], rows)


def preview(
    book: Book,
    path: Path,
    clock: Clock,
    *,
    as_of: date | None = None,
    journal: OpenJournal = Journal.open,
    say: Step = silent,
) -> Preview:
    """Refresh, and lay this week's letters into the outbox beside the book, with a page that shows them all."""
    box = Outbox.beside(path)
    found = week(book, _tidied(journal, box), as_of, clock.today, say)
    say("Writing the letters")
    chosen = found.records.settings
    with journal(found.book_id, chosen.journal) as memory:
        letters, wrong = _composed(found, path, memory)
        files = box.write(letters, memory)
    done = Preview(found, box, letters, wrong, files)
    _page(done)
    _written(book, found, _posted(done, path), journal, say)
    return done


def _tidied(journal: OpenJournal, box: Outbox) -> OpenJournal:
    """The journal, put right first where a crash left something behind."""

    def tidy(book_id: str, url: str) -> Journal:
        memory = journal(book_id, url)
        with Folder(box) as carrier:
            outbox.tidy(memory, carrier, box)
        return memory

    return tidy


def sender(chosen: Settings) -> Sender:
    """Who writes, by the Settings sheet."""
    return Sender(
        company=chosen.company,
        from_name=chosen.from_name,
        from_email=chosen.from_email,
        reply_to=chosen.reply_to,
        how_to_pay=chosen.how_to_pay,
        payment_link=chosen.payment_link,
        contact_phone=chosen.contact_phone,
        holidays=chosen.holidays,
    )


def _composed(found: Week, path: Path, memory: Journal) -> tuple[list[Letter], dict[str, str]]:
    """Every letter that can be written, and for the others, by key, why not."""
    chosen = found.records.settings
    due = notices(found.ready(), found.records, found.now)
    stamps = memory.stamps([notice.key for notice in due], chosen.from_email)
    templates = [path.parent / "templates", folder("templates")]
    letters, wrong = [], {}
    for notice in due:
        stamp = stamps[notice.key]
        try:
            letters.append(compose(notice, sender(chosen), templates, stamp.written_at, stamp.message_id))
        except TemplateFault as fault:
            wrong[notice.key] = str(fault)
    return letters, wrong


def _posted(done: Preview, path: Path) -> dict[str, Posted]:
    found = {
        letter.notice.key: Posted(
            subject=letter.subject,
            preview=f"open|{done.files[letter.notice.key].relative_to(path.parent).as_posix()}"
            if letter.notice.key in done.files
            else "",
        )
        for letter in done.letters
    }
    return found | {key: Posted(status="Held", problem=why) for key, why in done.wrong.items()}


def _page(done: Preview) -> None:
    found = done.week
    names = dict(found.records.customers.frame.select("customer_id", "name").iter_rows())
    written = {letter.notice.key for letter in done.letters}
    held = [
        HeldRow(
            one.debtor.customer_id,
            names[one.debtor.customer_id],
            one.debtor.currency,
            money.text(
                sum(owed.open for owed in one.debtor.chaseable) or one.amount_due, one.debtor.currency
            ),
            max((owed.days_overdue for owed in one.owed), default=0),
            done.wrong.get(key_of(one, found.book_id), one.why),
            one.step.channel
            if one.status == "Ready" and one.step and one.step.channel != "Email"
            else one.status,
        )
        for one in found.decisions
        if key_of(one, found.book_id) not in written
    ]
    files = {key: file.relative_to(done.box.folder).as_posix() for key, file in done.files.items()}
    page = index_page(found.records.settings.company, found.now.as_of, done.letters, held, files)
    done.box.folder.mkdir(parents=True, exist_ok=True)
    done.box.index.write_text(page, encoding="utf-8", newline="\n")


def send(
    done: Preview,
    clock: Clock,
    *,
    limit: int | None = None,
    journal: OpenJournal = Journal.open,
    recheck: Callable[[str], str | None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Delivery]:
    """Hand the previewed letters to the carrier, one by one; yields what became of each.

    Each is in the journal before the next is touched. Raises Refused when the tie-out is broken or the carrier is
    not one of this version.
    """
    chosen = done.week.records.settings
    refuse_to_send(done.week)
    keys = [letter.notice.key for letter in done.letters if letter.notice.key in done.files]
    cap = [number for number in (limit, _room_today(done.week, clock.today)) if number is not None]
    with journal(done.week.book_id, chosen.journal) as memory, Folder(done.box) as carrier:
        yield from outbox.post(
            keys[: min(cap, default=len(keys))], memory, carrier, done.box, recheck=recheck, stop=stop
        )


def refuse_to_send(found: Week) -> None:
    """Raise Refused when nothing may be sent at all."""
    for code, gap in found.now.gaps.items():
        raise Refused(
            f"The book does not tie out: {code} differs by {money.text(gap, code)}. See Dashboard. Nothing was sent."
        )
    carrier = found.records.settings.carrier
    if carrier != "Outbox":
        raise Refused(
            f"Settings, Carrier: this version delivers to the Outbox only, not by {carrier}. Set Carrier to Outbox."
        )


def _room_today(found: Week, today: date) -> int | None:
    cap = found.records.settings.daily_cap
    if cap is None:
        return None
    sent = sum(
        1
        for letter in found.letters
        if letter.settled_at and letter.settled_at.date() == today and letter.state == Outcome.SENT
    )
    return max(cap - sent, 0)


def still_due(
    reopen: Callable[[], Book | None], clock: Clock, as_of: date, journal: OpenJournal = Journal.open
) -> Callable[[str], str | None]:
    """A question asked right before each letter: is it still due? Gives the reason when it is not.

    `reopen` gives the book when it has changed since it was last looked at, else None. A book that changed is worked
    out again, so that who has paid, disputed or been set to No meanwhile is not written to.
    """
    why: dict[str, str] = {}
    ready: set[str] | None = None

    def ask(key: str) -> str | None:
        nonlocal ready
        changed = reopen()
        if changed is not None:
            found = week(changed, journal, as_of, clock.today)
            ready = {key_of(one, found.book_id) for one in found.ready()}
            why.update({key_of(one, found.book_id): one.why for one in found.decisions})
        if ready is None or key in ready:
            return None
        return f"No longer due: {why.get(key, 'nothing is open any more')}"

    return ask

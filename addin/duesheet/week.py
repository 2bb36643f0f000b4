"""One week's work on a book: read, worked out, planned. Nothing is written here."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import NamedTuple

import polars as pl

from duesheet import activity, dashboard, problems, progress, records, reports, tables
from duesheet.books import Book
from duesheet.entries import CAME_BACK, DRAFTS, Record, State
from duesheet.errors import Fault
from duesheet.identity import unnamed
from duesheet.layout import Table
from duesheet.memory import OpenJournal, letters
from duesheet.position import Position, position, scored
from duesheet.prospects import Looking, looking_back
from duesheet.records import Records
from duesheet.reminders import IN_DOUBT, SENT, Decision
from duesheet.reports import Posted
from duesheet.worklist import is_letter, key_of, plan

_SHOWN = {
    State.IN_DOUBT: IN_DOUBT,
    State.COMMITTING: IN_DOUBT,
    State.REFUSED: "Refused",
    State.RETRY: "Failed",
    State.SKIPPED: "Skipped",
}


class Week(NamedTuple):
    """Where the book stands and what is done about it.

    `accounts` and `items` are the position's, with risk; `refused` the keys whose Send is No; `letters` what the
    journal knows of this book; `looking` what there was before.
    """

    records: Records
    now: Position
    accounts: pl.DataFrame
    items: pl.DataFrame
    decisions: list[Decision]
    refused: frozenset[str]
    letters: list[Record]
    looking: Looking

    @property
    def book_id(self) -> str:
        """The id the journal keeps this book under."""
        return self.records.settings.book_id

    def ready(self) -> list[Decision]:
        """The decisions that ask for an e-mail now."""
        return [one for one in self.decisions if is_letter(one)]

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong in the input sheets, with plans in the light of the ledger, and with the rates to quote."""
        return (*self.records.faults, *self.now.plans.faults, *self.now.faults)


Step = Callable[[str], None]
"""Told what is being done, for a progress line."""


def silent(_: str) -> None:
    """Say nothing."""


def week(book: Book, journal: OpenJournal, as_of: date | None, today: date, say: Step = silent) -> Week:
    """The week's work on `book` as of `as_of`, else the date on Settings, else `today`."""
    say("Reading the book")
    return worked_out(unnamed(book, records.read(book)), journal, as_of, today, say)


def worked_out(
    found: Records, journal: OpenJournal, as_of: date | None, today: date, say: Step = silent
) -> Week:
    """The week's work on the records of a book; without a Book ID nothing is known of its letters."""
    say("Working out what is open")
    now = position(found, as_of or found.settings.as_of or today)
    say("Judging how customers pay, and planning the reminders")
    with ThreadPoolExecutor(2) as pool:  # none needs the other, and each leaves a core idle
        judged = pool.submit(scored, found, now)
        looking = pool.submit(looking_back, found, now)
        known = remembered(found, journal)
        told = activity.past(found.activity, known, found.settings.book_id)
        refused = refused_keys(found.reminders)
        decisions = plan(found, now, told, refused)
        accounts, items = judged.result()
    return Week(found, now, accounts, items, decisions, refused, known, looking.result())


def remembered(found: Records, journal: OpenJournal) -> list[Record]:
    """What the journal knows of the book's letters."""
    return letters(found.settings.book_id, found.settings.journal, journal)


def refused_keys(reminders: pl.DataFrame) -> frozenset[str]:
    """The keys of the rows of Reminders whose Send the user has set to No."""
    return frozenset(reminders.filter(pl.col("send") == "No")["key"].drop_nulls())


def sheets(found: Week, posted: Mapping[str, Posted]) -> dict[str, pl.DataFrame]:
    """The rows of every output sheet, as cells under the declared headers; `posted` by the keys of the letters."""
    edges = found.records.settings.bucket_edges
    frames = {
        "Aging": reports.aging(found.accounts, found.decisions, edges),
        "OpenItems": reports.open_items(found.items, found.accounts, edges),
        "Reminders": reports.reminders(found.decisions, found.records, found.refused, posted),
        "Schedule": progress.schedule_rows(found.now.plans.standings),
        "Dashboard": dashboard.rows(found.records, found.now, found.looking, found.items),
        "Problems": problems.rows(found.faults(), found.records.letters),
    }
    return {name: tables.cells_of(frame, _table(found, name)) for name, frame in frames.items()}


def _table(found: Week, name: str) -> Table:
    return found.records.drawing.tables[name]


def posted(found: Week) -> dict[str, Posted]:
    """What the journal says of the letters on today's list, by key."""
    listed = {key_of(one, found.book_id): one for one in found.decisions}
    known = {letter.key: letter for letter in found.letters if letter.key in listed}
    told = {key: Posted(status=SENT) for key, one in listed.items() if one.status == SENT}
    for key, letter in known.items():
        if letter.state is State.RETRY and not is_letter(listed[key]):
            continue  # it failed once, and is not due any more
        if letter.state in _SHOWN:
            told[key] = Posted(subject=letter.subject, status=_SHOWN[letter.state], problem=letter.detail)
        elif letter.state is State.SENT:
            why = letter.detail if letter.carrier == DRAFTS or letter.detail.startswith(CAME_BACK) else ""
            told[key] = Posted(subject=letter.subject, status=SENT, sent_at=letter.settled_at, problem=why)
    return told


def new_activity(found: Week) -> pl.DataFrame:
    """Rows the Activity sheet lacks, as cells."""
    rows = activity.missing(found.records.activity, found.letters)
    return tables.cells_of(rows, _table(found, "Activity"))

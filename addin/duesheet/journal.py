"""The journal: what became of every letter, kept outside the workbook so that nothing is sent twice.

    planned -> claimed -> committing -> sent | refused | retry | in doubt

A letter is *claimed* before anything is connected, and *committing* right before the point of no return.
Both are on the disk before the next step is taken; only where one letter follows another at once, the end of the one
and the claim of the other are there with the next commit. Whoever finds a letter claimed after a crash knows that it
was not sent; whoever finds it committing cannot know, so it is *in doubt* and no machine sends it again.

Every step is one UPDATE that names the state it starts from, so of two programs only one can take it.
A claim carries a mark of who made it: a program whose claim was taken over cannot go on to commit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Self
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from duesheet import keys
from duesheet.complaints import clashed, in_words
from duesheet.entries import (
    ANSWERS,
    BEFORE,
    CAME_BACK,
    FOUND,
    GONE,
    INTERRUPTED,
    WAITING,
    Answer,
    End,
    Planned,
    Record,
    Stamp,
    State,
    left_behind,
    open_again,
)
from duesheet.errors import Refused
from duesheet.register import COLUMNS, LETTERS, ONE, RETURNS, moving, new, open_to, record
from duesheet.strongbox import now, opened, unhurried, who

__all__ = ["WAITING", "Answer", "Journal", "Planned", "Record", "Stamp", "State", "who"]

PATIENCE = timedelta(minutes=15)
"""How long a letter taken by another computer is left to it; a server may think about one for ten minutes."""

_CLASHES = 5
"""How often a plan gives way to another program that plans the same letters."""

_Condition = sa.ColumnElement[bool]
_FIXED = ("key", "message_id", "written_at")


class Journal:
    """The letters of one book. Close it, or use it in a `with` statement."""

    def __init__(self, book_id: str, engine: sa.Engine, clock: Callable[[], datetime] = now) -> None:
        self.book_id = book_id
        self._engine = engine
        self._clock = clock
        self._mark = uuid4().hex
        self._by = who()

    @classmethod
    def open(cls, book_id: str, url: str = "", clock: Callable[[], datetime] = now) -> Self:
        """The journal of the book: a file on this computer, or a team's database at `url`, without password.

        Raises Refused, in words, when it cannot be opened or the book has no id.
        """
        if not book_id.strip():
            raise Refused(
                "This workbook has no Book ID (Settings), so nobody can tell what was sent. Refresh it first."
            )
        return cls(book_id, opened(book_id, url), clock)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stamps(self, letters: Iterable[str], sender: str) -> dict[str, Stamp]:
        """For each key its Message-ID and Date: those it had before, else new ones at the sender's domain."""
        known = {letter.key: Stamp(letter.message_id, letter.written_at) for letter in self.letters()}
        fresh = self._clock()
        return {
            key: known.get(key) or Stamp(keys.message_id(self.book_id, key, sender), fresh) for key in letters
        }

    def plan(self, rows: Iterable[Planned]) -> None:
        """Write down what is to be sent.

        A key that was not sent yet takes the new content and keeps its Message-ID and Date; one that was
        refused does so when it is to go to other people now. Any other key stays as it is.
        """
        planned = sorted(rows, key=attrgetter("key"))  # in one order, lest two programs wait for each other
        for _ in range(_CLASHES):
            try:
                return self._plan(planned)
            except Refused as refused:
                if not clashed(refused):
                    raise  # else another program planned the same letter between the look and the insert
        return self._plan(planned)

    def _plan(self, rows: list[Planned]) -> None:
        known = {letter.key: letter for letter in self.letters()}
        fresh = {row.key: new(row, self.book_id, self._by) for row in rows if row.key not in known}
        with self._writing() as write:
            if fresh:
                write.execute(LETTERS.insert(), list(fresh.values()))
            for row in rows:
                old = known.get(row.key)
                if old is not None and open_again(old, row):
                    news = {name: value for name, value in vars(row).items() if name not in _FIXED}
                    self._step(write, row.key, State.PLANNED, (old.state,), detail="", **news)

    def withdraw(self, keep: Iterable[str]) -> None:
        """Forget the planned letters that are not in `keep`, save those that were in doubt once."""
        kept = set(keep)
        with self._writing() as write:
            never_begun = LETTERS.c.state == State.PLANNED, LETTERS.c.committing_at.is_(None)
            for (key,) in self._rows([LETTERS.c.key], never_begun):
                if key not in kept:
                    write.execute(LETTERS.delete().where(*self._is(key, (State.PLANNED,))))

    def claim(
        self, key: str, digest: str | None = None, carrier: str = "", before: End | None = None
    ) -> bool:
        """Take the letter for sending; False when it is not waiting any more, or not of this `digest`.

        What became of the letter `before` is noted in the same step, whatever comes of this one; see `settle`. The
        next commit takes both to the disk: a loss of power in between leaves the letter `before` in doubt.
        """
        same = {} if digest is None else {"digest": digest}
        news = {"claim": self._mark, "claimed_at": self._clock(), "settled_at": None, "carrier": carrier}
        with self._writing() as write, unhurried(write) if before else nullcontext():
            if before is not None:
                self._settle(write, before)
            return self._move(write, key, State.CLAIMED, same, **news)

    def release(self, key: str) -> None:
        """Let go of a letter that was claimed and is not to be sent now after all: it waits again."""
        with self._writing() as write:
            self._move(write, key, State.PLANNED, self._mine)

    def commit(self, key: str) -> None:
        """Note that the point of no return comes next; raises Refused when the claim was taken over."""
        with self._writing() as write:
            if self._move(write, key, State.COMMITTING, self._mine, committing_at=self._clock()):
                return
        raise Refused(f"Another Duesheet has taken over the letter {key}. It was not sent from here.")

    def settle(self, key: str, outcome: State, detail: str = "") -> None:
        """Note what became of the letter. Raises Refused when it is no longer ours to say."""
        with self._writing() as write:
            self._settle(write, End(key, outcome, detail))

    def _settle(self, write: sa.Connection, end: End) -> None:
        news = {"settled_at": self._clock(), "detail": end.detail}
        if not self._move(write, end.key, end.outcome, self._mine, **news):
            raise Refused(
                f"The letter {end.key} cannot be noted as {end.outcome}: somebody else has changed it meanwhile."
            )

    def recover(self, arrived: Callable[[Record], bool | None] = lambda _: None) -> list[Record]:
        """Put right what a crash left behind, and give the letters that changed.

        What was only claimed is planned again. What was committing is in doubt, unless `arrived` knows: True
        makes it sent, False (only when that is certain) planned. What another computer took lately is left
        to it.
        """
        left = [
            letter for letter in self.letters() if left_behind(letter, self._by, self._clock() - PATIENCE)
        ]
        changed = {letter.key for letter in left if self._put_right(letter, arrived)}
        return [letter for letter in self.letters() if letter.key in changed]

    def _put_right(self, letter: Record, arrived: Callable[[Record], bool | None]) -> bool:
        known = False if letter.state is State.CLAIMED else arrived(letter)
        state = FOUND[known]
        if state is letter.state:
            return False
        news = {"settled_at": self._clock(), "detail": INTERRUPTED[state]}
        with self._writing() as write:
            return self._step(
                write, letter.key, state, (letter.state,), LETTERS.c.claim == letter.claim, **news
            )

    def resolve(self, key: str, answer: Answer) -> Record:
        """Note what a person says about a letter, and give it as it stands now.

        Raises Refused when there is no such letter, or the answer does not apply to it.
        """
        state, before = ANSWERS[answer]
        with self._writing() as write:
            told = {"settled_at": self._clock(), "claim": None, "detail": f"{answer}, says {self._by}"}
            done = self._step(write, key, state, before, **told) or self._step(
                write, key, state, (State.SENT,), open_to(answer), **told
            )
        letter = self.find(key)
        if letter is None:
            raise Refused(f"The journal knows no letter {key}. Copy the key from the Reminders sheet.")
        if not done:
            raise Refused(f'The letter {key} is {letter.state}; "{answer}" does not apply to it.')
        return letter

    def came_back(self, key: str, report: str, why: str, *, whole: bool = True) -> bool:
        """Note that a letter that went did not arrive, by a delivery report; False when that is no news.

        Each `report` (its digest) counts once, whatever becomes of the letter afterwards. Not `whole`: somebody has it.
        """
        news = {"detail": f"{CAME_BACK}{why}"} | ({"settled_at": self._clock()} if whole else {})
        row = {"book_id": self.book_id, "report": report, "key": key, "noted_at": self._clock()}
        try:
            with self._writing() as write:
                write.execute(RETURNS.insert(), row)
                return self._step(write, key, State.REFUSED if whole else State.SENT, GONE, **news)
        except Refused as refused:
            if isinstance(refused.__cause__, IntegrityError):  # it was read before
                return False
            raise

    def reports(self) -> frozenset[str]:
        """The digests of the delivery reports that were read."""
        chosen = sa.select(RETURNS.c.report).where(RETURNS.c.book_id == self.book_id)
        with in_words(self._engine.url), self._engine.connect() as read:
            return frozenset(read.execute(chosen).scalars())

    def find(self, key: str) -> Record | None:
        """The letter of `key`, or None."""
        with in_words(self._engine.url), self._engine.connect() as read:
            row = read.execute(ONE, {"book_id": self.book_id, "key": key}).first()
        return record(row) if row else None

    def letters(self) -> list[Record]:
        """Every letter of the book, by date and key."""
        return self._read()

    def states(self) -> dict[str, State]:
        """How far every letter of the book has come, by its key."""
        return {row.key: State(row.state) for row in self._rows([LETTERS.c.key, LETTERS.c.state])}

    def _read(self, *where: _Condition) -> list[Record]:
        found = map(record, self._rows(COLUMNS, where))
        return sorted(found, key=attrgetter("as_of", "key"))  # a database sorts by its own language

    def _rows(self, columns: list[sa.Column[Any]], where: Iterable[_Condition] = ()) -> Sequence[sa.Row[Any]]:
        chosen = sa.select(*columns).where(LETTERS.c.book_id == self.book_id, *where)
        with in_words(self._engine.url), self._engine.connect() as read:
            return read.execute(chosen).all()

    def _move(
        self,
        write: sa.Connection,
        key: str,
        state: State,
        same: Mapping[str, str],
        **values: Any,  # noqa: ANN401  columns of several types
    ) -> bool:
        """Take the letter to `state` from one before it, where the columns of `same` are as said there."""
        news = {"state": state, "by": self._by, **values}
        found = {"book_id": self.book_id, "key": key, **same}
        step, names = moving(BEFORE[state], tuple(news), tuple(found))
        told = dict(zip(names, (*news.values(), *found.values()), strict=True))
        return write.execute(step, told).rowcount == 1

    def _step(
        self,
        write: sa.Connection,
        key: str,
        state: State,
        before: Iterable[State],
        *where: _Condition,
        **values: Any,  # noqa: ANN401  columns of several types
    ) -> bool:
        step = (
            LETTERS.update().where(*self._is(key, before), *where).values(state=state, by=self._by, **values)
        )
        return write.execute(step).rowcount == 1

    def _is(self, key: str, states: Iterable[State]) -> tuple[_Condition, ...]:
        return LETTERS.c.book_id == self.book_id, LETTERS.c.key == key, LETTERS.c.state.in_(tuple(states))

    @property
    def _mine(self) -> dict[str, str]:
        return {"claim": self._mark}

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with in_words(self._engine.url), self._engine.begin() as connection:
            yield connection

"""The Activity sheet and the journal as one memory."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from desk import BOOK_ID, day, desk
from duesheet import activity, keys, records
from duesheet.debtors import Past
from duesheet.entries import Record, State
from postroom import planned

KEY = keys.key(BOOK_ID, "A", "EUR", date(2026, 11, 2), 1)
TYPED = KEY.replace("|", "/")
SENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def letter(state: State = State.SENT, **other: Any) -> Record:
    """What the journal knows of the first letter to A."""
    plain = vars(planned(KEY, as_of=day("2026-11-02")))
    return replace(
        Record(**plain), cycle=day("2026-11-02"), state=state, settled_at=SENT, by="me@here", **other
    )


def past(rows: str, *letters: Record) -> Past:
    """The memory of a book whose Activity sheet is typed in `rows`."""
    return activity.past(sheet(rows), letters, BOOK_ID)


def sheet(rows: str) -> pl.DataFrame:
    """The Activity sheet typed in `rows`, in whose keys / stands for the |."""
    book = desk("Activity\nWhen | Customer ID | Kind | Invoices | Key\n" + rows)
    book.sheets["Activity"] = book.sheets["Activity"].with_columns(pl.col("Key").str.replace_all("/", "|"))
    return records.read(book).activity


def test_a_letter_is_known_from_either_place() -> None:
    """The journal alone, the sheet alone, and both together know the same letter, once."""
    row = f"2026-11-02 | A | Email | 1001 | {TYPED}"
    for memory in (past("", letter()), past(row), past(row, letter())):
        (said,) = memory.letters["A", "EUR"]

        assert (said.key, said.step, said.state) == (KEY, 1, "sent")
        assert (said.cycle, said.on) == (day("2026-11-02"), day("2026-11-02"))
        assert said.invoices == {"1001"}


def test_what_a_colleague_sent_is_sent_whatever_was_planned_here() -> None:
    """A row with the key says that the letter went, even where this computer's journal had only planned it."""
    (said,) = past(f"2026-11-02 | A | Email | 1001 | {TYPED}", letter(State.PLANNED)).letters["A", "EUR"]

    assert said.state == "sent"


def test_a_doubt_in_the_journal_is_kept() -> None:
    """What the journal knows to be in doubt or skipped is so whatever the sheet says."""
    (said,) = past(f"2026-11-02 | A | Email | 1001 | {TYPED}", letter(State.IN_DOUBT)).letters["A", "EUR"]

    assert said.state == "in doubt"


@pytest.mark.parametrize(
    "key", ["", "A|EUR", "nonsense", keys.key("other", "A", "EUR", date(2026, 11, 2), 1)]
)
def test_rows_without_a_key_of_this_book_say_nothing_of_letters(key: str) -> None:
    """The user's own rows, and those of another book, are no letters of this one."""
    assert not past(f"2026-11-02 | A | Email | 1001 | {key.replace('|', '/')}").letters


def test_calls_and_posted_letters_are_the_users_own_rows() -> None:
    """Calls and letters typed without a key are contacts; notes, promises and e-mails are not."""
    memory = past(
        """
        2026-11-02 | A | Call
        2026-11-05 | A | Letter
        2026-11-06 | A | Note
        2026-11-07 | A | Email
        2026-11-08 | B | Promise
        """
    )

    assert memory.contacts == {"A": [(day("2026-11-02"), "Call"), (day("2026-11-05"), "Letter")]}


def test_the_sheet_is_given_the_letters_it_lacks() -> None:
    """A letter sent and not on the sheet becomes a row with its key, amount and time; one there is not repeated."""
    empty = records.read(desk("")).activity
    (row,) = activity.missing(empty, [letter(), letter(State.PLANNED)]).to_dicts()

    assert (row["customer_id"], row["kind"], row["step"]) == ("A", "Email", 1)
    assert (row["amount"], row["invoices"], row["key"]) == (119.0, "1001", KEY)
    assert (row["result"], row["by"]) == ("Sent", "me@here")
    assert activity.missing(sheet(f"2026-11-02 | A | Email | | {TYPED}"), [letter()]).is_empty()


@pytest.mark.parametrize("state", [state for state in State if state is not State.SENT])
def test_only_letters_that_went_become_rows(state: State) -> None:
    """What is planned, refused, in doubt or skipped is not on the Activity sheet."""
    assert activity.missing(records.read(desk("")).activity, [letter(state)]).is_empty()

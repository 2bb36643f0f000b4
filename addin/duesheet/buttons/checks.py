"""The buttons that look whether all is well: Problems, Tie-out, In doubt."""

import polars as pl

from duesheet import money, records
from duesheet.books.live import LiveBook, Workbook
from duesheet.buttons import desk
from duesheet.buttons.selection import chosen, only, rows_of
from duesheet.entries import Answer
from duesheet.errors import Refused
from duesheet.memory import open_journal
from duesheet.position import position
from duesheet.reminders import IN_DOUBT


def problems(book: Workbook | None = None) -> str:
    """Show the Problems sheet, and say how many there are."""
    return desk.pressed(book, _problems)


def tie_out(book: Workbook | None = None) -> str:
    """Say for each currency whether what is open equals what was billed less what was paid, to the cent."""
    return desk.pressed(book, _tie_out)


def in_doubt(book: Workbook | None = None) -> str:
    """Show the letters of which nobody knows whether they arrived; for the selected one, ask what became of it."""
    return desk.pressed(book, _in_doubt)


def _problems(found: LiveBook) -> str:
    faults = records.read(found).faults
    found.show("Problems")
    if not faults:
        return "There is nothing to mend in the input sheets."
    first = f" The first: {faults[0]}"
    return f"{len(faults):,} to mend. Press Refresh to list them here, each with a link to its cell.{first}"


def _tie_out(found: LiveBook) -> str:
    read = records.read(found)
    now = position(read, desk.clock().today)
    found.show("Dashboard")
    lines = [
        _currency(code, sums["total"], now.gaps.get(code, 0)) for code, sums in sorted(now.booked.items())
    ]
    left = (
        f" {read.left_out.rows:,} rows with a fault are in no total: see Problems."
        if read.left_out.rows
        else ""
    )
    return f"As of {now.as_of}: {' '.join(lines) or 'nothing is booked yet.'}{left}"


def _currency(code: str, booked: int, gap: int) -> str:
    total = f"{code} {money.plain(booked, code)}"
    if not gap:
        return f"{total} ties out to the cent."
    return f"{total} does not tie out: {money.plain(gap, code)} too much in the buckets. Nothing is sent until it does."


def _in_doubt(found: LiveBook) -> str:
    frame, _ = rows_of(found, "Reminders")
    doubtful = frame.filter(pl.col("status") == IN_DOUBT)
    if not doubtful.height:
        return "No letter is in doubt."
    try:
        _, cells = chosen(found, ("Reminders",), "letter")
    except Refused:
        cells = {}
    if cells.get("status") != IN_DOUBT:
        only(found, "Reminders", {"status": [IN_DOUBT]})
        return (
            f"{doubtful.height:,} in doubt: nobody knows whether they arrived, and none is sent again by itself. "
            "Look into the Sent folder of your mail program, select one, and press In doubt again."
        )
    return _answered(found, str(cells["key"]), str(cells["customer"]))


def _answered(found: LiveBook, key: str, customer: str) -> str:
    arrived = found.ask(
        f"Did the letter to {customer} arrive? Yes: it is noted as sent. No: you are asked once more."
    )
    if arrived is None:
        raise Refused("There is nobody to ask. Nothing was changed.")
    answer = Answer.ARRIVED
    if not arrived:
        if not found.ask(f"Send the letter to {customer} again with the next Send? No: it stays in doubt."):
            return f"The letter to {customer} stays in doubt."
        answer = Answer.SEND_AGAIN
    chosen_now = records.settings_of(found)
    with open_journal(chosen_now.book_id, chosen_now.journal) as journal:
        letter = journal.resolve(key, answer)
    return f"The letter to {customer} is now: {letter.state}. Press Refresh to see it here."

"""The buttons about payment plans: Build schedule, Agreement."""

from duesheet import records
from duesheet.books.live import LiveBook, Workbook
from duesheet.buttons import desk
from duesheet.buttons.selection import chosen
from duesheet.buttons.week import refreshed
from duesheet.position import position


def schedule(book: Workbook | None = None) -> str:
    """Work out every instalment of the payment plans and what was paid of it, and show the Schedule sheet."""
    return desk.pressed(book, _schedule)


def agreement(book: Workbook | None = None) -> str:
    """Lay the payment agreement of the plan in the selected row beside the workbook, a Word document to sign."""
    return desk.pressed(book, _agreement)


def _schedule(found: LiveBook) -> str:
    done = refreshed(found)
    found.show("Schedule")
    standings = done.now.plans.standings
    if not standings:
        return "There is no plan on the Plans sheet yet. Type one there, and press Build schedule again."
    count = sum(len(one.rows) for one in standings)
    states = ", ".join(f"{one.debt.plan.plan}: {one.state}" for one in standings[:8])
    return desk.told(f"{len(standings):,} plans with {count:,} rows ({states}). Worked out", done)


def _agreement(found: LiveBook) -> str:
    from duesheet import agreements  # noqa: PLC0415  letters and templates, which few buttons need
    from duesheet.stationery import search_path  # noqa: PLC0415  the same

    path = desk.place(found)
    _, cells = chosen(found, ("Plans", "Schedule"), "payment plan")
    read = records.read(found)
    now = position(read, desk.clock().today)
    one = agreements.asked(read, now, str(cells["plan"]))
    target = agreements.place(path, one.debt.plan.plan)
    agreements.lay(agreements.document(agreements.agreement(read, now, one), search_path(path)), target)
    desk.open_beside(target)
    return f"Wrote {target}. Read it through, print it twice, and type the date under Signed on once it is signed."

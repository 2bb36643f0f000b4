"""The buttons about one customer or invoice: Statement, Call list, Hold, Release."""

import polars as pl

from duesheet import records
from duesheet.activity import BY_HAND
from duesheet.books.live import LiveBook, Workbook
from duesheet.buttons import desk
from duesheet.buttons.selection import chosen, only, put, rows_of
from duesheet.errors import Refused
from duesheet.position import position
from duesheet.reminders import READY

_ABOUT_A_CUSTOMER = ("Aging", "OpenItems", "Reminders", "Customers")
_TO_HOLD = ("OpenItems", "Invoices", "Aging", "Reminders", "Customers")
_OF_ONE_CURRENCY = ("Aging", "Reminders")
_NAMED = 5


def statement(book: Workbook | None = None) -> str:
    """Lay a statement of account, a PDF, beside the workbook for the customer in the selected row."""
    return desk.pressed(book, _statement)


def call_list(book: Workbook | None = None) -> str:
    """Show on Reminders only the customers who are to be called, or written to by hand, now."""
    return desk.pressed(book, _call_list)


def hold(book: Workbook | None = None, reason: str = "On hold") -> str:
    """Hold the invoice, or the customer, in the selected row, after asking: no reminders until it is released."""
    return desk.pressed(book, lambda found: _hold(found, reason))


def release(book: Workbook | None = None) -> str:
    """Take the hold off the invoice, or the customer, in the selected row, after asking."""
    return desk.pressed(book, lambda found: _hold(found, ""))


def _statement(found: LiveBook) -> str:
    path = desk.place(found)
    table, cells = chosen(found, _ABOUT_A_CUSTOMER, "customer")
    customer, currency = str(cells["customer_id"]), cells["currency"]
    read = records.read(found)
    now = position(read, desk.clock().today)
    rows = now.accounts.filter(pl.col("customer_id") == customer)
    if table in _OF_ONE_CURRENCY and currency in rows["currency"]:
        rows = rows.filter(pl.col("currency") == currency)
    if not rows.height:
        raise Refused(f"{customer} owes nothing: there is no statement to make.")
    from duesheet.printout import enclosure  # noqa: PLC0415  the library that prints is slow to load
    from duesheet.statements import statements  # noqa: PLC0415  as above
    from duesheet.stationery import search_path  # noqa: PLC0415  as above

    whose = rows.select("customer_id", "currency").rows()
    known = read.customers.frame.filter(pl.col("customer_id") == customer)["language"]
    language = str(known[0] or "en") if len(known) else "en"
    made = [
        enclosure(one, read.settings.company, language, search_path(path))
        for one in statements(whose, now, read.settings.bucket_edges).values()
    ]
    for one in made:
        (path.parent / one.name).write_bytes(one.read())
    desk.open_beside(path.parent / made[0].name)
    return f"Statement of {customer} as of {now.as_of}: {', '.join(str(path.parent / one.name) for one in made)}."


def _call_list(found: LiveBook) -> str:
    frame, _ = rows_of(found, "Reminders")
    due = frame.filter(pl.col("channel").is_in(BY_HAND) & (pl.col("status") == READY))
    if not due.height:
        found.show("Reminders")
        return "Nobody is to be called now. Press Refresh first if something has changed."
    only(found, "Reminders", {"channel": sorted(BY_HAND), "status": [READY]})
    names = ", ".join(str(name) for name in due["customer"][:_NAMED])
    more = f" and {due.height - _NAMED} more" if due.height > _NAMED else ""
    return f"{due.height} to call or write to by hand: {names}{more}. Note each call on Activity, then press Refresh."


def _hold(found: LiveBook, reason: str) -> str:
    _, cells = chosen(found, _TO_HOLD, "invoice or customer")
    if cells.get("invoice"):
        return _hold_invoice(found, str(cells["invoice"]), reason)
    return _hold_customer(found, str(cells["customer_id"]), reason)


def _hold_invoice(found: LiveBook, invoice: str, reason: str) -> str:
    row, cell = _row(found, "Invoices", "invoice", invoice)
    if bool(cell["hold"]) == bool(reason):
        return f"{invoice} is {'held already: ' + str(cell['hold']) if reason else 'not on hold'}. Nothing was changed."
    done = f'Hold "{reason}"' if reason else "nothing under Hold"
    asked = f"{'Hold' if reason else 'Release'} invoice {invoice}? Invoices, row {row}, will have {done}."
    desk.agree(found, asked, "Nothing was changed.")
    put(found, "Invoices", row, "hold", reason)
    return f"Invoices, row {row}: {done}. Press Refresh to see it in the output sheets."


def _hold_customer(found: LiveBook, customer: str, reason: str) -> str:
    row, cell = _row(found, "Customers", "customer_id", customer)
    held = str(cell["reminders"] or "").strip().casefold() == "no"
    if held == bool(reason):
        return f"{customer} is {'held' if held else 'not held'} already. Nothing was changed."
    value = "No" if reason else ""
    done = "Reminders No" if reason else "nothing under Reminders, which counts as Yes"
    asked = f"{'Send no reminders to' if reason else 'Send reminders again to'} {cell['name']} ({customer})? "
    desk.agree(found, f"{asked}Customers, row {row}, will have {done}.", "Nothing was changed.")
    put(found, "Customers", row, "reminders", value)
    return f"Customers, row {row}: {done}. Press Refresh to see it in the output sheets."


def _row(found: LiveBook, table: str, key: str, wanted: str) -> tuple[int, dict[str, object]]:
    """The sheet's row of the record whose `key` is `wanted`, and its cells."""
    frame, rows = rows_of(found, table)
    here = frame[key].cast(pl.String).str.strip_chars() == wanted
    if not here.any():
        raise Refused(f"{wanted} is not on {table}. Press Refresh, and try again.")
    return int(rows.filter(here)[0]), frame.filter(here).row(0, named=True)

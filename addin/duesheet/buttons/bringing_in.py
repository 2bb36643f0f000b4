"""The buttons that bring something in: Import..., Record payment."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from duesheet import money, records, tables
from duesheet.books.live import LiveBook, Workbook
from duesheet.buttons import desk
from duesheet.buttons.selection import chosen, rows_of
from duesheet.dates import day_number
from duesheet.errors import Refused
from duesheet.layout import layout
from duesheet.position import position

_FAULTS_SHOWN = 5


def bring_in(book: Workbook | None = None, files: Sequence[Path] | None = None) -> str:
    """Add what CSV files hold and the workbook does not: `files`, or those the user chooses."""
    return desk.pressed(book, lambda found: _bring_in(found, files))


def record_payment(book: Workbook | None = None) -> str:
    """Add a payment of all that is open, dated today, for the invoice in the selected row, after asking."""
    return desk.pressed(book, _record_payment)


def _bring_in(found: LiveBook, files: Sequence[Path] | None) -> str:
    from duesheet.imports import bring_in as imported  # noqa: PLC0415  loads pandas, which no other button needs

    picked = (
        found.pick("CSV files to import: invoices first, then payments", "*.csv") if files is None else files
    )
    if not picked:
        return "No file was chosen. Nothing was changed."
    chosen_now = records.settings_of(found)
    with found.at_work():
        result = imported(
            found,
            list(picked),
            {},
            date_order=chosen_now.date_order,
            currency=chosen_now.base_currency,
            today=desk.clock().today,
        )
    counts = ", ".join(f"{table}: {count:,} {done}" for (table, done), count in sorted(result.counts.items()))
    more = len(result.faults) - _FAULTS_SHOWN
    said = [
        f"{', '.join(path.name for path in picked)}. {counts or 'Nothing to bring in'}.",
        *map(str, result.faults[:_FAULTS_SHOWN]),
        *([f"And {more:,} more."] if more > 0 else []),
        "Press Refresh to work it out.",
    ]
    return " ".join(said)


def _record_payment(found: LiveBook) -> str:
    _, cells = chosen(found, ("OpenItems", "Invoices"), "invoice that was paid")
    invoice, today = str(cells["invoice"]), desk.clock().today
    read = records.read(found)
    owed = position(read, today).items.filter((pl.col("invoice_id") == invoice) & (pl.col("open") > 0))
    if not owed.height:
        raise Refused(f"{invoice} owes nothing. Nothing was changed.")
    currency, customer = str(owed["currency"][0]), str(owed["customer_id"][0])
    units = int(owed["open"].sum())
    shown = money.text(units, currency)
    name = _fresh(found, today)
    asked = f"Record {shown} from {customer} for invoice {invoice}, received today? Payments gets the row {name}; "
    desk.agree(found, f"{asked}if less came in, change its Amount afterwards.", "Nothing was changed.")
    row = {
        "payment": name,
        "date": day_number(today),
        "customer_id": customer,
        "amount": float(money.major(units, currency)),
        "currency": currency,
        "invoice": invoice,
    }
    payments = layout().tables["Payments"]
    found.append(payments, tables.cells_of(pl.DataFrame([row]), payments))
    return f"Payments has {name}: {shown} for {invoice}. Press Refresh to work it out."


def _fresh(found: LiveBook, day: date) -> str:
    """An id that no payment has."""
    frame, _ = rows_of(found, "Payments")
    taken = set(frame["payment"].cast(pl.String).drop_nulls())
    stem = f"REC-{day:%Y%m%d}"
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}-{number}") not in taken)

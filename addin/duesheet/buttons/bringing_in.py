"""The buttons that bring something in: Import..., Record payment."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from duesheet import money, records
from duesheet.books.live import LiveBook, Workbook
from duesheet.buttons import desk
from duesheet.buttons.selection import chosen, rows_of
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
    chosen_now = records.read(found).settings
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
    faults = " ".join(str(fault) for fault in result.faults[:_FAULTS_SHOWN])
    more = len(result.faults) - _FAULTS_SHOWN
    rest = f" And {more:,} more." if more > 0 else ""
    names = ", ".join(path.name for path in picked)
    return (
        f"{names}. {counts or 'Nothing to bring in'}. {faults}{rest} Press Refresh to work it out.".replace(
            "  ", " "
        )
    )


def _record_payment(found: LiveBook) -> str:
    _, _, cells = chosen(found, ("OpenItems", "Invoices"), "invoice that was paid")
    invoice, today = str(cells["Invoice"]), desk.clock().today
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
        "Payment": name,
        "Date": today,
        "Customer ID": customer,
        "Amount": float(money.major(units, currency)),
        "Currency": currency,
        "Invoice": invoice,
    }
    found.append(layout().tables["Payments"], pl.DataFrame([row]))
    return f"Payments has {name}: {shown} for {invoice}. Press Refresh to work it out."


def _fresh(found: LiveBook, day: date) -> str:
    """An id that no payment has."""
    frame, _ = rows_of(found, "Payments")
    taken = set(frame["Payment"].cast(pl.String).drop_nulls())
    stem = f"REC-{day:%Y%m%d}"
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}-{number}") not in taken)

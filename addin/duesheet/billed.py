"""Invoices of a file set against the book: added once, never changed."""

from collections.abc import Sequence
from decimal import Decimal

from duesheet.errors import Fault
from duesheet.postings import ADDED, SKIPPED, THERE, Entry, Postings, Settled
from duesheet.profiles import PAID_AMOUNT, PAID_ON
from duesheet.standing import IN_BOOK, Bill, differing

_REQUIRED = ("Invoice", "Customer ID", "Invoice date", "Amount")


def bring_invoices(postings: Postings, entries: Sequence[Entry]) -> None:
    """Add the invoices that are not in the book, and their customers."""
    for entry in entries:
        _invoice(postings, entry)


def paid(entry: Entry, amount: Decimal | None) -> Decimal:
    """What a row says was paid on its invoice: the amount it names, else everything when it names a day."""
    told = entry.values.get(PAID_AMOUNT)
    if told is not None:
        return Decimal(told)
    return amount or Decimal() if entry.values.get(PAID_ON) else Decimal()


def _invoice(postings: Postings, entry: Entry) -> None:
    values, standing = entry.values, postings.standing
    identity = values.get("Invoice") or ""
    customer = standing.customer(values.get("Customer ID") or "") or values.get("Customer ID") or ""
    faults = entry.wrong(_REQUIRED)
    faults += (
        []
        if faults
        else postings.uneven(entry, postings.currency_of(entry, customer), ("Amount", PAID_AMOUNT))
    )
    if faults:
        postings.refuse(entry, "Invoices", identity, faults)
        return
    bill = _bill(entry, customer)
    known = standing.bill(identity)
    contradicted = differing(standing.bills[known], bill) if known else []
    if known == identity and contradicted:
        postings.refuse(
            entry, "Invoices", identity, [_conflict(entry, standing.bills[identity], contradicted)]
        )
    elif known and not contradicted:
        _there(postings, entry, known, bill)
    else:
        _add(postings, entry, identity, bill)


def _bill(entry: Entry, customer: str) -> Bill:
    values = entry.values
    return Bill(
        customer,
        values["Invoice date"],
        values.get("Due date"),
        values["Amount"],
        values.get("Currency") or "",
        bool(values.get("Disputed")),
        entry.place,
    )


def _there(postings: Postings, entry: Entry, known: str, bill: Bill) -> None:
    before = postings.standing.bills[known]
    notes = [f'the book has it as "{known}"'] if known != entry.values["Invoice"] else []
    if bill.disputed and not before.disputed:
        notes.append("the file calls it disputed, the book does not: mark it there")
    postings.say(entry, "Invoices", known, THERE, "; ".join(notes))
    postings.settled.append(Settled(entry, known, bill))


def _add(postings: Postings, entry: Entry, identity: str, bill: Bill) -> None:
    # What was paid before the book knew it, on a day nobody names, would only falsify who pays when.
    if bill.amount and not entry.values.get(PAID_ON) and paid(entry, bill.amount) == bill.amount:
        postings.say(entry, "Invoices", identity, SKIPPED, "paid in full, and the file does not say when")
        return
    postings.customer(entry, bill.customer)
    postings.standing.bills[identity] = bill
    currency = postings.currency_of(entry, bill.customer)
    postings.append("Invoices", {**entry.values, "Customer ID": bill.customer}, currency)
    postings.say(entry, "Invoices", identity, ADDED)
    postings.settled.append(Settled(entry, identity, bill))


def _conflict(entry: Entry, before: Bill, columns: Sequence[str]) -> Fault:
    mend = "Change it in the book" if before.where == IN_BOOK else "Take one of the rows out"
    return entry.fault(
        columns[0],
        f"This invoice has another {' and '.join(columns)} in {before.where}, and nothing is overwritten. "
        f"{mend}, or correct the file.",
    )

"""Payments of a file, and those that invoices tell of, set against the book: each counted once."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal

from duesheet.billed import paid
from duesheet.errors import Fault
from duesheet.postings import ADDED, SKIPPED, THERE, Entry, Postings, Settled
from duesheet.profiles import PAID_AMOUNT, PAID_ON, WHOLE, Form
from duesheet.standing import Receipt, names_in

ON_ACCOUNT = "on account"


def bring_payments(postings: Postings, entries: Sequence[Entry], form: Form) -> None:
    """Add the payments that are not in the book, and their customers."""
    seen: Counter[str] = Counter()
    parts: defaultdict[str, list[tuple[Entry, str]]] = defaultdict(list)
    for entry in entries:
        customer = "" if form.whole and _is_rest(entry) else _payment(postings, entry, form, seen)
        if form.whole:
            parts[entry.values.get("Payment") or ""].append((entry, customer))
    for number, group in parts.items():
        _rest(postings, number, group)


def settle(postings: Postings) -> None:
    """Turn what invoices say about being paid into payments, less what the book holds for them already."""
    for settled in postings.settled:
        target = paid(settled.entry, settled.bill.amount)
        if target:
            _settle(postings, settled, target)


def _payment(postings: Postings, entry: Entry, form: Form, seen: Counter[str]) -> str:
    """Add one payment; gives its customer, blank when it was refused."""
    values = entry.values
    named, unknown = _named(postings, values.get("Invoice") or "")
    customer = _customer(postings, entry, named)
    faults = entry.wrong(("Date", "Amount"))
    faults += [
        entry.fault("Invoice", f"Invoice {name} is not in the book. Import it first.") for name in unknown
    ]
    if not (customer or unknown):
        faults.append(
            entry.fault("Customer ID", "The row names neither a customer nor an invoice of one. Fill it in.")
        )
    faults += (
        [] if faults else postings.uneven(entry, postings.currency_of(entry, customer, named), ("Amount",))
    )
    if faults:
        postings.refuse(entry, "Payments", values.get("Payment") or "", faults)
        return ""
    if values["Amount"]:
        receipt = Receipt(customer, values["Date"], values["Amount"], "; ".join(named), entry.place)
        _post(postings, entry, _number(entry, form, receipt, seen), receipt)
    else:
        postings.say(
            entry, "Payments", values.get("Payment") or "", SKIPPED, "an amount of zero moves no money"
        )
    return customer


def _named(postings: Postings, invoices: str) -> tuple[list[str], list[str]]:
    """The invoices a payment names, as the book spells them, and those it does not know."""
    bill = postings.standing.bill
    typed = [invoices] if invoices and bill(invoices) else names_in(invoices.replace(",", ";"))
    found = [(name, bill(name)) for name in typed]
    return [known for _, known in found if known], [name for name, known in found if not known]


def _customer(postings: Postings, entry: Entry, named: Sequence[str]) -> str:
    identity = entry.values.get("Customer ID") or ""
    if identity:
        return postings.standing.customer(identity) or identity
    return postings.standing.bills[named[0]].customer if named else ""


def _number(entry: Entry, form: Form, receipt: Receipt, seen: Counter[str]) -> str:
    given = entry.values.get("Payment")
    if given and form.parts:
        return f"{given}/{receipt.invoice or ON_ACCOUNT}"
    if given:
        return str(given)
    # Two equal payments in one file are two; the same file again gives the same numbers again.
    told = (
        receipt.customer,
        receipt.day,
        f"{receipt.amount:.4f}",
        receipt.invoice,
        entry.values.get("Reference") or "",
    )
    stem = f"{receipt.day}-{hashlib.blake2b(repr(told).encode(), digest_size=5).hexdigest()}"
    seen[stem] += 1
    return stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"


def _post(postings: Postings, entry: Entry, identity: str, receipt: Receipt) -> None:
    standing = postings.standing
    before = standing.receipts.get(identity)
    if before and before[:4] == receipt[:4]:
        postings.say(entry, "Payments", identity, THERE)
    elif before:
        postings.refuse(entry, "Payments", identity, [_conflict(entry, before)])
    elif standing.derived[receipt.invoice, receipt.day, receipt.amount]:
        postings.say(entry, "Payments", identity, THERE, f'the book has it as "{receipt.invoice}/paid"')
    else:
        _add(postings, entry, identity, receipt)


def _conflict(entry: Entry, before: Receipt) -> Fault:
    remedy = (
        f"The payment of this number in {before.where} is another one, and nothing is overwritten. "
        "Correct one of them."
    )
    return entry.fault("Payment", remedy)


def _add(postings: Postings, entry: Entry, identity: str, receipt: Receipt, *, derived: bool = False) -> None:
    postings.customer(entry, receipt.customer)
    row = {} if derived else dict(entry.values)
    row |= {
        "Payment": identity,
        "Customer ID": receipt.customer,
        "Date": receipt.day,
        "Amount": receipt.amount,
    }
    row |= {"Invoice": receipt.invoice or None, "Currency": entry.values.get("Currency")}
    postings.standing.add_receipt(identity, receipt, derived=derived)
    currency = postings.currency_of(entry, receipt.customer, names_in(receipt.invoice))
    postings.append("Payments", row, currency)
    postings.say(entry, "Payments", identity, ADDED)


def _free(postings: Postings, prefix: str) -> tuple[str, Decimal]:
    """The next free number that begins with `prefix`, and the sum of those that are taken."""
    number, count, total = prefix, 1, Decimal()
    while before := postings.standing.receipts.get(number):
        total += before.amount or Decimal()
        count += 1
        number = f"{prefix}/{count}"
    return number, total


def _is_rest(entry: Entry) -> bool:
    return not (entry.faults or entry.values.get("Invoice") or entry.values.get("Amount"))


def _rest(postings: Postings, number: str, group: Sequence[tuple[Entry, str]]) -> None:
    """Bring what a payment holds beyond its invoices as money on account; later changes, as a difference."""
    entry = group[0][0]
    whole = entry.values.get(WHOLE)
    if whole is None or any(row.faults for row, _ in group):
        return
    identity, held = _free(postings, f"{number}/{ON_ACCOUNT}")
    missing = whole - held - sum((row.values.get("Amount") or Decimal() for row, _ in group), Decimal())
    customer = next((customer for _, customer in group if customer), "")
    if missing and customer:
        _add(postings, entry, identity, Receipt(customer, entry.values.get("Date"), missing, "", entry.place))
    elif missing:
        remedy = "No invoice in the book tells whose payment this is. Enter it by hand."
        postings.refuse(entry, "Payments", identity, [entry.fault("Customer ID", remedy)])


def _settle(postings: Postings, settled: Settled, target: Decimal) -> None:
    entry, identity, bill = settled
    held = postings.standing.paid[identity]
    missing = target - held
    number, _ = _free(postings, f"{identity}/paid")
    day = entry.values.get(PAID_ON) or postings.today
    if not missing:
        postings.say(entry, "Payments", f"{identity}/paid", THERE)
    elif identity in postings.standing.shared or missing * target < 0:
        remedy = (
            f"The book holds other payments for invoice {identity} than the file tells of. "
            "Enter the difference by hand."
        )
        postings.refuse(entry, "Payments", number, [entry.fault(PAID_AMOUNT, remedy)])
    elif day is None:
        postings.refuse(
            entry, "Payments", number, [entry.fault(PAID_ON, "The file does not say when it was paid.")]
        )
    else:
        receipt = Receipt(bill.customer, day, missing, identity, entry.place)
        _add(postings, entry, number, receipt, derived=True)

"""The lines of one invoice put together, where a program writes a row for each."""

from collections.abc import Mapping, Sequence
from typing import Any

from duesheet.errors import Fault
from duesheet.postings import REFUSED, SKIPPED, Entry, Line
from duesheet.profiles import Form


def merged(entries: Sequence[Entry], form: Form) -> tuple[list[Entry], list[Line]]:
    """One entry for each invoice, and a word on each further line of it.

    Lines that contradict the first one in anything but the amounts that add up refuse the whole invoice.

    >>> form = Form("", "Invoices", lines="sum")
    >>> lines = [Entry("a.csv", row, {"Invoice": "1", "Amount": 5}) for row in (2, 3)]
    >>> [entry.values["Amount"] for entry in merged(lines, form)[0]]
    [10]
    """
    if not form.lines:
        return list(entries), []
    found: dict[str, Entry] = {}
    said: list[Line] = []
    for number, entry in enumerate(entries):
        identity = entry.values.get("Invoice") or f"\n{number}"
        first = found.get(identity)
        found[identity] = _together(first, entry, form) if first else entry
        if first:
            said.append(_word(first, entry, identity))
    return list(found.values()), said


def _word(first: Entry, entry: Entry, identity: str) -> Line:
    if entry.faults:
        return Line(entry.file, entry.row, "Invoices", identity, REFUSED, str(entry.faults[0]), entry.faults)
    note = f"a further line of the invoice in row {first.row}"
    return Line(entry.file, entry.row, "Invoices", identity, SKIPPED, note)


def _together(first: Entry, entry: Entry, form: Form) -> Entry:
    faults = [*first.faults, *entry.faults, *_contradictions(first, entry, form)]
    return first._replace(values=_summed(first.values, entry.values, form), faults=tuple(faults))


def _summed(first: Mapping[str, Any], line: Mapping[str, Any], form: Form) -> dict[str, Any]:
    filled = {name: value for name, value in line.items() if first.get(name) is None}
    total = {**first, **filled}
    one, other = first.get("Amount"), line.get("Amount")
    if form.lines == "sum" and one is not None and other is not None:
        total["Amount"] = one + other
    return total


def _contradictions(first: Entry, entry: Entry, form: Form) -> list[Fault]:
    adds_up = {"Amount"} if form.lines == "sum" else set()
    remedy = f"This line of the invoice contradicts its first one, row {first.row}. Correct the file."
    return [
        entry.fault(name, remedy)
        for name, value in entry.values.items()
        if name not in adds_up and value is not None and first.values.get(name) not in {None, value}
    ]

"""A CSV file as typed rows: every column read whole, drafts and repeated rows set aside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from duesheet import readings
from duesheet.csvfiles import Extract, extract
from duesheet.errors import Fault
from duesheet.layout import Column, layout
from duesheet.postings import REFUSED, SKIPPED, Entry, Line
from duesheet.profiles import BALANCE, PAID_AMOUNT, PAID_ON, REMARK, TABLES, WHOLE, Form, forms_for
from duesheet.readings import Reading

_IDS = frozenset({"Customer ID", "Invoice", "Payment", "Credits", "Parent"})
_MONEY = frozenset({PAID_AMOUNT, BALANCE, WHOLE, REMARK})


@dataclass(frozen=True)
class Read:
    """How one file was read: its layout, its header's row, which column is which, the order of its dates."""

    file: str
    form: str
    table: str
    encoding: str
    delimiter: str
    header_row: int
    columns: Mapping[str, str]
    dates: Mapping[str, str]


@dataclass(frozen=True)
class Batch:
    """The typed rows of one file; `said` is about the lines that are none."""

    read: Read
    form: Form
    entries: list[Entry]
    said: list[Line]
    headers: tuple[str, ...]


def intake(
    path: Path, position: int, mapping: Mapping[str, str], profile: str | None, date_order: str
) -> Batch:
    """The rows of the CSV at `path`, the file at `position` (0 = first) of those imported together."""
    found = extract(path, forms_for(profile, position), mapping)
    form, width = found.found.form, len(found.found.headers) + 1
    cells = pd.DataFrame(list(found.cells), index=list(found.rows), columns=range(width), dtype=object)
    out = _left_out(found, cells) | _repeated(found, cells)
    cells = cells[~cells.index.isin(list(out))]
    texts = {ours: cells[spot] for ours, spot in _spots(found).items()}
    orders = _orders(
        {ours: texts[ours].unique().tolist() for ours in texts if _kind(ours) == "date"}, date_order
    )
    told = {
        ours: _reading(ours, column.unique().tolist(), orders.get(ours, ("", ""))[0])
        for ours, column in texts.items()
    }
    said = [
        Line(path.name, row, form.table, "", SKIPPED, why)
        for row, why in sorted({**found.skipped, **out}.items())
    ]
    said += [_ragged(path.name, form.table, row, typed) for row, typed in found.ragged.items()]
    entries = list(_entries(path.name, [int(row) for row in cells.index], texts, told))
    return Batch(
        _read(path, found, orders),
        form,
        [_finished(entry, form) for entry in entries],
        said,
        found.found.headers,
    )


def _read(path: Path, found: Extract, orders: Mapping[str, tuple[str, str]]) -> Read:
    headers = (*found.found.headers, "the heading above the row")
    return Read(
        path.name,
        found.found.form.name,
        found.found.form.table,
        found.encoding,
        found.found.delimiter,
        found.found.record + 1,
        {ours: headers[spot].strip() for ours, spot in found.found.places.items()},
        {ours: f"{order} ({why})" for ours, (order, why) in orders.items()},
    )


def _ragged(file: str, table: str, row: int, typed: str) -> Line:
    remedy = (
        "The row has more cells than the header. Put quotation marks around a cell that holds the separator."
    )
    fault = Fault(file, row, "", typed, remedy)
    return Line(file, row, table, "", REFUSED, str(fault), (fault,))


def _left_out(found: Extract, cells: pd.DataFrame) -> dict[int, str]:
    """Rows that their status or kind keeps out: drafts, voided invoices, other transactions."""
    out: dict[int, str] = {}
    rules = [(True, *rule) for rule in found.found.form.only.items()]
    rules += [(False, *rule) for rule in found.found.form.without.items()]
    for wanted, header, values in rules:
        spot = found.spot(header)
        if spot is not None:
            listed = cells[spot].str.casefold().isin([value.casefold() for value in values])
            strays = cells[spot][listed != wanted]
            for row, value in zip(strays.index.tolist(), strays.tolist(), strict=True):
                out[row] = f"{header} is {value or 'blank'}"
    return out


def _repeated(found: Extract, cells: pd.DataFrame) -> dict[int, str]:
    """Rows that repeat an earlier one in every cell, where two of them cannot both be meant."""
    form = found.found.form
    if form.lines or (form.table == "Payments" and "Payment" not in found.found.places):
        return {}
    twins = cells[cells.duplicated(keep=False)]
    first: dict[tuple[str, ...], int] = {}
    out: dict[int, str] = {}
    for row, record in zip(twins.index, twins.itertuples(index=False, name=None), strict=True):
        if record in first:
            out[int(row)] = f"the same as row {first[record]}"
        else:
            first[record] = int(row)
    return out


def _spots(found: Extract) -> dict[str, int]:
    form = found.found.form
    extra = {BALANCE: form.balance, WHOLE: form.whole, REMARK: form.remark}
    more = {
        name: spot for name, header in extra.items() if header and (spot := found.spot(header)) is not None
    }
    return {**found.found.places, **more}


def _orders(columns: Mapping[str, Sequence[str]], fallback: str) -> dict[str, tuple[str, str]]:
    """The order each date column is read in, and why: by its own days, by another column's, or as set."""
    shown = {ours: readings.order_shown(texts, fallback) for ours, texts in columns.items()}
    other = next((order for order in shown.values() if order), None)
    rest = (other, "as another column of the file shows") if other else (fallback, "as set on Settings")
    return {ours: (order, "as the column shows") if order else rest for ours, order in shown.items()}


def _column(ours: str) -> Column:
    tables = layout().tables
    return next(column for name in TABLES for column in tables[name].columns if column.name == ours)


def _kind(ours: str) -> str:
    if ours in _IDS:
        return "id"
    if ours in _MONEY:
        return "money"
    return "date" if ours == PAID_ON else _column(ours).kind


def _reading(ours: str, texts: Sequence[str], order: str) -> Reading:
    kind = _kind(ours)
    if ours == "Disputed":
        return readings.disputed(texts)
    if ours == "Currency":
        return readings.currencies(texts)
    if kind == "date":
        return readings.days(texts, order)
    if kind == "choice":
        return readings.choices(texts, _column(ours).choices)
    return {"id": readings.ids, "money": readings.amounts}.get(kind, readings.words)(texts)


def _entries(
    file: str, rows: Sequence[int], texts: Mapping[str, "pd.Series[str]"], told: Mapping[str, Reading]
) -> Iterator[Entry]:
    names = list(texts)
    meanings = [told[name].meanings for name in names]
    columns = [
        [means[typed] for typed in texts[name].tolist()] for name, means in zip(names, meanings, strict=True)
    ]
    faults = _faults(file, rows, texts, told)
    for row, record in zip(rows, zip(*columns, strict=True), strict=True):
        yield Entry(file, row, dict(zip(names, record, strict=True)), tuple(faults.get(row, ())))


def _faults(
    file: str, rows: Sequence[int], texts: Mapping[str, "pd.Series[str]"], told: Mapping[str, Reading]
) -> dict[int, list[Fault]]:
    found: dict[int, list[Fault]] = {}
    for name, reading in told.items():
        if reading.wrong:
            for row, typed in zip(rows, texts[name], strict=True):
                if typed in reading.wrong:
                    found.setdefault(row, []).append(Fault(file, row, name, typed, reading.wrong[typed]))
    return found


def _finished(entry: Entry, form: Form) -> Entry:
    """The row with what its layout tells between the columns: what was paid, and what else to know."""
    if not (form.balance or form.remark):
        return entry
    values = dict(entry.values)
    amount = values.get("Amount")
    balance, remark = values.pop(BALANCE, None), values.pop(REMARK, None)
    if form.balance and None not in {amount, balance}:
        values[PAID_AMOUNT] = amount - balance
    note = ""
    if None not in {amount, remark} and amount != remark:
        note = f"{remark:,} of it is open: bring in the payments as well"
    return entry._replace(values=values, note=note)

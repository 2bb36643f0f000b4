"""A CSV file another program wrote, as text cells with the row numbers its owner sees."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path

from duesheet.errors import Refused
from duesheet.profiles import Form, for_table, nearest, needed, own_columns, same

_DELIMITERS = ",;\t|"
_HEAD = 60
_DOCUMENTS = frozenset({"invoice", "payment", "amount"})
"""Headers, as they are compared, of a file that is no list of customers."""
_LARGEST = 500_000_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TOTAL = re.compile(r"(grand[ -])?(sub)?total\b|summe\b|gesamt|percentage of total", re.IGNORECASE)
_CLOCK = re.compile(r"\d{1,2}:\d{2}")


@dataclass(frozen=True)
class Found:
    """Where the header stands, how the file is written, and our columns under their headers."""

    form: Form
    delimiter: str
    record: int
    headers: tuple[str, ...]
    places: Mapping[str, int]


@dataclass(frozen=True)
class Extract:
    """The rows of one file.

    `rows` gives each row's number as a spreadsheet shows it; `cells` its stripped texts, one per header and
    at the end the heading the row stands under. `skipped` are lines that are no rows, with the reason;
    `ragged` are rows with more cells than the header, as they stand.
    """

    file: str
    encoding: str
    found: Found
    rows: tuple[int, ...]
    cells: tuple[list[str], ...]
    skipped: Mapping[int, str]
    ragged: Mapping[int, str]

    def spot(self, header: str) -> int | None:
        """Where the column under their `header` is, None when the file has no such column."""
        headers = [same(name) for name in self.found.headers]
        return headers.index(same(header)) if same(header) in headers else None


def extract(path: Path, forms: Sequence[Form], mapping: Mapping[str, str]) -> Extract:
    """The rows of the CSV at `path`, read by the first of `forms` whose columns it has."""
    text, encoding = _decoded(path)
    found = _found(path, text, forms, mapping)
    rows, skipped, ragged = _rows(path, text, found)
    return Extract(
        path.name,
        encoding,
        found,
        tuple(row for row, _ in rows),
        tuple(cells for _, cells in rows),
        skipped,
        ragged,
    )


def _decoded(path: Path) -> tuple[str, str]:
    try:
        if path.stat().st_size > _LARGEST:
            raise Refused(
                f"{path.name}: the file is larger than {_LARGEST // 10**6} MB. Export a shorter period."
            )
        raw = path.read_bytes()
    except OSError as trouble:
        raise Refused(
            f"{path}: cannot be read ({trouble.strerror}). Check the name and that it is a file."
        ) from None
    encodings = ("utf-16",) if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return _CONTROLS.sub("", raw.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    raise Refused(f"{path.name}: this is not a text file. Save it as CSV (UTF-8) and try again.")


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _heads(text: str) -> dict[str, list[list[str]]]:
    heads: dict[str, list[list[str]]] = {}
    for delimiter in _DELIMITERS:
        heads[delimiter] = []
        try:
            heads[delimiter].extend(islice(_records(text, delimiter), _HEAD))
        except csv.Error:
            continue
    return heads


def _found(path: Path, text: str, forms: Sequence[Form], mapping: Mapping[str, str]) -> Found:
    heads = _heads(text)
    for form in forms:
        fits = [
            Found(form, delimiter, number, tuple(record), places)
            for delimiter, head in heads.items()
            for number, record in enumerate(head)
            if (places := _places(form, [cell.strip() for cell in record], mapping)) is not None
        ]
        if fits:
            best = max(fits, key=lambda fit: (len(fit.places), len(fit.headers), -fit.record))
            _once(path, best)
            return best
    plain = next(form for form in forms if not form.known)
    raise Refused(_no_header(path, heads, plain, mapping))


def _wanted(form: Form, mapping: Mapping[str, str]) -> dict[str, str]:
    own = {name: name for name in own_columns(form)}
    return own | dict(form.columns) | for_table(mapping, form.table)


def _places(form: Form, record: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int] | None:
    at = {same(header): number for number, header in reversed(list(enumerate(record))) if header}
    if any(same(header) not in at for header in form.needs):
        return None
    if form.table == "Customers" and not form.known and _DOCUMENTS & at.keys():
        return None
    own = {name: name for name in own_columns(form)} | dict(form.columns)
    places = {}
    for ours, theirs in _wanted(form, mapping).items():
        spot = at.get(same(theirs), at.get(same(own.get(ours, ""))))
        if spot is not None:
            places[ours] = spot
    if form.group:
        places[form.group] = len(record)
    if any(name not in places for name in needed(form)):
        return None
    if form.table == "Payments" and not (form.group or {"Customer ID", "Invoice"} & places.keys()):
        return None
    return places


def _once(path: Path, found: Found) -> None:
    headers = [same(header) for header in found.headers]
    for ours, spot in found.places.items():
        if spot < len(headers) and headers.count(headers[spot]) > 1:
            name = found.headers[spot].strip()
            raise Refused(
                f'{path.name}: two columns are called "{name}". Rename one, then map {ours} to the right one.'
            )


def _no_header(
    path: Path, heads: Mapping[str, list[list[str]]], form: Form, mapping: Mapping[str, str]
) -> str:
    records = [[cell.strip() for cell in record] for head in heads.values() for record in head]
    if not records:
        return f"{path.name}: the file is empty, or a quotation mark in it is never closed."
    names = set(map(same, _wanted(form, mapping).values()))
    best = max(records, key=lambda record: (len(names & set(map(same, record))), sum(map(bool, record))))
    theirs = {same(header): header for header in best if header}
    missing = {ours: name for ours, name in _wanted(form, mapping).items() if same(name) not in theirs}
    mapped = for_table(mapping, form.table)
    wrong = next((mapped[ours] for ours in missing if ours in mapped), None)
    if wrong:
        return f'{path.name}: there is no column "{wrong}". {nearest(wrong, theirs)}'
    lacking = [name for name in needed(form) if name in missing] or ["Customer ID"]
    return (
        f"{path.name}: no header row has a column for {', '.join(lacking)}. The columns there are: "
        f'{", ".join(theirs.values())}. Say which is which, as --map "{lacking[0]}=their header", '
        "or name a --profile."
    )


def _rows(
    path: Path, text: str, found: Found
) -> tuple[list[tuple[int, list[str]]], dict[int, str], dict[int, str]]:
    rows: list[tuple[int, list[str]]] = []
    skipped: dict[int, str] = {}
    ragged: dict[int, str] = {}
    width, group = len(found.headers), ""
    musts = itemgetter(*(found.places[name] for name in needed(found.form)))
    try:
        for row, record in enumerate(
            islice(_records(text, found.delimiter), found.record + 1, None), found.record + 2
        ):
            cells = [cell.strip() for cell in record] + [""] * (width - len(record))
            reason = "" if all(musts(cells)) else _no_row(cells[:width], found)
            if any(cells[width:]):
                ragged[row] = found.delimiter.join(record)
            elif reason:
                skipped[row] = reason
                group = cells[0] or group
            elif any(cells):
                rows.append((row, [*cells[:width], group]))
    except csv.Error as trouble:
        raise Refused(
            f"{path.name}: cannot be read as CSV ({trouble}). Look for a stray quotation mark."
        ) from None
    return rows, skipped, ragged


def _no_row(cells: Sequence[str], found: Found) -> str:
    filled = [spot for spot, cell in enumerate(cells) if cell]
    if not filled:
        return ""
    if _TOTAL.match(cells[filled[0]]):
        return "a total"
    if not set(filled) & set(found.places.values()):
        return "a heading"
    lone = len(filled) == 1 and len(cells) > len("ab")
    identity = found.places.get("Invoice" if found.form.table == "Invoices" else "Payment")
    return (
        "a heading or a time stamp"
        if lone and (filled[0] != identity or _CLOCK.search(cells[filled[0]]))
        else ""
    )

"""What the terminal says: summaries of a week, of letters, of an import, as rich tables and as JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from duesheet import money
from duesheet.carriers import Delivery, Outcome
from duesheet.job import Preview
from duesheet.layout import bucket_names
from duesheet.money import digits
from duesheet.week import Week
from duesheet.worklist import key_of

if TYPE_CHECKING:  # pandas, which reads CSV files, is slow to load and of use to the import alone
    from duesheet.imports import Result

_SHOWN = 8


def summary(found: Week) -> RenderableType:
    """Where the book stands: aging by currency, reminders, problems."""
    return Group(_aging(found), Text(_standing(found)), *_problems(found))


def _aging(found: Week) -> Table:
    names = ["Current", *bucket_names(found.records.settings.bucket_edges)]
    table = Table(title=f"Aging as of {found.now.as_of.isoformat()}", title_justify="left")
    table.add_column("")
    for name in (*names, "On account", "Total"):
        table.add_column(name, justify="right", no_wrap=True)
    for code, line in _sums(found).items():
        cells = [*line["buckets"].values(), line["unapplied"], line["total"]]
        table.add_row(code, *(f"{cell:,.{digits(code)}f}" for cell in cells))
    return table


def _sums(found: Week) -> dict[str, dict[str, Any]]:
    names = ["Current", *bucket_names(found.records.settings.bucket_edges)]
    sums = {}
    for (code,), rows in sorted(found.accounts.partition_by("currency", as_dict=True).items()):
        unit = 10 ** digits(str(code))
        sums[str(code)] = {
            "buckets": {name: rows[f"bucket_{number}"].sum() / unit for number, name in enumerate(names)},
            **{key: rows[key].sum() / unit for key in ("unapplied", "total", "overdue", "disputed")},
        }
    return sums


def _standing(found: Week) -> str:
    counts = Counter(one.status for one in found.decisions)
    tie = "ties out to the cent" if not found.now.gaps else "DOES NOT TIE OUT, nothing can be sent"
    said = ", ".join(f"{count} {status.lower()}" for status, count in sorted(counts.items(), reverse=True))
    return f"{found.items.height} open items of {found.accounts['customer'].n_unique()} customers; the book {tie}. Reminders: {said or 'none'}."


def _problems(found: Week) -> list[RenderableType]:
    faults = found.records.faults
    if not faults:
        return []
    left = found.records.left_out
    out = f" {left.rows} rows are left out of the totals." if left.rows else ""
    lines = [Text(f"{len(faults)} problems, listed on the Problems sheet.{out}", style="yellow")]
    lines += [Text(f"  {fault}") for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(Text(f"  ... and {len(faults) - _SHOWN} more"))
    return list(lines)


def letters(done: Preview) -> RenderableType:
    """The letters of the week, and why the others get none."""
    table = Table(title=f"{len(done.letters)} letters", title_justify="left")
    for name in ("Customer", "Letter", "Why"):
        table.add_column(name, overflow="fold")
    table.add_column("Amount due", justify="right", no_wrap=True)
    why = {key_of(one, done.week.book_id): one.why for one in done.week.decisions}
    for letter in done.letters:
        notice = letter.notice
        amount = money.text(notice.amount_due, notice.currency)
        table.add_row(notice.customer, notice.step_name, why.get(notice.key, ""), amount)
    return Group(
        _aging(done.week),
        Text(_standing(done.week)),
        table,
        Text(_held(done)),
        *_wrong(done),
        *_problems(done.week),
    )


def _held(done: Preview) -> str:
    reasons = Counter(_reason(one.why) for one in done.week.decisions if one.status == "Held")
    listed = "\n".join(f"  {count:>3}  {reason}" for reason, count in reasons.most_common(_SHOWN))
    return f"Not written to, and why:\n{listed}" if listed else ""


def _reason(why: str) -> str:
    """The kind of reason, without the invoice or date in it."""
    for kind in ("Nothing overdue", "Too soon", "disputed", "promised", "on hold", "is due from day"):
        if kind in why:
            return "Next step not yet due" if kind == "is due from day" else kind[0].upper() + kind[1:]
    return why.partition(";")[0]


def _wrong(done: Preview) -> list[RenderableType]:
    return [Text(f"{key}: {problem}", style="red") for key, problem in done.wrong.items()]


def question(done: Preview) -> str:
    """What is asked before anything is sent."""
    sums: Counter[str] = Counter()
    for letter in done.letters:
        sums[letter.notice.currency] += letter.notice.amount_due
    total = ", ".join(money.text(amount, code) for code, amount in sorted(sums.items()))
    return f"Send {len(done.files)} letters about {total}?"


def sent(deliveries: Sequence[Delivery]) -> RenderableType:
    """What became of the letters."""
    counts = Counter(delivery.outcome for delivery in deliveries)
    if not counts:
        return Text("Nothing to send.")
    lines = [Text(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))]
    lines += [Text(f"  {one.key}: {one.detail}") for one in deliveries if one.outcome is not Outcome.SENT]
    return Group(*lines)


def what_to_open(book: Path, index: Path) -> RenderableType:
    """What to look at after the demo."""
    return Text(f"\nOpen the workbook:  {book}\nOpen the letters:   {index}\nNothing was sent.", style="bold")


def as_data(found: Week, done: Preview | None = None, deliveries: Sequence[Delivery] = ()) -> dict[str, Any]:
    """A week as JSON: figures per currency, every letter, every problem."""
    subjects = {letter.notice.key: letter.subject for letter in done.letters} if done else {}
    wrong = done.wrong if done else {}
    return {
        "as_of": found.now.as_of.isoformat(),
        "ties_out": not found.now.gaps,
        "currencies": _sums(found),
        "open_items": found.items.height,
        "left_out": {"rows": found.records.left_out.rows, "money": dict(found.records.left_out.money)},
        "letters": [_letter(one, found.book_id, subjects, wrong) for one in found.decisions],
        "deliveries": [
            {"key": one.key, "outcome": str(one.outcome), "detail": one.detail} for one in deliveries
        ],
        "in_doubt": [letter.key for letter in found.letters if letter.state == Outcome.IN_DOUBT],
        "problems": [
            {
                "sheet": fault.table,
                "row": fault.row,
                "column": fault.column,
                "found": fault.found,
                "what_to_do": fault.remedy,
            }
            for fault in found.records.faults
        ],
        **({"outbox": str(done.box.folder)} if done else {}),
    }


def _letter(one: Any, book_id: str, subjects: Mapping[str, str], wrong: Mapping[str, str]) -> dict[str, Any]:
    key = key_of(one, book_id)
    return {
        "key": key,
        "customer": one.debtor.customer_id,
        "currency": one.debtor.currency,
        "step": one.step.number if one.step else None,
        "channel": one.step.channel if one.step else None,
        "status": "Held" if key in wrong else one.status,
        "amount_due": float(money.major(one.amount_due, one.debtor.currency)),
        "why": one.why,
        "subject": subjects.get(key),
        "problem": wrong.get(key, ""),
    }


def imported(result: "Result") -> RenderableType:
    """What an import did: counts by sheet, sums, and the rows that were not taken."""
    table = Table(title="Imported", title_justify="left")
    for name in ("Sheet", "What", "Rows"):
        table.add_column(name, justify="right" if name == "Rows" else "left")
    for (sheet, done), count in sorted(result.counts.items()):
        table.add_row(sheet, done, str(count))
    refused = [line for line in result.lines if line.faults]
    lines = [Text(f"  {line.note}") for line in refused[: 3 * _SHOWN]]
    more = [Text(f"  ... and {len(refused) - 3 * _SHOWN} more")] if len(refused) > 3 * _SHOWN else []
    sums = [
        Text(f"  {sheet}: {amount:,} {code} added") for (sheet, code), amount in sorted(result.totals.items())
    ]
    files = [
        Text(
            f"{read.file} read as {read.form}"
            + "".join(f"; {name}: {order}" for name, order in read.dates.items())
        )
        for read in result.files
    ]
    return Group(*files, table, *sums, *lines, *more)


def import_as_data(result: "Result") -> dict[str, Any]:
    """An import as JSON, row by row."""
    return {
        "counts": {f"{sheet}: {done}": count for (sheet, done), count in sorted(result.counts.items())},
        "totals": {f"{sheet} {code}": str(amount) for (sheet, code), amount in sorted(result.totals.items())},
        "rows": [
            {
                "file": line.file,
                "row": line.row,
                "sheet": line.table,
                "id": line.identity,
                "done": line.done,
                "note": line.note,
            }
            for line in result.lines
        ],
    }

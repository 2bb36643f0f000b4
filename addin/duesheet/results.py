"""What a command has to say to another program: a week, its letters and an import as JSON."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from duesheet import money
from duesheet.carriers import Delivery, Outcome
from duesheet.entries import State
from duesheet.errors import Fault
from duesheet.job import Preview
from duesheet.layout import bucket_names
from duesheet.reminders import Decision
from duesheet.reports import Posted
from duesheet.week import Week, posted
from duesheet.worklist import row_key

if TYPE_CHECKING:  # pandas, which reads CSV files, is slow to load and of use to the import alone
    from duesheet.imports import Result


def sums(found: Week) -> dict[str, dict[str, Any]]:
    """Per currency, in major units: what lies in each bucket, on account, in all, overdue and disputed."""
    names = ["Current", *bucket_names(found.records.settings.bucket_edges)]
    parts = found.accounts.partition_by("currency", as_dict=True)
    by_code = {str(code): rows for (code,), rows in sorted(parts.items())}
    return {
        code: {
            "buckets": {
                name: _major(rows[f"bucket_{number}"].sum(), code) for number, name in enumerate(names)
            },
            **{key: _major(rows[key].sum(), code) for key in ("unapplied", "total", "overdue", "disputed")},
        }
        for code, rows in by_code.items()
    }


def week_data(
    found: Week, done: Preview | None = None, deliveries: Sequence[Delivery] = ()
) -> dict[str, Any]:
    """A week: figures per currency, every letter, every problem, and what became of the letters sent."""
    left = found.records.left_out
    return {
        "as_of": found.now.as_of.isoformat(),
        "ties_out": not found.now.gaps,
        "currencies": sums(found),
        "open_items": found.items.height,
        "left_out": {"rows": left.rows, "money": dict(left.money)},
        "letters": _letters(found, done, deliveries),
        "deliveries": [
            {"key": one.key, "outcome": str(one.outcome), "detail": one.detail} for one in deliveries
        ],
        "in_doubt": [letter.key for letter in found.letters if letter.state is State.IN_DOUBT],
        "problems": [_problem(fault) for fault in found.faults()],
        **({"outbox": str(done.box.folder)} if done else {}),
    }


def _major(units: Any, code: str) -> float:  # noqa: ANN401  Polars has no one type for a sum
    return float(money.major(int(units), code))


def _problem(fault: Fault) -> dict[str, Any]:
    return {
        "sheet": fault.table,
        "row": fault.row,
        "column": fault.column,
        "found": fault.found,
        "what_to_do": fault.remedy,
    }


def _letters(found: Week, done: Preview | None, deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    told = posted(found)
    if done:
        told |= {
            letter.notice.key: Posted(subject=letter.subject)
            for letter in done.letters
            if not told.get(letter.notice.key)
        }
        told |= {key: Posted(status="Held", problem=why) for key, why in done.wrong.items()}
    problems = {one.key: one.detail for one in deliveries if one.outcome is not Outcome.SENT}
    return [_letter(one, row_key(one, found.book_id), told, problems) for one in found.decisions]


def _letter(
    one: Decision, key: str, told: Mapping[str, Posted], problems: Mapping[str, str]
) -> dict[str, Any]:
    news = told.get(key, Posted())
    return {
        "key": key,
        "customer": one.debtor.customer_id,
        "currency": one.debtor.currency,
        "step": one.step.number if one.step else None,
        "channel": one.step.channel if one.step else None,
        "status": news.status or one.status,
        "amount_due": _major(one.amount_due, one.debtor.currency),
        "why": one.why,
        "subject": news.subject or None,
        "problem": news.problem or problems.get(key, ""),
    }


def import_data(result: "Result") -> dict[str, Any]:
    """An import, row by row."""
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

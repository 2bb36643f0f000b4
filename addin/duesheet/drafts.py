"""The decisions that ask for an e-mail, as notices: to whom, at which step, about which lines."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from duesheet.dates import date_of
from duesheet.envelope import addresses
from duesheet.notices import Line, Notice
from duesheet.position import Position
from duesheet.records import Records
from duesheet.reminders import Decision
from duesheet.worklist import is_letter, key_of


def notices(decisions: Iterable[Decision], records: Records, now: Position) -> list[Notice]:
    """The letters that are ready to go by e-mail."""
    letters = [decision for decision in decisions if is_letter(decision)]
    wanted = [decision.debtor.customer_id for decision in letters]
    rows = records.customers.frame.filter(pl.col("customer_id").is_in(wanted))
    known = {row["customer_id"]: row for row in rows.iter_rows(named=True)}
    lines = _lines(letters, now)
    book_id = records.settings.book_id
    return [
        _notice(decision, known[decision.debtor.customer_id], lines, book_id, now.as_of)
        for decision in letters
    ]


def _lines(letters: Iterable[Decision], now: Position) -> dict[int, Line]:
    wanted = [owed.item for decision in letters for owed in decision.owed]
    rows = now.items.filter(pl.col("item").is_in(wanted))
    return {row["item"]: line(row) for row in rows.iter_rows(named=True)}


def line(row: Mapping[str, Any]) -> Line:
    """The open item of a row of the position, as a letter lists it."""
    until = row["discount_until"]
    return Line(
        invoice=row["invoice_id"],
        instalment=_number(row),
        invoice_date=date_of(row["invoice_date"]),
        due_date=date_of(row["due_date"]),
        days_overdue=row["days_overdue"],
        amount=row["amount"],
        open=row["open"],
        reference=row["reference"] or "",
        description=row["description"] or "",
        late_fee=row["late_fee"] or 0,
        interest=row["interest"] or 0,
        discount_until=None if until is None else date_of(until),
        discount=row["discount"] or 0,
    )


def _number(row: Mapping[str, Any]) -> int:
    """The instalment's number, in its payment plan where it is in one; 0 where it needs none."""
    if row["plan"] is not None:
        return int(row["no"] or 0)
    return int(row["instalment"]) if row["instalments"] > 1 else 0


def _notice(
    decision: Decision, customer: Mapping[str, Any], lines: Mapping[int, Line], book_id: str, as_of: date
) -> Notice:
    step, debtor = decision.step, decision.debtor
    assert step is not None  # noqa: S101  only decisions with a step are letters
    to, _ = addresses(customer["email"] or "")
    copies, _ = addresses(";".join(part for part in (customer["cc"], step.cc) if part))
    listed = tuple(lines[owed.item] for owed in decision.owed)
    return Notice(
        key=key_of(decision, book_id),
        customer_id=debtor.customer_id,
        customer=customer["name"] or debtor.customer_id,
        contact=customer["contact"] or "",
        to=tuple(to),
        cc=tuple(copies),
        language=customer["language"] or "en",
        currency=debtor.currency,
        step=step.number,
        step_name=step.name,
        template=step.template,
        channel=step.channel,
        as_of=as_of,
        lines=listed,
        unapplied=debtor.unapplied,
        amount_due=decision.amount_due,
        oldest_days=max(line.days_overdue for line in listed),
        last_letter=decision.last_letter,
    )

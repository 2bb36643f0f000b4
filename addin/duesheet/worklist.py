"""The open items of every customer as debtors, and the decisions about them as notices and rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from duesheet import keys, reminders
from duesheet.cycles import Said, overdue_since
from duesheet.dates import date_of, day_number
from duesheet.envelope import addresses
from duesheet.notices import Line, Notice
from duesheet.position import Position
from duesheet.records import Records
from duesheet.reminders import Debtor, Decision, Owed, Rules

_OPEN = ("item", "invoice_id", "due_date", "days_overdue", "open", "dispute", "promised", "hold")


@dataclass(frozen=True)
class Past:
    """What was said before, by customer id and currency, and the calls and posted letters noted, by customer id."""

    letters: Mapping[tuple[str, str], Sequence[Said]]
    contacts: Mapping[str, Sequence[tuple[date, str]]]


def plan(
    records: Records, now: Position, past: Past, refused: frozenset[str] = frozenset()
) -> list[Decision]:
    """What is done about every customer with something open, in the order of the accounts.

    `refused`: the keys whose Send the user has set to No.
    """
    chosen = records.settings
    rules = Rules(
        now.as_of, records.policies, chosen.days_between_letters, chosen.minimum_to_chase, stops(records, now)
    )
    emails = dict(records.customers.frame.select("customer_id", "email").iter_rows())
    return [
        _willing(_addressed(decision, emails[debtor.customer_id]), chosen.book_id, refused)
        for debtor in debtors(records, now, past)
        for decision in (
            reminders.decide(
                debtor,
                past.letters.get((debtor.customer_id, debtor.currency), ()),
                past.contacts.get(debtor.customer_id, ()),
                rules,
            ),
        )
    ]


def _addressed(decision: Decision, email: str | None) -> Decision:
    """`decision`, held when it is a letter that has nowhere to go."""
    if decision.status != reminders.READY or decision.step is None or decision.step.channel != "Email":
        return decision
    problem = _address(email)
    return reminders.held(decision, problem) if problem else decision


def _willing(decision: Decision, book_id: str, refused: frozenset[str]) -> Decision:
    if not refused or key_of(decision, book_id) not in refused:
        return decision
    return reminders.held(decision, "Send is No")


def stops(records: Records, now: Position) -> tuple[str, ...]:
    """Why nobody at all is written to; empty when all is well."""
    chosen = records.settings
    reasons = [reminders.stale(now.newest_payment, now.as_of, chosen.payments_may_be_old_by_days)]
    if now.gaps:
        reasons.append("The book does not tie out; see Dashboard")
    if records.table_fault:
        reasons.append("A column is missing; see Problems")
    return tuple(reason for reason in reasons if reason)


def debtors(records: Records, now: Position, past: Past) -> Iterator[Debtor]:
    """Every account with an open item, as reminders see it."""
    known = {
        row[0]: row
        for row in records.customers.frame.select("customer_id", "policy", "reminders").iter_rows()
    }
    columns = ("account", "customer_id", "currency", "unapplied")
    accounts = {row[0]: row[1:] for row in now.accounts.select(columns).iter_rows()}
    spells = _Spells(now, past)
    items = now.items.sort("account", "due_date", "item").select("account", *_OPEN).iter_rows()
    for account, rows in groupby(items, key=itemgetter(0)):
        customer_id, currency, unapplied = accounts[account]
        _, policy, wanted = known[customer_id]
        yield _with_items(
            Debtor(
                account=account,
                customer_id=customer_id,
                currency=currency,
                policy=policy or "",
                reminders=wanted != "No",
                unapplied=max(-unapplied, 0),
                doubtful=customer_id in records.doubtful,
            ),
            rows,
            now.as_of,
            lambda account=account, whose=(customer_id, currency): spells(account, whose),
        )


def _address(email: str | None) -> str:
    good, bad = addresses(email or "")
    if bad:
        return f"E-mail address not usable: {bad[0]}"
    return "" if good else "No e-mail address on Customers"


class _Spells:
    """Since when an account has been overdue; worked out only where it matters, after a letter or a call."""

    def __init__(self, now: Position, past: Past) -> None:
        self.now, self.past = now, past
        self.closed: dict[int, list[tuple[int, int]]] | None = None

    def __call__(self, account: int, whose: tuple[str, str]) -> date | None:
        if not self.past.letters.get(whose) and not self.past.contacts.get(whose[0]):
            return self.now.as_of
        if self.closed is None:
            self.closed = defaultdict(list)
            for one, due, settled in self.now.settled.select("account", "due_date", "settled_on").iter_rows():
                self.closed[one].append((due + 1, settled - 1))
        day = day_number(self.now.as_of)
        still = self.now.items.filter(pl.col("account") == account)["due_date"]
        since = overdue_since([*self.closed.get(account, ()), *((due + 1, day) for due in still)], day)
        return None if since is None else date_of(since)


def _with_items(
    debtor: Debtor, rows: Iterable[tuple[Any, ...]], as_of: date, since: Callable[[], date | None]
) -> Debtor:
    """`debtor` with its open items sorted into what a letter may list and what is left out, with the reason."""
    today = day_number(as_of)
    chaseable, upcoming, left_out, overdue, next_due = [], [], [], 0, None
    for _, item, invoice, due, days, left, dispute, promised, hold in rows:
        why = _not_chased(invoice, dispute, promised, hold, today)
        if days >= 1:
            overdue += left
        elif next_due is None:
            next_due = date_of(due)
        if why and days >= 1:
            left_out.append(why)
        elif not why:
            (chaseable if days >= 1 else upcoming).append(Owed(item, invoice, date_of(due), days, left))
    return replace(
        debtor,
        chaseable=tuple(chaseable),
        upcoming=tuple(upcoming),
        left_out=tuple(dict.fromkeys(left_out)),
        overdue=overdue,
        overdue_since=since() if overdue else None,
        next_due=next_due,
    )


def _not_chased(invoice: str, dispute: str | None, promised: int | None, hold: str | None, today: int) -> str:
    if dispute:
        return f"{invoice} disputed: {dispute}"
    if promised is not None and today <= promised:
        return reminders.promise_words(invoice, date_of(promised))
    return f"{invoice} on hold: {hold}" if hold else ""


def notices(decisions: Iterable[Decision], records: Records, now: Position) -> list[Notice]:
    """The letters that are ready to go by e-mail."""
    known = {row["customer_id"]: row for row in records.customers.frame.iter_rows(named=True)}
    items = _lines_of(decisions, now)
    return [
        _notice(decision, known[decision.debtor.customer_id], items, records.settings.book_id, now.as_of)
        for decision in decisions
        if decision.status == reminders.READY
        and decision.step is not None
        and decision.step.channel == "Email"
    ]


def _lines_of(decisions: Iterable[Decision], now: Position) -> dict[int, Line]:
    wanted = [
        owed.item for decision in decisions if decision.status == reminders.READY for owed in decision.owed
    ]
    rows = now.items.filter(pl.col("item").is_in(wanted))
    return {row["item"]: _line(row, now.as_of) for row in rows.iter_rows(named=True)}


def _line(row: Mapping[str, object], as_of: date) -> Line:
    number = {
        name: int(row[name] or 0)
        for name in ("instalment", "invoice_date", "due_date", "days_overdue", "amount", "open")
    }  # type: ignore[call-overload]  # whole numbers by the ledger's contract
    until, discount = row["discount_until"], row["discount"]
    offered = (
        isinstance(until, int) and isinstance(discount, int) and not row["paid"] and date_of(until) >= as_of
    )
    return Line(
        invoice=str(row["invoice_id"]),
        instalment=number["instalment"] if int(row["instalments"]) > 1 else 0,  # type: ignore[call-overload]  # the same
        invoice_date=date_of(number["invoice_date"]),
        due_date=date_of(number["due_date"]),
        days_overdue=number["days_overdue"],
        amount=number["amount"],
        open=number["open"],
        reference=str(row["reference"] or ""),
        description=str(row["description"] or ""),
        discount_until=date_of(until) if offered and isinstance(until, int) else None,
        discount=discount if offered and isinstance(discount, int) else 0,
    )


def key_of(decision: Decision, book_id: str) -> str:
    """The key of the letter a decision is about; blank when there is none."""
    if decision.said_key:
        return decision.said_key
    if decision.step is None or decision.cycle is None:
        return ""
    return keys.key(
        book_id, decision.debtor.customer_id, decision.debtor.currency, decision.cycle, decision.step.number
    )


def _notice(
    decision: Decision,
    customer: Mapping[str, str | None],
    items: Mapping[int, Line],
    book_id: str,
    as_of: date,
) -> Notice:
    step = decision.step
    assert step is not None  # noqa: S101  notices are made of decisions with a step
    good, _ = addresses(customer["email"] or "")
    copies, _ = addresses(";".join(part for part in (customer["cc"], step.cc) if part))
    lines = tuple(items[owed.item] for owed in decision.owed)
    return Notice(
        key=key_of(decision, book_id),
        customer_id=decision.debtor.customer_id,
        customer=customer["name"] or decision.debtor.customer_id,
        contact=customer["contact"] or "",
        to=tuple(good),
        cc=tuple(copies),
        language=customer["language"] or "en",
        currency=decision.debtor.currency,
        step=step.number,
        step_name=step.name,
        template=step.template,
        channel=step.channel,
        as_of=as_of,
        lines=lines,
        unapplied=decision.debtor.unapplied,
        amount_due=decision.amount_due,
        oldest_days=max(line.days_overdue for line in lines),
        last_letter=decision.last_letter,
    )

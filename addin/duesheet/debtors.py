"""Every account with something open as reminders see it: what a letter may list, and what is left out and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from duesheet.cycles import Said, overdue_since
from duesheet.dates import date_of, day_number
from duesheet.outlook import let_go
from duesheet.position import Position
from duesheet.progress import BROKEN, COMPLETED, ON_TRACK
from duesheet.records import Records

_OPEN = (
    "account",
    "item",
    "invoice_id",
    "due_date",
    "days_overdue",
    "open",
    "dispute",
    "promised",
    "hold",
    "kept",
    "missed",
)
_Row = tuple[int, int, str, int, int, int, str | None, int | None, str | None, str | None, str | None]
_day = cache(date_of)


class Owed(NamedTuple):
    """One item a letter may list: the ledger's code of it, its invoice's id, and `open` in minor units."""

    item: int
    invoice: str
    due: date
    days_overdue: int
    open: int


@dataclass(slots=True)
class Debtor:
    """One customer in one currency with something open.

    `chaseable` are the overdue items a letter may list, `upcoming` those not yet overdue, each with the earliest due
    date first; `left_out` says in words what is overdue, or in a payment plan, and not asked for, `broken` which plans
    hold nothing back any more. `unapplied` (money on account, 0 or more) and `overdue` (all of it, chaseable or not)
    are minor units. `overdue_since`: the start of
    the present spell of being overdue. `doubtful`: one of the customer's rows has a fault.
    """

    account: int
    customer_id: str
    currency: str
    policy: str = ""
    reminders: bool = True
    unapplied: int = 0
    doubtful: bool = False
    chaseable: list[Owed] = field(default_factory=list)
    upcoming: list[Owed] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    overdue: int = 0
    overdue_since: date | None = None
    next_due: date | None = None


class Past(NamedTuple):
    """What was said before, by customer id and currency, and the calls and posted letters noted, by customer id.

    `refused`: by customer id and address (in small letters), why nobody is to write there.
    """

    letters: Mapping[tuple[str, str], Sequence[Said]] = MappingProxyType({})
    contacts: Mapping[str, Sequence[tuple[date, str]]] = MappingProxyType({})
    refused: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def debtors(records: Records, now: Position, past: Past, *, since_when: bool = False) -> Iterator[Debtor]:
    """Every account with an open item, in the order of the accounts.

    Since when it has been overdue is worked out where something was said before, or for all with `since_when`; the
    others' cycle would begin today.
    """
    spoken = {customer for customer, _ in past.letters} | set(past.contacts)
    spells = _Spells(now, None if since_when else spoken)
    items = _by_plans(now).select(_OPEN).sort("account", "due_date", "item").rows()
    owing = _owing(records, now)
    doubtful = records.doubtful | now.plans.doubtful
    for (_, rows), owner in zip(groupby(items, key=itemgetter(0)), owing, strict=True):
        account, customer_id, currency, unapplied, policy, wanted = owner
        debtor = Debtor(
            account,
            customer_id,
            currency,
            policy or "",
            wanted != "No",
            max(-unapplied, 0),
            customer_id in doubtful,
        )
        _sort_out(debtor, rows, day_number(now.as_of))
        if debtor.overdue:
            asked = since_when or customer_id in spoken
            debtor.overdue_since = spells.since(account) if asked else now.as_of
        yield debtor


def _owing(records: Records, now: Position) -> list[tuple[int, str, str, int, str | None, str | None]]:
    """The accounts with open items, in order, and what Customers says of each."""
    customers = records.customers.frame.select("customer_id", "policy", "reminders")
    accounts = now.accounts.select("account", "customer_id", "currency", "unapplied")
    accounts = accounts.join(now.items.select("account"), on="account", how="semi")
    named = accounts.join(customers, on="customer_id", how="left").sort("account")
    return named.rows()


def _by_plans(now: Position) -> pl.DataFrame:
    """The open items; `kept` says in words why a plan keeps an item from being chased, `missed` that it does not."""
    states = now.plans.states
    if not states:
        nothing = pl.lit(None, pl.String)
        return now.items.with_columns(kept=nothing, missed=nothing)
    plan = pl.col("plan")
    state = plan.replace_strict(states, default=None, return_dtype=pl.String)
    rest = pl.format("plan {} is completed: write off what is left", plan)
    waits = pl.format("{} in plan {}, to be written off on completion", "invoice_id", plan)
    return now.items.with_columns(
        kept=pl.when(state == COMPLETED)
        .then(rest)
        .when(state == ON_TRACK)
        .then(pl.format("{} in plan {}", "invoice_id", plan))
        .when(let_go(now.plans.standings))
        .then(waits),
        missed=pl.when(state == BROKEN).then(pl.format("plan {} missed", plan)),
    )


def _sort_out(debtor: Debtor, rows: Iterable[_Row], today: int) -> None:
    """Each open item to where it belongs: asked for, about to fall due, or left out with the reason."""
    for _, item, invoice, due, days, left, dispute, promised, hold, kept, missed in rows:
        late = days >= 1
        if late:
            debtor.overdue += left
        elif debtor.next_due is None and not kept:
            debtor.next_due = _day(due)
        if kept or dispute or hold or (promised is not None and today <= promised):
            why = kept or _not_chased(invoice, dispute, hold, promised)
            if (late or kept) and why not in debtor.left_out:
                debtor.left_out.append(why)
        else:
            (debtor.chaseable if late else debtor.upcoming).append(Owed(item, invoice, _day(due), days, left))
            if late and missed and missed not in debtor.broken:
                debtor.broken.append(missed)


def _not_chased(invoice: str, dispute: str | None, hold: str | None, promised: int | None) -> str:
    if dispute:
        return f"{invoice} disputed: {dispute}"
    if hold:
        return f"{invoice} on hold: {hold}"
    return f"{invoice} promised for {'' if promised is None else date_of(promised).isoformat()}"


class _Spells:
    """Since when an account has been overdue without a break, judged from the ledger alone."""

    def __init__(self, now: Position, customers: Iterable[str] | None) -> None:
        self._now = now
        self._customers = customers
        self._of: dict[int, list[tuple[int, int]]] | None = None

    def since(self, account: int) -> date | None:
        if self._of is None:
            self._of = self._all()
        found = overdue_since(self._of[account], day_number(self._now.as_of))
        return None if found is None else date_of(found)

    def _all(self) -> dict[int, list[tuple[int, int]]]:
        """The first and last day on which each item, settled or open, was overdue."""
        spells: dict[int, list[tuple[int, int]]] = defaultdict(list)
        settled = self._asked(self._now.settled.select("account", "due_date", "settled_on"))
        for account, due, paid in settled.filter(settled["settled_on"] > settled["due_date"] + 1).iter_rows():
            spells[account].append((due + 1, paid - 1))
        today = day_number(self._now.as_of)
        for account, due in self._asked(self._now.items.select("account", "due_date")).iter_rows():
            spells[account].append((due + 1, today))
        return spells

    def _asked(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of the customers that will be asked about: a long ledger holds few that were written to."""
        if self._customers is None:
            return rows
        accounts = self._now.accounts.filter(pl.col("customer_id").is_in(list(self._customers)))
        return rows.join(accounts.select("account"), on="account", how="semi")

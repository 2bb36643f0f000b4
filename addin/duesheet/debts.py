"""What the invoices of each payment plan owed on the day it was signed, and the schedule agreed on that."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from duesheet import money, schedule
from duesheet.accounts import Accounts
from duesheet.errors import Fault
from duesheet.plans import UNTIL, Plan
from duesheet.schedule import Instalment
from duesheet.signing import Piece, stood

_AFTER = "{} is dated after the plan was signed; take it out, or date the plan anew."
_TAKEN = "{} is in plan {} already, which counts. Cancel that one, or take the invoice out here."
_EMPTY = "Nothing was open on these invoices when the plan was signed."
_MORE = "These invoices owed {}; a plan cannot be about more. Type that or less, or leave it blank."
_DOWN = "The down payment is more than the {} these invoices owed."


class Debt(NamedTuple):
    """A plan with what it is about.

    `owed`: what its invoices owed when it was signed (as of the day it is looked at while it is not), `principal`
    the part to be paid, `rest` the part to be written off on completion. `invoices`: code, id and what each owed,
    in the order they are paid; `pieces` their items of that day. `rows`: the schedule, the down payment as No 0.
    Minor units, day numbers.
    """

    plan: Plan
    account: int
    owed: int
    principal: int
    rest: int
    invoices: tuple[tuple[int, str, int], ...]
    pieces: tuple[Piece, ...]
    rows: tuple[Instalment, ...]

    @property
    def rest_no(self) -> int:
        """The No under which what is to be written off stands: the one after the last instalment."""
        return self.rows[-1].no + 1


def debts(  # noqa: PLR0913  the plans, the books, the day, and how the house counts
    plans: Sequence[Plan],
    books: Accounts,
    named: pl.DataFrame,
    as_of: int,
    *,
    sheet: str = "Plans",
    country: str | None = None,
    oldest_first: bool = True,
) -> tuple[list[Debt], list[tuple[Plan, Fault]]]:
    """The debts of the plans known on `as_of`, those signed first coming first, and what is wrong with the others.

    `named` as `payments.read` gives it; `country` as `instalments.instalments` takes it. Money dated before the day
    of signing lowers the debt; money of that day or later pays the plan. A plan that is not signed and has nothing
    to be about is not there.
    """
    known = sorted(
        (plan for plan in plans if plan.exists(as_of)),
        key=lambda plan: (plan.signed_on is None, plan.signed_on or 0, plan.row),
    )
    found: list[Debt] = []
    wrong: list[tuple[Plan, Fault]] = []
    taken: dict[int, str] = {}
    books_then = stood(known, books, named, as_of, oldest_first=oldest_first)
    names = _names(known, books)
    for place, plan in enumerate(known):
        account, pieces = books_then.get(place, (-1, ()))
        covered = _covered(plan, pieces, taken)
        fault = next(_faults(plan, covered, pieces, taken, names), None)
        if fault is not None:
            wrong.append((plan, Fault(sheet, plan.row, *fault)))
        elif covered:
            rows = tuple(_rows(plan, covered, as_of, country))
            found.append(_debt(plan, account, covered, pieces, rows))
            if plan.signed_on is not None:
                taken |= dict.fromkeys((invoice for invoice, _, _ in covered), plan.plan)
    return found, wrong


def _names(known: Sequence[Plan], books: Accounts) -> dict[int, str]:
    """The ids of the invoices the plans name."""
    named = {invoice for plan in known for invoice in plan.invoices}
    mine = books.invoices.filter(pl.col("invoice").is_in(list(named))) if named else books.invoices.clear()
    return dict(mine.select("invoice", "invoice_id").iter_rows())


Covered = tuple[tuple[int, str, int], ...]


def _covered(plan: Plan, pieces: Sequence[Piece], taken: Mapping[int, str]) -> Covered:
    """The invoices the plan is about with what they owed: those it names, else all that are open and in no other."""
    owed: dict[int, int] = {}
    for piece in sorted(pieces, key=lambda one: (not one.open, one.due_date, one.invoice)):
        owed[piece.invoice] = owed.get(piece.invoice, 0) + piece.open
    names = {piece.invoice: piece.name for piece in pieces}
    wanted = plan.invoices or tuple(invoice for invoice in owed if invoice not in taken)
    return tuple((invoice, names[invoice], owed[invoice]) for invoice in wanted if owed.get(invoice))


def _faults(
    plan: Plan, covered: Covered, pieces: Sequence[Piece], taken: Mapping[int, str], names: Mapping[int, str]
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a plan: header, what was found there, what to do."""
    there = {piece.invoice for piece in pieces}
    owed = sum(left for _, _, left in covered)
    for invoice in plan.invoices if plan.signed_on is not None else ():
        if invoice in taken:
            yield "Invoices", names[invoice], f"{_TAKEN.format(names[invoice], taken[invoice])} {UNTIL}"
        if invoice not in there:
            yield "Invoices", names[invoice], f"{_AFTER.format(names[invoice])} {UNTIL}"
    if plan.signed_on is not None and not owed:
        yield "Invoices", "; ".join(names[one] for one in plan.invoices), f"{_EMPTY} {UNTIL}"
    if plan.principal is not None and owed and plan.principal > owed:
        found = str(money.major(plan.principal, plan.currency))
        yield "Principal", found, f"{_MORE.format(money.text(owed, plan.currency))} {UNTIL}"
    if owed and plan.down_payment > owed:
        found = str(money.major(plan.down_payment, plan.currency))
        yield "Down payment", found, f"{_DOWN.format(money.text(owed, plan.currency))} {UNTIL}"


def _debt(
    plan: Plan, account: int, covered: Covered, pieces: Sequence[Piece], rows: tuple[Instalment, ...]
) -> Debt:
    owed = sum(left for _, _, left in covered)
    principal = owed if plan.principal is None else plan.principal
    of_plan = {invoice for invoice, _, _ in covered}
    own = tuple(piece for piece in pieces if piece.invoice in of_plan)
    return Debt(plan, account, owed, principal, owed - principal, covered, own, rows)


def _rows(plan: Plan, covered: Covered, as_of: int, country: str | None) -> Iterator[Instalment]:
    """The schedule; while the plan is not signed, as if it were on `as_of`."""
    principal = sum(left for _, _, left in covered) if plan.principal is None else plan.principal
    down = plan.down_payment
    if down:
        day = as_of if plan.signed_on is None else plan.signed_on
        yield Instalment(0, day, down, 0, down, principal - down)
    yield from schedule.instalments(
        principal,
        plan.count,
        plan.first_due,
        every=plan.every,
        annual_rate=plan.annual_rate,
        down_payment=down,
        fee=plan.fee,
        method=plan.method,
        country=country,
    )

"""What else happened with a customer: disputes, promises, credit notes, refunds, plans and the like.

Each story changes one account; `workbook/sample/payers.csv` says who has which.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from duesheet import schedule, terms
from duesheet.dates import date_of, day_number, working_day
from duesheet.sample.accounts import Account, Bill, Plan, Receipt, working
from duesheet.sample.cast import lines

_PROMISED_IN, _PROMISED_AGO = 5, 6
_OVERPAID, _REFUNDED = 5_000, 12_000
_WRITTEN_AGO, _WRITTEN_OFF_AGO = 300, 120
_PLANNED_AGO = 260


def tell(made: Account) -> None:
    """Let all the stories of the account's customer happen, in the order given."""
    for story in made.player.stories:
        STORIES[story](made)


def _behavior(_made: Account) -> None:
    """Not an event: a habit that billing and settling look at themselves."""


def _reason(made: Account, story: str) -> str:
    return made.chance.choice([line["Reason"] for line in lines("reasons") if line["Story"] == story])


def _dispute(made: Account) -> None:
    made.open[0].disputed = _reason(made, "dispute")


def _hold(made: Account) -> None:
    reason = _reason(made, "hold")
    for bill in made.open:
        bill.hold = reason


def _promise(made: Account) -> None:
    made.open[0].promised = made.today + _PROMISED_IN


def _broken_promise(made: Account) -> None:
    made.open[0].promised = made.today - _PROMISED_AGO


def _part(made: Account) -> None:
    bill = made.open[0]
    made.receipts.append(Receipt(made.day_after(bill.day), round(bill.units * 0.4), (bill,)))


def _deposit(made: Account) -> None:
    bill = made.open[0]
    units = terms.amounts(made.player.terms, bill.units)[0]
    made.receipts.append(Receipt(made.day_after(bill.day, bill.day + 3), units, (bill,)))


def _on_account(made: Account) -> None:
    bill = made.open[0]
    made.receipts.append(Receipt(made.day_after(bill.day), round(bill.units * 0.2), reference="On account"))


def _covered(made: Account) -> None:
    day = made.day_after(max(bill.day for bill in made.open))
    made.receipts.append(
        Receipt(day, sum(bill.units for bill in made.open), reference="Round sum, no number given")
    )


def _last(made: Account) -> Receipt:
    return max(made.receipts, key=lambda receipt: receipt.day)


def _overpaid(made: Account) -> None:
    _last(made).units += _OVERPAID


def _refund(made: Account) -> None:
    last = _last(made)
    last.units += _REFUNDED
    made.receipts.append(Receipt(made.day_after(last.day, last.day + 20), -_REFUNDED, reference="Paid twice"))


def _bounced(made: Account) -> None:
    last = _last(made)
    made.receipts.append(
        Receipt(made.day_after(last.day, last.day + 3), -last.units, last.bills, reference="Debit returned")
    )
    for bill in last.bills:
        made.settled.remove(bill)
        made.open.append(bill)


def _credit(made: Account) -> None:
    bill = made.open[0]
    made.notes.append(
        Bill(
            currency=bill.currency,
            day=made.day_after(bill.day),
            units=-round(bill.units * 0.15),
            description="Returned goods",
            credits=bill,
        )
    )


def _credit_on_account(made: Account) -> None:
    day = working(made.today - 14)
    made.notes.append(Bill(made.player.currency, day, -made.player.typical * 8, description="Yearly bonus"))


def _write_off(made: Account) -> None:
    bill = made.bill(working(made.today - _WRITTEN_AGO))
    paid = round(bill.units * 0.5)
    made.settled.append(bill)
    made.receipts += [
        Receipt(working(bill.day + 90), paid, (bill,)),
        Receipt(working(made.today - _WRITTEN_OFF_AGO), bill.units - paid, (bill,), kind="Write-off"),
    ]


def _several(made: Account) -> None:
    """Three bills of one day, settled by one payment that names them all."""
    bill = made.settled[-2]
    more = [replace(made.bill(bill.day), description="Delivery and unloading") for _ in range(2)]
    day = max(receipt.day for receipt in made.receipts if bill in receipt.bills)
    made.settled += more
    made.receipts = [receipt for receipt in made.receipts if bill not in receipt.bills]
    made.receipts.append(Receipt(day, bill.units + sum(one.units for one in more), (bill, *more)))


def _abroad(made: Account) -> None:
    """Some bills are in another currency than the customer's own."""
    for bill in [*made.settled[::3], made.open[-1]]:
        bill.currency = "GBP"


def _plan(made: Account) -> None:
    """Kept so far, with interest: one instalment was due, and paid."""
    _signed(made, Plan(tuple(made.open), made.today - 20, annual_rate="0.06", signed_on=made.today - 45), 1)


def _plan_missed(made: Account) -> None:
    """The first instalment was paid, and none since."""
    _signed(made, Plan(tuple(made.open), made.today - 70, signed_on=made.today - 100), 1)


def _plan_settled(made: Account) -> None:
    """An agreed settlement: a part is paid, some of it at signing, and the rest written off in the end."""
    owed = sum(bill.units for bill in made.open)
    agreed, down = round(owed * 0.8), round(owed * 0.2)
    plan = Plan(tuple(made.open), made.today - 8, 3, agreed, down, signed_on=made.today - 30)
    _signed(made, plan, 2)


def _plan_done(made: Account) -> None:
    """All instalments were paid, some time ago."""
    bill = made.bill(working(made.today - _PLANNED_AGO))
    made.settled.append(bill)
    _signed(made, Plan((bill,), bill.day + 75, 3, signed_on=bill.day + 60), 3)


def _signed(made: Account, plan: Plan, paid: int) -> None:
    """The plan, and the first `paid` of its payments, each a working day on or before its due date."""
    principal = plan.principal or sum(bill.units for bill in plan.bills)
    rows = schedule.instalments(
        principal,
        plan.instalments,
        plan.first_due,
        annual_rate=Decimal(plan.annual_rate),
        down_payment=plan.down_payment,
    )
    asked = [(row.due, row.payment, f"Instalment {row.no}") for row in rows]
    if plan.down_payment and plan.signed_on:
        asked.insert(0, (day_number(working_day(date_of(plan.signed_on))), plan.down_payment, "Down payment"))
    made.plans.append(plan)
    made.receipts += [
        Receipt(working(due), units, (plan.bills[0],), reference=told) for due, units, told in asked[:paid]
    ]


def _plan_offered(made: Account) -> None:
    made.plans.append(Plan(tuple(made.open), made.today + 21))


STORIES: dict[str, Callable[[Account], None]] = {
    "abroad": _abroad,
    "bounced": _bounced,
    "broken_promise": _broken_promise,
    "covered": _covered,
    "credit": _credit,
    "credit_on_account": _credit_on_account,
    "deposit": _deposit,
    "discount": _behavior,
    "dispute": _dispute,
    "hold": _hold,
    "on_account": _on_account,
    "overpaid": _overpaid,
    "part": _part,
    "plan": _plan,
    "plan_done": _plan_done,
    "plan_missed": _plan_missed,
    "plan_offered": _plan_offered,
    "plan_settled": _plan_settled,
    "promise": _promise,
    "refund": _refund,
    "several": _several,
    "typed": _behavior,
    "write_off": _write_off,
}
"""Every story by its name in payers.csv."""

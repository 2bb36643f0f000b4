"""One customer's account in the sample: its bills, and the receipts that settle the old ones."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from random import Random

from duesheet import terms
from duesheet.dates import date_of, day_number, is_working_day, working_day
from duesheet.sample.cast import Player, lines

SPAN = 548
"""The ledger reaches back this many days: 18 months."""

_SETTLED_FOR = 8
_FIRST_ORDER, _LAST_ORDER = 40_000, 49_999
_DELAYS = {"prompt": (-6, 2), "slow": (6, 24), "erratic": (5, 45), "bad": (20, 75)}
_METHODS = ("Bank", "Bank", "Bank", "Card", "Check", "Direct debit")
_ON_TIME = {"prompt": 0.0, "erratic": 0.8, "slow": 0.6, "bad": 0.3}
_TWO_PARTS, _TAKES_DISCOUNT = 0.2, 0.65


@dataclass(eq=False)
class Bill:
    """An invoice, or a credit note when `units` (minor units) is negative; days are day numbers."""

    currency: str
    day: int
    units: int
    reference: str = ""
    description: str = ""
    disputed: str = ""
    promised: int | None = None
    hold: str = ""
    credits: "Bill | None" = None
    number: str = ""


@dataclass(eq=False)
class Receipt:
    """Money that came in (negative: went back) for `bills`, in that order; on account when there are none."""

    day: int
    units: int
    bills: tuple[Bill, ...] = ()
    kind: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Plan:
    """A payment plan for `bills`, by the month; not yet signed when `signed_on` is None.

    `principal` None = what they owe; money in minor units.
    """

    bills: tuple[Bill, ...]
    first_due: int
    instalments: int = 6
    principal: int | None = None
    down_payment: int = 0
    annual_rate: str = "0"
    signed_on: int | None = None


@dataclass
class Account:
    """Everything that stands in the books for one customer on `today`."""

    player: Player
    today: int
    chance: Random
    method: str
    settled: list[Bill] = field(default_factory=list)
    open: list[Bill] = field(default_factory=list)
    notes: list[Bill] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)

    def bill(self, day: int) -> Bill:
        """A new bill of a usual size on `day`."""
        return Bill(
            currency=self.player.currency,
            day=day,
            units=round(self.player.typical * 100 * self.chance.triangular(0.4, 2.0, 0.9)),
            reference=f"PO-{self.chance.randint(_FIRST_ORDER, _LAST_ORDER)}",
            description=self.chance.choice(lines("goods"))["Description"],
        )

    def due(self, bill: Bill) -> int:
        """The day the last part of `bill` is due."""
        return terms.dues(self.player.terms, bill.day)[-1].due

    def day_after(self, day: int, latest: int | None = None) -> int:
        """A working day between `day`, a working day itself, and `latest` (at most today)."""
        return working(self.chance.randint(day, min(latest or self.today, self.today)))


def working(day: int) -> int:
    """`day`, or the last working day before it."""
    while not is_working_day(date_of(day)):
        day -= 1
    return day


@cache
def _working_days(today: int) -> tuple[int, ...]:
    last = date_of(today)
    days = (last - timedelta(days=back) for back in range(SPAN, -1, -1))
    return tuple(day_number(day) for day in days if is_working_day(day))


def account(player: Player, today: int, seed: int) -> Account:
    """The account of `player` on `today`: its history all settled, its open bills unpaid."""
    chance = Random(f"{seed}:{player.customer}")  # noqa: S311  a sample wants the same figures every time
    made = Account(player, today, chance, chance.choice(_METHODS))
    for day in _days_of_history(made):
        made.settled.append(made.bill(day))
        made.receipts += _settling(made, made.settled[-1])
    made.open += [made.bill(_day_of_age(made, age)) for age in player.ages]
    return made


def _days_of_history(made: Account) -> list[int]:
    """Spread over 18 months, and each due long enough ago to be settled."""
    player = made.player
    settled_by = made.today - _SETTLED_FOR
    days = [day for day in _working_days(made.today) if terms.dues(player.terms, day)[-1].due <= settled_by]
    return [
        days[int((place + made.chance.random()) / player.history * len(days))]
        for place in range(player.history)
    ]


def _day_of_age(made: Account, age: int) -> int:
    """The working day on which a bill that is `age` days overdue today was written, as nearly as can be."""

    def distance(day: int) -> int:
        return abs(made.today - terms.dues(made.player.terms, day)[-1].due - age)

    return min(_working_days(made.today), key=distance)


def _settling(made: Account, bill: Bill) -> list[Receipt]:
    player, chance = made.player, made.chance
    if "discount" in player.stories and chance.random() < _TAKES_DISCOUNT:
        return [_early(made, bill)]
    dues = terms.dues(player.terms, bill.day)
    if len(dues) > 1:
        parts = terms.amounts(player.terms, bill.units)
        return [_receipt(made, bill, due.due, units) for due, units in zip(dues, parts, strict=True)]
    if player.payer in {"erratic", "bad"} and chance.random() < _TWO_PARTS:
        first = round(bill.units * chance.choice((0.25, 0.5, 0.6)))
        return [_receipt(made, bill, dues[0].due, units) for units in (first, bill.units - first)]
    return [_receipt(made, bill, dues[0].due, bill.units)]


def _early(made: Account, bill: Bill) -> Receipt:
    """Within the discount's ten days, a weekend allowed for, and less the discount to the cent."""
    day = day_number(working_day(date_of(bill.day + made.chance.randint(3, 7))))
    return Receipt(day, bill.units - terms.discount(made.player.terms, bill.units), (bill,))


def _receipt(made: Account, bill: Bill, due: int, units: int) -> Receipt:
    day = day_number(working_day(date_of(max(due + _delay(made), bill.day))))
    # Nobody is late by accident: what would come after today came some day since it was due.
    return Receipt(day if day <= made.today else made.day_after(max(working(due), bill.day)), units, (bill,))


def _delay(made: Account) -> int:
    on_time = made.chance.random() < _ON_TIME[made.player.payer]
    return made.chance.randint(*_DELAYS["prompt" if on_time else made.player.payer])

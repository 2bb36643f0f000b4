"""What is expected not to be collected: the provision matrix of IFRS 9 (B5.5.35) and CECL (ASC 326-20-55-37).

A matrix has one loss rate per aging bucket, current first. Rates are fractions; money is whole minor units.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation


def losses(balances: Sequence[int], rates: Sequence[Decimal]) -> list[int]:
    """The expected loss of each bucket, rounded half up; a balance below 0 has none.

    >>> losses([300_000, 140_000, 1_015], [Decimal("0.02"), Decimal("0.04"), Decimal("0.1")])
    [6000, 5600, 102]
    """
    return [
        _part(balance, *rate.as_integer_ratio()) if balance > 0 else 0
        for balance, rate in zip(balances, rates, strict=True)
    ]


def _part(balance: int, top: int, bottom: int) -> int:
    return (2 * balance * top + bottom) // (2 * bottom)


def allowance(balances: Sequence[int], rates: Sequence[Decimal]) -> int:
    """The allowance for expected credit losses in minor units: every balance at its bucket's rate, added up.

    >>> allowance([1_500_000_000, 750_000_000], [Decimal("0.003"), Decimal("0.016")])
    16500000
    """
    return sum(losses(balances, rates))


def roll_rates(came: Sequence[int], went_on: Sequence[int]) -> list[Decimal | None]:
    """Which part of the money that came to each bucket went on to the next; of the last: which part was lost.

    None where nothing came to a bucket: what becomes of such money is not known. Where a refund made more go on than
    came, all of it went on.

    >>> roll_rates([100_000, 50_000, 20_000, 5_000], [50_000, 20_000, 5_000, 5_000])
    [Decimal('0.5'), Decimal('0.4'), Decimal('0.25'), Decimal('1')]
    """
    return [
        Decimal(min(max(after, 0), before)) / before if before > 0 else None
        for before, after in zip(came, went_on, strict=True)
    ]


def loss_rates(rolls: Sequence[Decimal | None]) -> list[Decimal | None]:
    """The loss rate of each bucket from its roll rates: its money is lost when it rolls through all that follow.

    What does not roll on is not lost, whatever is known of later buckets. None where that is not known.

    >>> loss_rates([Decimal("0.5"), Decimal("0.4"), Decimal("0.25"), Decimal(1)])
    [Decimal('0.0500'), Decimal('0.100'), Decimal('0.25'), Decimal('1')]
    >>> loss_rates([Decimal("0.5"), Decimal(0), None])
    [Decimal('0.0'), Decimal('0'), None]
    """
    rates: list[Decimal | None] = []
    rate: Decimal | None = Decimal(1)
    for roll in reversed(rolls):
        if roll is None or roll == 0:
            rate = roll
        elif rate is not None:
            rate = roll * rate
        rates.append(rate)
    return rates[::-1]


def stated(text: str) -> tuple[Decimal, ...]:
    """The loss rates typed in a text, current first; raises ValueError, saying what to type, when it cannot be read.

    Between them stand commas, or semicolons where a comma is the decimal point.

    >>> stated("0.3%, 1.6%, 100%"), stated("0,3%; 0.016")
    ((Decimal('0.003'), Decimal('0.016'), Decimal('1')), (Decimal('0.003'), Decimal('0.016')))
    """
    parts = text.rstrip(",; ").split(";" if ";" in text else ",")
    return tuple(_rate(part.strip()) for part in parts)


def _rate(typed: str) -> Decimal:
    try:
        found = Decimal(typed.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(
            "Type one percentage for each bucket, Current first, with commas between them, as 0.3%, 1.6%, 3.6%."
        ) from None
    if not typed.endswith("%") and found >= 1:
        raise ValueError(f"Percentages are below 100%. Did you mean {found}%? Type each with the % sign.")
    rate = found / 100 if typed.endswith("%") else found
    if not 0 <= rate <= 1:
        raise ValueError("A loss rate is between 0% and 100%.")
    return rate

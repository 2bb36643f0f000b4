"""The allowance of one currency, bucket by bucket, with the loss rates and where they come from."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from duesheet import allowance
from duesheet.money import plain

_EXACT = Decimal("0.000001")
"""Rates are rounded to what the sheet shows, so that the amounts can be checked to the cent."""


class Rate(NamedTuple):
    """The loss rate of a bucket, None where it is not known, and where it comes from or why it is not known."""

    rate: Decimal | None
    why: str


class Loss(NamedTuple):
    """The expected loss of a bucket in minor units, None where its rate is not known, and how it came about."""

    bucket: str
    loss: int | None
    note: str


def percent(rate: Decimal) -> str:
    """A rate as notes show it.

    >>> percent(Decimal("0.086957")), percent(Decimal(1)), percent(Decimal("0.02"))
    ('8.6957%', '100%', '2%')
    """
    return f"{(rate * 100).normalize():f}%"


def stated(rates: Sequence[Decimal]) -> list[Rate]:
    """The rates that Settings states."""
    return [Rate(rate, "the rate on Settings") for rate in rates]


def own(came: Sequence[int], went_on: Sequence[int], currency: str) -> list[Rate]:
    """The rates by what became of the money of the book itself, as `rolls.rolled` tells of it."""
    rates = allowance.loss_rates(allowance.roll_rates(came, went_on))
    exact = [None if rate is None else rate.quantize(_EXACT, ROUND_HALF_UP) for rate in rates]
    parts = [
        f"{plain(on, currency)} of {plain(all_of_it, currency)}"
        for all_of_it, on in zip(came, went_on, strict=True)
    ]
    after = [f" rolled on x {percent(rate)}" if rate is not None else " rolled on" for rate in exact[1:]]
    stories = [part + words for part, words in zip(parts, [*after, " stayed unpaid"], strict=True)]
    return [
        Rate(rate, story if rate is not None else _unknown(all_of_it))
        for rate, story, all_of_it in zip(exact, stories, came, strict=True)
    ]


def _unknown(came: int) -> str:
    return "nothing came to this bucket" if came <= 0 else "what becomes of it later is not known"


def losses(
    buckets: Sequence[str], balances: Sequence[int], rates: Sequence[Rate], currency: str
) -> list[Loss]:
    """What each bucket is expected to lose, the sum last; a bucket in which nothing stands needs no rate."""
    found = [_loss(*row, currency) for row in zip(buckets, balances, rates, strict=True)]
    unknown = [one.bucket for one in found if one.loss is None]
    if unknown:
        return [*found, Loss(IN_ALL, None, f"No number: there is no rate for {', '.join(unknown)}")]
    total = sum(one.loss or 0 for one in found)
    return [*found, Loss(IN_ALL, total, f"Of {plain(sum(balances), currency)} open, bucket by bucket")]


IN_ALL = "in all"


def _loss(bucket: str, balance: int, rate: Rate, currency: str) -> Loss:
    if rate.rate is None:
        note = f"No number for {plain(balance, currency)}: {rate.why}"
        return Loss(bucket, None, note) if balance > 0 else Loss(bucket, 0, "Nothing stands here")
    (lost,) = allowance.losses([balance], [rate.rate])
    return Loss(bucket, lost, f"{plain(balance, currency)} x {percent(rate.rate)}: {rate.why}")

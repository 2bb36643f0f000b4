"""The cast of the sample: its customers, how they pay and what happened with each."""

import csv
from dataclasses import dataclass
from functools import cache

from duesheet import terms
from duesheet.assets import folder

Row = dict[str, str]


@cache
def lines(name: str) -> tuple[Row, ...]:
    """The rows of `workbook/sample/NAME.csv`, as text."""
    with (folder("workbook") / "sample" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@dataclass(frozen=True)
class Player:
    """One customer of the sample and how it behaves.

    `payer` is prompt, slow, erratic or bad; `history` counts its settled invoices; `typical` is their usual
    amount in major units; `ages` are the days overdue of its open invoices (negative = not yet due);
    `stories` name what else happened.
    """

    customer: str
    terms: terms.Terms
    currency: str
    payer: str
    history: int
    typical: int
    ages: tuple[int, ...]
    stories: tuple[str, ...]


@cache
def players() -> tuple[Player, ...]:
    """Everybody in the sample, in the order of the customers.

    >>> len(players())
    60
    """
    behavior = {line["Customer ID"]: line for line in lines("payers")}
    return tuple(_player(customer, behavior[customer["Customer ID"]]) for customer in lines("customers"))


def _player(customer: Row, line: Row) -> Player:
    return Player(
        customer=customer["Customer ID"],
        terms=terms.parse(customer["Terms"]) or terms.ON_RECEIPT,
        currency=customer["Currency"],
        payer=line["Payer"],
        history=int(line["History"]),
        typical=int(line["Typical"]),
        ages=tuple(int(age) for age in line["Open"].split()),
        stories=tuple(line["Stories"].split()),
    )

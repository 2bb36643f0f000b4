"""What the law gives for late payment between businesses, as a formula."""

from decimal import Decimal
from typing import Any

from xlwings import arg

from duesheet import fees, statutory
from duesheet.functions import answers
from duesheet.functions.answers import each
from duesheet.functions.cells import Cells, Wrong
from duesheet.functions.excel import RANGE, worksheet
from duesheet.functions.numerals import amount
from duesheet.statutory import Law

PARTS = _TOTAL, _INTEREST, _COMPENSATION = ("Total", "Interest", "Compensation")


@worksheet
@arg("open_amount", doc="What is still open, or a range of it, in pounds (UK) or euros (EU)", **RANGE)
@arg("due_date", doc="The date it was due", **RANGE)
@arg("as_of", doc="The day of the quote", **RANGE)
@arg(
    "law", doc="UK (Act of 1998) or EU (Directive 2011/7/EU); both are for debts between businesses", **RANGE
)
@arg("part", doc="Total (the default), Interest or Compensation", **RANGE)
def AR_STATUTORY_INTEREST(
    open_amount: Cells, due_date: Cells, as_of: Cells, law: Cells, part: Cells = None
) -> Cells:
    """Statutory interest and the fixed compensation for late payment between businesses; 0 when not overdue.

    >>> AR_STATUTORY_INTEREST(10000, "2026-01-10", "2026-03-11", "UK", [["Interest", "Compensation", "Total"]])
    [[193.15, 100.0, 293.15]]
    """
    return each(
        _statutory,
        answers.units("Open amount", open_amount),
        answers.day("Due date", due_date),
        answers.day("As of", as_of),
        answers.choice("Law", law, statutory.LAWS),
        answers.choice("Part", part, PARTS, _TOTAL),
    )


def _statutory(*columns: list[Any]) -> list[Any]:
    found = _Looked()
    return [found.claim(*row) for row in zip(*columns, strict=True)]


class _Looked:
    """What the law says of dates and debts, each looked up once for all rows of a call."""

    def __init__(self) -> None:
        self._spells: dict[tuple[int, int, str], list[tuple[int, Decimal]]] = {}
        self._laws: dict[str, Law] = {}
        self._sums: dict[tuple[str, int], int] = {}

    def claim(self, owed: int, due: int, day: int, law: str, part: str) -> float | Wrong:
        """What is claimed for a debt, or why the table of rates cannot tell."""
        if day <= due:
            return 0.0
        try:
            interest = 0 if part == _COMPENSATION else self._interest(owed, due, day, law)
            return amount(interest + (0 if part == _INTEREST else self._sum(owed, law)))
        except ValueError as error:
            return Wrong(str(error).partition(". ")[0])

    def _interest(self, owed: int, due: int, day: int, law: str) -> int:
        key = (due, day, law)
        if key not in self._spells:
            self._spells[key] = list(statutory.spells(due, day, self._law(law)))
        return fees.summed([(owed, days, rate) for days, rate in self._spells[key]])

    def _sum(self, owed: int, law: str) -> int:
        debts = [debt for debt, _ in self._law(law).compensation]
        key = (law, sum(owed >= debt for debt in debts) if owed > 0 else -1)
        if key not in self._sums:
            self._sums[key] = statutory.compensation(owed, law)
        return self._sums[key]

    def _law(self, name: str) -> Law:
        if name not in self._laws:
            self._laws[name] = statutory.law(name)
        return self._laws[name]

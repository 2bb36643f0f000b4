"""Every worksheet function over 10,000 rows: one call for the column, against a call for each cell.

`python -m benchmarks.functions [ROWS]` prints a table. Cells come as Excel hands them over: rows of cells, dates as
moments, numbers as floats. The answers of both ways must be the same.
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, NamedTuple

from duesheet import functions

ROWS = 10_000
TARGET = 0.1
PATIENCE = 5.0
"""Seconds for single calls; where they take longer, those made so far stand for all."""

_DICE = Random(4)  # noqa: S311  figures to measure with
_AS_OF = datetime(2026, 1, 31)  # noqa: DTZ001  a date in a cell has no zone
_TERMS = ("Net 30", "Net 14", "2/10 Net 30", "EOM", "Net 15 EOM", "30% now, 70% Net 60")
_MONTHS = [[float(days) for days in (31, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 28)]]
_AGES = 1_095
_INVOICES = ["Invoice", "Customer ID", "Invoice date", "Terms", "Currency", "Amount"]

Column = list[list[Any]]


class Case(NamedTuple):
    """A function, the columns it is given (one of its rows goes into a single call), and what is the same for all."""

    name: str
    columns: list[Column]
    shared: Sequence[Any] = ()


def _date() -> datetime:
    return _AS_OF - timedelta(days=_DICE.randrange(_AGES))


def _amount() -> float:
    return round(_DICE.uniform(10, 10_000), 2)


def _column(rows: int, cell: Callable[[], Any]) -> Column:
    return [[cell()] for _ in range(rows)]


def _block(rows: int, width: int, cell: Callable[[], Any]) -> Column:
    return [[cell() for _ in range(width)] for _ in range(rows)]


def cases(rows: int) -> list[Case]:
    """What is measured: every function, over `rows` rows."""
    dates, amounts = _column(rows, _date), _column(rows, _amount)
    more, counts = _column(rows, _amount), _column(rows, lambda: float(_DICE.randrange(1, 120)))
    terms, days = _column(rows, lambda: _DICE.choice(_TERMS)), _column(rows, lambda: 31.0)
    paid = [[date + timedelta(days=_DICE.randrange(40))] for (date,) in dates]
    late, settled = _block(rows, 5, lambda: float(_DICE.randrange(-5, 40))), _block(rows, 5, _date)
    rates = [[0.005, 0.01, 0.05, 0.1, 0.2, 0.5]]
    scores = _column(rows, lambda: _DICE.uniform(0, 100))
    answers = _column(rows, lambda: _DICE.choice(("Yes", "No", None)))
    return [
        Case("AR_DAYS_OVERDUE", [dates], [_AS_OF]),
        Case("AR_BUCKET", [counts]),
        Case("AR_DUE_DATE", [dates, terms]),
        Case("AR_DISCOUNT", [amounts, dates, terms, paid]),
        Case("AR_AGING", [_invoices(rows)], [None, _AS_OF]),
        Case("AR_SCHEDULE", [amounts, _column(rows, lambda: 12.0), dates], [None, 0.08]),
        Case("AR_LATE_FEE", [amounts, dates], [_AS_OF, 5.0, 0.02, 1.0, 10.0]),
        Case("AR_INTEREST", [amounts, dates], [_AS_OF, 0.08, 3.0]),
        Case("AR_STATUTORY_INTEREST", [amounts, dates], [_AS_OF, "UK"]),
        Case("AR_RISK_SCORE", [late, settled], [2.0, 0.2, _AS_OF]),
        Case("AR_RISK_FLAG", [scores, counts, answers, counts, answers]),
        Case("AR_DSO", [amounts, more, days]),
        Case("AR_DSO Count-back", [amounts, _block(rows, 12, _amount)], [_MONTHS, "Count-back"]),
        Case("AR_BEST_DSO", [amounts, more, days]),
        Case("AR_ADD", [amounts, more, _column(rows, _amount), days]),
        Case("AR_CEI", [amounts, more, amounts, _column(rows, lambda: 5.0)]),
        Case("AR_ALLOWANCE", [_block(rows, 6, _amount)], [rates]),
    ]


def _invoices(rows: int) -> Column:
    return [
        _INVOICES,
        *([f"{n}", f"C{n % 500}", _date(), _DICE.choice(_TERMS), "EUR", _amount()] for n in range(rows)),
    ]


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """The middle of three times, in seconds of the processor, so that what else the machine does counts little."""
    times = []
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        found = call()
        times.append(time.process_time() - start)
    return sorted(times)[1], found


def _singles(function: Callable[..., Any], case: Case, rows: int) -> tuple[float, list[Any]]:
    """The seconds for a call for each row, and the answers of those made."""
    given = _given(case, rows)
    found = []
    start = time.process_time()
    for arguments in given:
        found.append(function(*arguments, *case.shared))
        if time.process_time() - start > PATIENCE:
            break
    return (time.process_time() - start) / len(found) * rows, found


def _given(case: Case, rows: int) -> list[list[Column]]:
    if case.name == "AR_AGING":
        return [[[_INVOICES, row]] for row in case.columns[0][1:]]
    return [[[column[at]] for column in case.columns] for at in range(rows)]


def _agree(name: str, whole: Any, single: list[Any]) -> bool:  # noqa: ANN401  whatever functions answer
    if name == "AR_AGING":
        return True  # customers of many invoices are single rows there
    if name == "AR_SCHEDULE":
        rows = [row[1:] for row in whole]
        return rows[: sum(map(len, single))] == [row for one in single for row in one]
    flat = [one if not isinstance(one, list) else one[0][0] for one in single]
    return [row[0] for row in whole[: len(flat)]] == flat


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when a function misses the target or the two ways differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=ROWS)
    rows = parser.parse_args(arguments).rows
    print(f"| function | one call over {rows:,} rows ms | {rows:,} calls ms | ratio |\n|---|---|---|---|")
    missed = 0
    for case in cases(rows):
        function = getattr(functions, case.name.split()[0])
        function(*(column[:3] for column in case.columns), *case.shared)
        once, whole = _timed(partial(function, *case.columns, *case.shared))
        each, single = _singles(function, case, rows)
        missed += once / each > TARGET or not _agree(case.name, whole, single)
        print(f"| {case.name} | {once * 1000:,.1f} | {each * 1000:,.0f} | {once / each:.4f} |", flush=True)
    print(f"At most {TARGET} is to be reached; {missed or 'none'} missed it.")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())

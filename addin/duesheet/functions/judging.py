"""How late a customer pays, as a score and a flag."""

from decimal import Decimal

from xlwings import arg

from duesheet import risk
from duesheet.functions import answers
from duesheet.functions.answers import each, rowwise
from duesheet.functions.cells import Cells
from duesheet.functions.excel import RANGE, today, worksheet
from duesheet.functions.groups import Lists, for_each_list


@worksheet
@arg(
    "days_late", doc="By how many days each settled invoice was late; early and in time: 0 or below", **RANGE
)
@arg("settled_on", doc="The day each was settled", **RANGE)
@arg("overdue_now", doc="How many invoices are overdue now; left out: 0", **RANGE)
@arg(
    "ledger_rate", doc="The share of all customers' invoices that was paid late, as 20%; left out: 0", **RANGE
)
@arg("as_of", doc="The day to judge on; left out: today", **RANGE)
def AR_RISK_SCORE(
    days_late: Cells,
    settled_on: Cells,
    overdue_now: Cells = None,
    ledger_rate: Cells = None,
    as_of: Cells = None,
) -> Cells:
    """How likely a customer pays the next invoice late, from 0 to 100; more than 3 days count as late.

    >>> round(AR_RISK_SCORE([10, 0], ["2026-06-29", "2025-12-31"], 1, 0.2, "2026-06-29"), 2)
    47.27
    """
    late, settled = answers.whole("Days late", days_late), answers.day("Settled on", settled_on)
    overdue = answers.whole("Overdue now", overdue_now, 0, least=0)
    rate = answers.share_to_one("Ledger rate", ledger_rate, Decimal(0))
    return for_each_list(
        _score, (late, settled), overdue, rate, answers.day("As of", as_of, today()), by=overdue
    )


def _score(settled: Lists, overdue_now: int, rate: Decimal, as_of: int) -> float:
    return risk.customer_score(*settled, as_of, overdue_now, float(rate))


@worksheet
@arg("score", doc="The score, from 0 to 100", **RANGE)
@arg("settled_count", doc="How many invoices the customer has settled", **RANGE)
@arg("over_limit", doc="Whether the credit limit is exceeded: Yes or No; left out: No", **RANGE)
@arg("oldest_days", doc="Days overdue of the oldest open invoice; left out: 0", **RANGE)
@arg("promise_broken", doc="Whether a promise to pay was broken: Yes or No; left out: No", **RANGE)
def AR_RISK_FLAG(
    score: Cells,
    settled_count: Cells,
    over_limit: Cells = None,
    oldest_days: Cells = None,
    promise_broken: Cells = None,
) -> Cells:
    """The risk flag: Low, Watch, High or Not enough history.

    >>> AR_RISK_FLAG([19.9, 20, 50], 8), AR_RISK_FLAG(5, 8, "Yes"), AR_RISK_FLAG(99, 2)
    (['Low', 'Watch', 'High'], 'Watch', 'Not enough history')
    """
    return each(
        rowwise(_flag),
        answers.number("Score", score, least=0),
        answers.whole("Settled count", settled_count, least=0),
        answers.answer("Over limit", over_limit, blank=False),
        answers.whole("Oldest days", oldest_days, 0),
        answers.answer("Promise broken", promise_broken, blank=False),
    )


def _flag(score: float, settled: int, over_limit: bool, oldest_days: int, broken: bool) -> str:  # noqa: FBT001
    return risk.flag(score, settled, over_limit=over_limit, oldest_days=oldest_days, promise_broken=broken)

"""What the trade measures receivables by: DSO, best possible DSO, ADD, CEI, allowance."""

from xlwings import arg

from duesheet import allowance, metrics
from duesheet.functions import answers
from duesheet.functions.answers import each, rowwise
from duesheet.functions.cells import Cells, Wrong
from duesheet.functions.excel import RANGE, worksheet
from duesheet.functions.groups import Lists, for_each_list
from duesheet.functions.numerals import amount

_SIMPLE, _COUNT_BACK = "Simple", "Count-back"


@worksheet
@arg("receivables", doc="What customers owe at the end of the period", **RANGE)
@arg("credit_sales", doc="Sales on credit in the period; for Count-back by month, newest first", **RANGE)
@arg("days", doc="Days in the period; for Count-back of each month, newest first", **RANGE)
@arg("method", doc="Simple (the default) or Count-back", **RANGE)
def AR_DSO(receivables: Cells, credit_sales: Cells, days: Cells, method: Cells = None) -> Cells:
    """Days sales outstanding: for how many days of selling the customers owe. Blank without sales.

    >>> AR_DSO(15000, 10000, 30), AR_DSO(160, [100, 80, 90], [31, 30, 31], "Count-back")
    (45.0, 53.5)
    """
    chosen = answers.choice("Method", method, (_SIMPLE, _COUNT_BACK), _SIMPLE).column(1)[0]
    if isinstance(chosen, Wrong):
        return str(chosen)
    owed = answers.number("Receivables", receivables)
    sold, length = answers.number("Credit sales", credit_sales), answers.whole("Days", days, least=1)
    if chosen == _COUNT_BACK:
        return for_each_list(_count_back, (sold, length), owed, by=owed)
    return each(rowwise(metrics.dso), owed, sold, length)


def _count_back(months: Lists, owed: float) -> float | None:
    return metrics.count_back(owed, *months)


@worksheet
@arg("current_receivables", doc="What customers owe that is not yet due", **RANGE)
@arg("credit_sales", doc="Sales on credit in the period", **RANGE)
@arg("days", doc="Days in the period", **RANGE)
def AR_BEST_DSO(current_receivables: Cells, credit_sales: Cells, days: Cells) -> Cells:
    """The days sales outstanding if everybody paid on the due date. Blank without sales.

    >>> AR_BEST_DSO(4000, 10000, 30)
    12.0
    """
    return each(
        rowwise(metrics.best_possible_dso),
        answers.number("Current receivables", current_receivables),
        answers.number("Credit sales", credit_sales),
        answers.whole("Days", days, least=1),
    )


@worksheet
@arg("receivables", doc="What customers owe at the end of the period", **RANGE)
@arg("current_receivables", doc="What of it is not yet due", **RANGE)
@arg("credit_sales", doc="Sales on credit in the period", **RANGE)
@arg("days", doc="Days in the period", **RANGE)
def AR_ADD(receivables: Cells, current_receivables: Cells, credit_sales: Cells, days: Cells) -> Cells:
    """Average days delinquent: by how many days DSO is above the best possible. Blank without sales.

    >>> AR_ADD(15000, 4000, 10000, 30)
    33.0
    """
    return each(
        rowwise(metrics.average_days_delinquent),
        answers.number("Receivables", receivables),
        answers.number("Current receivables", current_receivables),
        answers.number("Credit sales", credit_sales),
        answers.whole("Days", days, least=1),
    )


@worksheet
@arg("beginning", doc="What customers owed at the start of the period", **RANGE)
@arg("credit_sales", doc="Sales on credit in the period", **RANGE)
@arg("ending_total", doc="What they owe at its end", **RANGE)
@arg("ending_current", doc="What of that is not yet due", **RANGE)
def AR_CEI(beginning: Cells, credit_sales: Cells, ending_total: Cells, ending_current: Cells) -> Cells:
    """Collection effectiveness index: the share of what could be collected that was, as a fraction.

    >>> AR_CEI(100000, 1000000, 120000, 100000)
    0.98
    """
    return each(
        rowwise(metrics.cei),
        answers.number("Beginning", beginning),
        answers.number("Credit sales", credit_sales),
        answers.number("Ending total", ending_total),
        answers.number("Ending current", ending_current),
    )


@worksheet
@arg("balances", doc="What is owed in each aging bucket, current first; several rows give a column", **RANGE)
@arg("rates", doc="The loss rate of each bucket, as 0.5%", **RANGE)
def AR_ALLOWANCE(balances: Cells, rates: Cells) -> Cells:
    """The allowance for expected credit losses: every bucket's balance at its rate, added up.

    >>> AR_ALLOWANCE([15000000, 7500000, 4000000, 2500000, 1000000], [0.003, 0.016, 0.036, 0.066, 0.106])
    580000.0
    """
    owed = answers.units("Balances", balances, 0)
    return for_each_list(_allowance, (owed, answers.share_to_one("Rates", rates)))


def _allowance(buckets: Lists) -> float:
    return amount(allowance.allowance(*buckets))

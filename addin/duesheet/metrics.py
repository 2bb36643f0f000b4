"""What the trade measures receivables by: DSO, best possible DSO, ADD, CEI, turnover and the shares.

Plain numbers in, a plain number out. Money is in any unit, as long as it is the same one throughout; days are
whole. Where there is nothing to divide by, as without sales, there is no number: None.
"""

from collections.abc import Sequence


def dso(receivables: float, credit_sales: float, days: int) -> float | None:
    """Days sales outstanding: for how many days of selling the customers owe. None without sales.

    `receivables` at the end of the period, `credit_sales` in it, `days` in it. Receivables / credit sales x days
    (Credit Research Foundation).

    >>> dso(15_000, 10_000, 30)
    45.0
    >>> dso(15_000, 0, 30) is None
    True
    """
    return receivables / credit_sales * days if credit_sales > 0 else None


def count_back(receivables: float, sales: Sequence[float], days: Sequence[int]) -> float | None:
    """Days sales outstanding counted back, month by month, until the sales make up the receivables.

    `sales` and `days` by period, the newest first. Sales of the newest period are taken off the receivables and
    its days counted, then those of the one before, until less is left than was sold in a period: of that one the
    part is counted. Not swayed by the seasons as `dso` is. None without sales, and where all the sales given do not
    reach the receivables: for how long they are owed is then not known.

    >>> count_back(160, [100, 80, 90], [31, 30, 31])
    53.5
    >>> count_back(300, [100, 80, 90], [31, 30, 31]) is None
    True
    """
    left, counted = receivables, 0.0
    if sum(sales) <= 0:
        return None
    for sold, length in zip(sales, days, strict=True):
        if left <= sold or left <= 0:
            return counted + (left / sold * length if left > 0 else 0.0)
        left -= sold
        counted += length
    return counted if left <= 0 else None


def best_possible_dso(current: float, credit_sales: float, days: int) -> float | None:
    """The days sales outstanding if everybody paid on the due date. None without sales.

    `current` are the receivables not yet due. Current receivables / credit sales x days (Credit Research Foundation).

    >>> best_possible_dso(4_000, 10_000, 30)
    12.0
    """
    return dso(current, credit_sales, days)


def average_days_delinquent(
    receivables: float, current: float, credit_sales: float, days: int
) -> float | None:
    """Average days delinquent: by how many days DSO is above the best possible. None without sales.

    DSO - best possible DSO. The other figure of this name, the days late of what was paid, is `average_days_late`.

    >>> average_days_delinquent(15_000, 4_000, 10_000, 30)
    33.0
    """
    return dso(receivables - current, credit_sales, days)


def average_days_late(days_late: Sequence[float]) -> float | None:
    """By how many days paid invoices were late, each counting once; early is below 0. None where none was paid.

    >>> average_days_late([10, 0, -4])
    2.0
    """
    return sum(days_late) / len(days_late) if days_late else None


def weighted_average_days_late(amounts: Sequence[float], days_late: Sequence[float]) -> float | None:
    """By how many days the money of paid invoices was late: each invoice counts by its amount.

    None where nothing was paid.

    >>> weighted_average_days_late([900, 100], [2, 30])
    4.8
    """
    paid = sum(amounts)
    late = sum(amount * days for amount, days in zip(amounts, days_late, strict=True))
    return late / paid if paid > 0 else None


def cei(beginning: float, credit_sales: float, ending_total: float, ending_current: float) -> float | None:
    """Collection effectiveness index: the share of what could be collected that was; 1 is all of it.

    `beginning` and `ending_total` are receivables at the start and the end of the period, `credit_sales` those in
    it, `ending_current` what of the end is not yet due.
    (Beginning + credit sales - ending total) / (beginning + credit sales - ending current) (Credit Research
    Foundation, which shows it times 100). None where there was nothing to collect.

    >>> round(cei(100_000, 1_000_000, 120_000, 100_000), 4)
    0.98
    """
    collectable = beginning + credit_sales - ending_current
    return (beginning + credit_sales - ending_total) / collectable if collectable > 0 else None


def turnover(credit_sales: float, beginning: float, ending: float) -> float | None:
    """Receivables turnover: how many times in the period the average receivables were sold. None without either.

    Credit sales / ((receivables at the start + at the end) / 2).

    >>> turnover(100_000, 10_000, 15_000)
    8.0
    """
    average = (beginning + ending) / 2
    return credit_sales / average if credit_sales > 0 and average > 0 else None


def percent_current(current: float, receivables: float) -> float | None:
    """The share of the receivables that is not yet due, as a fraction. None where nothing is owed.

    >>> percent_current(4_000, 16_000)
    0.25
    """
    return current / receivables if receivables > 0 else None


def bad_debt_share(written_off: float, credit_sales: float) -> float | None:
    """What was written off for each unit sold in the period, as a fraction. None without sales.

    >>> bad_debt_share(2_000, 100_000)
    0.02
    """
    return written_off / credit_sales if credit_sales > 0 else None

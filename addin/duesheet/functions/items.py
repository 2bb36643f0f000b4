"""What an invoice's dates and terms say: days overdue, bucket, due date, discount."""

from datetime import datetime

from xlwings import arg

from duesheet import aging, terms
from duesheet.functions import answers
from duesheet.functions.answers import each, rowwise
from duesheet.functions.cells import Cells, Wrong, is_blank, spread
from duesheet.functions.days import moment
from duesheet.functions.excel import RANGE, today, worksheet
from duesheet.functions.numerals import amount
from duesheet.layout import bucket_names
from duesheet.settings import bucket_edges
from duesheet.terms import ON_RECEIPT, Terms

DEFAULT_EDGES = (30, 60, 90, 120)
_SPAN = 10**6
"""More than any day number."""


@worksheet
@arg("due_date", doc="The date the invoice is due, or a range of them", **RANGE)
@arg("as_of", doc="The day to count to; left out: today", **RANGE)
def AR_DAYS_OVERDUE(due_date: Cells, as_of: Cells = None) -> Cells:
    """How many days an invoice is overdue on a day; 0 when it is not yet due.

    >>> AR_DAYS_OVERDUE("2026-01-31", "2026-03-02")
    30
    """
    return each(
        rowwise(lambda due, day: max(day - due, 0)),
        answers.day("Due date", due_date),
        answers.day("As of", as_of, today()),
    )


@worksheet
@arg("days_overdue", doc="Days overdue, or a range of them; 0 and below is Current", **RANGE)
@arg(
    "edges",
    doc="The last day of each bucket, as a range or as 30, 60, 90, 120, which is the default",
    **RANGE,
)
def AR_BUCKET(days_overdue: Cells, edges: Cells = None) -> Cells:
    """The name of the aging bucket that days overdue fall into; edges count to the younger bucket.

    >>> AR_BUCKET([[0], [30], [31]])
    [['Current'], ['1-30'], ['31-60']]
    """
    found = edges_of(edges)
    if isinstance(found, Wrong):
        return str(found)
    names = ("Current", *bucket_names(found))
    return each(
        rowwise(lambda days: names[aging.bucket(days, found)]), answers.whole("Days overdue", days_overdue)
    )


@worksheet
@arg("invoice_date", doc="The date of the invoice, or a range of them", **RANGE)
@arg("terms", doc="Payment terms, as Net 30, EOM, 2/10 Net 30; blank: due on receipt", **RANGE)
def AR_DUE_DATE(invoice_date: Cells, terms: Cells) -> Cells:  # the name in Excel's help
    """The date an invoice is due by its terms; of terms in several parts, the last.

    >>> AR_DUE_DATE("2026-01-31", "Net 30")
    datetime.datetime(2026, 3, 2, 0, 0)
    """
    return each(
        _due_dates,
        answers.day("Invoice date", invoice_date),
        answers.payment_terms("Terms", terms, ON_RECEIPT),
    )


def _due_dates(invoiced: list[int], agreed: list[Terms]) -> list[datetime]:
    # A ledger has few terms, and many invoices of a day. Terms read from one text are one object.
    keys = [id(one) * _SPAN + day for one, day in zip(agreed, invoiced, strict=True)]
    due: dict[int, datetime] = {}
    for key, one, day in zip(keys, agreed, invoiced, strict=True):
        if key not in due:
            due[key] = moment(terms.last_due(one, day))
    return [due[key] for key in keys]


@worksheet
@arg("amount", doc="The invoice's amount, or a range of them", **RANGE)
@arg("invoice_date", doc="The date of the invoice", **RANGE)
@arg("terms", doc="Payment terms with a discount, as 2/10 Net 30; blank: due on receipt", **RANGE)
@arg("paid_on", doc="The day of the payment", **RANGE)
def AR_DISCOUNT(amount: Cells, invoice_date: Cells, terms: Cells, paid_on: Cells) -> Cells:
    """The discount that may be taken when an invoice is paid on a day; 0 when that is too late.

    >>> AR_DISCOUNT(1000, "2026-01-05", "2/10 Net 30", ["2026-01-15", "2026-01-16"])
    [20.0, 0.0]
    """
    return each(
        rowwise(_discount),
        answers.units("Amount", amount),
        answers.day("Invoice date", invoice_date),
        answers.payment_terms("Terms", terms, ON_RECEIPT),
        answers.day("Paid on", paid_on),
    )


def _discount(billed: int, invoiced: int, agreed: Terms, paid_on: int) -> float:
    until = terms.discount_until(agreed, invoiced)
    if until is None or paid_on > until or billed <= 0:
        return 0.0
    return amount(terms.discount(agreed, billed))


def edges_of(edges: Cells) -> tuple[int, ...] | Wrong:
    """The edges of buckets, typed in a range or in one text; blank: 30, 60, 90, 120.

    >>> edges_of([[15, 30.0, None]]), edges_of("30, 60"), edges_of("soon")
    ((15, 30), (30, 60), 'Edges: Type whole days with commas between them, as 30, 60, 90, 120.')
    """
    typed = [one for one in spread(edges).cells if not is_blank(one)]
    if not typed:
        return DEFAULT_EDGES
    try:
        return bucket_edges(", ".join(f"{one:.15g}" if isinstance(one, float) else str(one) for one in typed))
    except ValueError as error:
        return Wrong(f"Edges: {error}")

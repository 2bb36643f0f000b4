"""What one letter is about: plain values, made by reminders and read by letters."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Line:
    """One open invoice or instalment as a letter lists it.

    Money is in minor units of the notice's currency. `amount` is what was billed (of this instalment), `open`
    what is left of it. `instalment` is 0 when the invoice has only one. `days_overdue` is negative before the
    due date.
    """

    invoice: str
    instalment: int
    invoice_date: date
    due_date: date
    days_overdue: int
    amount: int
    open: int
    reference: str
    description: str
    late_fee: int = 0
    interest: int = 0
    discount_until: date | None = None
    discount: int = 0


@dataclass(frozen=True)
class Notice:
    """One letter that is due: to whom, at which step, about which items.

    Money is in minor units of `currency`. `unapplied` is money on account (0 or more). `amount_due` is
    what is asked for: what the lines owe, less `unapplied`; fees and interest are only quoted, outside it.
    `oldest_days` is negative before the due date. `as_of` is the day the book was read for.
    """

    key: str
    customer_id: str
    customer: str
    contact: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    language: str
    currency: str
    step: int
    step_name: str
    template: str
    channel: str
    as_of: date
    lines: tuple[Line, ...]
    unapplied: int
    amount_due: int
    oldest_days: int
    last_letter: date | None

"""What a payment agreement says: the fields of its template, prepared as text in the customer's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from babel.numbers import format_percent

from duesheet import money
from duesheet.cadence import PERIODS
from duesheet.dates import date_of
from duesheet.debts import Debt
from duesheet.envelope import paragraphs, plain
from duesheet.errors import TemplateFault
from duesheet.fields import Sender, long_date, short_date

NAMES = {
    "plan": "the plan's number",
    "company": "your company (Settings)",
    "from_name": "who signs for it (Settings, From name; blank when it is the company)",
    "reply_to": "the address answers go to",
    "contact_phone": "whom to call (Settings; may be blank)",
    "how_to_pay": "bank details, with their line breaks (Settings; may be blank)",
    "customer": "the customer's name",
    "customer_id": "the customer's ID",
    "contact": "the contact's name (may be blank)",
    "email": "the customer's e-mail addresses (may be blank)",
    "phone": "the customer's telephone (may be blank)",
    "language": "the language the agreement is in, as en",
    "as_of": "the day of signing; until it is signed, the day the book was read for",
    "invoices": "the invoices, see below",
    "invoice_count": "how many there are",
    "owed": "what they owe together",
    "principal": "what is to be paid of that",
    "rest": "what is written off in the end (blank when nothing)",
    "down_payment": "what is paid on signing (blank when nothing)",
    "spread": "what is paid in instalments",
    "count": "how many instalments",
    "every": "Week, 2 weeks, Month or Quarter",
    "periods": "instalments in a year, a whole number",
    "first_due": "when the first is due",
    "last_due": "when the last is due",
    "rate": "interest in a year, as 8% (blank when none)",
    "fee": "the fee for setting the plan up (blank when none)",
    "rows": "the schedule, see below",
    "total": "all payments together",
    "total_interest": "all interest together",
    "total_principal": "all that goes off the debt together",
}
"""Every name the template of an agreement may use, and what it stands for."""

INVOICE_NAMES = {
    "invoice": "the invoice number",
    "invoice_date": "date",
    "due_date": "date",
    "amount": "what was billed",
    "owed": "what is owed of it",
}
"""Every name a row of `invoices` has."""

ROW_NAMES = {
    "no": "the instalment's number; 0 is the down payment",
    "due": "date",
    "payment": "what is to be paid",
    "interest": "interest in it",
    "fee": "fee in it (blank when none)",
    "principal": "what goes off the debt",
    "balance": "what is left of the debt after it",
}
"""Every name a row of `rows` has."""


class Billed(NamedTuple):
    """An invoice the plan is about; day numbers, and minor units billed and owed."""

    invoice: str
    invoice_date: int
    due_date: int
    amount: int
    owed: int


@dataclass(frozen=True)
class Debtor:
    """Who is to pay."""

    customer: str
    customer_id: str
    contact: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Agreement:
    """A plan, both parties, and the invoices it is about; `as_of` is the day what is owed was counted."""

    debt: Debt
    as_of: date
    sender: Sender
    debtor: Debtor
    invoices: Sequence[Billed]
    language: str = "en"


def values(agreed: Agreement, locale: str = "en") -> dict[str, Any]:
    """What the template is given: text, whole numbers, and rows of them; see NAMES."""
    if sum(one.owed for one in agreed.invoices) != agreed.debt.owed:
        raise TemplateFault("the invoices do not add up to the debt")
    named = _names(agreed)
    for name in ("company", "customer"):
        if not named[name]:
            raise TemplateFault(f"the {name}'s name is blank")
    return named | _sums(agreed, locale) | _terms(agreed, locale) | _tables(agreed, locale)


def _names(agreed: Agreement) -> dict[str, str]:
    sender, debtor = agreed.sender, agreed.debtor
    cells = {
        "plan": agreed.debt.plan.plan,
        "company": sender.company,
        "from_name": sender.from_name if sender.from_name != sender.company else "",
        "reply_to": sender.reply_to or sender.from_email,
        "contact_phone": sender.contact_phone,
        "customer": debtor.customer,
        "customer_id": debtor.customer_id,
        "contact": debtor.contact,
        "email": debtor.email,
        "phone": debtor.phone,
    }
    return {name: plain(cell) for name, cell in cells.items()} | {"how_to_pay": paragraphs(sender.how_to_pay)}


def _sums(agreed: Agreement, locale: str) -> dict[str, str]:
    debt = agreed.debt
    kept = {
        "owed": debt.owed,
        "principal": debt.principal,
        "spread": debt.principal - debt.plan.down_payment,
        "total": sum(row.payment for row in debt.rows),
        "total_interest": sum(row.interest for row in debt.rows),
        "total_principal": sum(row.principal for row in debt.rows),
    }
    blank = {"rest": debt.rest, "down_payment": debt.plan.down_payment, "fee": debt.plan.fee}
    return {name: _money(units, agreed, locale) for name, units in kept.items()} | {
        name: _money(units, agreed, locale) if units else "" for name, units in blank.items()
    }


def _money(units: int, agreed: Agreement, locale: str) -> str:
    return money.text(units, agreed.debt.plan.currency, locale)


def _terms(agreed: Agreement, locale: str) -> dict[str, str | int]:
    plan = agreed.debt.plan
    due = [row.due for row in agreed.debt.rows if row.no]
    return {
        "language": locale.replace("_", "-"),
        "as_of": long_date(agreed.as_of, locale),
        "count": plan.count,
        "every": plan.every,
        "periods": PERIODS[plan.every],
        "first_due": long_date(date_of(due[0]), locale),
        "last_due": long_date(date_of(due[-1]), locale),
        "rate": _percent(plan.annual_rate, locale) if plan.annual_rate else "",
        "invoice_count": len(agreed.invoices),
    }


def _percent(rate: Decimal, locale: str) -> str:
    return format_percent(rate, locale=locale, decimal_quantization=False)


def _tables(agreed: Agreement, locale: str) -> dict[str, list[dict[str, str]]]:
    invoices = [
        {
            "invoice": plain(one.invoice),
            "invoice_date": short_date(date_of(one.invoice_date), locale),
            "due_date": short_date(date_of(one.due_date), locale),
            "amount": _money(one.amount, agreed, locale),
            "owed": _money(one.owed, agreed, locale),
        }
        for one in agreed.invoices
    ]
    rows = [
        {
            "no": str(row.no),
            "due": short_date(date_of(row.due), locale),
            "fee": _money(agreed.debt.plan.fee, agreed, locale) if row.no == 1 else "",
            **{
                name: _money(getattr(row, name), agreed, locale)
                for name in ("payment", "interest", "principal", "balance")
            },
        }
        for row in agreed.debt.rows
    ]
    return {"invoices": invoices, "rows": rows}

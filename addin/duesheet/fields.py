"""The merge fields: what a letter's template may use, prepared as text in the customer's language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from babel.dates import format_date

from duesheet import dates, money
from duesheet.envelope import Enclosure, paragraphs, plain
from duesheet.errors import TemplateFault
from duesheet.notices import Line, Notice

DAYS_TO_PAY = 7
"""Working days a letter gives from the day the book was read for."""

NAMES = {
    "company": "your company (Settings)",
    "from_name": "the sender's name (Settings)",
    "reply_to": "the address answers go to",
    "contact_phone": "whom to call (Settings; may be blank)",
    "how_to_pay": "bank details, with their line breaks (Settings; may be blank)",
    "payment_link": "the web address to pay at, filled in (may be blank)",
    "customer": "the customer's name",
    "customer_id": "the customer's ID",
    "contact": "the contact's name (may be blank)",
    "currency": "the currency, as EUR",
    "language": "the language the letter is in, as en",
    "step": "the step's number",
    "step_name": "the step's name",
    "as_of": "the day the book was read for",
    "pay_by": "seven working days later",
    "last_letter": "the day of the last letter (may be blank)",
    "count": "how many invoices are listed",
    "invoice": "the number of the first one",
    "due_date": "their due date (blank when several differ)",
    "oldest_days": "days overdue of the oldest",
    "open_total": "what the listed invoices owe together",
    "unapplied": "money on account (blank when none)",
    "amount_due": "what is asked for",
    "late_fees": "late fees quoted, together (blank when none)",
    "interest": "interest quoted, together (blank when none)",
    "attached_statement": "the name of the statement of account that is attached (blank when none)",
    "attached_invoices": "how many PDFs of invoices are attached",
    "lines": "the list itself, see below",
}
"""Every name a template may use, and what it stands for."""

LINE_NAMES = {
    "invoice": "the invoice number",
    "instalment": "the installment's number (blank when it needs no naming)",
    "reference": "the customer's reference (may be blank)",
    "description": "what it was for (may be blank)",
    "invoice_date": "date",
    "due_date": "date",
    "days_overdue": "days, a whole number (negative before the due date)",
    "amount": "what was billed",
    "billed": "the same when part of it is paid (else blank)",
    "paid": "what was paid or credited (blank when nothing)",
    "open": "what is left",
    "late_fee": "late fee quoted (blank when none)",
    "interest": "interest quoted (blank when none)",
    "discount": "discount still to be had (blank when none)",
    "discount_until": "until when (blank when none)",
}
"""Every name a row of `lines` has."""


@dataclass(frozen=True)
class Sender:
    """Who writes: the settings that stand on every letter.

    `payment_link` may hold {invoice}, {customer}, {amount} and {currency}. `holidays` is a country code whose
    public holidays are no working days.
    """

    company: str
    from_name: str
    from_email: str
    reply_to: str = ""
    how_to_pay: str = ""
    payment_link: str = ""
    contact_phone: str = ""
    holidays: str = ""


def values(
    notice: Notice, sender: Sender, locale: str = "en", enclosures: Sequence[Enclosure] = ()
) -> dict[str, Any]:
    """What a template is given: text, whole numbers, and rows of them; see NAMES and LINE_NAMES."""
    open_total = sum(line.open for line in notice.lines)
    if notice.amount_due != open_total - notice.unapplied or not notice.lines:
        raise TemplateFault("the amount due is not what the listed invoices owe less the money on account")
    named = _names(notice, sender)
    for name in ("company", "customer"):
        if not named[name]:
            raise TemplateFault(f"the {name}'s name is blank")
    return (
        named
        | _sums(notice, locale)
        | _days(notice, sender, locale)
        | {
            "language": locale.replace("_", "-"),
            "contact_phone": plain(sender.contact_phone).replace(" ", "\u00a0"),
            "how_to_pay": paragraphs(sender.how_to_pay),
            "payment_link": link(sender.payment_link, notice),
            "step": notice.step,
            "count": len({line.invoice for line in notice.lines}),
            "oldest_days": notice.oldest_days,
            "attached_statement": next((plain(one.name) for one in enclosures if one.statement), ""),
            "attached_invoices": sum(not one.statement for one in enclosures),
            "lines": [_line(line, notice, locale) for line in notice.lines],
        }
    )


def _names(notice: Notice, sender: Sender) -> dict[str, str]:
    cells = {
        "company": sender.company,
        "from_name": sender.from_name,
        "reply_to": sender.reply_to or sender.from_email,
        "customer": notice.customer,
        "customer_id": notice.customer_id,
        "contact": notice.contact,
        "currency": notice.currency,
        "step_name": notice.step_name,
        "invoice": notice.lines[0].invoice,
    }
    return {name: plain(cell) for name, cell in cells.items()}


def _sums(notice: Notice, locale: str) -> dict[str, str]:
    sums = {
        "open_total": sum(line.open for line in notice.lines),
        "unapplied": notice.unapplied,
        "amount_due": notice.amount_due,
        "late_fees": sum(line.late_fee for line in notice.lines),
        "interest": sum(line.interest for line in notice.lines),
    }
    return {name: _money(units, notice, locale) for name, units in sums.items()}


def _days(notice: Notice, sender: Sender, locale: str) -> dict[str, str]:
    due = {line.due_date for line in notice.lines}
    alike = len(due) == 1 or len({line.invoice for line in notice.lines}) == 1
    return {
        "as_of": long_date(notice.as_of, locale),
        "pay_by": long_date(pay_by(notice.as_of, sender.holidays), locale),
        "last_letter": long_date(notice.last_letter, locale) if notice.last_letter else "",
        "due_date": long_date(min(due), locale) if alike else "",
    }


@lru_cache(maxsize=2**12)
def long_date(day: date, locale: str) -> str:
    """`day` as a sentence has it.

    >>> long_date(date(2026, 2, 1), "fr"), long_date(date(2026, 2, 2), "de")
    ('1er février 2026', '2. Februar 2026')
    """
    written = dates.text(day, locale)
    return (
        re.sub(r"^1 ", "1er ", written) if locale.startswith("fr") else written
    )  # only the first is an ordinal


@lru_cache(maxsize=2**8)
def pay_by(day: date, holidays: str = "", count: int = DAYS_TO_PAY) -> date:
    """The day `count` working days after `day`.

    >>> pay_by(date(2026, 11, 23))
    datetime.date(2026, 12, 2)
    """
    for _ in range(count):
        day = dates.working_day(day + timedelta(days=1), holidays)
    return day


def _money(units: int, notice: Notice, locale: str) -> str:
    return money.text(units, notice.currency, locale) if units else ""


def _line(line: Line, notice: Notice, locale: str) -> dict[str, str | int]:
    early = line.discount_until is not None and line.discount_until >= notice.as_of and line.discount > 0
    return {
        "invoice": plain(line.invoice),
        "instalment": str(line.instalment or ""),
        "reference": plain(line.reference),
        "description": plain(line.description),
        "invoice_date": short_date(line.invoice_date, locale),
        "due_date": short_date(line.due_date, locale),
        "days_overdue": line.days_overdue,
        "amount": _money(line.amount, notice, locale),
        "billed": _money(line.amount, notice, locale) if line.amount != line.open else "",
        "paid": _money(line.amount - line.open, notice, locale),
        "open": _money(line.open, notice, locale),
        "late_fee": _money(line.late_fee, notice, locale),
        "interest": _money(line.interest, notice, locale),
        "discount": _money(line.discount, notice, locale) if early else "",
        "discount_until": short_date(line.discount_until, locale) if early and line.discount_until else "",
    }


@lru_cache(maxsize=2**12)
def short_date(day: date, locale: str) -> str:
    """`day` as a table has it.

    >>> short_date(date(2026, 2, 1), "en"), short_date(date(2026, 2, 1), "de")
    ('Feb 1, 2026', '01.02.2026')
    """
    return format_date(day, format="medium", locale=locale)


def link(pattern: str, notice: Notice) -> str:
    """The payment link for `notice`, its places filled and quoted; blank stays blank.

    Raises TemplateFault when it is not a web address, or holds a place nobody knows.
    """
    known = {
        "invoice": ",".join(dict.fromkeys(line.invoice for line in notice.lines)),
        "customer": notice.customer_id,
        "amount": str(money.major(notice.amount_due, notice.currency)),
        "currency": notice.currency,
    }
    found = re.sub(r"\{(\w*)\}", lambda place: _place(place[1], known), plain(pattern))
    if found and not _is_web(found):
        shown = plain(pattern, 80)
        raise TemplateFault(f'Settings, Payment link: "{shown}" is not a web address (https://…)')
    return found


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in address
    except ValueError:
        return False


def _place(name: str, known: Mapping[str, str]) -> str:
    if name not in known:
        raise TemplateFault(f"Settings, Payment link: {{{name}}} is not known; use {{{'}, {'.join(known)}}}")
    return quote(plain(known[name]), safe="")

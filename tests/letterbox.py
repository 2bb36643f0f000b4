"""Notices and a sender to write letters with; everybody in them is made up."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from duesheet.letters import Letter, Sender, compose
from duesheet.notices import Line, Notice

AS_OF = date(2026, 11, 23)
WRITTEN_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MESSAGE_ID = "<key-1@ar.example.com>"
LANGUAGES = ("en", "de", "fr", "es")
DAYS = {"heads_up": -3, "friendly": 4, "second": 16, "firm": 33, "final": 47}
SENDER = Sender(
    company="Harbor & Field Supply",
    from_name="Dana Reyes",
    from_email="ar@example.com",
    how_to_pay="Harborside Bank\nIBAN DE00 0000 0000 0000 0000 00",
    payment_link="https://pay.example.com/{invoice}?to={customer}&sum={amount}&in={currency}",
    contact_phone="+1 555 0100",
)


def line(invoice: str = "INV-1042", days: int = 4, owed: int = 123_450, **other: Any) -> Line:
    """An item `days` overdue that owes `owed` cents."""
    due = AS_OF - timedelta(days=days)
    plain: dict[str, Any] = {
        "invoice": invoice,
        "instalment": 0,
        "invoice_date": due - timedelta(days=30),
        "due_date": due,
        "days_overdue": days,
        "amount": owed,
        "open": owed,
        "reference": "PO 7781",
        "description": "",
    }
    return Line(**plain | other)


def notice(template: str = "friendly", *lines: Line, **other: Any) -> Notice:
    """A notice for the letter `template`; `other` are the fields that differ."""
    days = DAYS.get(template, 4)
    items = lines or (line(days=days),)
    unapplied = other.get("unapplied", 0)
    plain: dict[str, Any] = {
        "key": "C-1001|EUR|1",
        "customer_id": "C-1001",
        "customer": "Weber Maschinenbau GmbH",
        "contact": "Anna Weber",
        "to": ("ap@example.org",),
        "cc": (),
        "language": "en",
        "currency": "EUR",
        "step": list(DAYS).index(template) if template in DAYS else 1,
        "step_name": template,
        "template": template,
        "channel": "Email",
        "as_of": AS_OF,
        "lines": items,
        "unapplied": 0,
        "amount_due": sum(item.open for item in items) - unapplied,
        "oldest_days": max(item.days_overdue for item in items),
        "last_letter": AS_OF - timedelta(days=14) if template in {"second", "firm", "final"} else None,
    }
    return Notice(**plain | other)


def write(found: Notice, *folders: Path, sender: Sender = SENDER) -> Letter:
    """The letter for `found`."""
    return compose(found, sender, folders, WRITTEN_AT, MESSAGE_ID)


def full(template: str, language: str) -> Notice:
    """A notice with everything a letter can show."""
    days = DAYS[template]
    early: dict[str, Any] = (
        {"discount_until": AS_OF + timedelta(days=2), "discount": 2_469} if days < 0 else {}
    )
    return notice(
        template,
        line("INV-1042", days, late_fee=1_000, interest=321, **early),
        line("INV-1049", days - 1, 580_150, open=550_150, reference="", instalment=2),
        line("INV-1056", days - 2, 1_036_850, description="Wartung, 3. Quartal / entretien du trimestre"),
        language=language,
        customer="Donaudampfschifffahrtselektrizitätenhauptbetriebswerk GmbH & Co. KG",
        unapplied=5_000,
    )

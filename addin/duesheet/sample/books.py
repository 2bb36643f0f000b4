"""The sample's accounts as the rows of the input sheets."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import polars as pl

from duesheet.build.contents import frame
from duesheet.dates import date_of, day_number
from duesheet.layout import layout
from duesheet.money import major
from duesheet.sample.accounts import Account, Bill, Receipt, account, working
from duesheet.sample.cast import lines, players
from duesheet.sample.stories import tell

SEED = 7
_FIRST_INVOICE, _FIRST_PAYMENT = 988, 412


def sample_ledger(as_of: date, seed: int = SEED) -> Mapping[str, pl.DataFrame]:
    """The input tables of the sample as they stood on `as_of`, by sheet; the same arguments, the same rows.

    60 customers; about 600 invoices over the 18 months before; what came in for them, the newest of it within
    three days of `as_of`; plans and exchange rates. Columns are the declared headers: text String, dates
    Date, amounts (major units) and other numbers Float64.

    >>> sample_ledger(date(2025, 6, 30))["Customers"].height
    60
    """
    today = day_number(as_of)
    accounts = [account(player, today, seed) for player in players()]
    for made in accounts:
        tell(made)
    _bring_up_to_date(accounts, working(today))
    _number(accounts)
    return {
        "Customers": _table("Customers", _customers()),
        "Invoices": _table(
            "Invoices", (row for _, row in sorted(_invoices(accounts), key=lambda pair: pair[0]))
        ),
        "Payments": _table("Payments", _payments(accounts)),
        "Plans": _table("Plans", _plans(accounts)),
        "Rates": _table("Rates", _rates(as_of)),
    }


def sample_settings() -> dict[str, str]:
    """The settings of the sample's firm that differ from a new book's, by their names.

    >>> sample_settings()["Company"]
    'Harbor & Pine Trading'
    """
    return {line["Setting"]: line["Value"] for line in lines("settings")}


def _table(name: str, rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    return frame(layout().tables[name], list(rows))


def _bring_up_to_date(accounts: list[Account], last: int) -> None:
    """The bank has been entered up to the last working day: else every letter would be held back."""
    newest = max((receipt for made in accounts for receipt in made.receipts), key=lambda receipt: receipt.day)
    if newest.day < last:
        plain = [receipt for made in accounts if not made.player.stories for receipt in made.receipts]
        max(plain, key=lambda receipt: receipt.day).day = last


def _bills(accounts: Iterable[Account]) -> Iterator[tuple[Account, Bill]]:
    for made in accounts:
        for bill in [*made.settled, *made.open, *made.notes]:
            yield made, bill


def _number(accounts: list[Account]) -> None:
    """Numbers run on by date, as text with leading zeros."""
    bills = sorted((bill for _, bill in _bills(accounts)), key=lambda bill: bill.day)
    for number, bill in enumerate(bills, start=_FIRST_INVOICE):
        bill.number = f"{number:05d}" if bill.units > 0 else f"CN{number:05d}"


def _customers() -> Iterator[dict[str, object]]:
    keys = {column.name: column.key for column in layout().tables["Customers"].columns}
    for line in lines("customers"):
        row: dict[str, object] = {keys[header]: value or None for header, value in line.items()}
        yield row | {"credit_limit": float(line["Credit limit"])}


def _invoices(accounts: Iterable[Account]) -> Iterator[tuple[tuple[int, str], dict[str, object]]]:
    for made, bill in _bills(accounts):
        yield (bill.day, bill.number), _invoice(made, bill)


def _invoice(made: Account, bill: Bill) -> dict[str, object]:
    typed = "typed" in made.player.stories and bill.units > 0
    return {
        "invoice": bill.number,
        "customer_id": made.player.customer,
        "invoice_date": date_of(bill.day),
        "due_date": date_of(made.due(bill)) if typed else None,
        "amount": _amount(bill.units, bill.currency),
        "credits": bill.credits.number if bill.credits else None,
        "currency": bill.currency if bill.currency != made.player.currency else None,
        "reference": bill.reference or None,
        "description": bill.description,
        "disputed": bill.disputed or None,
        "promised": date_of(bill.promised) if bill.promised else None,
        "hold": bill.hold or None,
    }


def _payments(accounts: Iterable[Account]) -> Iterator[dict[str, object]]:
    received = ((made, receipt) for made in accounts for receipt in made.receipts)
    by_day = sorted(received, key=lambda pair: (pair[1].day, pair[0].player.customer))
    for number, (made, receipt) in enumerate(by_day, start=_FIRST_PAYMENT):
        yield {"payment": f"P{number:05d}"} | _payment(made, receipt)


def _payment(made: Account, receipt: Receipt) -> dict[str, object]:
    names = [bill.number for bill in receipt.bills]
    return {
        "date": date_of(receipt.day),
        "customer_id": made.player.customer,
        "amount": _amount(receipt.units, made.player.currency),
        "invoice": "; ".join(names) or None,
        "kind": receipt.kind or None,
        "method": made.method if not receipt.kind else None,
        "reference": receipt.reference or "Inv " + " ".join(names),
    }


def _plans(accounts: Iterable[Account]) -> Iterator[dict[str, object]]:
    planned = ((made, plan) for made in accounts for plan in made.plans)
    for number, (made, plan) in enumerate(planned, start=1):
        currency = made.player.currency
        yield {
            "plan": f"PL{number:02d}",
            "customer_id": made.player.customer,
            "invoices": "; ".join(bill.number for bill in plan.bills),
            "principal": _amount(plan.principal, currency) if plan.principal else None,
            "down_payment": _amount(plan.down_payment, currency) if plan.down_payment else None,
            "instalments": plan.instalments,
            "every": "Month",
            "first_due": date_of(plan.first_due),
            "annual_rate": float(plan.annual_rate) or None,
            "signed_on": date_of(plan.signed_on) if plan.signed_on else None,
        }


def _rates(as_of: date) -> Iterator[dict[str, object]]:
    for line in lines("rates"):
        day = as_of - timedelta(days=int(line["Days ago"]))
        yield {"currency": line["Currency"], "date": day, "rate": float(line["Rate"])}


def _amount(units: int, currency: str) -> float:
    return float(major(units, currency))

"""A small firm's workbook in a file, and a terminal in which its bookkeeper types commands."""

import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duesheet import cli
from duesheet.build import new_book
from duesheet.build.contents import frame
from duesheet.layout import layout

DAY = "2026-02-02"
BOOK_ID = "0c0ffee0-0000-4000-8000-00000000000a"
SENDER = "ar@example.com"
SETTINGS = {
    "Book ID": BOOK_ID,
    "Base currency": "EUR",
    "Company": "Acme",
    "From email": SENDER,
    "Payments may be old by days": "0",
}


def shop(path: Path, **settings: str) -> Path:
    """A workbook of two customers, A and B, each with an invoice overdue; `settings` by name with _ for blanks."""
    customers = [
        {
            "customer_id": name,
            "name": f"{name} Ltd",
            "email": f"{name.lower()}@example.org",
            "currency": "EUR",
        }
        for name in "AB"
    ]
    invoices = [
        {
            "invoice": number,
            "customer_id": name,
            "invoice_date": date(2026, 1, 1),
            "due_date": date(2026, 1, 31),
            "amount": 100.0,
        }
        for number, name in (("1", "A"), ("2", "B"))
    ]
    rows: dict[str, list[dict[str, Any]]] = {"Customers": customers, "Invoices": invoices}
    typed = {name: frame(layout().tables[name], list(cells)) for name, cells in rows.items()}
    names = {one.name.lower().replace("-", " "): one.name for one in layout().settings}
    chosen = {names[key.replace("_", " ")]: value for key, value in settings.items()}
    new_book(path, rows=typed, settings=SETTINGS | chosen)
    return path


@dataclass
class Terminal:
    """Runs commands as a terminal would: `code`, what was `said` and what was `told` (standard error)."""

    patch: pytest.MonkeyPatch
    screen: pytest.CaptureFixture[str]
    code: int = 0
    said: str = ""
    told: str = ""

    def run(self, *words: object) -> "Terminal":
        """One command."""
        self.patch.setattr(sys, "argv", ["duesheet", *map(str, words)])
        try:
            cli.main()
            self.code = 0
        except SystemExit as end:
            self.code = int(end.code or 0)
        self.said, self.told = self.screen.readouterr()
        return self

    def data(self) -> Any:
        """Standard output as JSON and nothing else."""
        return json.loads(self.said)

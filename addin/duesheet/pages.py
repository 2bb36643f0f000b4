"""The outbox's index.html: every letter of this run, and why everybody else got none."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from duesheet import dates, money
from duesheet.envelope import plain
from duesheet.letters import Letter
from duesheet.stationery import shipped


class HeldRow(NamedTuple):
    """One customer who is not written to; `amount_due` is text, `why` says the reason in words."""

    customer_id: str
    customer: str
    currency: str
    amount_due: str
    oldest_days: int
    why: str
    status: str


def index_page(
    company: str,
    as_of: date,
    letters: Sequence[Letter],
    held: Sequence[HeldRow],
    files: Mapping[str, str] | None = None,
) -> str:
    """One self-contained HTML page that shows `letters` and `held`.

    `files` gives, by the notice's key, the letter's .eml file relative to the page.
    """
    places = files or {}
    return _page().render(
        company=plain(company),
        as_of=dates.text(as_of),
        letters=[_letter(letter, places.get(letter.notice.key, "")) for letter in letters],
        held=[_held(row) for row in held],
    )


@cache
def _page() -> Template:
    press = Environment(
        loader=FileSystemLoader(shipped(), encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return press.get_template("page/index.j2")


def _letter(letter: Letter, file: str) -> dict[str, str]:
    notice = letter.notice
    row = {
        "customer": plain(notice.customer),
        "customer_id": plain(notice.customer_id),
        "step_name": plain(notice.step_name),
        "amount": money.text(notice.amount_due, notice.currency),
        "subject": letter.subject,
        "to": ", ".join(notice.to),
        "cc": ", ".join(notice.cc),
        "oldest": _age(notice.oldest_days),
    }
    invoices = " ".join(plain(line.invoice) for line in notice.lines)
    return row | {
        "find": _words([*row.values(), invoices]),
        "enclosed": ", ".join(letter.enclosed),
        "html": letter.html,
        "file": quote(file.replace("\\", "/")),
    }


def _age(days: int) -> str:
    if days > 0:
        return "1 day overdue" if days == 1 else f"{days} days overdue"
    return "due today" if days == 0 else f"due in {-days} " + ("day" if days == -1 else "days")


def _held(row: HeldRow) -> dict[str, str]:
    cells = {name: plain(str(cell)) for name, cell in row._asdict().items()}
    return cells | {"find": _words(cells.values())}


def _words(cells: Iterable[str]) -> str:
    return " ".join(cells).lower()

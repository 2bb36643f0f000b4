"""The week's letters written: each notice and its template become a message, or a word on why not."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import polars as pl

from duesheet import enclosures
from duesheet.assets import folder
from duesheet.drafts import notices
from duesheet.entries import Stamp
from duesheet.envelope import Enclosure
from duesheet.errors import EnclosureFault, TemplateFault
from duesheet.letters import Letter, Sender, compose
from duesheet.notices import Notice
from duesheet.settings import Settings
from duesheet.week import Week


class Stamps(Protocol):
    """Who gives a letter its Message-ID and Date: the journal."""

    def stamps(self, letters: Iterable[str], sender: str) -> dict[str, Stamp]:
        """For each key its Message-ID and Date, at the sender's domain."""


def written(found: Week, beside: Path, memory: Stamps) -> tuple[list[Letter], dict[str, str]]:
    """Every letter that can be written, and for the others, by key, why not.

    A folder `templates` in `beside`, the workbook's folder, overrides the shipped letters one by one.
    """
    chosen = found.records.settings
    due = notices(found.decisions, found.records, found.now)
    stamps = memory.stamps([notice.key for notice in due], chosen.from_email)
    templates = [beside / "templates", folder("templates")]
    enclosed = _enclosing(found, due, beside, templates)
    letters, wrong = [], {}
    for notice in due:
        stamp = stamps[notice.key]
        try:
            letter = compose(
                notice,
                sender(chosen),
                templates,
                stamp.written_at,
                stamp.message_id,
                enclosures=enclosed(notice),
            )
        except (TemplateFault, EnclosureFault) as fault:
            wrong[notice.key] = str(fault)
        else:
            letters.append(letter)
    return letters, wrong


def _enclosing(
    found: Week, due: list[Notice], beside: Path, templates: list[Path]
) -> Callable[[Notice], tuple[Enclosure, ...]]:
    """What goes with each letter: the statement where Settings ask for it, and the invoices that name a file."""
    files = _files(found)
    statement = _statement(found, due, templates)

    def enclosed(notice: Notice) -> tuple[Enclosure, ...]:
        return enclosures.together((*statement(notice), *enclosures.invoices(notice, files, beside)))

    return enclosed


def _files(found: Week) -> Mapping[str, str]:
    named = found.now.items.filter(pl.col("file").is_not_null())
    return dict(named.select("invoice_id", "file").iter_rows())


def _statement(
    found: Week, due: list[Notice], templates: list[Path]
) -> Callable[[Notice], tuple[Enclosure, ...]]:
    chosen = found.records.settings
    if not chosen.attach_statement or not due:
        return lambda _: ()
    from duesheet.printout import enclosure  # noqa: PLC0415  to print takes a library that is slow to load
    from duesheet.statements import statements  # noqa: PLC0415  as above

    whose = [(notice.customer_id, notice.currency) for notice in due]
    known = statements(whose, found.now, chosen.bucket_edges)

    def statement(notice: Notice) -> tuple[Enclosure, ...]:
        account = known[notice.customer_id, notice.currency]
        return (enclosure(account, chosen.company, notice.language, templates),)

    return statement


def sender(chosen: Settings) -> Sender:
    """Who writes, by the Settings sheet."""
    return Sender(
        company=chosen.company,
        from_name=chosen.from_name,
        from_email=chosen.from_email,
        reply_to=chosen.reply_to,
        how_to_pay=chosen.how_to_pay,
        payment_link=chosen.payment_link,
        contact_phone=chosen.contact_phone,
        holidays=chosen.holidays,
    )

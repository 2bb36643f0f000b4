"""The week's letters written: each notice and its template become a message, or a word on why not."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from duesheet.assets import folder
from duesheet.drafts import notices
from duesheet.entries import Stamp
from duesheet.errors import TemplateFault
from duesheet.letters import Letter, Sender, compose
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
    letters, wrong = [], {}
    for notice in due:
        stamp = stamps[notice.key]
        try:
            letter = compose(notice, sender(chosen), templates, stamp.written_at, stamp.message_id)
        except TemplateFault as fault:
            wrong[notice.key] = str(fault)
        else:
            letters.append(letter)
    return letters, wrong


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

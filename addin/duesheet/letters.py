"""A notice and a template become an e-mail message: what is previewed is what is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from functools import cached_property, lru_cache
from pathlib import Path
from typing import cast

from babel import Locale, UnknownLocaleError

from duesheet.envelope import Enclosure, addresses, enclosing, literal, message, plain
from duesheet.errors import TemplateFault
from duesheet.fields import Sender, values
from duesheet.letterhead import LETTERHEAD
from duesheet.notices import Notice
from duesheet.stationery import chosen, filled, search_path

__all__ = ["Letter", "Sender", "addresses", "compose", "search_path"]


@dataclass(frozen=True)
class Letter:
    """One letter, ready to be looked at and posted."""

    notice: Notice
    subject: str
    text: str
    html: str
    data: bytes
    """The message as it goes over the line, with a stand-in for each of the `files`."""
    files: tuple[Enclosure, ...] = ()
    message_id: str = field(kw_only=True)
    written_at: datetime = field(kw_only=True)
    recipients: tuple[str, ...] = field(kw_only=True)
    """The addresses it goes to, then those of its copies."""

    @cached_property
    def message(self) -> EmailMessage:
        """The message, read, with a stand-in for each of the `files`."""
        return cast("EmailMessage", message_from_bytes(self.data, policy=LETTERHEAD))

    @property
    def enclosed(self) -> list[str]:
        """The names of the files that go with it."""
        return [literal(one.name) for one in self.files]

    @property
    def as_bytes(self) -> bytes:
        """The message as it goes over the line, the same each time; its files are read for it."""
        return enclosing(self.data, self.message_id, self.files)


def compose(  # noqa: PLR0913  who writes to whom, on what paper, when, with what
    notice: Notice,
    sender: Sender,
    templates: Sequence[Path],
    written_at: datetime,
    message_id: str,
    *,
    enclosures: Sequence[Enclosure] = (),
) -> Letter:
    """The letter for `notice`, in the customer's language.

    `templates` are folders, the first one that has the letter wins; the shipped ones come last in any case.
    `written_at` has a time zone. Raises TemplateFault, in words, when this letter cannot be written.
    """
    path, tongue = chosen(templates, tag_of(notice.language), notice.template)
    locale = locale_of(notice.language, tongue)
    held = values(notice, sender, locale, enclosures)
    subject = plain(filled(templates, path, "subject", held))
    if not subject:
        raise TemplateFault(f"{path}: the subject is blank")
    text, html = (filled(templates, path, part, held | {"subject": subject}) for part in ("text", "html"))
    to, cc = _all(notice.to, "Customers, Email", needed=True), _all(notice.cc, "CC")
    data = message(
        sender=(sender.from_name or sender.company, _one(sender.from_email, "From email")),
        reply_to=_all([sender.reply_to], "Settings, Reply to"),
        to=to,
        to_name=notice.contact,
        cc=cc,
        subject=subject,
        key=notice.key,
        language=str(held["language"]),
        written_at=written_at,
        message_id=message_id,
        text=text,
        html=html,
        enclosures=enclosures,
    )
    return Letter(
        notice,
        subject,
        text,
        html,
        data,
        tuple(enclosures),
        message_id=message_id,
        written_at=written_at,
        recipients=(*to, *cc),
    )


def _one(cell: str, setting: str) -> str:
    found = _all([cell], f"Settings, {setting}", needed=True)
    if len(found) > 1:
        raise TemplateFault(f"Settings, {setting}: one address only")
    return found[0]


def _all(cells: Sequence[str], place: str, *, needed: bool = False) -> list[str]:
    good, bad = addresses(";".join(cells))
    if bad:
        raise TemplateFault(f"{place}: {bad[0]}")
    if needed and not good:
        raise TemplateFault(f"{place}: there is no address")
    return good


def tag_of(language: str) -> str:
    """A customer's language as a tag; blank is English.

    >>> tag_of("de_AT"), tag_of(" ")
    ('de-AT', 'en')
    """
    return plain(language).strip().replace("_", "-") or "en"


@lru_cache(maxsize=2**8)
def locale_of(language: str, tongue: str) -> str:
    """The locale of amounts and dates: the customer's own where it is one of the letter's language."""
    try:
        own = Locale.parse(tag_of(language), sep="-")
    except (ValueError, UnknownLocaleError):
        return tongue.replace("-", "_")
    return str(own) if own.language == tongue.partition("-")[0] else tongue.replace("-", "_")

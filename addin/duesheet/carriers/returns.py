"""Letters that came back: by the delivery reports dropped beside the letters, and by those in the sender's mailbox."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from duesheet import bounces
from duesheet.carriers.folder import Folder
from duesheet.entries import GONE
from duesheet.journal import Journal
from duesheet.settings import Settings

if TYPE_CHECKING:
    from duesheet.carriers.mailbox import Mailbox

LATEST = timedelta(days=30)
"""How long after a letter went its return is still looked for in the mailbox; mail systems give up within days."""


def note(memory: Journal, folder: Path, chosen: Settings, box: "Mailbox | None" = None) -> list[str]:
    """Note in the journal which letters came back; gives their keys.

    The reports lie in `folder`, which is made once letters have gone out; the mailbox is looked into where Settings
    names one and letters went lately.
    """
    gone = [one for one in memory.letters() if one.state in GONE and one.carrier not in {"", Folder.name}]
    if gone:
        with suppress(OSError):  # whoever cannot make it cannot drop anything there either
            folder.mkdir(parents=True, exist_ok=True)
    found = bounces.note(bounces.lying(folder), memory, by_address=True)
    begun = [one.committing_at for one in gone if one.committing_at]
    lately = [moment for moment in begun if datetime.now(UTC) - moment < LATEST]
    if lately and chosen.imap_host and chosen.smtp_host:
        from duesheet.carriers.mailbox import mailbox  # noqa: PLC0415  only where there is one to look into

        read = memory.reports()
        reports = (box or mailbox(chosen)).reports(
            min(lately).date() - timedelta(days=1), lambda head: bounces.digest(head) in read
        )
        found += bounces.note(reports, memory)
    return found

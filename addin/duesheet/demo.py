"""A workbook to begin with: empty, or with the sample's ledger and its earlier letters."""

from datetime import date
from pathlib import Path
from uuid import uuid4

from duesheet.build import new_book
from duesheet.sample import sample_activity, sample_ledger, sample_settings


def make(file: Path, sample_day: date | None) -> None:
    """Write a new workbook at `file`; with the sample as it stands on `sample_day` when there is one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if sample_day is None:
        new_book(file)
        return
    # Every sample is a book of its own: what one demo sent is no business of the next.
    book_id = str(uuid4())
    settings, ledger = sample_settings(), sample_ledger(sample_day)
    said = sample_activity(ledger, settings, sample_day, book_id)
    new_book(file, rows={**ledger, "Activity": said}, settings=settings | {"Book ID": book_id})

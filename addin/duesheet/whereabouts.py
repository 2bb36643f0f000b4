"""Where the journal of a book lies on this computer."""

import os
import re
from hashlib import sha256
from pathlib import Path

from platformdirs import user_data_path

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}")


def place(book_id: str) -> Path:
    """The journal's file on this computer, in the user's folder for data or the one `DUESHEET_DATA` names."""
    data = os.environ.get("DUESHEET_DATA")
    root = Path(data) if data else user_data_path("Duesheet", appauthor=False)
    name = (
        book_id if _SAFE.fullmatch(book_id) else sha256(book_id.encode("utf-8", "surrogatepass")).hexdigest()
    )
    return root / name / "journal.sqlite"

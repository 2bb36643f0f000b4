"""One function for each button of the ribbon, in the workbook whose button was pressed.

None of them raises: whatever happens ends as a sentence, in the status bar and, where something is wrong or wants
an answer, in a window.
"""

from duesheet.buttons.assistance import about, guide, letter_to_me, settings
from duesheet.buttons.bringing_in import bring_in, record_payment
from duesheet.buttons.checks import in_doubt, problems, tie_out
from duesheet.buttons.customers import call_list, hold, release, statement
from duesheet.buttons.plans import agreement, schedule
from duesheet.buttons.week import preview, refresh, send, stop

__all__ = [
    "about",
    "agreement",
    "bring_in",
    "call_list",
    "guide",
    "hold",
    "in_doubt",
    "letter_to_me",
    "preview",
    "problems",
    "record_payment",
    "refresh",
    "release",
    "schedule",
    "send",
    "settings",
    "statement",
    "stop",
    "tie_out",
]

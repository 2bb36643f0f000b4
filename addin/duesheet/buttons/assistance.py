"""The buttons that help: Guide, Settings, Test letter to me, About."""

from duesheet import __version__, guard, records, sending, words
from duesheet.assets import folder
from duesheet.books.live import LiveBook, Workbook
from duesheet.buttons import aside, desk
from duesheet.buttons.week import counting
from duesheet.errors import Refused
from duesheet.memory import open_journal
from duesheet.week import week
from duesheet.whereabouts import place


def guide(book: Workbook | None = None) -> str:
    """Open the guide, a page on this computer."""
    return desk.pressed(book, _guide)


def settings(book: Workbook | None = None) -> str:
    """Show the Settings sheet."""
    return desk.pressed(book, _settings)


def letter_to_me(book: Workbook | None = None, *, sure: bool = False) -> str:
    """Send this week's letters to the test recipient instead of the customers, after asking; nothing is noted."""
    return aside.handed_over("letter_to_me", book) or desk.pressed(
        book, lambda found: _letter_to_me(found, sure=sure)
    )


def about(book: Workbook | None = None) -> str:
    """Say which version this is, and where on this computer the journal lies."""
    return desk.pressed(book, _about)


def _guide(_: LiveBook) -> str:
    page = folder("templates") / "page" / "guide.html"
    desk.open_beside(page)
    return f"The guide: {page}"


def _settings(found: LiveBook) -> str:
    found.show("Settings")
    return "Change a Value and press Refresh. Meaning says what each is for."


def _letter_to_me(found: LiveBook, *, sure: bool) -> str:
    from duesheet.rehearsal import rehearsal  # noqa: PLC0415  the mail libraries

    path, clock = desk.place(found), desk.clock()
    with aside.alone(found):
        now = week(found, open_journal, clock.today, clock.today)
        guard.refuse_to_send(now)
        ready = rehearsal(now, path, clock.now)
        if not ready.letters:
            return "No letter is due this week, so there is none to test."
        if not sure:
            desk.agree(found, words.question_to_me(ready, None), "Nothing was sent.")
        sent = sending.send_to_me(ready, told=counting(found, len(ready.letters)))
    if sent.trouble:
        raise Refused(str(sent.trouble))
    ended = f" {sent.stopped}" if sent.stopped else ""
    return f"{words.outcomes(sent.deliveries)} All to {ready.recipient}; nothing was noted.{ended}"


def _about(found: LiveBook) -> str:
    said = f"Duesheet {__version__}. MIT License.{_journal(found)} To check the installation: duesheet doctor"
    found.alert(said)
    return said


def _journal(found: LiveBook) -> str:
    """Where the journal of the workbook lies; nothing for a workbook that is not ours, or has none yet."""
    try:
        chosen = records.settings_of(found)
    except Refused:
        return ""
    where = "a team's database" if chosen.journal else place(chosen.book_id) if chosen.book_id else ""
    return f" The journal of this workbook: {where}." if where else ""

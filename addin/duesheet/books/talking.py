"""Talking to whoever sits before an open workbook: the status bar, a message, a question."""

from contextlib import suppress

import xlwings as xw

TITLE = "Duesheet"


def say(book: xw.Book, text: str) -> None:
    """Say in the status bar what is being done."""
    book.app.status_bar = text


def alert(book: xw.Book, text: str) -> None:
    """Show a message until it is read; where nobody can see the window, in the status bar only."""
    say(book, text)
    if book.app.visible:
        with suppress(NotImplementedError):
            book.app.alert(text, TITLE)


def ask(book: xw.Book, text: str) -> bool | None:
    """Whether the question is answered with yes; None where nobody can be asked."""
    if not book.app.visible:
        return None
    try:
        return book.app.alert(text, TITLE, buttons="yes_no") == "yes"
    except NotImplementedError:
        return None

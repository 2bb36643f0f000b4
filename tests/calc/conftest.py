"""An office for the tests of the engine, and an empty book in it."""

from collections.abc import Iterator

import pytest
import xlwings

import xlwings_libreoffice


@pytest.fixture(scope="session")
def calc_app() -> Iterator[xlwings.App]:
    """One hidden office for the whole session, ended afterwards."""
    xlwings.engines[xlwings_libreoffice.engine.name].activate()
    app = xlwings.App(visible=False, add_book=False)
    yield app
    app.quit()


@pytest.fixture
def book(calc_app: xlwings.App) -> Iterator[xlwings.Book]:
    """A new book, closed without saving afterwards."""
    calc_app.activate()
    made = calc_app.books.add()
    yield made
    if made in list(calc_app.books):
        made.close()


@pytest.fixture
def sheet(book: xlwings.Book) -> xlwings.Sheet:
    """The first sheet of a new book."""
    return book.sheets[0]

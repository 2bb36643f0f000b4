from pathlib import Path

import openpyxl
import pytest
import xlwings

from xlwings_libreoffice import ObjectGone, OfficeError

WORD = "word"


def test_a_new_book_has_a_number_and_one_sheet(calc_app: xlwings.App, book: xlwings.Book) -> None:
    """A new book is the active one, is called Book and a number, and has Sheet1."""
    assert calc_app.books.active == book
    assert book.name.startswith("Book")
    assert book.name[4:].isdigit()
    assert book.fullname == book.name
    assert book.sheet_names == ["Sheet1"]
    assert calc_app.books[book.name] == book
    assert repr(book) == f"<Book [{book.name}]>"


def test_books_are_counted_and_listed(calc_app: xlwings.App, book: xlwings.Book) -> None:
    """Books are found by number and name, and a missing one is a KeyError."""
    second = calc_app.books.add()
    assert len(calc_app.books) == calc_app.books.count == len(list(calc_app.books))
    assert calc_app.books[-1] == second
    assert second != book
    with pytest.raises(KeyError):
        calc_app.books["no such book"]
    with pytest.raises(IndexError):
        calc_app.books[99]
    second.close()


def test_activating_a_book_makes_it_the_active_one(calc_app: xlwings.App, book: xlwings.Book) -> None:
    """The book last added is active until another one is activated."""
    second = calc_app.books.add()
    assert calc_app.books.active == second
    book.activate()
    assert calc_app.books.active == book
    assert xlwings.books.active == book
    second.close()


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm", ".ods", ".xls", ".fods"])
def test_a_book_is_saved_in_the_format_of_its_suffix(
    calc_app: xlwings.App, tmp_path: Path, suffix: str
) -> None:
    """A saved book carries the name of its file, and holds the same when opened again."""
    made = calc_app.books.add()
    made.sheets[0]["A1"].value = [[1, "a"], [True, None]]
    path = tmp_path / f"kept{suffix}"
    made.save(path)
    assert (made.name, made.fullname) == (path.name, str(path))
    made.close()
    opened = calc_app.books.open(path)
    assert opened.sheets[0]["A1:B2"].value == [[1.0, "a"], [True, None]]
    opened.sheets[0]["B2"].value = "more"
    opened.save()
    opened.close()
    again = calc_app.books.open(str(path))
    assert again.sheets[0]["B2"].value == "more"
    again.close()


def test_text_files_are_parted_by_commas(calc_app: xlwings.App, tmp_path: Path) -> None:
    """A CSV is read with numbers as numbers, and written with commas."""
    path = tmp_path / "list.csv"
    path.write_text('a,b\n1,"x, y"\n', encoding="utf-8")
    opened = calc_app.books.open(path)
    assert opened.sheets[0]["A1:B2"].value == [["a", "b"], [1.0, "x, y"]]
    opened.sheets[0]["C1"].value = "ü"
    opened.save(tmp_path / "other.csv")
    opened.close()
    assert (tmp_path / "other.csv").read_text("utf-8").splitlines() == ["a,b,ü", '1,"x, y",']


def test_a_delimiter_of_ones_own(calc_app: xlwings.App, tmp_path: Path) -> None:
    """A text file may be parted by what the caller names."""
    path = tmp_path / "list.txt"
    path.write_text("1|2\n", encoding="utf-8")
    opened = calc_app.books.open(path, format=6, delimiter="|")  # type: ignore[arg-type]
    assert opened.sheets[0]["A1:B1"].value == [1.0, 2.0]
    opened.close()


def test_saving_without_a_path_goes_to_the_working_folder(
    calc_app: xlwings.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A book never saved goes to the working folder under its own name."""
    monkeypatch.chdir(tmp_path)
    made = calc_app.books.add()
    name = made.name
    made.save()
    assert Path(made.fullname) == tmp_path / f"{name}.xlsx"
    made.save("other.xlsx")
    assert Path(made.fullname) == tmp_path / "other.xlsx"
    made.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{name}.xlsx", "other.xlsx"]


def test_a_password_is_needed_again(calc_app: xlwings.App, tmp_path: Path) -> None:
    """A book saved with a password opens with it, and only with it."""
    made = calc_app.books.add()
    made.sheets[0]["A1"].value = "secret"
    made.save(tmp_path / "locked.xlsx", password=WORD)
    made.close()
    with pytest.raises(OfficeError):
        calc_app.books.open(tmp_path / "locked.xlsx")
    with pytest.raises(OfficeError):
        calc_app.books.open(tmp_path / "locked.xlsx", password=WORD.upper())
    opened = calc_app.books.open(tmp_path / "locked.xlsx", password=WORD)
    assert opened.sheets[0]["A1"].value == "secret"
    opened.close()


def test_a_file_that_is_open_is_not_opened_twice(calc_app: xlwings.App, tmp_path: Path) -> None:
    """Opening an open file gives the same book."""
    openpyxl.Workbook().save(tmp_path / "one.xlsx")
    first = calc_app.books.open(tmp_path / "one.xlsx")
    count = len(calc_app.books)
    assert calc_app.books.open(tmp_path / "one.xlsx") == first
    assert xlwings.Book(tmp_path / "one.xlsx") == first
    assert calc_app.books["ONE.xlsx"] == first
    assert len(calc_app.books) == count
    first.close()


def test_a_missing_file_is_not_found(calc_app: xlwings.App, tmp_path: Path) -> None:
    """Opening what is not there raises FileNotFoundError."""
    with pytest.raises(FileNotFoundError):
        calc_app.books.open(tmp_path / "nosuch.xlsx")


def test_a_file_that_is_no_workbook_is_not_opened(calc_app: xlwings.App, tmp_path: Path) -> None:
    """A file that is no workbook is refused, and nothing stays open."""
    (tmp_path / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    count = len(calc_app.books)
    with pytest.raises(OfficeError):
        calc_app.books.open(tmp_path / "picture.xlsx")
    assert len(calc_app.books) == count


def test_a_read_only_book_is_not_saved_in_place(calc_app: xlwings.App, tmp_path: Path) -> None:
    """A book opened for reading cannot be saved to its own file, but elsewhere."""
    openpyxl.Workbook().save(tmp_path / "one.xlsx")
    opened = calc_app.books.open(tmp_path / "one.xlsx", read_only=True)
    with pytest.raises(OfficeError):
        opened.save()
    opened.save(tmp_path / "two.xlsx")
    assert opened.name == "two.xlsx"
    opened.close()


@pytest.mark.parametrize("name", ["book.xlsb", "book.pdf", "book"])
def test_formats_that_are_not_written_are_named(book: xlwings.Book, tmp_path: Path, name: str) -> None:
    """A format LibreOffice cannot write is refused with words."""
    with pytest.raises(NotImplementedError, match="writes no"):
        book.save(tmp_path / name)


def test_a_folder_that_is_not_there_is_told(book: xlwings.Book, tmp_path: Path) -> None:
    """Saving into a folder that does not exist raises an error that names the path."""
    with pytest.raises(OfficeError, match="nowhere"):
        book.save(tmp_path / "nowhere" / "book.xlsx")


def test_a_closed_book_is_gone(calc_app: xlwings.App) -> None:
    """What is asked of a closed book is answered by an error that says so."""
    made = calc_app.books.add()
    sheet = made.sheets[0]
    made.close()
    with pytest.raises(ObjectGone):
        _ = made.name
    with pytest.raises(ObjectGone):
        _ = made.sheets[0]
    with pytest.raises(OfficeError):
        _ = sheet["A1"].value


def test_the_caller_is_mocked(book: xlwings.Book) -> None:
    """The book set as mock caller is the caller."""
    book.set_mock_caller()
    assert xlwings.Book.caller() == book
    del xlwings.Book._mock_caller  # type: ignore[attr-defined]


def test_a_book_works_as_a_context(calc_app: xlwings.App) -> None:
    """A book used in a with statement is closed at its end."""
    count = len(calc_app.books)
    with calc_app.books.add() as made:
        made.sheets[0]["A1"].value = 1
    assert len(calc_app.books) == count


def test_a_lock_left_by_an_ended_office_is_removed(calc_app: xlwings.App, tmp_path: Path) -> None:
    """A lock of an office of this package that no longer exists does not make a book read-only."""
    path = tmp_path / "one.xlsx"
    openpyxl.Workbook().save(path)
    lock = path.with_name(".~lock.one.xlsx#")
    lock.write_text(",host,user,25.11.2026 10:00,file:///tmp/xlwings-libreoffice-gone;", encoding="utf-8")
    opened = calc_app.books.open(path)
    opened.sheets[0]["A1"].value = 1
    opened.save()
    opened.close()
    lock.write_text(",Someone else,host,25.11.2026 10:00,file:///home/else/profile;", encoding="utf-8")
    locked = calc_app.books.open(path)
    with pytest.raises(OfficeError):
        locked.save()
    locked.close()


def test_open_books_are_known_by_name(calc_app: xlwings.App, book: xlwings.Book) -> None:
    """A book can be asked for by name without opening it."""
    assert book.name in calc_app.books
    assert "Nowhere.xlsx" not in calc_app.books


def test_a_file_open_elsewhere_is_not_saved_over(calc_app: xlwings.App, tmp_path: Path) -> None:
    """Saving over a file that another office keeps open is refused in words, and that file stays as it was."""
    path = tmp_path / "theirs.xlsx"
    path.write_bytes(b"theirs")
    lock = path.with_name(".~lock.theirs.xlsx#")
    lock.write_text(",Someone else,host,25.11.2026 10:00,file:///home/else/profile;", encoding="utf-8")
    made = calc_app.books.add()
    with pytest.raises(OfficeError, match="open elsewhere"):
        made.save(path)
    assert path.read_bytes() == b"theirs"
    lock.unlink()
    made.save(path)
    made.close()
    assert path.read_bytes() != b"theirs"

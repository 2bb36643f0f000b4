"""Duesheet.oxt in LibreOffice: buttons pressed with the mouse, and formulas worked out in Calc."""

import datetime as dt
import io
import os
import re
import signal
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings
from platformdirs.api import PlatformDirsABC
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from duesheet import extension, functions
from duesheet.demo import make
from duesheet.extension import panel
from duesheet.extension.component import interpreter
from duesheet.extension.component.line import Line, Unanswered
from duesheet.functions import listing
from duesheet.whereabouts import stop_file
from screen import screen, settled
from test_functions_page import EXAMPLES, PART, cells, worked
from toolbar import PATIENCE, Desk, configure, installed, until

ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="a screen without a monitor is there on Linux only"
)
MISSING = "Duesheet is not installed for LibreOffice: run duesheet addin install"
EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  what Calc counts from has no zone


@pytest.fixture(scope="module")
def desk(xvfb: str, office: str, unopkg: str, xdotool: str) -> Iterator[Desk]:
    """One office for all of these tests."""
    with screen(xvfb) as name, installed(extension.built(), office, unopkg, name, xdotool) as found:
        yield found


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample's workbook, not refreshed yet."""
    path = tmp_path / "Collections.xlsx"
    make(path, dt.datetime.now().astimezone().date())
    return path


@pytest.fixture(scope="module")
def sheet(desk: Desk) -> Any:
    """An empty sheet for formulas, with the ledger of docs/functions.md in it."""
    page = desk.app.books.add().impl.doc.Sheets.getByIndex(0)
    for address in ("A1:F4", "H1:L2"):
        rows = tuple(tuple(cell or "" for cell in row) for row in cells(address))
        page.getCellRangeByName(address).setDataArray(rows)
    return page


def test_the_same_sources_make_the_same_extension() -> None:
    """The package is the same to the byte each time, and holds no date of today."""
    built = extension.built()
    with zipfile.ZipFile(io.BytesIO(built)) as package:
        years = {entry.date_time[0] for entry in package.infolist()}

    assert built == extension.built()
    assert years == {1980}


def test_the_component_is_python_that_an_older_office_reads() -> None:
    """All Python in the package is that of 3.9, and names nothing of this checkout."""
    with zipfile.ZipFile(io.BytesIO(extension.built())) as package:
        sources = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".py")}

    assert sources
    for name, source in sources.items():
        compile(source, name, "exec", dont_inherit=True, flags=_AST_ONLY, _feature_version=9)
        assert not re.search(r"^\s*(from|import) duesheet\b", source, re.MULTILINE), name


_AST_ONLY = 0x400


def test_every_function_and_argument_has_its_help() -> None:
    """The list of functions is that of `duesheet.functions`, each argument with a line of help."""
    listed = listing.functions()

    assert [function.name for function in listed] == functions.__all__
    assert all(function.help and all(one.help for one in function.arguments) for function in listed)


def test_menu_and_toolbar_are_given_the_same_commands() -> None:
    """Each button of the ribbon stands in both, with its label and the command that its name makes."""
    with zipfile.ZipFile(io.BytesIO(extension.built())) as package:
        told = package.read("Addons.xcu").decode()
    menu, bar = told.split("OfficeToolBar")

    for part in (menu, bar):
        commands = re.findall(r"<value>org\.duesheet:(\w+)</value>", part)
        assert commands == [button.name for group in panel.groups() for button in group.buttons]
        assert part.count("private:separator") == len(panel.groups()) - 1


def test_a_process_that_says_nothing_is_given_up_in_time() -> None:
    """A question to it fails within its limit, in words; the next fails at once, and waits for no other process."""
    starts = []

    def started() -> list[str]:
        starts.append(1)
        return [sys.executable, "-c", "import time; time.sleep(99)"]

    line = Line(started)
    with pytest.raises(Unanswered, match=r"did not answer within 0\.5 seconds"):
        line.ask({"call": "AR_BUCKET", "args": [1]}, 0.5)
    until(lambda: _is_over(line))
    with pytest.raises(Unanswered, match=r"did not answer within 0\.5 seconds"):
        line.ask({"call": "AR_BUCKET", "args": [1]}, 0.5)

    assert starts == [1]


def test_a_question_that_cannot_be_answered_is_refused_in_words() -> None:
    """A function of another version, one with too many arguments, and a button there is not."""
    line = Line(command_of_this_python)
    named = line.ask({"call": "AR_TOMORROW", "args": []}, PATIENCE)
    crowded = line.ask({"call": "AR_BUCKET", "args": [1, 2, 3]}, PATIENCE)
    pressed = line.ask({"press": "launch", "office": "pipe,name=none", "document": "1"}, PATIENCE)

    assert "two versions" in named["answer"]
    assert crowded["refused"].startswith("This could not be done")
    assert "there is no launch in this version of Duesheet" in pressed["refused"]


def command_of_this_python() -> list[str]:
    """What starts the process that answers, here."""
    return [sys.executable, "-P", "-E", "-m", "duesheet.answering"]


def _is_over(line: Line) -> bool:
    return line._talk is None or line._talk.over()


@pytest.mark.parametrize(("system", "known"), [("darwin", MacOS), ("linux", Unix)])
def test_the_component_finds_the_folder_of_the_users_configuration(
    system: str, known: type[PlatformDirsABC], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the one that platformdirs gives to the program that installs."""
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setattr(sys, "platform", system)

    assert interpreter.folder() == Path(known("duesheet").user_config_dir)


def test_on_windows_the_configuration_lies_in_the_local_application_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There platformdirs takes the name once for who made the program and once for the program."""
    monkeypatch.setenv("LOCALAPPDATA", "/users/ann/local")
    monkeypatch.setattr(sys, "platform", "win32")

    assert interpreter.folder() == Path("/users/ann/local/duesheet/duesheet")


@pytest.mark.parametrize(
    "written", ["", "{}", "[]", '{"interpreter": "python"}', '{"interpreter": 1}', '{"interpreter": "/none"}']
)
def test_a_configuration_that_names_no_program_starts_none(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a broken file, nor a name to be looked for, nor a program that is gone."""
    monkeypatch.setattr(interpreter, "folder", lambda: tmp_path)
    (tmp_path / "libreoffice.json").write_text(written, encoding="utf-8")

    with pytest.raises(interpreter.Missing, match=MISSING):
        interpreter.command()


@ON_LINUX
def test_a_workbook_that_counts_from_1904_is_refused(desk: Desk) -> None:
    """Its dates would be four years off: the cell says so instead."""
    document = desk.app.books.add().impl.doc
    date = document.NullDate
    date.Year, date.Month, date.Day = 1904, 1, 1
    document.NullDate = date

    ((told,),) = _in_calc(document.Sheets.getByIndex(0), "=AR_DUE_DATE(44000;0)", 1, 1)

    assert told.startswith("This workbook counts its days from another year")


@ON_LINUX
def test_the_toolbar_has_the_ribbons_buttons(desk: Desk, sample: Path) -> None:
    """It shows the ribbon's labels in the ribbon's order."""
    labels = [button.label for group in panel.groups() for button in group.buttons]
    book = desk.open(sample)

    assert list(desk.bar(book)) == labels
    book.close()


@ON_LINUX
def test_refresh_pressed_in_the_toolbar_refreshes_the_book(desk: Desk, sample: Path, artifacts: Path) -> None:
    """A click with the mouse fills the output sheets of the open workbook; a picture is kept."""
    book = desk.open(sample)
    aging = book.sheets["Aging"]
    aging.activate()
    before = aging["A2"].value

    desk.press(book, _label("refresh"))
    until(lambda: aging["A2"].value and not book.impl.doc.hasControllersLocked())
    settled(desk.display).save(artifacts / "toolbar.png")

    assert before is None
    assert aging["A2"].value == "0101"
    book.close()


@ON_LINUX
def test_the_document_whose_button_was_pressed_is_the_one_that_changes(desk: Desk, sample: Path) -> None:
    """Of two open workbooks, one of them never saved, the pressed one is refreshed and the other left alone."""
    saved, unsaved = desk.open(sample), desk.open(sample, as_new=True)

    desk.press(unsaved, _label("refresh"))
    until(lambda: unsaved.sheets["Aging"]["A2"].value)
    untouched = saved.sheets["Aging"]["A2"].value
    desk.press(saved, _label("refresh"))
    until(lambda: saved.sheets["Aging"]["A2"].value)

    assert untouched is None
    saved.close()
    unsaved.close()


@ON_LINUX
def test_while_send_asks_formulas_answer_and_the_other_buttons_wait(
    desk: Desk, sheet: Any, sample: Path
) -> None:
    """The question stands in a window of Calc; formulas and Stop work, a second press is refused in words."""
    book = desk.open(sample)
    desk.press(book, _label("send"))
    question, buttons = desk.message()
    answered = _in_calc(sheet, "=AR_BUCKET(31)", 1, 1)
    desk.order(book, "stop")
    stopped = until(lambda: stop_file(_setting(book, "Book ID")).exists())
    desk.order(book, "send")
    until(lambda: len(desk.messages()) > 1)
    refusal = desk.answer("OK")
    desk.answer("No")
    outcome = desk.answer("OK")

    assert question.startswith("Send ")
    assert set(buttons) == {"Yes", "No"}
    assert answered == [["31-60"]]
    assert stopped
    assert refusal.startswith(f"{_label('send')} is still at work in this workbook.")
    assert outcome == "Nothing was sent."
    book.close()


@ON_LINUX
def test_without_the_environment_button_and_formula_say_what_to_do(
    desk: Desk, sheet: Any, sample: Path
) -> None:
    """Nothing is installed: a plain sentence in the cell and in a window; installed again, all works at once."""
    book = desk.open(sample)
    _end_all(desk)
    configure(None)
    try:
        told = _in_calc(sheet, "=AR_BUCKET(32)", 1, 1)
        desk.press(book, _label("refresh"))
        said = desk.answer("OK")
    finally:
        configure(sys.executable)

    assert told == [[MISSING]]
    assert said == f"{MISSING}."
    assert _in_calc(sheet, "=AR_BUCKET(33)", 1, 1) == [["31-60"]]
    book.close()


@ON_LINUX
def test_a_process_that_was_killed_is_started_again(desk: Desk, sheet: Any) -> None:
    """A formula after the process was killed is answered as before."""
    _in_calc(sheet, "=AR_BUCKET(34)", 1, 1)
    _end_all(desk)

    assert _in_calc(sheet, "=AR_BUCKET(61)", 1, 1) == [["61-90"]]


@ON_LINUX
def test_what_lies_beside_the_workbook_is_never_run(desk: Desk, sample: Path, tmp_path: Path) -> None:
    """A configuration and a module of ours beside the workbook change nothing."""
    trap = tmp_path / "trap"
    for name in ("duesheet", "duesheet/answering", "xlwings"):
        module = (
            tmp_path / f"{name}.py" if "/" in name or name == "xlwings" else tmp_path / name / "__init__.py"
        )
        module.parent.mkdir(exist_ok=True)
        module.write_text(f"open({str(trap)!r}, 'w').close()\n", encoding="utf-8")
    (tmp_path / "libreoffice.json").write_text('{"interpreter": "/bin/false"}', encoding="utf-8")
    _end_all(desk)
    book = desk.open(sample)

    desk.press(book, _label("refresh"))
    until(lambda: book.sheets["Aging"]["A2"].value)

    assert not trap.exists()
    book.close()


@ON_LINUX
@pytest.mark.parametrize(("formula", "_shown"), EXAMPLES)
def test_a_formula_in_calc_gives_what_the_function_gives(sheet: Any, formula: str, _shown: str) -> None:
    """Every example of docs/functions.md, worked out by Calc, is what `duesheet.functions` answers.

    To Calc, TRUE is another name of 1.
    """
    expected = _rows(worked(formula.replace("TRUE", "1")))

    assert _in_calc(sheet, f"={for_calc(formula)}", len(expected), len(expected[0])) == expected


@ON_LINUX
def test_ten_thousand_rows_are_answered_at_once(sheet: Any) -> None:
    """A column of 10,000 dates is one question, and takes no more than some seconds."""
    rows = 10_000
    dates = tuple((46000.0 + row % 300,) for row in range(rows))
    sheet.getCellRangeByName(f"T1:T{rows}").setDataArray(dates)
    began = time.monotonic()
    answer = _in_calc(sheet, f"=AR_DAYS_OVERDUE(T1:T{rows};46100)", rows, 1)
    took = time.monotonic() - began

    sys.stdout.write(f"10,000 rows in {took:.2f} s\n")
    assert answer == [[max(46100 - day, 0)] for (day,) in dates]
    assert took < 10


def for_calc(formula: str) -> str:
    """A formula as it is typed in Excel, in the spelling of Calc's programs.

    >>> for_calc('AR_X(1, {0.3%,"a,b";2,3})')
    'AR_X(1; {0.003;"a,b"|2;3})'
    """
    inside, said = False, []
    for part in PART.findall(formula):
        inside = part == "{" or (inside and part != "}")
        if inside and part.endswith("%"):
            said.append(f"{float(part[:-1]) / 100:.15g}")
        elif part in {",", ";"}:
            said.append("|" if part == ";" else ";")
        else:
            said.append(part)
    return "".join(said)


def _in_calc(sheet: Any, formula: str, height: int, width: int) -> list[list[Any]]:
    """What a formula gives in as many cells."""
    area = sheet.getCellRangeByPosition(25, 0, 24 + width, height - 1)
    area.setArrayFormula(formula)
    found = [list(row) for row in area.getDataArray()]
    area.setArrayFormula("")
    return found


def _rows(answer: Any) -> list[list[Any]]:
    """An answer of a function as Calc's cells hold it."""
    rows = answer if isinstance(answer, list) else [[answer]]
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: Any) -> Any:
    return (value - EPOCH).days if isinstance(value, dt.datetime) else value


def _label(button: str) -> str:
    return next(one.label for group in panel.groups() for one in group.buttons if one.name == button)


def _setting(book: xlwings.Book, name: str) -> str:
    """A value on the sheet Settings."""
    return str(dict(book.sheets["Settings"]["A2:B80"].value)[name])


def _end_all(desk: Desk) -> None:
    """Kills the processes of Duesheet, as a crash would."""
    left = desk.processes()
    for one in left:
        os.kill(one, signal.SIGKILL)
    until(lambda: not set(left) & set(desk.processes()))
    time.sleep(0.2)

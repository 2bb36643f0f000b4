"""The macros compile and run: each button, pressed by a control that is none, does its work in Calc."""

import ast
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwings

import gate_macros
import xlwings_libreoffice
from duesheet import job
from duesheet.assets import folder
from duesheet.books.closed import ClosedBook
from duesheet.books.live import LiveBook
from duesheet.buttons import desk
from duesheet.functions import listing
from duesheet.xlam.modules import Kind, Module
from gate_macros import Stage, carrying, staged
from gate_ribbon import PYTHON, RIBBON, buttons, target
from shop import shop

NOON = dt.datetime(2026, 2, 2, 12).astimezone()
BUTTONS = buttons({RIBBON: (folder("macros") / "customUI14.xml").read_bytes()})
MACROS = {button: macro.partition(".")[2] for button, macro in BUTTONS.items()}
COMPILED = 42

WRITTEN = {
    "refresh": "OpenItems",
    "preview": "Reminders",
    "send": "Activity",
    "hold": "Invoices",
    "release": "Invoices",
    "record_payment": "Payments",
}
"""The sheet whose cells a button changes."""
SHOWN = {"call_list": "Reminders", "schedule": "Schedule", "problems": "Problems", "settings": "Settings"}
"""The sheet that a button brings to the front."""


@pytest.fixture(scope="module")
def apart() -> Iterator[xlwings.App]:
    """An office for macros alone: LibreOffice has ended when several workbooks with macros of one name were open."""
    xlwings.engines[xlwings_libreoffice.engine.name].activate()
    app = xlwings.App(visible=False, add_book=False)
    yield app
    app.quit()


def _small(folder: Path, carried: list[Module]) -> Path:
    """A workbook with the four sheets that make it one of ours, carrying macros."""
    with xlsxwriter.Workbook(folder / "Small.xlsx") as book:
        for name in ("Customers", "Invoices", "Payments", "Settings"):
            book.add_worksheet(name)
    file = folder / "Small.xlsm"
    file.write_bytes(carrying((folder / "Small.xlsx").read_bytes(), carried))
    return file


def test_a_small_workbook_runs_macros_as_a_large_one(tmp_path: Path, apart: xlwings.App) -> None:
    """With sound modules the answer is the one that the faults below take away."""
    with staged(apart, _small(tmp_path, gate_macros.modules(["OnRefresh"], []))) as found:
        assert found.run("Answer") == COMPILED
        assert found.run("PressOnRefresh")


def _broken(name: str, change: Callable[[str], str]) -> list[Module]:
    made = gate_macros.modules(["OnRefresh"], [])
    assert any(change(one.code) != one.code for one in made if one.name == name)
    return [one._replace(code=change(one.code)) if one.name == name else one for one in made]


@pytest.mark.parametrize(
    "carried",
    [
        _broken("DuesheetRibbon", lambda code: code.replace("End Sub", "", 1)),
        _broken("DuesheetCommands", lambda code: code.replace("End If", "", 1)),
        _broken(
            "DuesheetCommands", lambda code: code.replace("(ByVal command As String)", "(ByVal command As", 1)
        ),
        _broken("ThisWorkbook", lambda code: code.replace("Set mExcel = Application", "Set mExcel = = 1")),
        [
            *_broken("Gate", lambda code: code + "\n"),
            Module("Twice", Kind.STANDARD, "Sub A()\nEnd Sub\nSub A()\nEnd Sub"),
        ],
    ],
    ids=[
        "no end of a Sub",
        "no end of an If",
        "half a list of arguments",
        "no expression",
        "two Subs of one name",
    ],
)
def test_a_module_that_does_not_compile_is_found(
    carried: list[Module], tmp_path: Path, apart: xlwings.App
) -> None:
    """One module that LibreOffice cannot compile makes the answer another than it must be."""
    with staged(apart, _small(tmp_path, carried)) as found:
        assert found.run("Answer") != COMPILED


def test_a_button_without_its_python_is_found(tmp_path: Path, apart: xlwings.App) -> None:
    """A macro that hands on nothing gives nothing to run."""
    emptied = _broken("DuesheetRibbon", lambda code: code.replace("    RunCommand", "    ' RunCommand", 1))
    with staged(apart, _small(tmp_path, emptied)) as found:
        assert found.run("Answer") == COMPILED
        assert found.run("PressOnRefresh") == ""


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The macros in a workbook that is none of ours."""
    with xlsxwriter.Workbook(tmp_path / "Other.xlsx") as book:
        book.add_worksheet("Customers")
    file = tmp_path / "Other.xlsm"
    file.write_bytes(
        carrying((tmp_path / "Other.xlsx").read_bytes(), gate_macros.modules(MACROS.values(), []))
    )
    return file


def test_in_another_workbook_only_guide_and_about_do_anything(other: Path, apart: xlwings.App) -> None:
    """Where the sheets of a collections workbook are missing, all but two are gray and start no Python."""
    with staged(apart, other) as found:
        heard = {button: found.run(f"Press{macro}") for button, macro in MACROS.items()}

        assert found.run("Shown") == "False True"
    assert {button for button, line in heard.items() if line} == {"guide", "about"}


def test_an_odd_name_is_not_handed_to_a_command_line(other: Path, apart: xlwings.App) -> None:
    """A workbook whose name holds a sign that a command line reads starts no Python, and is told why."""
    with staged(apart, other.rename(other.with_name("Collections & $(calc).xlsm"))) as found:
        assert "Save it under another name" in found.run("Why")
        assert found.run(f"Press{MACROS['about']}") == ""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A refreshed workbook of two customers that carries the add-in's macros."""
    file = shop(
        tmp_path_factory.mktemp("shop") / "Collections.xlsx",
        test_recipient="me@example.com",
        letters_per_minute="6000",
    )
    closed = ClosedBook.open(file)
    job.refresh(closed, job.Clock(NOON), path=file)
    closed.save()
    return carrying(file.read_bytes(), gate_macros.modules(MACROS.values(), listing.functions()))


@pytest.fixture(scope="module")
def stage(book: bytes, tmp_path_factory: pytest.TempPathFactory, apart: xlwings.App) -> Iterator[Stage]:
    """The workbook with macros, open in Calc for one press after the other, as in an office.

    It is noon of a Monday, whoever is asked says yes, and no browser is opened.
    """
    file = tmp_path_factory.mktemp("desk") / "Collections.xlsm"
    file.write_bytes(book)
    with staged(apart, file) as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUESHEET_DATA", str(file.parent / "data"))
        patch.setattr(desk, "clock", lambda: job.Clock(NOON))
        patch.setattr(desk, "open_beside", lambda path: path)
        patch.setattr(LiveBook, "ask", lambda *_: True)
        patch.setattr(xlwings.Book, "_mock_caller", found.book, raising=False)
        yield found


def cells(book: xlwings.Book, sheet: str | None) -> Any:
    """The cells of a sheet, where one is named."""
    return book.sheets[sheet].used_range.formula if sheet else None


def done(line: str) -> str:
    """What the last call of a line of Python gives, the line run as Excel has it run."""
    *first, last = ast.parse(line).body
    assert isinstance(last, ast.Expr)
    names: dict[str, Any] = {}
    exec(compile(ast.Module(first, []), "<button>", "exec"), names)  # noqa: S102  the line that Excel hands to Python
    return str(eval(compile(ast.Expression(last.value), "<button>", "eval"), names))  # noqa: S307  the same


def prepare(button: str, book: xlwings.Book) -> None:
    """What must have happened for a button to have something to do; the first open item is selected."""
    bills = book.sheets["Invoices"]
    if button == "refresh":
        bills.range("E2").value = 123.45
    if button in {"hold", "release"}:
        cell = bills.range((2, 1 + bills.range("A1:Z1").value.index("Hold")))
        cell.value = "Talking to them" if button == "release" else None
    book.sheets["OpenItems"].activate()
    book.sheets["OpenItems"].range("A2").select()


@pytest.mark.parametrize("button", BUTTONS)
def test_a_pressed_button_reaches_the_workbook(button: str, stage: Stage) -> None:
    """The macro hands on its line of Python, and that line, called from the workbook, says and does something there."""
    prepare(button, stage.book)
    line = stage.run(f"Press{MACROS[button]}")
    assert target(line) == (PYTHON, button)

    before = cells(stage.book, WRITTEN.get(button))
    message = done(line)

    assert stage.book.app.status_bar == message
    assert "went wrong" not in message
    assert button not in WRITTEN or cells(stage.book, WRITTEN[button]) != before, message
    assert SHOWN.get(button) in {stage.book.sheets.active.name, None}, message


def test_the_buttons_are_enabled_in_a_workbook_of_ours(stage: Stage) -> None:
    """In a collections workbook every button can be pressed, and nothing speaks against it."""
    assert stage.run("Answer") == COMPILED
    assert (stage.run("Why"), stage.run("Shown")) == ("", "True True")


def test_every_worksheet_function_hands_on_its_arguments(stage: Stage) -> None:
    """Each wrapper calls the Python function of its name with all its arguments in their order."""
    said = {one.name: stage.run(f"Call{one.name}") for one in listing.functions()}

    assert said == {
        one.name: f"duesheet.functions.{one.name} {len(one.arguments)} 7" for one in listing.functions()
    }

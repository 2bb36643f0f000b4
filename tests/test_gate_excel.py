"""The macros in an Excel that pyOpenVBA plays: they compile, and every button hands on its Python."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyopenvba import PyOpenVBAError

import gate_excel
import gate_macros
from duesheet import xlam
from duesheet.assets import folder
from duesheet.functions import listing
from duesheet.xlam.modules import Module
from gate_ribbon import PYTHON, RIBBON, buttons, target
from shop import shop

BUTTONS = buttons({RIBBON: (folder("macros") / "customUI14.xml").read_bytes()})
MACROS = {button: macro.partition(".")[2] for button, macro in BUTTONS.items()}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of ours."""
    return shop(tmp_path_factory.mktemp("shop") / "Collections.xlsx")


@pytest.mark.parametrize("module", xlam.modules(), ids=lambda module: module.name)
def test_every_module_compiles(module: Module) -> None:
    """Each module of the add-in is VBA, xlwings' own among them, of which pieces were cut."""
    gate_excel.compiled(module)


def test_every_button_hands_on_its_python_in_excel(book: Path) -> None:
    """In a workbook of ours all buttons are enabled, and each hands on the line that calls its function."""
    excel = gate_excel.excel(gate_macros.modules(MACROS.values(), []), book)

    assert (excel.run("Answer"), excel.run("Why"), excel.run("Shown")) == (42, "", "True True")
    for button, macro in MACROS.items():
        assert target(excel.run(f"Press{macro}")) == (PYTHON, button)


def test_every_worksheet_function_is_called_in_excel(book: Path) -> None:
    """Each wrapper hands all its arguments on, in their order."""
    functions = listing.functions()
    excel = gate_excel.excel(gate_macros.modules([], functions), book)

    for one in functions:
        assert excel.run(f"Call{one.name}") == f"duesheet.functions.{one.name} {len(one.arguments)} 7"


FAULTS: dict[str, Callable[[str], str]] = {
    "an undeclared name": lambda code: code.replace("    RunPython command", "    RunPython comand"),
    "a procedure that is not there": lambda code: code.replace(
        "    RunPython command", "    RunPyton command"
    ),
    "an argument too many": lambda code: code.replace("    RunPython command", "    RunPython command, 2"),
    "a bracket too few": lambda code: code.replace("CStr(GetConfig(", "CStr(GetConfig"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_name_that_is_wrong_is_found(fault: str, book: Path) -> None:
    """What compiles in LibreOffice all the same is found when the button is pressed here."""
    made = gate_macros.modules(["OnRefresh"], [])
    broken = [
        one._replace(code=FAULTS[fault](one.code)) if one.name == "DuesheetCommands" else one for one in made
    ]
    assert broken != made

    assert not _presses(broken, book)
    assert _presses(made, book)


def _presses(modules: list[Module], book: Path) -> bool:
    try:
        return bool(gate_excel.excel(modules, book).run("PressOnRefresh"))
    except PyOpenVBAError:
        return False

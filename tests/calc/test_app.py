from contextlib import suppress
from pathlib import Path

import pytest
import xlwings

import xlwings_libreoffice
from xlwings_libreoffice import OfficeError
from xlwings_libreoffice.uno_runtime import properties, typed, uno

MODULE = """
Function MySum(x, y)
    MySum = x + y
End Function

Sub Fill(text As String)
    ThisComponent.Sheets.getByIndex(0).getCellRangeByName("A1").String = text
End Sub

Function Joined(values)
    Joined = values(0) & values(1)
End Function
"""


@pytest.fixture
def macro_book(book: xlwings.Book) -> xlwings.Book:
    """A book with a module of Basic."""
    libraries = book.api.BasicLibraries
    if not libraries.hasByName("Standard"):
        libraries.createLibrary("Standard")
    libraries.getByName("Standard").insertByName("Module1", MODULE)
    return book


def test_the_engine_is_registered() -> None:
    """The engine is known to xlwings by name, as a desktop engine."""
    engine = xlwings.engines["libreoffice"]
    assert (engine.name, engine.type) == ("libreoffice", "desktop")
    assert [one.name for one in xlwings.engines].count("libreoffice") == 1
    assert xlwings_libreoffice.engine.name == "libreoffice"


def test_an_app_knows_itself(calc_app: xlwings.App) -> None:
    """An app tells process, version and folder, and is found among the apps."""
    assert calc_app.pid in xlwings.apps.keys()  # noqa: SIM118 (xlwings' Apps has no contains)
    assert xlwings.apps[calc_app.pid] == calc_app
    assert calc_app.version.major >= 7
    assert (Path(calc_app.path) / "soffice.bin").exists()
    assert Path(f"/proc/{calc_app.pid}/comm").read_text().startswith("soffice")
    assert repr(calc_app) == f"<App [libreoffice] {calc_app.pid}>"
    with pytest.raises(KeyError):
        xlwings.apps[1]


def test_calculation_waits_when_manual(calc_app: xlwings.App, sheet: xlwings.Sheet) -> None:
    """In manual mode formulas keep their values until calculate."""
    assert calc_app.calculation == "automatic"
    sheet["A1"].value = 1
    sheet["B1"].formula = "=A1*2"
    calc_app.calculation = "manual"
    assert calc_app.calculation == "manual"
    sheet["A1"].value = 5
    assert sheet["B1"].value == 2.0
    calc_app.calculate()
    assert sheet["B1"].value == 10.0
    calc_app.calculation = "automatic"
    sheet["A1"].value = 6
    assert sheet["B1"].value == 12.0
    with pytest.raises(NotImplementedError):
        calc_app.calculation = "semiautomatic"


def test_a_book_opened_in_manual_mode_is_manual(calc_app: xlwings.App) -> None:
    """A book added while calculation is manual waits as well."""
    calc_app.calculation = "manual"
    made = calc_app.books.add()
    assert not made.api.isAutomaticCalculationEnabled()
    calc_app.calculation = "automatic"
    assert made.api.isAutomaticCalculationEnabled()
    made.close()


def test_screen_updating_is_held_and_released(calc_app: xlwings.App, book: xlwings.Book) -> None:
    """Painting stops for open and new books, and starts again for all."""
    calc_app.screen_updating = False
    made = calc_app.books.add()
    assert calc_app.screen_updating is False
    assert book.api.hasControllersLocked()
    assert made.api.hasControllersLocked()
    made.close()
    with calc_app.properties(screen_updating=False):
        book.sheets[0]["A1"].value = 1
    calc_app.screen_updating = True
    assert not book.api.hasControllersLocked()
    assert not book.api.isActionLocked()


def test_settings_are_kept_and_restored(calc_app: xlwings.App, book: xlwings.Book) -> None:
    """Alerts, interaction and the status bar are set for a while and restored, also after an error."""
    assert book.name
    settings = {"display_alerts": False, "interactive": False, "status_bar": "Working"}
    during: dict[str, object] = {}
    with suppress(ZeroDivisionError), calc_app.properties(**settings):
        during = {name: getattr(calc_app, name) for name in settings}
        raise ZeroDivisionError
    assert during == settings
    assert (calc_app.display_alerts, calc_app.interactive, calc_app.status_bar) == (True, True, False)


def test_what_calc_has_not_is_refused_with_words(calc_app: xlwings.App) -> None:
    """What has no counterpart raises NotImplementedError that says why."""
    with pytest.raises(NotImplementedError, match="folder"):
        _ = calc_app.startup_path
    with pytest.raises(NotImplementedError, match="hidden"):
        calc_app.alert("Hello")


def test_copy_mode_ends(calc_app: xlwings.App) -> None:
    """Copying can be ended, and is off then."""
    calc_app.cut_copy_mode = False
    assert calc_app.cut_copy_mode is None


def test_windows_are_shown_and_hidden(calc_app: xlwings.App, book: xlwings.Book) -> None:
    """A hidden app can be shown and hidden again."""
    window = book.api.CurrentController.Frame.ContainerWindow
    assert calc_app.visible is False
    calc_app.visible = True
    assert calc_app.visible is True
    assert window.isVisible()
    calc_app.visible = False
    assert not window.isVisible()


def test_macros_run_by_their_name(calc_app: xlwings.App, macro_book: xlwings.Book) -> None:
    """A macro runs by name, module and name, or book and name, and gives its result."""
    assert macro_book.macro("MySum")(1, 2) == 3
    assert macro_book.macro("Module1.mysum")(1.5, 2) == 3.5
    assert calc_app.macro("MySum")(2, 2) == 4
    assert macro_book.macro("Joined")(["a", "b"]) == "ab"
    macro_book.macro("Fill")("written")
    assert macro_book.sheets[0]["A1"].value == "written"


def test_a_missing_macro_is_told(macro_book: xlwings.Book) -> None:
    """A macro that no book has is refused by name."""
    with pytest.raises(OfficeError, match="Nowhere"):
        macro_book.macro("Nowhere")()
    with pytest.raises(OfficeError, match="not the name"):
        macro_book.macro("a b")()


def test_ranges_of_the_active_sheet(calc_app: xlwings.App, sheet: xlwings.Sheet) -> None:
    """A range without a sheet is one of the active sheet."""
    sheet["B2"].value = "here"
    assert calc_app.range("B2").value == "here"
    assert xlwings.Range("B2").value == "here"
    assert xlwings.Range((2, 2)).value == "here"


def test_events_are_held_back(calc_app: xlwings.App, macro_book: xlwings.Book) -> None:
    """A macro bound to an event does not run while events are off, and runs again afterwards."""
    sheet = macro_book.sheets[0]
    uno().invoke(sheet.api.Events, "replaceByName", ("OnChange", _bound("Standard.Module1.Changed")))
    calc_app.enable_events = False
    assert calc_app.enable_events is False
    assert not sheet.api.Events.getByName("OnChange")
    calc_app.enable_events = True
    assert calc_app.enable_events is True
    assert {entry.Name for entry in sheet.api.Events.getByName("OnChange")} == {"EventType", "Script"}


def _bound(macro: str) -> object:
    script = f"vnd.sun.star.script:{macro}?language=Basic&location=document"
    return typed("[]com.sun.star.beans.PropertyValue", properties(EventType="Script", Script=script))


def test_an_app_without_books_has_no_selection(calc_app: xlwings.App) -> None:
    """Without a book nothing is selected, and no book is active."""
    assert len(calc_app.books) == 0
    assert calc_app.selection is None
    with pytest.raises(OfficeError, match="No book"):
        _ = calc_app.books.active

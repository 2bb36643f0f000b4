"""The office's clipboard: a range put on it, and what is on it pasted in part, turned, or computed in."""

from typing import TYPE_CHECKING

from xlwings_libreoffice.uno_runtime import UnoObject, properties

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range

EVERYTHING = "A"
PARTS = {
    None: EVERYTHING,
    "all": EVERYTHING,
    "all_merging_conditional_formats": EVERYTHING,
    "all_using_source_theme": EVERYTHING,
    "comments": "N",
    "formats": "T",
    "formulas": "SVDF",
    "formulas_and_number_formats": "SVDF",
    "values": "SVD",
    "values_and_number_formats": "SVD",
}
"""What LibreOffice calls the parts of cells: strings, values, dates, formulas, notes, formats."""
REFUSED = {"all_except_borders", "column_widths", "validation"}
"""Parts that Excel pastes and LibreOffice does not."""
OPERATIONS = {None: 0, "add": 1, "subtract": 2, "multiply": 3, "divide": 4}
NO_SHIFT = 4
INPUT = "/org.openoffice.Office.Calc/Input"


def copy(source: "Range") -> None:
    """Puts a range on the clipboard."""
    with Selected(source):
        _dispatch(source, "Copy")


def paste(
    target: "Range",
    part: str | None = None,
    operation: str | None = None,
    *,
    skip_blanks: bool = False,
    transpose: bool = False,
) -> None:
    """Pastes what is on the clipboard, or a part of it, over a range."""
    if part not in PARTS:
        if part in REFUSED:
            raise NotImplementedError(
                f"LibreOffice cannot paste {part!r} alone: it has no such part of cells."
            )
        raise ValueError(f"{part!r} is not a part of cells that can be pasted.")
    if operation not in OPERATIONS:
        raise ValueError(f"{operation!r} is not an operation: add, divide, multiply or subtract.")
    _overwrite_without_asking(target)
    with Selected(target):
        _dispatch(
            target,
            "InsertContents",
            Flags=PARTS[part],
            FormulaCommand=OPERATIONS[operation],
            SkipEmptyCells=skip_blanks,
            Transpose=transpose,
            AsLink=False,
            MoveMode=NO_SHIFT,
        )


class Selected:
    """Selects a range for a while, and afterwards again what was selected before.

    A class and no generator: Python cannot put its traceback on UNO's exceptions, which a generator would need.
    """

    def __init__(self, cells: "Range") -> None:
        self.controller: UnoObject = cells.sheet.book.doc.CurrentController
        self.sheet: UnoObject = self.controller.ActiveSheet
        self.before: UnoObject = self.controller.Selection
        self.cells = cells

    def __enter__(self) -> None:
        self.controller.select(self.cells.xr)

    def __exit__(self, *_: object) -> None:
        self.controller.setActiveSheet(self.sheet)
        if self.before is not None:
            self.controller.select(self.before)


def _overwrite_without_asking(target: "Range") -> None:
    """Tells the office not to ask before it pastes over filled cells: nobody is there to answer."""
    provider = target.sheet.book.app.office.service("com.sun.star.configuration.ConfigurationProvider")
    settings = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationUpdateAccess", properties(nodepath=INPUT)
    )
    if settings.ReplaceCellsWarning:
        settings.ReplaceCellsWarning = False
        settings.commitChanges()


def _dispatch(cells: "Range", command: str, **arguments: object) -> None:
    helper: UnoObject = cells.sheet.book.app.office.service("com.sun.star.frame.DispatchHelper")
    frame = cells.sheet.book.doc.CurrentController.Frame
    helper.executeDispatch(frame, f".uno:{command}", "", 0, properties(**arguments))

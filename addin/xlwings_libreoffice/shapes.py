"""Shapes: everything that is drawn on a sheet, pictures and charts too."""

from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice.characters import Characters
from xlwings_libreoffice.fonts import Font
from xlwings_libreoffice.lengths import hundredths
from xlwings_libreoffice.listing import Listing
from xlwings_libreoffice.pictures import original_size
from xlwings_libreoffice.placed import Placed, drawn_on, kind, place, size
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.sheet import Sheet

KEPT = {"scale_from_top_left": 0.0, "scale_from_middle": 0.5, "scale_from_bottom_right": 1.0}
"""Which point stays where it is when a shape is scaled: a share of its width or height."""


@walled
class Shape(Placed, base_classes.Shape):
    """One shape."""

    def __init__(self, sheet: "Sheet", drawn: UnoObject) -> None:
        self.sheet = sheet
        self.drawn = drawn

    @property
    def type(self) -> str:
        """What it is: `picture`, `chart`, `auto_shape`, `text_box` and so on."""
        return kind(self.drawn)

    @property
    def index(self) -> int:
        """Its place from back to front, counted from 1."""
        return next(number for number, one in enumerate(drawn_on(self.sheet), 1) if one == self.drawn)

    def activate(self) -> None:
        """Selects it, on its sheet, which becomes the active one."""
        self.sheet.activate()
        self.sheet.book.doc.CurrentController.select(self.drawn)

    def scale_width(self, factor: float, relative_to_original_size: bool, scale: str) -> None:  # noqa: FBT001
        """Makes it wider or narrower by a factor of its present or its original width."""
        now = self.drawn.Size.Width
        wide = round((self._original()[0] if relative_to_original_size else now) * factor)
        across = self.drawn.Position.X + round((now - wide) * KEPT[scale])
        size(self.drawn, wide, self.drawn.Size.Height)
        place(self.drawn, across, self.drawn.Position.Y)

    def scale_height(self, factor: float, relative_to_original_size: bool, scale: str) -> None:  # noqa: FBT001
        """Makes it higher or lower by a factor of its present or its original height."""
        now = self.drawn.Size.Height
        high = round((self._original()[1] if relative_to_original_size else now) * factor)
        down = self.drawn.Position.Y + round((now - high) * KEPT[scale])
        size(self.drawn, self.drawn.Size.Width, high)
        place(self.drawn, self.drawn.Position.X, down)

    @property
    def text(self) -> str | None:
        """The text in it; None when there is none."""
        return str(self._lettered().String) or None

    @text.setter
    def text(self, value: str) -> None:
        """Writes a text into it."""
        self._lettered().setString(str(value))

    @property
    def font(self) -> Font:
        """The font of its text."""
        return Font(self, self._lettered())

    @property
    def characters(self) -> Characters:
        """The characters of its text."""
        return Characters(self, self._lettered())

    def _lettered(self) -> UnoObject:
        if not hasattr(self.drawn, "String"):
            raise NotImplementedError(f"A shape of the kind {self.type} holds no text in LibreOffice.")
        return self.drawn

    def _original(self) -> tuple[int, int]:
        if self.type != "picture":
            raise ValueError("Only a picture has an original size to scale it by.")
        wide, high = original_size(self.drawn.Graphic)
        return hundredths(wide), hundredths(high)


@walled
class Shapes(Listing[Shape], base_classes.Collection):
    """The shapes on a sheet, from back to front."""

    def __init__(self, sheet: "Sheet") -> None:
        self.sheet = sheet

    @property
    def api(self) -> UnoObject:
        """The page of shapes in UNO."""
        return self.sheet.xs.DrawPage

    @property
    def parent(self) -> "Sheet":
        """The sheet they lie on."""
        return self.sheet

    def members(self) -> list[Shape]:
        """The shapes from back to front."""
        return [Shape(self.sheet, drawn) for drawn in drawn_on(self.sheet)]

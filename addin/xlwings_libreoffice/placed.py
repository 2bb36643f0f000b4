"""What every drawn object on a sheet has: a name, a place and a size."""

from typing import TYPE_CHECKING

from xlwings_libreoffice.lengths import hundredths, points
from xlwings_libreoffice.uno_runtime import UnoObject, struct

if TYPE_CHECKING:
    from xlwings_libreoffice.sheet import Sheet


class Placed:
    """Name, place and size of a drawn object, in points from the corner of its sheet."""

    if TYPE_CHECKING:
        sheet: Sheet
        drawn: UnoObject

    @property
    def api(self) -> UnoObject:
        """The shape in UNO."""
        return self.drawn

    @property
    def parent(self) -> "Sheet":
        """The sheet it lies on."""
        return self.sheet

    @property
    def name(self) -> str:
        """Its name; one without a name is called after its kind and place."""
        return named(self.sheet, self.drawn)

    @name.setter
    def name(self, value: str) -> None:
        """Renames it."""
        self.drawn.Name = value

    @property
    def left(self) -> float:
        """How far it lies from the left edge of the sheet."""
        return points(self.drawn.Position.X)

    @left.setter
    def left(self, value: float) -> None:
        """Moves it across."""
        place(self.drawn, hundredths(value), self.drawn.Position.Y)

    @property
    def top(self) -> float:
        """How far it lies from the top edge of the sheet."""
        return points(self.drawn.Position.Y)

    @top.setter
    def top(self, value: float) -> None:
        """Moves it down or up."""
        place(self.drawn, self.drawn.Position.X, hundredths(value))

    @property
    def width(self) -> float:
        """How wide it is."""
        return points(self.drawn.Size.Width)

    @width.setter
    def width(self, value: float) -> None:
        """Makes it as wide."""
        size(self.drawn, hundredths(value), self.drawn.Size.Height)

    @property
    def height(self) -> float:
        """How high it is."""
        return points(self.drawn.Size.Height)

    @height.setter
    def height(self, value: float) -> None:
        """Makes it as high."""
        size(self.drawn, self.drawn.Size.Width, hundredths(value))

    def delete(self) -> None:
        """Takes it off the sheet."""
        self.sheet.xs.DrawPage.remove(self.drawn)


CHART = "12dcae26-281f-416f-a234-c3086127382e"
KINDS = {
    "GraphicObjectShape": "picture",
    "CustomShape": "auto_shape",
    "RectangleShape": "auto_shape",
    "EllipseShape": "auto_shape",
    "TextShape": "text_box",
    "LineShape": "line",
    "ConnectorShape": "line",
    "MeasureShape": "line",
    "GroupShape": "group",
    "ControlShape": "form_control",
    "MediaShape": "media",
    "CaptionShape": "callout",
}
WORDS = {
    "picture": "Picture",
    "chart": "Chart",
    "text_box": "TextBox",
    "line": "Straight Connector",
    "group": "Group",
}


def drawn_on(sheet: "Sheet") -> list[UnoObject]:
    """The shapes on a sheet from back to front, but for the boxes of its notes."""
    page = sheet.xs.DrawPage
    return [shape for shape in map(page.getByIndex, range(page.Count)) if not _is_note(shape)]


def kind(shape: UnoObject) -> str:
    """What xlwings calls a shape of that kind."""
    word = str(shape.ShapeType).rpartition(".")[2]
    if word == "OLE2Shape":
        return "chart" if str(shape.CLSID).lower() == CHART else "embedded_ole_object"
    return KINDS.get(word, "freeform")


def named(sheet: "Sheet", shape: UnoObject) -> str:
    """The name of a shape; a nameless chart has that of its data, another one its kind and number."""
    if shape.Name:
        return str(shape.Name)
    what = kind(shape)
    if what == "chart":
        return str(shape.PersistName)
    alike = [one for one in drawn_on(sheet) if kind(one) == what]
    number = next(place for place, one in enumerate(alike, 1) if one == shape)
    return f"{WORDS.get(what, 'Shape')} {number}"


def next_name(sheet: "Sheet", word: str) -> str:
    """The name Excel gives to the next object of that kind, such as `Picture 2`: it counts all kinds together."""
    taken = {named(sheet, shape) for shape in drawn_on(sheet)}
    number = len(taken) + 1
    while f"{word} {number}" in taken:
        number += 1
    return f"{word} {number}"


def place(shape: UnoObject, across: int, down: int) -> None:
    """Puts a shape somewhere, in hundredths of a millimetre."""
    shape.setPosition(struct("com.sun.star.awt.Point", X=across, Y=down))


def size(shape: UnoObject, width: int, height: int) -> None:
    """Gives a shape a size, in hundredths of a millimetre."""
    shape.setSize(struct("com.sun.star.awt.Size", Width=width, Height=height))


def _is_note(shape: UnoObject) -> bool:
    return str(shape.ShapeType).endswith("CaptionShape")

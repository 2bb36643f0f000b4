"""Pictures on a sheet."""

from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice.errors import OfficeError
from xlwings_libreoffice.lengths import hundredths, points
from xlwings_libreoffice.listing import Listing
from xlwings_libreoffice.placed import Placed, drawn_on, kind, next_name, place, size
from xlwings_libreoffice.uno_runtime import UnoObject, properties, struct, url
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings import Range as Given

    from xlwings_libreoffice.sheet import Sheet

POINTS_PER_PIXEL = 72 / 96
FREE = "free-aspect-ratio"
"""The mark on a picture whose width and height go their own ways: Calc itself keeps no such setting."""


@walled
class Picture(Placed, base_classes.Picture):
    """One picture."""

    def __init__(self, sheet: "Sheet", drawn: UnoObject) -> None:
        self.sheet = sheet
        self.drawn = drawn

    @property
    def width(self) -> float:
        """How wide it is."""
        return points(self.drawn.Size.Width)

    @width.setter
    def width(self, value: float) -> None:
        """Makes it as wide, and the height go with it while the proportion is locked."""
        old = self.drawn.Size
        high = hundredths(self.height * value / self.width) if self.lock_aspect_ratio else old.Height
        size(self.drawn, hundredths(value), high)

    @property
    def height(self) -> float:
        """How high it is."""
        return points(self.drawn.Size.Height)

    @height.setter
    def height(self, value: float) -> None:
        """Makes it as high, and the width go with it while the proportion is locked."""
        old = self.drawn.Size
        wide = hundredths(self.width * value / self.height) if self.lock_aspect_ratio else old.Width
        size(self.drawn, wide, hundredths(value))

    @property
    def lock_aspect_ratio(self) -> bool:
        """Whether width and height keep their proportion; they do until told otherwise."""
        return not self.drawn.UserDefinedAttributes.hasByName(FREE)

    @lock_aspect_ratio.setter
    def lock_aspect_ratio(self, value: bool) -> None:
        """Keeps the proportion, or lets width and height go their own ways."""
        marks = self.drawn.UserDefinedAttributes
        if value and marks.hasByName(FREE):
            marks.removeByName(FREE)
        if not value and not marks.hasByName(FREE):
            marks.insertByName(FREE, struct("com.sun.star.xml.AttributeData", Type="CDATA", Value="true"))
        self.drawn.UserDefinedAttributes = marks

    def update(self, filename: str) -> "Picture":
        """Shows another image in its place, with its name, place and size."""
        self.drawn.Graphic = graphic(self.sheet, filename)
        return self


@walled
class Pictures(Listing[Picture], base_classes.Pictures):
    """The pictures on a sheet, from back to front."""

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

    def members(self) -> list[Picture]:
        """The pictures from back to front."""
        return [Picture(self.sheet, drawn) for drawn in drawn_on(self.sheet) if kind(drawn) == "picture"]

    def add(  # noqa: PLR0913, PLR0917 (what Excel takes)
        self,
        filename: str,
        link_to_file: bool,  # noqa: FBT001
        save_with_document: bool,  # noqa: FBT001
        left: float | None,
        top: float | None,
        width: float,
        height: float,
        anchor: "Given | None" = None,
    ) -> Picture:
        """Puts an image on the sheet, in its own size where width and height are -1."""
        if link_to_file or not save_with_document:
            raise NotImplementedError(
                "Pictures are stored with the book: links to their files are not supported."
            )
        image = graphic(self.sheet, filename)
        drawn = self.sheet.book.doc.createInstance("com.sun.star.drawing.GraphicObjectShape")
        name = next_name(self.sheet, "Picture")
        self.sheet.xs.DrawPage.add(drawn)
        drawn.Graphic = image
        drawn.Name = name
        own = original_size(image)
        wide, high = (own[0] if width == -1 else width), (own[1] if height == -1 else height)
        across, down = (anchor.left, anchor.top) if anchor else (left or 0, top or 0)
        size(drawn, hundredths(wide), hundredths(high))
        place(drawn, hundredths(across), hundredths(down))
        return Picture(self.sheet, drawn)


def graphic(sheet: "Sheet", filename: str) -> UnoObject:
    """The image in a file, as UNO holds it."""
    provider = sheet.book.app.office.service("com.sun.star.graphic.GraphicProvider")
    found = provider.queryGraphic(properties(URL=url(filename)))
    if found is None:
        raise OfficeError(f"{filename} is not an image that LibreOffice can read.")
    return found


def original_size(image: UnoObject) -> tuple[float, float]:
    """The width and height of an image in points: what it says itself, else 96 pixels to the inch."""
    own = image.Size100thMM
    if own.Width and own.Height:
        return points(own.Width), points(own.Height)
    return image.SizePixel.Width * POINTS_PER_PIXEL, image.SizePixel.Height * POINTS_PER_PIXEL

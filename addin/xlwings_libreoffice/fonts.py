"""The font of cells, of a part of a cell's text, or of a shape."""

from xlwings import base_classes

from xlwings_libreoffice import colors, mixed
from xlwings_libreoffice.uno_runtime import UnoObject, constant, enum
from xlwings_libreoffice.wall import walled

BLACK = (0, 0, 0)
SLANT = "com.sun.star.awt.FontSlant"
WEIGHT = "com.sun.star.awt.FontWeight."


@walled
class Font(base_classes.Font):
    """A font; each property is None where it differs within the cells or the text."""

    def __init__(self, parent: object, target: UnoObject) -> None:
        self.parent = parent
        self.target = target

    @property
    def api(self) -> UnoObject:
        """The object in UNO that has the font among its properties."""
        return self.target

    @property
    def bold(self) -> bool | None:
        """Whether it is bold."""
        weight = mixed.text_value(self.target, "CharWeight")
        return None if weight is None else bool(weight > constant(WEIGHT + "NORMAL"))

    @bold.setter
    def bold(self, value: bool) -> None:
        """Makes it bold, or not."""
        mixed.write(self.target, "CharWeight", float(constant(WEIGHT + ("BOLD" if value else "NORMAL"))))

    @property
    def italic(self) -> bool | None:
        """Whether it is italic."""
        posture = mixed.text_value(self.target, "CharPosture")
        return None if posture is None else posture.value != "NONE"

    @italic.setter
    def italic(self, value: bool) -> None:
        """Makes it italic, or not."""
        mixed.write(self.target, "CharPosture", enum(SLANT, "ITALIC" if value else "NONE"))

    @property
    def size(self) -> float | None:
        """Its size in points."""
        height = mixed.text_value(self.target, "CharHeight")
        return None if height is None else round(float(height), 2)

    @size.setter
    def size(self, value: float) -> None:
        """Sets its size in points."""
        mixed.write(self.target, "CharHeight", float(value))

    @property
    def color(self) -> colors.RGB | None:
        """Its color; black where it is automatic."""
        found = mixed.text_value(self.target, "CharColor")
        return None if found is None else colors.rgb(found) or BLACK

    @color.setter
    def color(self, color_or_rgb: colors.Color) -> None:
        """Sets its color."""
        mixed.put(self.target, colors.number(color_or_rgb), "CharColor")

    @property
    def name(self) -> str | None:
        """The name of its family."""
        found = mixed.text_value(self.target, "CharFontName")
        return None if found is None else str(found)

    @name.setter
    def name(self, value: str) -> None:
        """Sets its family by name."""
        mixed.write(self.target, "CharFontName", value)

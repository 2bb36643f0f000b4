"""Colors: as xlwings gives and takes them, and as the one number they are in LibreOffice."""

from collections.abc import Sequence
from typing import TypeAlias

RGB: TypeAlias = tuple[int, int, int]
"""Red, green and blue, each from 0 to 255."""
Color: TypeAlias = Sequence[int] | str | int
"""A color as it may be given: red, green and blue, a text such as `#ff0000`, or the number Excel has for it."""
AUTOMATIC = -1
"""What LibreOffice says for no color of its own: no fill, or the automatic color of a font."""
DIGITS = 6


def number(color: Color) -> int:
    """The number of a color in LibreOffice, where red comes first."""
    red, green, blue = parts(color)
    return red << 16 | green << 8 | blue


def parts(color: Color) -> RGB:
    """Red, green and blue of a color; Excel's number has blue first."""
    if isinstance(color, str):
        digits = color.removeprefix("#")
        if len(digits) != DIGITS:
            raise ValueError(f"{color!r} is not a color: expected six hexadecimal digits, such as '#ff0000'.")
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if isinstance(color, int):
        return color & 255, color >> 8 & 255, color >> 16 & 255
    red, green, blue = color
    return int(red), int(green), int(blue)


def rgb(value: int) -> RGB | None:
    """Red, green and blue of LibreOffice's number; None when it says that there is no color."""
    if value == AUTOMATIC:
        return None
    return value >> 16 & 255, value >> 8 & 255, value & 255

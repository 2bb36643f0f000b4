"""The characters of a cell or a shape: text, and parts of it with a font of their own."""

from xlwings import base_classes

from xlwings_libreoffice.fonts import Font
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled


@walled
class Characters(base_classes.Characters):
    """A stretch of characters in the text of a cell or a shape."""

    def __init__(self, parent: object, text: UnoObject, start: int = 0, stop: int | None = None) -> None:
        self.parent = parent
        self.whole = text
        self.start = start
        self.stop = stop

    @property
    def api(self) -> UnoObject:
        """A cursor in UNO that spans the characters."""
        cursor = self.whole.createTextCursor()
        cursor.gotoStart(False)
        cursor.goRight(self.start, False)
        cursor.goRight(self._end() - self.start, True)
        return cursor

    @property
    def text(self) -> str:
        """The characters."""
        return str(self.whole.String)[self.start : self.stop]

    @property
    def font(self) -> Font:
        """Their font."""
        return Font(self, self.api)

    def __getitem__(self, item: int | slice) -> "Characters":
        """Some of the characters, counted from 0."""
        length = self._end() - self.start
        if isinstance(item, slice):
            if (item.start or 0) < 0 or (item.stop or 0) < 0:
                raise ValueError("Characters object does not support slicing with negative indexes")
            stop = length if item.stop is None else min(item.stop, length)
            return Characters(self, self.whole, self.start + (item.start or 0), self.start + stop)
        place = item if item >= 0 else length + item
        if not 0 <= place < length:
            raise IndexError(f"There are {length} characters; asked was the one at {item}.")
        return Characters(self, self.whole, self.start + place, self.start + place + 1)

    def _end(self) -> int:
        return len(self.whole.String) if self.stop is None else self.stop

"""What a range looks like: number format, colors, font, borders, alignment, and merged cells."""

from collections.abc import Sequence
from types import EllipsisType
from typing import TYPE_CHECKING

from xlwings_libreoffice import alignments, colors, kinds, merging, mixed, number_formats
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.borders import Borders
from xlwings_libreoffice.characters import Characters
from xlwings_libreoffice.fonts import Font
from xlwings_libreoffice.uno_runtime import UnoObject, constant, enum

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

INDENT = 10 * 2540 / 72
"""One step of indentation: ten points, in hundredths of a millimeter."""
DEEPEST = 250
CONTENTS = ("VALUE", "DATETIME", "STRING", "FORMULA")


class Looks:
    """Formats of cells, each set on all of them at once."""

    if TYPE_CHECKING:
        sheet: Sheet
        xr: UnoObject
        area: Area
        shape: tuple[int, int]

        def _itself(self) -> Range: ...

    @property
    def number_format(self) -> str | None:
        """The number format as Excel writes it; None when the cells differ."""
        if self.xr is None:
            return ""
        doc = self.sheet.book.doc
        if (found := mixed.value(self.xr, "NumberFormat")) is not None:
            return number_formats.code(doc, found)
        groups = self.xr.getUniqueCellFormatRanges()
        keys = {groups.getByIndex(number).NumberFormat for number in range(groups.Count)}
        codes = {number_formats.code(doc, key) for key in keys}
        return codes.pop() if len(codes) == 1 else None

    @number_format.setter
    def number_format(self, value: str) -> None:
        """Sets the number format, as Excel writes it."""
        if self.xr is not None:
            self.xr.NumberFormat = number_formats.key(self.sheet.book.doc, value)

    @property
    def color(self) -> colors.RGB | None:
        """The fill; None when there is none, or when the cells differ."""
        found = mixed.value(self.xr, "CellBackColor") if self.xr is not None else None
        return None if found is None else colors.rgb(found)

    @color.setter
    def color(self, color_or_rgb: colors.Color | None) -> None:
        """Fills the cells with a color; None takes the fill off."""
        if self.xr is not None:
            self.xr.CellBackColor = colors.AUTOMATIC if color_or_rgb is None else colors.number(color_or_rgb)

    def set_colors(self, colors_: Sequence[Sequence[colors.Color | EllipsisType | None]]) -> None:
        """Fills each cell with its own color, each color in one call; None takes a fill off, `...` leaves it."""
        places: dict[int, list[Area]] = {}
        home = self.area
        for row, line in enumerate(colors_, home.row):
            for column, color in enumerate(line, home.column):
                if not isinstance(color, EllipsisType):
                    fill = colors.AUTOMATIC if color is None else colors.number(color)
                    places.setdefault(fill, []).append(Area(row, column, row, column))
        for fill, cells in places.items():
            kinds.gathered(self.sheet.book.doc, self.sheet.number, cells).CellBackColor = fill

    @property
    def font(self) -> Font:
        """The font."""
        return Font(self, self.xr)

    @property
    def borders(self) -> Borders:
        """The borders."""
        return Borders(self._itself())

    @property
    def characters(self) -> Characters:
        """The characters of its first cell."""
        return Characters(self, self.xr.getCellByPosition(0, 0))

    @property
    def wrap_text(self) -> bool | None:
        """Whether long text goes on in the next line; None when the cells differ."""
        return mixed.value(self.xr, "IsTextWrapped")  # type: ignore[no-any-return]

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        """Lets long text go on in the next line, or not."""
        self.xr.IsTextWrapped = bool(value)

    @property
    def horizontal_alignment(self) -> str | None:
        """How it is aligned from left to right; None when the cells differ."""
        return alignments.horizontal(self.xr)

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        """Aligns it from left to right."""
        alignments.align_horizontally(self.xr, value)

    @property
    def vertical_alignment(self) -> str | None:
        """How it is aligned from top to bottom; None when the cells differ."""
        return alignments.vertical(self.xr)

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        """Aligns it from top to bottom."""
        alignments.align_vertically(self.xr, value)

    def adjust_indent(self, amount: int) -> None:
        """Indents the cells by so many steps more, or fewer; an indented cell without alignment is aligned left."""
        groups = self.xr.getUniqueCellFormatRanges()
        for group in map(groups.getByIndex, range(groups.Count)):
            steps = min(max(round(group.ParaIndent / INDENT) + amount, 0), DEEPEST)
            group.ParaIndent = round(steps * INDENT)
            if steps and group.HoriJustify.value == "STANDARD":
                group.HoriJustify = enum("com.sun.star.table.CellHoriJustify", "LEFT")

    @property
    def merge_area(self) -> "Range":
        """The merged cells that its first cell belongs to; that cell alone when it is not merged."""
        return self.sheet.block(merging.area_of(self.sheet, self.area.row, self.area.column))

    @property
    def merge_cells(self) -> bool | None:
        """Whether its cells are merged; None when only some are."""
        return merging.all_merged(self._itself())

    def merge(self, across: bool = False) -> None:  # noqa: FBT001, FBT002 (as xlwings passes it)
        """Merges its cells, on request each row by itself; what the first cell holds stays."""
        area = self.area
        if not across:
            self._merge(area)
            return
        for row in range(area.row, area.last_row + 1):
            self._merge(area._replace(row=row, last_row=row))

    def unmerge(self) -> None:
        """Parts merged cells again."""
        for area in merging.areas(self._itself()):
            self.sheet.block(area).xr.merge(False)

    def _merge(self, area: Area) -> None:
        flags = sum(int(constant(f"com.sun.star.sheet.CellFlags.{name}")) for name in CONTENTS)
        if area.last_column > area.column:
            self.sheet.block(area._replace(column=area.column + 1)).xr.clearContents(flags)
        if area.last_row > area.row:
            self.sheet.block(area._replace(row=area.row + 1, last_column=area.column)).xr.clearContents(flags)
        self.sheet.block(area).xr.merge(True)

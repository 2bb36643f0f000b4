"""Lines of borders: Excel's styles and weights, and the widths and styles they are in LibreOffice."""

from dataclasses import dataclass, replace

from xlwings_libreoffice import colors
from xlwings_libreoffice.uno_runtime import UnoObject, constant, struct

WIDTHS = {"hairline": 2, "thin": 26, "medium": 62, "thick": 88}
"""In hundredths of a millimeter, as LibreOffice reads them from files of Excel."""
STYLES = {
    "continuous": "SOLID",
    "dash": "DASHED",
    "dash_dot": "DASH_DOT",
    "dash_dot_dot": "DASH_DOT_DOT",
    "dot": "DOTTED",
    "double": "DOUBLE_THIN",
}
OTHER_STYLES = {"DOUBLE": "double", "FINE_DASHED": "dash"}
BROKEN = {"dash", "dash_dot", "dash_dot_dot"}
"""The styles that Excel draws thin or medium, and no other way."""
ONLY_WEIGHT = {"dot": "thin", "double": "thick"}
"""The styles that Excel draws in one weight only."""
STYLE = "com.sun.star.table.BorderLineStyle."


@dataclass(frozen=True)
class Line:
    """A line in Excel's terms; a style of None is no line, of which Excel says that it were thin."""

    style: str | None = None
    weight: str = "thin"
    color: colors.RGB = (0, 0, 0)

    def styled(self, style: str | None) -> "Line":
        """The line with another style, and the weight that Excel gives it."""
        if style is None:
            return Line()
        if style == "slant_dash_dot":
            raise NotImplementedError(
                "LibreOffice has no slanted lines: choose 'dash_dot' with weight 'medium'."
            )
        keeps = self.weight == "medium" or style not in BROKEN
        weight = ONLY_WEIGHT.get(style, self.weight if keeps else "thin")
        if style == "continuous" and self.style == "double":
            weight = "thin"
        return replace(self, style=style, weight=weight)

    def weighted(self, weight: str) -> "Line":
        """The line with another weight; a style that Excel does not draw in it becomes continuous."""
        keeps = (self.style in BROKEN and weight in {"thin", "medium"}) or ONLY_WEIGHT.get(
            self.style or ""
        ) == weight
        return replace(self, style=self.style if keeps else "continuous", weight=weight)

    def colored(self, color: colors.Color) -> "Line":
        """The line with another color; where there was none there is one now."""
        return replace(self, style=self.style or "continuous", color=colors.parts(color))


def read(line: UnoObject) -> Line:
    """A line of UNO in Excel's terms."""
    if not line.LineWidth and not line.OuterLineWidth:
        return Line()
    color = colors.rgb(line.Color) or (0, 0, 0)
    style = _style(line.LineStyle)
    if style == "double":
        return Line(style, "thick", color)
    if style == "dot":
        return Line(style, "thin", color)
    return Line(style, _weight(line.LineWidth), color)


def written(line: Line) -> UnoObject:
    """A line in Excel's terms as UNO takes it."""
    made = struct("com.sun.star.table.BorderLine2")
    if line.style is None:
        return made
    made.LineStyle = constant(STYLE + STYLES[line.style])
    made.LineWidth = WIDTHS[line.weight]
    made.OuterLineWidth = WIDTHS[line.weight]
    made.Color = colors.number(line.color)
    return made


def _style(number: int) -> str:
    for name, uno in STYLES.items():
        if constant(STYLE + uno) == number:
            return name
    return next((name for uno, name in OTHER_STYLES.items() if constant(STYLE + uno) == number), "continuous")


def _weight(width: int) -> str:
    return min(WIDTHS, key=lambda name: abs(WIDTHS[name] - width))

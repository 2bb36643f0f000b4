"""The series of a chart."""

from typing import TYPE_CHECKING, Any, ClassVar

from xlwings import base_classes

from xlwings_libreoffice.chart_types import LINES, drawn
from xlwings_libreoffice.lengths import hundredths, points
from xlwings_libreoffice.listing import Listing
from xlwings_libreoffice.uno_runtime import UnoObject, constant, enum, struct
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.charts import Chart

SYMBOL = "com.sun.star.chart2.SymbolStyle"
LINE = "com.sun.star.drawing.LineStyle"
AXIS = "com.sun.star.chart.ChartAxisAssign."
Color = tuple[int, int, int]


@walled
class ChartSeries(base_classes.ChartSeries):
    """One series: the numbers that are drawn alike."""

    MARKS: ClassVar[dict[str, int]] = {
        "square": 0, "diamond": 1, "triangle": 3, "dot": 4, "circle": 8, "x": 10, "plus": 11, "star": 12, "dash": 13,
    }  # fmt: skip

    def __init__(self, chart: "Chart", group: UnoObject, data: UnoObject, number: int) -> None:
        self.chart = chart
        self.group = group
        self.data = data
        self.number = number

    @property
    def api(self) -> UnoObject:
        """The series in UNO."""
        return self.data

    @property
    def name(self) -> str:
        """What the legend calls it; `Series1` and so on where its data have no label."""
        label = self._values().Label
        text = " ".join(map(str, label.getTextualData())) if label else ""
        return text or f"Series{self.number}"

    @name.setter
    def name(self, value: str) -> None:
        """Gives it a name of its own, whatever the cells say."""
        text = '"' + value.replace('"', '""') + '"'
        label = self.chart.model.DataProvider.createDataSequenceByRangeRepresentation(text)
        label.Role = "label"
        self._values().setLabel(label)

    @property
    def marker_style(self) -> str:
        """The form of its markers."""
        symbol = self.data.Symbol
        if symbol.Style.value != "STANDARD":
            return "none" if symbol.Style.value == "NONE" else "automatic"
        return next(
            (name for name, number in self.MARKS.items() if number == symbol.StandardSymbol), "automatic"
        )

    @marker_style.setter
    def marker_style(self, value: str) -> None:
        """Sets the form of its markers."""
        style = {"none": "NONE", "automatic": "AUTO"}.get(value, "STANDARD")
        self._mark(Style=enum(SYMBOL, style), StandardSymbol=self.MARKS.get(value, 0))

    @property
    def marker_size(self) -> int:
        """The size of its markers in points."""
        return round(points(self.data.Symbol.Size.Width))

    @marker_size.setter
    def marker_size(self, value: int) -> None:
        """Sets the size of its markers in points."""
        side = hundredths(value)
        self._mark(Size=struct("com.sun.star.awt.Size", Width=side, Height=side))

    @property
    def marker_foreground_color(self) -> Color | None:
        """The color of the edge of its markers."""
        return _rgb(self.data.Symbol.BorderColor)

    @marker_foreground_color.setter
    def marker_foreground_color(self, value: Color) -> None:
        """Sets the color of the edge of its markers."""
        self._mark(BorderColor=_number(value))

    @property
    def marker_background_color(self) -> Color | None:
        """The color its markers are filled with."""
        return _rgb(self.data.Symbol.FillColor)

    @marker_background_color.setter
    def marker_background_color(self, value: Color) -> None:
        """Sets the color its markers are filled with."""
        self._mark(FillColor=_number(value))

    @property
    def line_color(self) -> Color | None:
        """The color of its line, or of the edge of its bars; None when none is drawn."""
        if self._is_line():
            return _rgb(self.data.Color) if self.data.LineStyle.value != "NONE" else None
        return _rgb(self.data.BorderColor) if self.data.BorderStyle.value != "NONE" else None

    @line_color.setter
    def line_color(self, value: Color) -> None:
        """Draws its line, or the edge of its bars, in a color."""
        solid = enum(LINE, "SOLID")
        if self._is_line():
            self.data.LineStyle, self.data.Color = solid, _number(value)
        else:
            self.data.BorderStyle, self.data.BorderColor = solid, _number(value)

    @property
    def fill_color(self) -> Color | None:
        """The color its bars or areas are filled with; None for lines."""
        return None if self._is_line() else _rgb(self.data.Color)

    @fill_color.setter
    def fill_color(self, value: Color) -> None:
        """Fills its bars or areas with a color."""
        if self._is_line():
            raise NotImplementedError(
                "A series of lines has no area to fill: set line_color or the marker colors."
            )
        self.data.Color = _number(value)

    @property
    def chart_type(self) -> str:
        """The type of chart it is drawn as."""
        return drawn(self.chart.model)

    @chart_type.setter
    def chart_type(self, value: str) -> None:
        """Draws it as another type, where it is the only series."""
        if value == self.chart_type:
            return
        if len(self.chart.series) > 1:
            raise NotImplementedError(
                "LibreOffice changes the type of a whole chart, not of one of its series."
            )
        self.chart.chart_type = value

    @property
    def axis_group(self) -> str:
        """Which axes it belongs to: `primary` or `secondary`."""
        return "secondary" if self.data.AttachedAxisIndex else "primary"

    @axis_group.setter
    def axis_group(self, value: str) -> None:
        """Moves it to the primary or the secondary axes."""
        row = self.chart.model.Diagram.getDataRowProperties(self.number - 1)
        row.Axis = constant(AXIS + ("SECONDARY_Y" if value == "secondary" else "PRIMARY_Y"))
        if value == "secondary":
            self.chart.model.Diagram.HasSecondaryYAxis = True

    def set(self, **changes: Any) -> None:  # noqa: ANN401 (the properties above)
        """Changes several properties at once: type and axes first, then colors, then markers."""
        order = ("chart_type", "axis_group", "name", "line_color", "fill_color", "marker_style")
        told = {name: value for name, value in changes.items() if value is not base_classes._UNSET}  # noqa: SLF001
        for name in sorted(told, key=lambda name: order.index(name) if name in order else len(order)):
            setattr(self, name, told[name])

    def _values(self) -> UnoObject:
        found = self.data.DataSequences
        return next((one for one in found if one.Values.Role in {"values-y", "values-last"}), found[0])

    def _is_line(self) -> bool:
        return str(self.group.ChartType) in LINES

    def _mark(self, **fields: Any) -> None:  # noqa: ANN401 (what UNO's symbol holds)
        symbol = self.data.Symbol
        for name, value in fields.items():
            setattr(symbol, name, value)
        self.data.Symbol = symbol


@walled
class ChartSeriesCollection(Listing[ChartSeries], base_classes.ChartSeriesCollection):
    """The series of a chart, in order."""

    def __init__(self, chart: "Chart") -> None:
        self.chart = chart

    @property
    def api(self) -> tuple[UnoObject, ...]:
        """The series in UNO."""
        return tuple(one.data for one in self.members())

    @property
    def parent(self) -> "Chart":
        """The chart they belong to."""
        return self.chart

    def members(self) -> list[ChartSeries]:
        """The series in order."""
        systems = self.chart.model.FirstDiagram.CoordinateSystems
        pairs = [
            (group, data) for system in systems for group in system.ChartTypes for data in group.DataSeries
        ]
        return [ChartSeries(self.chart, group, data, number) for number, (group, data) in enumerate(pairs, 1)]

    def __call__(self, key: str | int) -> ChartSeries:
        """The series of that number, counted from 1."""
        members = self.members()
        if isinstance(key, (str, bool)) or not 1 <= key <= len(members):
            raise KeyError(key)
        return members[key - 1]


def _rgb(number: int) -> Color | None:
    return None if number < 0 else (number >> 16 & 255, number >> 8 & 255, number & 255)


def _number(color: Color) -> int:
    red, green, blue = color
    return red << 16 | green << 8 | blue

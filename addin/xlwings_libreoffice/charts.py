"""Charts on a sheet."""

from itertools import count
from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice import chart_data, chart_types, exporting
from xlwings_libreoffice.chart_axes import ChartAxis
from xlwings_libreoffice.chart_parts import ChartLegend
from xlwings_libreoffice.chart_series import ChartSeriesCollection
from xlwings_libreoffice.lengths import hundredths
from xlwings_libreoffice.listing import Listing
from xlwings_libreoffice.placed import Placed, drawn_on, kind, next_name
from xlwings_libreoffice.uno_runtime import UnoObject, struct
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings import Range as Given

    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

STYLE = 227
"""The style xlwings asks for when it is told none."""


@walled
class Chart(Placed, base_classes.Chart):
    """One chart."""

    def __init__(self, sheet: "Sheet", drawn: UnoObject) -> None:
        self.sheet = sheet
        self.drawn = drawn

    @property
    def api(self) -> tuple[UnoObject, UnoObject]:
        """The shape that holds the chart and the chart itself, in UNO."""
        return self.drawn, self.model

    @property
    def model(self) -> UnoObject:
        """The chart in UNO."""
        return self.drawn.Model

    def set_source_data(self, rng: "Range", plot_by: str | None = None) -> None:
        """Draws the cells of a range, its series along rows or columns."""
        chart_data.give(self.model, rng, plot_by)

    def set_x_axis_values(self, rng: "Range") -> None:
        """Takes the categories, or the X values, of all series from a range."""
        chart_data.give_categories(self.sheet.book.app.office, self.model, rng)

    @property
    def chart_type(self) -> str:
        """Its type, as xlwings calls it."""
        return chart_types.drawn(self.model)

    @chart_type.setter
    def chart_type(self, chart_type: str) -> None:
        """Draws it as another type."""
        chart_types.draw(self.model, chart_type)

    @property
    def title(self) -> str | None:
        """Its title; None while it shows none."""
        return str(self.model.Title.String) if self.model.HasMainTitle else None

    @title.setter
    def title(self, value: str | None) -> None:
        """Gives it a title, or takes it away."""
        self.model.HasMainTitle = value is not None
        if value is not None:
            self.model.Title.String = value

    @property
    def legend(self) -> ChartLegend:
        """Its legend."""
        return ChartLegend(self)

    @property
    def category_axis(self) -> ChartAxis:
        """The axis of its categories."""
        return ChartAxis(self, "category")

    @property
    def value_axis(self) -> ChartAxis:
        """The axis of its values."""
        return ChartAxis(self, "value")

    @property
    def secondary_category_axis(self) -> ChartAxis:
        """The second axis of its categories."""
        return ChartAxis(self, "category", "secondary")

    @property
    def secondary_value_axis(self) -> ChartAxis:
        """The second axis of its values."""
        return ChartAxis(self, "value", "secondary")

    @property
    def series(self) -> ChartSeriesCollection:
        """Its series."""
        return ChartSeriesCollection(self)

    @property
    def plot_by(self) -> str:
        """Whether its series are the `rows` or the `columns` of the data."""
        return chart_data.plot_by(self.model)

    @plot_by.setter
    def plot_by(self, value: str) -> None:
        """Makes series of the rows or of the columns."""
        chart_data.turn(self.model, value)

    @property
    def style(self) -> int:
        """Refused: LibreOffice has no styles of charts."""
        raise NotImplementedError("LibreOffice has no styles of charts.")

    @style.setter
    def style(self, value: int) -> None:
        raise NotImplementedError("LibreOffice has no styles of charts.")

    def to_png(self, path: str) -> None:
        """Writes it as a picture."""
        exporting.shape_to_png(self.sheet, self.drawn, path)

    def to_pdf(self, path: str, quality: str) -> None:
        """Writes it as a page."""
        exporting.shape_to_pdf(self.sheet, self.drawn, path, quality)


@walled
class Charts(Listing[Chart], base_classes.Charts):
    """The charts on a sheet, in the order in which they were made."""

    def __init__(self, sheet: "Sheet") -> None:
        self.sheet = sheet

    @property
    def api(self) -> UnoObject:
        """The charts of the sheet in UNO."""
        return self.sheet.xs.Charts

    @property
    def parent(self) -> "Sheet":
        """The sheet they lie on."""
        return self.sheet

    def members(self) -> list[Chart]:
        """The charts in order."""
        return [Chart(self.sheet, drawn) for drawn in drawn_on(self.sheet) if kind(drawn) == "chart"]

    def add(  # noqa: PLR0913, PLR0917 (what xlwings passes)
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        chart_type: str | None = None,
        source: "Range | None" = None,
        plot_by: str | None = None,
        name: str | None = None,
        anchor: "Given | None" = None,
        style: int | None = STYLE,
    ) -> Chart:
        """Puts a chart on the sheet: columns, unless told another type."""
        if style not in {None, STYLE}:
            raise NotImplementedError("LibreOffice has no styles of charts.")
        if chart_type is not None and chart_type not in chart_types.DRAWINGS:
            raise NotImplementedError(f"LibreOffice draws no charts of the type {chart_type}.")
        if anchor:
            left, top = anchor.left, anchor.top
        title = name or next_name(self.sheet, "Chart")
        frame = struct(
            "com.sun.star.awt.Rectangle",
            X=hundredths(left),
            Y=hundredths(top),
            Width=hundredths(width),
            Height=hundredths(height),
        )
        self.api.addNewByName(self._free_key(), frame, (), False, False)
        made = self.members()[-1]
        made.name, made.width, made.height = title, width, height
        made.chart_type = "column_clustered"
        if source is not None:
            made.set_source_data(source, plot_by)
        if chart_type not in {None, "column_clustered"}:
            made.chart_type = chart_type
        made.legend.visible = True
        return made

    def _free_key(self) -> str:
        """A key that no chart of the whole document has: the name that is shown is only the shape's."""
        sheets = self.sheet.book.doc.Sheets
        taken = {
            key for number in range(sheets.Count) for key in sheets.getByIndex(number).Charts.ElementNames
        }
        return next(key for number in count(1) if (key := f"Object {number}") not in taken)

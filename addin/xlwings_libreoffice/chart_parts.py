"""The legend of a chart."""

from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice.uno_runtime import UnoObject, enum
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.charts import Chart

POSITION = "com.sun.star.chart.ChartLegendPosition"


@walled
class ChartLegend(base_classes.ChartLegend):
    """What names the series."""

    def __init__(self, chart: "Chart") -> None:
        self.chart = chart

    @property
    def api(self) -> UnoObject | None:
        """The legend in UNO; None while it is not shown."""
        return self.chart.model.Legend if self.visible else None

    @property
    def visible(self) -> bool:
        """Whether it is shown."""
        return bool(self.chart.model.HasLegend)

    @visible.setter
    def visible(self, value: bool) -> None:
        """Shows or hides it."""
        self.chart.model.HasLegend = bool(value)

    @property
    def position(self) -> str | None:
        """Where it stands: `top`, `bottom`, `left` or `right`; None while it is not shown."""
        if not self.visible:
            return None
        return str(self.chart.model.Legend.Alignment.value).lower()

    @position.setter
    def position(self, value: str) -> None:
        """Shows it on that side."""
        if value == "corner":
            raise NotImplementedError("LibreOffice puts a legend on one of four sides, not into a corner.")
        self.visible = True
        self.chart.model.Legend.Alignment = enum(POSITION, value.upper())

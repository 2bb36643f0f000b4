"""The axes of a chart."""

from typing import TYPE_CHECKING, Any, ClassVar

from xlwings import XlwingsError, base_classes

from xlwings_libreoffice import kinds
from xlwings_libreoffice.uno_runtime import UnoObject, enum
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.charts import Chart

POSITION = "com.sun.star.chart.ChartAxisPosition"
AXES = {
    ("category", "primary"): "XAxis",
    ("value", "primary"): "YAxis",
    ("category", "secondary"): "SecondaryXAxis",
    ("value", "secondary"): "SecondaryYAxis",
}


@walled
class ChartAxis(base_classes.ChartAxis):
    """One axis: that of the categories or that of the values."""

    PLACES: ClassVar[dict[str, str]] = {
        "automatic": "ZERO",
        "minimum": "START",
        "maximum": "END",
        "custom": "VALUE",
    }

    def __init__(self, chart: "Chart", kind: str, group: str = "primary") -> None:
        self.chart = chart
        self.kind = kind
        self.group = group

    @property
    def api(self) -> UnoObject | None:
        """The axis in UNO; None while it is not shown."""
        return getattr(self._diagram(), self._name()) if self.visible else None

    @property
    def visible(self) -> bool:
        """Whether it is shown."""
        return bool(getattr(self._diagram(), "Has" + self._name()))

    @visible.setter
    def visible(self, value: bool) -> None:
        """Shows it with its labels, or hides it."""
        diagram = self._diagram()
        setattr(diagram, "Has" + self._name(), bool(value))
        setattr(diagram, f"Has{self._name()}Description", bool(value))

    @property
    def title(self) -> str | None:
        """Its title; None while it shows none."""
        diagram = self._diagram()
        if not self.visible or not getattr(diagram, f"Has{self._name()}Title"):
            return None
        return str(self._title().String)

    @title.setter
    def title(self, value: str | None) -> None:
        """Gives it a title, and shows it for that; None takes the title away."""
        if value is not None:
            self.visible = True
        setattr(self._diagram(), f"Has{self._name()}Title", value is not None)
        if value is not None:
            self._title().String = value

    @property
    def minimum_scale(self) -> float:
        """Where it begins."""
        return float(self._axis().Min)

    @minimum_scale.setter
    def minimum_scale(self, value: float | None) -> None:
        """Sets where it begins; None leaves it to the data."""
        self._scale("Min", value)

    @property
    def maximum_scale(self) -> float:
        """Where it ends."""
        return float(self._axis().Max)

    @maximum_scale.setter
    def maximum_scale(self, value: float | None) -> None:
        """Sets where it ends; None leaves it to the data."""
        self._scale("Max", value)

    @property
    def major_unit(self) -> float:
        """How far its marks are apart."""
        return float(self._axis().StepMain)

    @major_unit.setter
    def major_unit(self, value: float | None) -> None:
        """Sets how far its marks are apart; None leaves it to the data."""
        self._scale("StepMain", value)

    @property
    def number_format(self) -> str:
        """The number format of its labels."""
        return str(self.chart.model.NumberFormats.getByKey(self._axis().NumberFormat).FormatString)

    @number_format.setter
    def number_format(self, value: str) -> None:
        """Formats the numbers of its labels."""
        axis = self._axis()
        axis.LinkNumberFormatToSource = False
        axis.NumberFormat = kinds.key(self.chart.model, value)

    @property
    def reverse_order(self) -> bool:
        """Whether it runs backward."""
        return bool(self._axis().ReverseDirection)

    @reverse_order.setter
    def reverse_order(self, value: bool) -> None:
        """Makes it run backward or forward."""
        self._axis().ReverseDirection = bool(value)

    @property
    def crosses(self) -> str:
        """Where the other axis crosses it: `automatic`, `minimum`, `maximum` or `custom`."""
        self._axis()
        found = str(self._other().CrossoverPosition.value)
        return next(name for name, place in self.PLACES.items() if place == found)

    @crosses.setter
    def crosses(self, value: str) -> None:
        """Moves the other axis along this one."""
        self._axis()
        self._other().CrossoverPosition = enum(POSITION, self.PLACES[value])

    def set(self, **changes: Any) -> None:  # noqa: ANN401 (the properties above)
        """Changes several properties at once, and shows or hides the axis last."""
        told = {name: value for name, value in changes.items() if value is not base_classes._UNSET}  # noqa: SLF001
        visible = told.pop("visible", None)
        if visible is True or (visible is False and told):
            self.visible = True
        for name, value in told.items():
            setattr(self, name, value)
        if visible is False:
            self.visible = False

    def _diagram(self) -> UnoObject:
        diagram = self.chart.model.Diagram
        if self.group == "secondary" and not any(one.axis_group == "secondary" for one in self.chart.series):
            raise XlwingsError(
                "The chart has no secondary axis group. Move a series to it first with series.axis_group = 'secondary'."
            )
        return diagram

    def _name(self) -> str:
        return AXES[self.kind, self.group]

    def _axis(self) -> UnoObject:
        if not self.visible:
            raise XlwingsError(f"The chart has no visible {self.group} {self.kind} axis.")
        return getattr(self._diagram(), self._name())

    def _other(self) -> UnoObject:
        kind = "value" if self.kind == "category" else "category"
        return getattr(self._diagram(), AXES[kind, self.group])

    def _title(self) -> UnoObject:
        if self.group == "primary":
            return getattr(self._diagram(), f"{self._name()[0]}AxisTitle")
        return getattr(self._diagram(), f"Second{self._name().removeprefix('Secondary')}Title")

    def _scale(self, name: str, value: float | None) -> None:
        axis = self._axis()
        if value is None:
            setattr(axis, "Auto" + name, True)
        else:
            setattr(axis, name, float(value))

"""The types of chart: what xlwings calls them, and the diagrams that LibreOffice draws for them."""

from typing import NamedTuple

from xlwings_libreoffice.uno_runtime import UnoObject, enum

Setting = tuple[str, bool | int]
SERVICE = "com.sun.star.chart."
LINES = {
    "com.sun.star.chart2.LineChartType",
    "com.sun.star.chart2.ScatterChartType",
    "com.sun.star.chart2.NetChartType",
}
"""The groups of series in UNO whose color is that of a line."""
STACKS: dict[str, dict[str, bool | int]] = {
    "": {},
    "_stacked": {"Stacked": True},
    "_stacked_100": {"Stacked": True, "Percent": True},
}
SOLIDS = {"cylinder": 1, "cone": 2, "pyramid": 3}
NO_MARKS, MARKS = -3, -2


class Drawing(NamedTuple):
    """A diagram of LibreOffice: its kind, and the properties that tell it from others of the kind."""

    kind: str
    settings: frozenset[Setting]


def drawings() -> dict[str, Drawing]:
    """Every type of chart that LibreOffice draws, by the name that xlwings gives it."""
    made: dict[str, Drawing] = {}
    for ending, stack in STACKS.items():
        for turned, bar, solid in ((False, "column", "col"), (True, "bar", "bar")):
            flat = bar + (ending or "_clustered")
            made[flat] = _drawing("BarDiagram", Vertical=turned, **stack)
            made["3d_" + flat] = _drawing("BarDiagram", Vertical=turned, Dim3D=True, **stack)
            for name, shape in SOLIDS.items():
                title = f"{name}_{solid}{ending or '_clustered'}"
                made[title] = _drawing("BarDiagram", Vertical=turned, Dim3D=True, SolidType=shape, **stack)
        made["area" + ending] = _drawing("AreaDiagram", **stack)
        made["3d_area" + ending] = _drawing("AreaDiagram", Dim3D=True, **stack)
        made["line" + ending] = _drawing("LineDiagram", SymbolType=NO_MARKS, **stack)
        made["line_markers" + ending] = _drawing("LineDiagram", SymbolType=MARKS, **stack)
    made["3d_column"] = _drawing("BarDiagram", Dim3D=True, Deep=True)
    for name, shape in SOLIDS.items():
        made[f"{name}_col"] = _drawing("BarDiagram", Dim3D=True, Deep=True, SolidType=shape)
    return made | _others()


def draw(model: UnoObject, chart_type: str) -> None:
    """Draws a chart as that type."""
    if chart_type not in DRAWINGS:
        raise NotImplementedError(f"LibreOffice draws no charts of the type {chart_type}.")
    wanted = DRAWINGS[chart_type]
    diagram = model.createInstance(SERVICE + wanted.kind)
    model.setDiagram(diagram)
    # In this order: a stack must be there before it fills 100 percent.
    for name in PROPERTIES[wanted.kind]:
        if name == "Lines":
            _join(model, joined=bool(dict(wanted.settings)[name]))
        else:
            setattr(model.Diagram, name, dict(wanted.settings)[name])


def drawn(model: UnoObject) -> str:
    """The type of a chart, as xlwings calls it."""
    systems = model.FirstDiagram.CoordinateSystems
    if len(systems[0].ChartTypes) > 1:
        return "combination"
    diagram = model.Diagram
    kind = str(diagram.DiagramType).removeprefix(SERVICE)
    found = {name: getattr(diagram, name) for name in PROPERTIES.get(kind, ())}
    if "Lines" in found:
        found["Lines"] = all(one.LineStyle.value != "NONE" for one in _series(model))
    if found.get("SymbolType", NO_MARKS) != NO_MARKS:
        found["SymbolType"] = MARKS
    if found.get("Percent"):
        found["Stacked"] = True  # UNO tells one or the other
    for name, drawing in DRAWINGS.items():
        if drawing.kind == kind and dict(drawing.settings) == found:
            return name
    raise NotImplementedError(f"The chart is of a kind that Excel has no name for: {kind}.")


PROPERTIES = {
    "BarDiagram": ("Dim3D", "Vertical", "Stacked", "Percent", "Deep", "SolidType"),
    "AreaDiagram": ("Dim3D", "Stacked", "Percent"),
    "LineDiagram": ("Dim3D", "Stacked", "Percent", "SymbolType"),
    "PieDiagram": ("Dim3D",),
    "DonutDiagram": ("Dim3D",),
    "NetDiagram": ("SymbolType",),
    "FilledNetDiagram": (),
    "XYDiagram": ("SymbolType", "SplineType", "Lines"),
    "BubbleDiagram": (),
    "StockDiagram": ("Volume", "UpDown"),
}


def _join(model: UnoObject, *, joined: bool) -> None:
    """Draws lines between the points of all series, or none: the diagram's own switch is not obeyed."""
    for series in _series(model):
        series.LineStyle = enum("com.sun.star.drawing.LineStyle", "SOLID" if joined else "NONE")


def _series(model: UnoObject) -> list[UnoObject]:
    systems = model.FirstDiagram.CoordinateSystems
    return [series for system in systems for group in system.ChartTypes for series in group.DataSeries]


def _others() -> dict[str, Drawing]:
    return {
        "3d_line": _drawing("LineDiagram", Dim3D=True, SymbolType=NO_MARKS),
        "pie": _drawing("PieDiagram"),
        "3d_pie": _drawing("PieDiagram", Dim3D=True),
        "doughnut": _drawing("DonutDiagram"),
        "radar": _drawing("NetDiagram", SymbolType=NO_MARKS),
        "radar_markers": _drawing("NetDiagram", SymbolType=MARKS),
        "radar_filled": _drawing("FilledNetDiagram"),
        "xy_scatter": _drawing("XYDiagram", Lines=False, SymbolType=MARKS),
        "xy_scatter_lines": _drawing("XYDiagram", Lines=True, SymbolType=MARKS),
        "xy_scatter_lines_no_markers": _drawing("XYDiagram", Lines=True, SymbolType=NO_MARKS),
        "xy_scatter_smooth": _drawing("XYDiagram", Lines=True, SymbolType=MARKS, SplineType=1),
        "xy_scatter_smooth_no_markers": _drawing("XYDiagram", Lines=True, SymbolType=NO_MARKS, SplineType=1),
        "bubble": _drawing("BubbleDiagram"),
        "stock_hlc": _drawing("StockDiagram"),
        "stock_ohlc": _drawing("StockDiagram", UpDown=True),
        "stock_vhlc": _drawing("StockDiagram", Volume=True),
        "stock_vohlc": _drawing("StockDiagram", Volume=True, UpDown=True),
    }


def _drawing(kind: str, **settings: bool | int) -> Drawing:
    usual: dict[str, bool | int] = dict.fromkeys(PROPERTIES[kind], False)
    usual |= {name: 0 for name in ("SolidType", "SplineType") if name in usual}
    return Drawing(kind, frozenset((usual | settings).items()))


DRAWINGS = drawings()

"""Color scales, data bars and icon sets: read from UNO, and written as ODF, the one way to make them.

UNO can change such a rule and not make one: a new one has no colors or icons, and none can be added.
"""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from xlwings_libreoffice import colors
from xlwings_libreoffice.uno_runtime import UnoObject

SCALES = {0: "lowest_value", 1: "highest_value", 2: "percentile", 3: "number", 4: "percent", 5: "formula"}
BARS = {1: "automatic", 2: "highest_value", 3: "percentile", 4: "number", 5: "percent", 6: "formula"}
ICONS = {0: "lowest_value", 1: "percentile", 2: "number", 3: "percent", 4: "formula"}
"""The kinds of a threshold, by UNO's numbers for each kind of rule. For a bar, UNO says 1 of the lowest value too."""
SETS = {
    "3_arrows": "3Arrows",
    "3_arrows_gray": "3ArrowsGray",
    "3_flags": "3Flags",
    "3_traffic_lights_1": "3TrafficLights1",
    "3_traffic_lights_2": "3TrafficLights2",
    "3_signs": "3Signs",
    "3_symbols": "3Symbols",
    "3_symbols_2": "3Symbols2",
    "4_arrows": "4Arrows",
    "4_arrows_gray": "4ArrowsGray",
    "4_red_to_black": "4RedToBlack",
    "4_rating": "4Rating",
    "4_traffic_lights": "4TrafficLights",
    "5_arrows": "5Arrows",
    "5_arrows_gray": "5ArrowsGray",
    "5_rating": "5Rating",
    "5_quarters": "5Quarters",
    "3_stars": "3Stars",
    "3_triangles": "3Triangles",
    "5_boxes": "5Boxes",
}
NUMBERED = (
    *(
        "3_arrows",
        "3_arrows_gray",
        "3_flags",
        "3_traffic_lights_1",
        "3_traffic_lights_2",
        "3_signs",
        "3_symbols",
    ),
    *("3_symbols_2", "3_smilies", "3_colored_smilies"),
    *("4_arrows", "4_arrows_gray", "4_red_to_black", "4_rating", "4_traffic_lights"),
    *("5_arrows", "5_arrows_gray", "5_rating", "5_quarters"),
)
"""Icon sets in the order of their numbers in UNO, which has none for stars, triangles and boxes."""
MOST_ICONS = 5
GRAY = 11
"""The number that gray arrows have, be they four or five."""
ODF_TYPES = {"lowest_value": "minimum", "highest_value": "maximum"}
VALUELESS = {"automatic", "lowest_value", "highest_value", "unknown"}
Pair = tuple[str, float | str | None]
"""A threshold: its kind, and its value."""


def color_scale(spec: dict[str, Any]) -> str:
    """A color scale in ODF."""
    rows = zip(spec["colors"], spec["threshold_types"], spec["thresholds"], strict=True)
    entries = [
        _tag("color-scale-entry", **_threshold(kind, value), color=_hex(color)) for color, kind, value in rows
    ]
    return _tag("color-scale", *entries)


def data_bar(spec: dict[str, Any]) -> str:
    """A data bar in ODF."""
    automatic = ("auto-minimum", "auto-maximum")
    rows = zip(spec["threshold_types"], spec["thresholds"], automatic, strict=True)
    entries = [
        _tag("formatting-entry", **_threshold(own if kind == "automatic" else kind, value))
        for kind, value, own in rows
    ]
    return _tag(
        "data-bar",
        *entries,
        positive_color=_hex(spec["bar_color"]),
        negative_color="#ff0000",
        axis_color="#000000",
        gradient=str(spec["gradient"]).lower(),
        show_value=str(spec["show_value"]).lower(),
    )


def icon_set(spec: dict[str, Any]) -> str:
    """An icon set in ODF; UNO is told afterwards whether it shows values and runs backward."""
    rows = zip(spec["threshold_types"], spec["thresholds"], strict=True)
    entries = [_tag("formatting-entry", **_threshold(kind, value)) for kind, value in (("percent", 0), *rows)]
    return _tag("icon-set", *entries, icon_set_type=SETS[spec["icon_set"]])


def thresholds(entry: UnoObject, kind: str) -> tuple[Pair, ...] | None:
    """The thresholds of a rule; of an icon set, those between icons."""
    if kind == "color_scale":
        return tuple(_pair(one, SCALES) for one in entry.ColorScaleEntries)
    if kind == "data_bar":
        return tuple(_pair(one, BARS) for one in entry.DataBarEntries)
    return tuple(_pair(one, ICONS) for one in entry.IconSetEntries[1:]) if kind == "icon_set" else None


def scale_colors(entry: UnoObject) -> tuple[colors.RGB, ...]:
    """The colors of a color scale."""
    return tuple(_opaque(one.Color) for one in entry.ColorScaleEntries)


def bar_color(entry: UnoObject) -> colors.RGB:
    """The color of a data bar."""
    return _opaque(entry.Color)


def icons(entry: UnoObject) -> str | None:
    """The name of an icon set; None of one that Excel does not have, and of stars and triangles: UNO knows neither."""
    number, count = entry.Icons, len(entry.IconSetEntries)
    if number is None:
        return "5_boxes" if count == MOST_ICONS else None
    if number == GRAY:
        return f"{count}_arrows_gray"
    name = NUMBERED[number]
    return name if name in SETS else None


def _opaque(number: int) -> colors.RGB:
    return number >> 16 & 255, number >> 8 & 255, number & 255


def _pair(one: UnoObject, kinds: dict[int, str]) -> Pair:
    kind = kinds.get(one.Type, "unknown")
    if kind in VALUELESS:
        return kind, None
    try:
        number = float(one.Formula)
    except ValueError:
        return kind, str(one.Formula)
    return kind, int(number) if number.is_integer() else number


def _threshold(kind: str, value: float | None) -> dict[str, str]:
    return {"type": ODF_TYPES.get(kind, kind), "value": str(value or 0)}


def _hex(color: Sequence[int]) -> str:
    return f"#{colors.number(color):06x}"


def _tag(name: str, *inner: str, **attributes: str) -> str:
    written = "".join(
        f" calcext:{key.replace('_', '-')}={quoteattr(value)}" for key, value in attributes.items()
    )
    return f"<calcext:{name}{written}>{''.join(inner)}</calcext:{name}>"

"""Conditional formats: the rules under which cells of a range look different, the first one first."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice import kinds, rule_adding, rule_styles, visual_rules
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.colors import RGB
from xlwings_libreoffice.conditions import OPERATORS
from xlwings_libreoffice.errors import ObjectGone
from xlwings_libreoffice.formulas import to_calc, to_excel
from xlwings_libreoffice.uno_runtime import UnoObject, constant
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range

KINDS = {1: "color_scale", 2: "data_bar", 3: "icon_set"}
STYLED = rule_adding.STYLED
LOOKED = {"cell_value", "custom"}
BOUNDS = {"between", "not_between"}
OPERATOR = "com.sun.star.sheet.ConditionFormatOperator."


@walled
class ConditionalFormat(base_classes.ConditionalFormat):
    """One rule; what does not belong to its type is None."""

    def __init__(self, parent: "Range", format_: UnoObject, place: int) -> None:
        self.parent = parent
        self.format = format_
        self.place = place
        self.style = str(self.entry.StyleName) if self.entry.getType() == STYLED else None

    @property
    def api(self) -> UnoObject:
        """The rule in UNO."""
        return self._present().entry

    @property
    def entry(self) -> UnoObject:
        """The rule in UNO, where it was when it was asked for."""
        return self.format.getByIndex(self.place)

    @property
    def type(self) -> str:
        """What kind of rule it is."""
        number = self.api.getType()
        if number != STYLED:
            return KINDS.get(number, "unknown")
        if self.api.Operator == constant(f"{OPERATOR}EXPRESSION"):
            return "custom"
        return "cell_value" if self._operator() else "unknown"

    @property
    def stop_if_true(self) -> bool | None:
        """Whether it was asked to be the last; LibreOffice takes only the first rule that holds, asked or not."""
        return self._name().endswith(rule_styles.STOPS) if self.type in LOOKED else None

    @property
    def operator(self) -> str | None:
        """How the value is compared."""
        return self._operator() if self.type == "cell_value" else None

    @property
    def formula1(self) -> str | None:
        """What the value is compared with."""
        return _formula(self.api.Formula1) if self.type == "cell_value" else None

    @property
    def formula2(self) -> str | None:
        """The upper bound, for `between` and `not_between`."""
        return _formula(self.api.Formula2) if self.operator in BOUNDS else None

    @property
    def formula(self) -> str | None:
        """The formula that decides, in a rule of one's own."""
        return _formula(self.api.Formula1) if self.type == "custom" else None

    @property
    def fill_color(self) -> RGB | None:
        """The fill it gives."""
        return self._look("fill_color")  # type: ignore[no-any-return]

    @property
    def font_color(self) -> RGB | None:
        """The color it gives the font."""
        return self._look("font_color")  # type: ignore[no-any-return]

    @property
    def font_bold(self) -> bool | None:
        """Whether it makes the font bold."""
        return self._look("font_bold")  # type: ignore[no-any-return]

    @property
    def font_italic(self) -> bool | None:
        """Whether it makes the font italic."""
        return self._look("font_italic")  # type: ignore[no-any-return]

    @property
    def colors(self) -> tuple[RGB, ...] | None:
        """The colors of a scale, from the lowest value on."""
        return visual_rules.scale_colors(self.api) if self.type == "color_scale" else None

    @property
    def bar_color(self) -> RGB | None:
        """The color of a data bar."""
        return visual_rules.bar_color(self.api) if self.type == "data_bar" else None

    @property
    def gradient(self) -> bool | None:
        """Whether a data bar fades."""
        return bool(self.api.UseGradient) if self.type == "data_bar" else None

    @property
    def show_value(self) -> bool | None:
        """Whether the value is shown beside a bar or an icon."""
        return bool(self.api.ShowValue) if self.type in {"data_bar", "icon_set"} else None

    @property
    def icon_set(self) -> str | None:
        """Which icons it shows."""
        return visual_rules.icons(self.api) if self.type == "icon_set" else None

    @property
    def reverse_order(self) -> bool | None:
        """Whether its icons run backward."""
        return bool(self.api.Reverse) if self.type == "icon_set" else None

    @property
    def threshold_types(self) -> tuple[str, ...] | None:
        """The kinds of its thresholds."""
        pairs = visual_rules.thresholds(self.api, self.type)
        return None if pairs is None else tuple(kind for kind, _ in pairs)

    @property
    def thresholds(self) -> tuple[float | str | None, ...] | None:
        """The values of its thresholds."""
        pairs = visual_rules.thresholds(self.api, self.type)
        return None if pairs is None else tuple(value for _, value in pairs)

    def set(self, changes: dict[str, Any]) -> None:
        """Changes what is told of it."""
        doc, entry = self.parent.sheet.book.doc, self.api
        describe(entry, changes)
        rule_styles.change(doc, entry.StyleName, changes)
        if "stop_if_true" in changes:
            self.style = rule_styles.rename(doc, entry.StyleName, stops=changes["stop_if_true"])
            entry.StyleName = self.style

    def delete(self) -> None:
        """Takes it off all cells it applies to."""
        present = self._present()
        if present.format.Count > 1:
            present.format.removeByIndex(present.place)
        else:
            self.parent.sheet.xs.ConditionalFormats.removeByID(present.format.ID)

    def _present(self) -> "ConditionalFormat":
        """The rule where it is now: rules that are added or deleted move it; its style tells which it is."""
        if self.style is None:
            return self
        for rule in ConditionalFormats(self.parent).members():
            if rule.style == self.style:
                return rule
        raise ObjectGone("This conditional format is no longer there.")

    def _operator(self) -> str | None:
        number = self.api.Operator
        return next((name for name, calc in OPERATORS.items() if constant(OPERATOR + calc) == number), None)

    def _name(self) -> str:
        return str(self.api.StyleName)

    def _look(self, key: str) -> Any:  # noqa: ANN401 (a color or a truth value)
        return (
            rule_styles.look(self.parent.sheet.book.doc, self._name(), key) if self.type in LOOKED else None
        )


@walled
class ConditionalFormats(base_classes.ConditionalFormats):
    """The rules that apply to any cell of a range."""

    def __init__(self, parent: "Range") -> None:
        self.range = parent

    @property
    def api(self) -> UnoObject:
        """The conditional formats of the sheet in UNO."""
        return self.range.sheet.xs.ConditionalFormats

    @property
    def parent(self) -> "Range":
        """The range."""
        return self.range

    def members(self) -> list[ConditionalFormat]:
        """The rules in order."""
        home = self.range.area
        return [
            ConditionalFormat(self.range, format_, place)
            for format_ in self.api.getConditionalFormats()
            if any(_meet(home, kinds.area(address)) for address in format_.Range.RangeAddresses)
            for place in range(format_.Count)
        ]

    def __call__(self, key: int) -> ConditionalFormat:
        """The rule at a place, counted from 1."""
        members = self.members()
        if not isinstance(key, int) or not 1 <= key <= len(members):
            raise KeyError(key)
        return members[key - 1]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.members())

    def __iter__(self) -> Iterator[ConditionalFormat]:
        """The rules in order."""
        return iter(self.members())

    def __contains__(self, key: int) -> bool:
        """Whether there is one at that place."""
        return isinstance(key, int) and 1 <= key <= len(self)

    def add_cell_value(self, spec: dict[str, Any]) -> ConditionalFormat:
        """Adds a rule that compares the value."""
        return self._add_styled(spec)

    def add_custom(self, spec: dict[str, Any]) -> ConditionalFormat:
        """Adds a rule that a formula decides."""
        return self._add_styled({**spec, "operator": None})

    def add_color_scale(self, spec: dict[str, Any]) -> ConditionalFormat:
        """Adds a color scale."""
        rule_adding.add_visual(self.range, visual_rules.color_scale(spec))
        return self(1)

    def add_data_bar(self, spec: dict[str, Any]) -> ConditionalFormat:
        """Adds a data bar."""
        rule_adding.add_visual(self.range, visual_rules.data_bar(spec))
        return self(1)

    def add_icon_set(self, spec: dict[str, Any]) -> ConditionalFormat:
        """Adds an icon set."""
        rule_adding.add_visual(self.range, visual_rules.icon_set(spec))
        made = self(1)
        made.api.ShowValue = spec["show_value"]
        made.api.Reverse = spec["reverse_order"]
        return made

    def clear(self) -> None:
        """Takes all rules off the cells of the range; elsewhere they stay."""
        none = self.range.xr.ConditionalFormat
        none.clear()
        self.range.xr.ConditionalFormat = none

    def _add_styled(self, spec: dict[str, Any]) -> ConditionalFormat:
        style = rule_styles.add(self.range.sheet.book.doc, spec)

        def write(entry: UnoObject) -> None:
            describe(entry, spec)
            entry.StyleName = style

        rule_adding.add_styled(self.range, write)
        return next(rule for rule in self.members() if rule.style == style)


def describe(entry: UnoObject, spec: dict[str, Any]) -> None:
    """Writes what decides a rule, as far as it is told."""
    if "operator" in spec:
        entry.Operator = constant(OPERATOR + OPERATORS.get(spec["operator"], "EXPRESSION"))
    first = spec.get("formula1", spec.get("formula"))
    if first is not None:
        entry.Formula1 = _operand(first)
    if spec.get("formula2") is not None:
        entry.Formula2 = _operand(spec["formula2"])


def _operand(text: str) -> str:
    """A formula, a number, or a text, as Calc takes it."""
    if text.startswith("="):
        return to_calc(text)[1:]
    try:
        float(text)
    except ValueError:
        return '"' + text.replace('"', '""') + '"'
    return text


def _formula(text: str) -> str:
    return to_excel(f"={text}")


def _meet(one: Area, other: Area) -> bool:
    rows = one.row <= other.last_row and other.row <= one.last_row
    return rows and one.column <= other.last_column and other.column <= one.last_column

"""Data validation: the rule for what may be entered into cells."""

import re
from typing import TYPE_CHECKING, Any

import xlwings
from xlwings import base_classes

from xlwings_libreoffice import mixed
from xlwings_libreoffice.conditions import OPERATOR_NAMES, OPERATORS
from xlwings_libreoffice.formulas import moved, to_calc, to_excel
from xlwings_libreoffice.uno_runtime import UnoObject, enum
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range

TYPES = {
    "ANY": "none",
    "WHOLE": "whole_number",
    "DECIMAL": "decimal",
    "DATE": "date",
    "TIME": "time",
    "TEXT_LEN": "text_length",
    "LIST": "list",
    "CUSTOM": "custom",
}
NAMES = {excel: calc for calc, excel in TYPES.items()}
COMPARED = {"whole_number", "decimal", "date", "time", "text_length"}
BOUNDS = {"between", "not_between"}
ALERTS = {"STOP": "stop", "WARNING": "warning", "INFO": "information", "MACRO": None}
LITERAL = re.compile(r'"(?:[^"]|"")*"')
LONGEST = 255


@walled
class DataValidation(base_classes.DataValidation):
    """The rule of a range; what does not belong to its type is None."""

    def __init__(self, parent: "Range") -> None:
        self.parent = parent

    @property
    def api(self) -> UnoObject:
        """The rule in UNO: a copy, which is set anew to change it."""
        return self.parent.xr.Validation

    @property
    def type(self) -> str:
        """What kind of rule it is; `mixed_criteria` when only some cells have one, `inconsistent` when they differ."""
        rule = mixed.value(self.parent.xr, "Validation")
        if rule is not None:
            return TYPES[rule.Type.value]
        groups = self.parent.xr.getUniqueCellFormatRanges()
        kinds = {groups.getByIndex(number).Validation.Type.value for number in range(groups.Count)}
        return "mixed_criteria" if "ANY" in kinds else "inconsistent"

    @property
    def operator(self) -> str | None:
        """How the value is compared."""
        return OPERATOR_NAMES.get(self.api.getOperator().value) if self.type in COMPARED else None

    @property
    def formula1(self) -> str | None:
        """What the value is compared with."""
        return self._formula(self.api.getFormula1()) if self.type in COMPARED else None

    @property
    def formula2(self) -> str | None:
        """The upper bound, for `between` and `not_between`."""
        return self._formula(self.api.getFormula2()) if self.operator in BOUNDS else None

    @property
    def formula(self) -> str | None:
        """The formula that decides, in a rule of one's own."""
        return self._formula(self.api.getFormula1()) if self.type == "custom" else None

    @property
    def source(self) -> str | None:
        """Where the entries of a list come from: a formula, or the entries with commas between."""
        if self.type != "list":
            return None
        text = str(self.api.getFormula1())
        entries = LITERAL.findall(text)
        if entries and ";".join(entries) == text:
            return ",".join(entry[1:-1].replace('""', '"') for entry in entries)
        return self._formula(text)

    @property
    def in_cell_dropdown(self) -> bool | None:
        """Whether a list drops down in the cell."""
        return self.api.ShowList > 0 if self.type == "list" else None

    @property
    def ignore_blank(self) -> bool | None:
        """Whether cells may stay blank."""
        return self._property("IgnoreBlankCells")  # type: ignore[no-any-return]

    @property
    def input_title(self) -> str | None:
        """The title of the prompt."""
        return self._property("InputTitle")  # type: ignore[no-any-return]

    @property
    def input_message(self) -> str | None:
        """The prompt."""
        return self._property("InputMessage")  # type: ignore[no-any-return]

    @property
    def show_input(self) -> bool | None:
        """Whether the prompt is shown."""
        return self._property("ShowInputMessage")  # type: ignore[no-any-return]

    @property
    def error_title(self) -> str | None:
        """The title of the alert."""
        return self._property("ErrorTitle")  # type: ignore[no-any-return]

    @property
    def error_message(self) -> str | None:
        """The alert."""
        return self._property("ErrorMessage")  # type: ignore[no-any-return]

    @property
    def show_error(self) -> bool | None:
        """Whether a wrong entry brings the alert."""
        return self._property("ShowErrorMessage")  # type: ignore[no-any-return]

    @property
    def alert_style(self) -> str | None:
        """How the alert looks, and whether it lets a wrong entry pass."""
        found = self._property("ErrorAlertStyle")
        return None if found is None else ALERTS[found.value]

    def set_list(self, source: Any, in_cell_dropdown: bool) -> None:  # noqa: ANN401, FBT001 (as xlwings passes them)
        """Allows what is in a list: in cells, under a name, or given here."""
        rule = self._rule("list")
        rule.ShowList = int(in_cell_dropdown)
        self._put(rule, _source(source))

    def set_rule(self, rule_type: str, operator: str | None, formula1: str, formula2: str | None) -> None:
        """Allows what compares as it says, or what makes a formula true."""
        rule = self._rule(rule_type)
        if operator is not None:
            rule.setOperator(enum("com.sun.star.sheet.ConditionOperator", OPERATORS[operator]))
        self._put(rule, formula1, formula2)

    def delete(self) -> None:
        """Takes the rule off."""
        self.parent.xr.setPropertyToDefault("Validation")

    def _property(self, name: str) -> Any:  # noqa: ANN401 (a text or a truth value)
        if self.type in {"none", "mixed_criteria", "inconsistent"}:
            return None
        return getattr(self.api, name)

    def _formula(self, text: str) -> str:
        """A formula as it reads from the first cell of the range; UNO gives it as meant from where the rule began."""
        began, area = self.api.getSourcePosition(), self.parent.area
        return moved(to_excel(f"={text}"), area.row - 1 - began.Row, area.column - 1 - began.Column)

    def _rule(self, rule_type: str) -> UnoObject:
        """The rule as it stands, made one of that type; a new one warns and lets blank cells pass, as in Excel."""
        present = self.type
        if present in {"mixed_criteria", "inconsistent"}:
            raise xlwings.XlwingsError(
                "Cannot update data validation because the target cells have different validation rules."
            )
        rule = self.api
        rule.Type = enum("com.sun.star.sheet.ValidationType", NAMES[rule_type])
        if present == "none":
            rule.IgnoreBlankCells = rule.ShowInputMessage = rule.ShowErrorMessage = True
        return rule

    def _put(self, rule: UnoObject, formula1: str, formula2: str | None = None) -> None:
        rule.setSourcePosition(self.parent.xr.getCellByPosition(0, 0).CellAddress)
        rule.setFormula1(to_calc(formula1).removeprefix("="))
        rule.setFormula2(to_calc(formula2 or "").removeprefix("="))
        self.parent.xr.Validation = rule


def _source(source: Any) -> str:  # noqa: ANN401 (texts, a range or a name)
    if isinstance(source, base_classes.Range):
        return f"={source.sheet.quoted}!{source.address}"  # type: ignore[attr-defined]
    if isinstance(source, base_classes.Name):
        return f"={source.name}"
    if len(",".join(source)) > LONGEST:
        raise ValueError(f"the Excel data validation source cannot exceed {LONGEST} characters")
    return ";".join('"' + entry.replace('"', '""') + '"' for entry in source)

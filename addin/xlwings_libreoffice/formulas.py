"""Formula text: as Excel writes it, and as Calc's interface takes it.

Calc is spoken to in its English grammar: semicolons between arguments, `$Sheet1.A1` for `Sheet1!A1`,
`{1;2|3;4}` for `{1,2;3,4}`, `TRUE()` for TRUE.
"""

import re

from xlwings_libreoffice.addresses import COLUMNS, ROWS, column_number, letters, quoted

NAMES = {"PDURATION": "DURATION", "RRI": "ZGZ", "EFFECT": "EFFECTIVE"}
"""Functions that Calc's English grammar names otherwise than Excel."""
ANALYSIS = "COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GET"
"""What Calc puts before the functions of Excel's old Analysis ToolPak."""
NAMES_OF_CALC = {calc: excel for excel, calc in NAMES.items()}
SHEET = r"'(?:[^']|'')+'|[^\W\d][\w.]*"
REFERENCE = r"\$?[A-Za-z]{1,3}\$?\d{1,7}(?![\w(])"
TABLE_PART = r"(?<=[\w.])\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
EXCEL = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
    | (?P<table>{TABLE_PART})
    | (?P<error>\#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!))
    | (?P<sheets>[^\W\d]\w*:[^\W\d]\w*(?=!))!(?P<first>{REFERENCE})(?::(?P<last>{REFERENCE}))?
    | (?P<sheet>{SHEET})!
    | (?P<function>[^\W\d][\w.]*)(?=\()\(
    | (?P<truth>\b(?:TRUE|FALSE)\b)(?!\s*\()
    | (?P<mark>[(){{}},;@])""",
    re.VERBOSE | re.IGNORECASE,
)
CALC = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
    | (?P<table>{TABLE_PART})
    | (?P<error>\#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!))
    | (?P<truth>\b(?:TRUE|FALSE)\(\))
    | (?P<book>'file:[^']*')\#\$?(?P<inbook>{SHEET})\.(?=[$A-Za-z#])
    | \$?(?P<sheet>'(?:[^']|'')+'|[^\W\d]\w*)\.(?=\$?[A-Za-z]{{1,3}}\$?\d|\$?[A-Za-z]{{1,3}}:|\$?\d+:|\#REF)
    | (?P<function>[^\W\d][\w.]*)(?=\()
    | (?P<mark>[{{}};|~])""",
    re.VERBOSE | re.IGNORECASE,
)
MOVABLE = re.compile(
    r""""(?:[^"]|"")*"|'(?:[^']|'')+'|[^\W\d][\w.]*(?=[(!])"""
    r"""|(?<![\w.$])(?P<fixed_column>\$?)(?P<column>[A-Za-z]{1,3})(?P<fixed_row>\$?)(?P<row>\d{1,7})(?![\w.(])"""
)


def to_calc(formula: str) -> str:
    """A formula of Excel as Calc's interface takes it; other text as it stands."""
    if not formula.startswith("="):
        return formula
    stack: list[str] = []
    return EXCEL.sub(lambda found: _calc_piece(found, stack), formula)


def to_excel(formula: str) -> str:
    """A formula of Calc's interface as Excel writes it; the apostrophe before a text that looks like a number goes."""
    if formula.startswith("{=") and formula.endswith("}"):
        formula = formula[1:-1]
    if not formula.startswith("="):
        return formula.removeprefix("'")
    stack: list[str] = []
    return _without_repeated_sheet(CALC.sub(lambda found: _excel_piece(found, stack), formula))


def moved(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads when its cell is filled that many rows down and columns to the right."""
    if not (rows or columns) or not formula.startswith("="):
        return formula
    return MOVABLE.sub(lambda found: _moved_reference(found, rows, columns), formula)


def _calc_piece(found: re.Match[str], stack: list[str]) -> str:  # noqa: PLR0911 (one answer for each kind)
    piece = found[0]
    if found["text"] or found["error"]:
        return piece
    if found["table"]:
        return _calc_table_part(piece[1:-1])
    if found["sheets"]:
        first, last = found["sheets"].split(":")
        return f"${first}.{found['first']}:${last}.{found['last'] or found['first']}"
    if found["sheet"]:
        return f"${found['sheet']}."
    if found["function"]:
        stack.append("call")
        return _calc_name(found["function"]) + "("
    if found["truth"]:
        return piece.upper() if "{" in stack else piece.upper() + "()"
    return _calc_mark(piece, stack)


def _calc_table_part(part: str) -> str:
    """What stands in brackets after a table's name: Calc wants each part in brackets, and knows no `@`."""
    if part.startswith("@"):
        column = part[1:].strip("[]")
        return f"[[#This Row];[{column}]]" if column else "[[#This Row]]"
    if part.startswith("#"):
        return f"[[{part}]]"
    return "[" + re.sub(r"\]\s*,\s*\[", "];[", part) + "]"


def _calc_mark(mark: str, stack: list[str]) -> str:
    if mark in "({":
        stack.append(mark)
    elif mark in ")}" and stack:
        stack.pop()
    elif mark == "@":
        return ""
    elif stack and stack[-1] == "{":
        return {",": ";", ";": "|"}.get(mark, mark)
    elif mark == ",":
        return ";" if stack and stack[-1] == "call" else "~"
    return mark


def _calc_name(name: str) -> str:
    plain = name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.")
    if plain == "DURATION":
        return ANALYSIS + plain
    return NAMES.get(plain, plain)


def _excel_piece(found: re.Match[str], stack: list[str]) -> str:  # noqa: PLR0911 (the same)
    piece = found[0]
    if found["truth"]:
        return piece[:-2].upper()
    if found["table"]:
        return re.sub(r"^\[(\[#[^\[\]]*\])\]$", r"\1", piece).replace("];[", "],[")
    if found["book"]:
        folder, _, book = found["book"][1:-1].removeprefix("file://").rpartition("/")
        return f"'{folder}/[{book}]{found['inbook'].strip(chr(39))}'!"
    if found["sheet"]:
        return (
            quoted(found["sheet"][1:-1].replace("''", "'")) + "!"
            if piece.lstrip("$")[0] == "'"
            else found["sheet"] + "!"
        )
    if found["function"]:
        return _excel_name(piece)
    if found["mark"]:
        return _excel_mark(piece, stack)
    return piece


def _excel_mark(mark: str, stack: list[str]) -> str:
    if mark == "{":
        stack.append(mark)
    elif mark == "}" and stack:
        stack.pop()
    elif stack:
        return {";": ",", "|": ";"}.get(mark, mark)
    elif mark in ";~":
        return ","
    return mark


def _excel_name(name: str) -> str:
    upper = name.upper()
    if upper.startswith("COM.SUN.STAR.SHEET.ADDIN."):
        return upper.rpartition(".GET")[2]
    return NAMES_OF_CALC.get(upper, name)


def _without_repeated_sheet(formula: str) -> str:
    """`Sheet1!A1:Sheet1!B2` as Excel writes it: `Sheet1!A1:B2`; of two sheets `Sheet1:Sheet2!A1:B2`."""

    def join(found: re.Match[str]) -> str:
        if found["one"] == found["other"]:
            return f"{found['one']}!{found['first']}:{found['last']}"
        cells = found["first"] if found["first"] == found["last"] else f"{found['first']}:{found['last']}"
        return f"{found['one']}:{found['other']}!{cells}"

    pattern = rf"(?P<one>{SHEET})!(?P<first>{REFERENCE}):(?P<other>{SHEET})!(?P<last>{REFERENCE})"
    return re.sub(pattern, join, formula)


def _moved_reference(found: re.Match[str], rows: int, columns: int) -> str:
    if found["row"] is None:
        return found[0]
    row = int(found["row"]) + (0 if found["fixed_row"] else rows)
    column = column_number(found["column"]) + (0 if found["fixed_column"] else columns)
    if not (1 <= row <= ROWS and 1 <= column <= COLUMNS):
        return "#REF!"
    return f"{found['fixed_column']}{letters(column)}{found['fixed_row']}{row}"

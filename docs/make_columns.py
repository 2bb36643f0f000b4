"""Write docs/columns.md, every sheet and column of a workbook, from workbook/layout.toml.

`python docs/make_columns.py` writes the page; with --check its exit code says whether the page is current.
"""

import sys
from pathlib import Path

from duesheet.layout import Column, Layout, Setting, Table, layout

PAGE = Path(__file__).resolve().parent / "columns.md"

INTRODUCTION = """\
# The sheets and their columns

This page is made from `workbook/layout.toml` by `python docs/make_columns.py`.
Change the drawing, not the page.

A sheet holds one table of the same name.
*Input* sheets are yours: Duesheet changes no cell of them, and adds rows only when you ask it to import.
*Output* sheets are written anew by every Refresh; columns of your own in them follow their row.
*Log* sheets only grow, by your rows and by Duesheet's.

A column in **bold** must be filled in every row.
"""

KINDS = {
    "id": "number or code, kept as text",
    "text": "text",
    "choice": "one of a list",
    "email": "e-mail addresses",
    "date": "date",
    "time": "date and time",
    "money": "amount",
    "number": "number",
    "whole": "whole number",
    "percent": "percent",
    "days": "days",
    "link": "link",
    "country": "country code",
    "currency": "currency, three letters",
}


def cell(text: str) -> str:
    """`text` as it may stand in a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def column_row(column: Column) -> str:
    """One line about one column."""
    kind = ", ".join(column.choices) if column.choices else KINDS.get(column.kind, column.kind)
    name = f"**{column.name}**" if column.required else column.name
    return f"| {name} | {cell(kind)} | {cell(column.note)} |"


def sheet(table: Table) -> str:
    """The part of the page about one sheet."""
    told = f"{table.title} ({table.role}). One row for each {' and '.join(table.identity)}."
    rows = "\n".join(column_row(column) for column in table.columns)
    return f"## {table.name}\n\n{told}\n\n| column | holds | |\n|---|---|---|\n{rows}\n"


def setting_row(one: Setting) -> str:
    """One line about one setting."""
    kind = ", ".join(one.choices) if one.choices else KINDS.get(one.kind, one.kind)
    return f"| {one.name} | {cell(kind)} | {cell(one.default)} | {cell(one.meaning)} |"


def settings(drawing: Layout) -> str:
    """The part of the page about the rows of the Settings sheet."""
    rows = "\n".join(setting_row(one) for one in drawing.settings)
    return f"## The rows of Settings\n\n| setting | holds | in a new book | |\n|---|---|---|---|\n{rows}\n"


def steps(drawing: Layout) -> str:
    """The part of the page about the steps a new book has."""
    rows = "\n".join(
        f"| {step['step']} | {step['name']} | {step['days']} | {step['channel']} |" for step in drawing.steps
    )
    return (
        f"## The steps of a new book\n\n| step | name | days overdue | channel |\n|---|---|---|---|\n{rows}\n"
    )


def page() -> str:
    """The whole page."""
    drawing = layout()
    sheets = [sheet(table) for table in drawing.tables.values()]
    return "\n".join([INTRODUCTION, *sheets, settings(drawing), steps(drawing)])


def main(arguments: list[str]) -> int:
    """Write the page, or with --check compare it."""
    if "--check" in arguments:
        return int(not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""docs/functions.md: every function and argument is there, and every example gives what the page says."""

import inspect
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from duesheet import functions

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "functions.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^=(AR_\w+\(.*\)) →(.*)$", PAGE, re.MULTILINE)
PART = re.compile(r'"[^"]*"|[A-L]1:[A-L]\d|\d[\d.]*%|TRUE|.', re.DOTALL)
SAID = {"TRUE": "True", "{": "[[", "}": "]]", ";": "], ["}


def section(name: str) -> str:
    """What the page says of a function."""
    return PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def worked(formula: str) -> Any:
    """The answer to a formula as Excel would hand it over."""
    known: dict[str, Any] = {name: getattr(functions, name) for name in functions.__all__}
    known["DATE"] = datetime
    known["CELLS"] = cells
    return eval(translated(formula), known)  # noqa: S307  the page is ours


def translated(formula: str) -> str:
    """A formula of Excel as an expression: {1;2} are rows, 8% a fraction, A1:B2 the cells of the page's tables."""
    blanks = re.sub(r",(?=\s*,)", ", None", formula)
    return "".join(map(_said, PART.findall(blanks)))


def _said(part: str) -> str:
    if part.endswith("%"):
        return f"{part[:-1]} / 100"
    return f"CELLS({part!r})" if re.fullmatch("[A-L]1:[A-L].", part) else SAID.get(part, part)


def cells(address: str) -> list[list[str | None]]:
    """The cells of the page's first or second table of a ledger, as many columns as the address has."""
    first, last = address[0], address[3]
    lines = section("AR_AGING").splitlines()
    start = next(
        at
        for at, line in enumerate(lines)
        if line.startswith("| Invoice |" if first == "A" else "| Payment |")
    )
    rows = [line.strip("| ").split("|") for line in lines[start : start + 6] if line.startswith("| ")]
    return [[one.strip() or None for one in row[: ord(last) - ord(first) + 1]] for row in rows]


def shown(answer: Any) -> str:
    """An answer as the page writes it."""
    if isinstance(answer, list):
        return "; ".join(" | ".join(map(shown, row)) for row in answer)
    if isinstance(answer, datetime):
        return answer.date().isoformat()
    return answer if isinstance(answer, str) else f"{round(answer, 4):.15g}"


@pytest.mark.parametrize(("formula", "expected"), EXAMPLES)
def test_an_example_of_the_page_gives_what_it_says(formula: str, expected: str) -> None:
    """The formula, worked out, shows what stands after its arrow."""
    assert shown(worked(formula)) == expected.strip()


@pytest.mark.parametrize("name", functions.__all__)
def test_the_page_has_a_section_for_every_function(name: str) -> None:
    """Each function has its signature, a row for each argument, an example, and one of a mistake."""
    told = section(name)
    arguments = inspect.signature(getattr(functions, name)).parameters.values()
    named = [one.name if one.default is one.empty else f"[{one.name}]" for one in arguments]

    assert f"`{name}({', '.join(named)})`" in told
    assert re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE) == [one.name for one in arguments]
    assert len([formula for formula, _ in EXAMPLES if formula.startswith(f"{name}(")]) >= 2

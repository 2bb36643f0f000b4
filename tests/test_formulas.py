"""Formulas that moved."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator

from duesheet.books.cells import cells_in
from duesheet.books.formulas import moved, unshared

PIECES = st.sampled_from([
    "A1", "$A$1", "$B20", "C$3", "AB12:AC15", "SUM(A9:$B$10)",
    '"A1 text"', "Rates!C7", "'My A1 sheet'!D8", "LOG10(E5)",
    "Aging[[#This Row],[Total]]", "TRUE", "12.5", "1E5", "IF(A40>0,B40,C40)",
])  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=5), st.integers(0, 500), st.integers(0, 5))
@settings(deadline=None)
def test_a_formula_moves_as_openpyxl_moves_it(pieces: list[str], down: int, right: int) -> None:
    """Moving a formula gives what openpyxl's translator gives."""
    formula = "+".join(pieces)
    target = f"{chr(ord('A') + right)}{1 + down}"
    assert f"={moved(formula, down, right)}" == Translator(f"={formula}", "A1").translate_formula(target)


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("B2*2", "C2*2"),
        ("SUM($A2:D2)", "SUM($A2:E2)"),
        ("D2", "E2"),
        ("C2", "#REF!"),
        ("Rates!D2", "Rates!D2"),
        ("Aging!D2", "Aging!E2"),
        ("SUM(B:B)", "SUM(C:C)"),
    ],
)
def test_references_follow_their_columns(formula: str, wanted: str) -> None:
    """When columns of the sheet moved, references to them follow; those to other sheets stay."""
    columns = {1: 1, 2: 3, 3: None, 4: 5}
    assert moved(formula, columns=lambda old: columns.get(old, old), sheet="Aging") == wanted


def test_a_reference_off_the_sheet_is_an_error() -> None:
    """A reference that would leave the sheet reads #REF!, as in Excel."""
    assert moved("A1", -1) == "#REF!"
    assert moved('A1&""', -1) == '#REF!&""'


def test_shared_formulas_are_written_out() -> None:
    """Cells that share a formula each get their own."""
    rows = (
        b'<row r="2"><c r="D2"><f t="shared" ref="D2:D3" si="0">A2&lt;$B$1</f><v>1</v></c></row>'
        b'<row r="3"><c r="D3" s="4"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    insides = [cell.inside for cell in cells_in(unshared(rows))]
    assert insides == [b"<f>A2&lt;$B$1</f><v>1</v>", b"<f>A3&lt;$B$1</f><v>2</v>"]

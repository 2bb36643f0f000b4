"""Words on the page of a text letter."""

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from duesheet.paper import WIDTH, _wrap

SIGNS = st.sampled_from("ab- \u00a0\u202f\t\x1f\x0b\u3000é漢")
WORDS = st.sampled_from(
    ["word", *("x" * size for size in range(68, 75)), "a-b", "\u00a0", "", "119,00\u00a0€"]
)


@given(st.text(SIGNS, max_size=300) | st.lists(WORDS, max_size=30).map(" ".join), st.sampled_from(["", "  "]))
def test_lines_break_where_the_library_breaks_them(line: str, indent: str) -> None:
    """Whatever a line says, it is wrapped as the standard library wraps it."""
    assert _wrap(line, indent) == textwrap.fill(
        line,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )

"""How words and figures lie on the page: lines and columns for the text letter, marks for the HTML one."""

import re
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

WIDTH = 72
"""Characters in a line of the text letter."""

WIDEST = 76
"""Characters its table may have."""

_FIGURES = frozenset({"amount", "days_overdue", "interest", "late_fee", "open", "paid"})
_SPACES = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")
_BLANKS = re.compile(r"[\t\n\v\f\r]")
_GAP = "  "

Row = Mapping[str, object]
Column = tuple[str, str]


def _split(words: str) -> list[str]:
    return [_SPACES.sub(" ", part).strip() for part in re.split(r"\n\s*\n", words) if part.strip()]


def wrapped(words: str) -> str:
    r"""The paragraphs of `words` (blank lines between them), each wrapped.

    >>> wrapped("One\n  two.\n\nThree.")
    'One two.\n\nThree.'
    """
    return "\n\n".join(_wrap(part) for part in _split(words))


def _wrap(line: str, indent: str = "") -> str:
    everyday = not _BLANKS.search(line) and all(map(str.strip, line.split(" ")))
    if everyday:  # as nearly all lines of a letter are
        return "\n".join([indent + part for part in _line(WIDTH - len(indent)).findall(line)])
    return textwrap.fill(
        line,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


@lru_cache(maxsize=4)
def _line(width: int) -> re.Pattern[str]:
    """As many words as fit, or one that does not."""
    return re.compile(rf"(.{{0,{width - 1}}}[^ ]|[^ ]+)(?: |$)")


def to_html(words: str) -> Markup:
    """The paragraphs of `words` as HTML paragraphs; `words` is HTML already when it comes out of a block."""
    return Markup("\n".join([f"<p>{_html(words, part)}</p>" for part in _split(words)]))  # noqa: S704  each is HTML


def _html(whole: str, part: str) -> Markup:
    return Markup(part) if isinstance(whole, Markup) else escape(part)  # noqa: S704  a piece of what was HTML


def strong(words: object) -> Markup:
    """`words` in bold; a number or a date is not broken over two lines.

    >>> strong("A & B")
    Markup('<strong class="nowrap">A &amp; B</strong>')
    """
    kept = ' class="nowrap"' if len(str(words)) < WIDTH // 3 else ""
    return Markup(f"<strong{kept}>{escape(words)}</strong>")  # noqa: S704  the words are escaped


def html_lines(words: str) -> Markup:
    r"""`words` with their line breaks.

    >>> html_lines("a\n<b>")
    Markup('a<br>&lt;b&gt;')
    """
    return Markup("<br>").join(words.splitlines())


def text_lines(words: str) -> str:
    """`words` with their line breaks, long lines wrapped."""
    return "\n".join(_wrap(line) for line in words.splitlines())


def heading(words: str) -> str:
    r"""`words` underlined.

    >>> heading("Pay")
    'Pay\n---'
    """
    return words + "\n" + "-" * _cells(words)


def _cells(words: str) -> int:
    return len(words) if words.isascii() else sum(map(_cell, words))


@lru_cache(maxsize=2**10)
def _cell(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def grid(
    rows: Sequence[Row], columns: Sequence[Column], notes: Sequence[Column], sums: Sequence[Column]
) -> str:
    """`rows` as a table of text at most `WIDEST` wide: `columns` side by side, `notes` below each row.

    A column is a key and its header, a note a key and its label, a sum a label and its figure. Columns and
    notes nobody has a value for are left out; columns that do not fit, from the second on, become notes.

    >>> print(grid([{"invoice": "7", "open": "9.00", "reference": "PO"}],
    ...            [("invoice", "Invoice"), ("open", "Open")], [("reference", "Ref.:")], [("Total", "9.00")]))
    Invoice  Open
    -------------
    7        9.00
      Ref.: PO
    -------------
    Total    9.00
    """
    shown = [column for column in columns if _any(rows, column[0])]
    below = [note for note in notes if _any(rows, note[0])]
    widths = [max(_cells(header), *(_cells(str(row[key])) for row in rows)) for key, header in shown]
    while len(shown) > 2 and _width(widths, sums) > WIDEST:  # noqa: PLR2004  the first and the last stay
        below.insert(0, shown.pop(1))
        del widths[1]
    return _drawn(rows, shown, widths, below, sums)


def _any(rows: Sequence[Row], key: str) -> bool:
    return any(row[key] != "" for row in rows)


def _width(widths: Sequence[int], sums: Sequence[Column]) -> int:
    table = sum(widths) + len(_GAP) * (len(widths) - 1)
    return max(table, *(_cells(label) + len(_GAP) + _cells(figure) for label, figure in sums))


def _drawn(
    rows: Sequence[Row],
    columns: Sequence[Column],
    widths: list[int],
    notes: Sequence[Column],
    sums: Sequence[Column],
) -> str:
    width = min(_width(widths, sums), WIDEST)
    widths[-1] += width - sum(widths) - len(_GAP) * (len(widths) - 1)
    rule = "-" * width
    keys = [key for key, _ in columns]
    written = [_row([header for _, header in columns], keys, widths), rule]
    for row in rows:
        written += [_row([str(row[key]) for key in keys], keys, widths), *_notes(row, notes)]
    return "\n".join([*written, rule, *(_sum(label, figure, width) for label, figure in sums)])


def _row(cells: Sequence[str], keys: Sequence[str], widths: Sequence[int]) -> str:
    placed = [
        _pad(cell, width, right=key in _FIGURES) for cell, key, width in zip(cells, keys, widths, strict=True)
    ]
    return _GAP.join(placed).rstrip()


def _pad(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - _cells(cell))
    return space + cell if right else cell + space


def _notes(row: Row, notes: Sequence[Column]) -> list[str]:
    said = [_held_together(f"{label} {row[key]}") for key, label in notes if row[key] != ""]
    return [_wrap(", ".join(said), _GAP).replace("\x1f", " ")] if said else []


def _held_together(note: str) -> str:
    return note.replace(" ", "\x1f") if len(note) < WIDTH // 2 else note


def _sum(label: str, figure: str, width: int) -> str:
    return label + " " * max(width - _cells(label) - _cells(figure), len(_GAP)) + figure

"""A large sheet read the quick way: cell for cell what the careful reader gives, or nothing."""

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from duesheet.books import Cells, closed, reading
from duesheet.books.closed import ClosedBook
from duesheet.books.columns import text
from duesheet.books.formats import Shown, by_code
from duesheet.books.gathering import Gathering
from duesheet.books.plain import NotPlain, plain
from duesheet.errors import BookRefused
from duesheet.layout import layout

PAYMENTS = layout().tables["Payments"]
HEADERS = ("Payment", "Date", "Customer ID", "Amount", "Mine")
FORMATS = (
    *("General", "0", "0.00", "#,##0.00;[Red]-#,##0.00;-", "0.0%", "0.00E+00", "@", "$#,##0", '0 "days"'),
    *("yyyy-mm-dd", "dd/mm/yyyy", "m/d/yy", "d mmm yyyy", "yyyy-mm-dd hh:mm", "[$-409]d-mmm-yy;@"),
    *("hh:mm", "[h]:mm", "mm:ss"),
)

Cell = str | float | bool | dt.date | None


def written(
    path: Path, rows: Sequence[Sequence[Cell]], formats: Sequence[str] = (), *, table: bool = False
) -> Path:
    """A workbook of a sheet Payments with `rows`, its columns in `formats`, and a `table` around them."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Payments")
    looks = [book.add_format({"num_format": one}) for one in formats]
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_row(0, 0, HEADERS)
    for down, row in enumerate(rows, start=1):
        for right, cell in enumerate(row):
            look = looks[right] if right < len(looks) else None
            if isinstance(cell, dt.date):
                page.write_datetime(down, right, dt.datetime.combine(cell, dt.time()), look or day)
            elif isinstance(cell, str):
                page.write_string(down, right, cell, look)
            elif cell is not None:
                page.write(down, right, cell, look)
            elif look:
                page.write_blank(down, right, None, look)
    if table:
        columns = [{"header": name} for name in HEADERS]
        page.add_table(0, 0, len(rows), len(HEADERS) - 1, {"columns": columns})
    book.close()
    return path


def both(path: Path) -> tuple[Cells | None, Cells | None, bool]:
    """The sheet read each way, and whether the quick way gave anything."""
    quickly: list[bool] = []

    class Watched(Gathering):
        def frame(self, *asked: object) -> object:  # type: ignore[override]
            found = super().frame(*asked)  # type: ignore[arg-type]
            quickly.append(found is not None)
            return found

    found = []
    for least in (0, 2**62):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "LARGE", least)
            patch.setattr(closed, "LARGE", least)
            patch.setattr(reading, "Gathering", Watched)
            found.append(ClosedBook.open(path).read(PAYMENTS))
    return found[0], found[1], any(quickly)


def same(one: Cells | None, other: Cells | None) -> None:
    """Both hold the same cells, typed alike, in the same rows, with the same faults."""
    assert one is not None
    assert other is not None
    assert one.frame.schema == other.frame.schema
    assert one.frame.equals(other.frame)
    assert one.rows.equals(other.rows)
    assert one.faults == other.faults


ROWS: dict[str, list[list[Cell]]] = {
    "a ledger": [
        ["P1", dt.date(2025, 1, 31), "C1", 297.2, "x"],
        ["P2", dt.date(2025, 2, 1), "C2", -0.01, None],
    ],
    "gaps": [["P1", None, None, None, None], [None] * 5, ["P3", dt.date(2024, 2, 29), None, 3.5, None]],
    "ids typed as numbers": [[1001, dt.date(2025, 1, 31), 17.0, 5, "x"], ["P2", None, 18, 6, "y"]],
    "texts with signs": [["<&>\"'", None, "a\nb", 1, " c "], ["_x000D_", None, "l\r\nm", 2, "é漢\U0001f600"]],
    "blanks that are texts": [["  ", None, "", 1, "\t"], ["P2", None, "C", 2, "y"]],
    "many digits": [
        ["P1", None, "C", 123456789012.25, "x"],
        ["P2", None, "C", 1e-9, "y"],
        ["P3", None, "C", 0.1 + 0.2],
    ],
    "below the table": [
        ["P1", None, "C", 1, "x"],
        [],
        [],
        [None, None, None, None, None, "far"],
    ],
}

LEFT: dict[str, list[list[Cell]]] = {
    "a truth value": [["P1", None, "C", 1, True]],
    "texts among numbers": [["P1", None, "C", 1, "x"], ["P2", None, "C", "1,50", "y"]],
    "a time of day": [["P1", None, "C", 1, "x"], ["P2", dt.date(2025, 1, 1), "C", 2, dt.date(1900, 1, 1)]],
    "an id with a fraction": [[10.5, None, "C", 1, "x"]],
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=list(ROWS))
def test_what_is_plain_is_read_the_quick_way_and_alike(tmp_path: Path, rows: list[list[Cell]]) -> None:
    """Ids, dates, amounts, texts and gaps come out of the quick way as out of the careful one."""
    quick, careful, quickly = both(written(tmp_path / "book.xlsx", rows))

    assert quickly
    same(quick, careful)


@pytest.mark.parametrize("rows", LEFT.values(), ids=list(LEFT))
def test_what_is_not_plain_is_left_to_the_careful_reader(tmp_path: Path, rows: list[list[Cell]]) -> None:
    """A cell that could be read in two ways makes the whole sheet be read with care."""
    quick, careful, quickly = both(written(tmp_path / "book.xlsx", rows))

    assert not quickly
    same(quick, careful)


def test_texts_with_fonts_of_their_own_are_left_to_the_careful_reader(tmp_path: Path) -> None:
    """A book with a text partly bold is read with care."""
    bold = b"<si><r><t>C</t></r><r><rPr><b/></rPr><t>1</t></r></si>"

    quick, careful, quickly = both(_with_text(tmp_path, bold))

    assert not quickly
    same(quick, careful)
    assert careful is not None
    assert careful.frame["Customer ID"].to_list() == ["C1"]


@pytest.mark.parametrize("least", [0, 2**62])
def test_texts_in_no_known_letters_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    """Texts that are not UTF-8 cannot be read either way, and the book is refused with what to do."""
    path = _with_text(tmp_path, b"<si><t>C\xff</t></si>")
    monkeypatch.setattr(closed, "LARGE", least)

    with pytest.raises(BookRefused, match=r"cannot be read .* save it, and try again"):
        ClosedBook.open(path).read(PAYMENTS)


def _with_text(folder: Path, item: bytes) -> Path:
    """A workbook with a payment of C1, that text being written as `item`."""
    path = written(folder / "plain.xlsx", [["P1", dt.date(2025, 1, 31), "C1", 1.0, "x"]], table=True)
    with ZipFile(path) as plain_book, ZipFile(folder / "other.xlsx", "w") as other:
        for part in plain_book.infolist():
            other.writestr(part, plain_book.read(part).replace(b"<si><t>C1</t></si>", item))
    return folder / "other.xlsx"


WHOLE = b'<row r="2"><c r="A2" s="1" t="s"><v>7</v></c><c r="B2"/><c r="C2"><v>-2.50</v></c></row>'


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_piece_cut_anywhere_is_read_as_far_as_whole_cells_go_or_refused(length: int) -> None:
    """A sheet that ends amid a tag or a number is never read beyond its end, nor as another number."""
    try:
        found = plain(WHOLE[:length])
    except NotPlain:
        return
    assert [7.0, -2.5][: len(found.value)] == found.value.tolist()


@pytest.mark.parametrize("look", FORMATS)
def test_a_format_is_understood_or_left_alone(tmp_path: Path, look: str) -> None:
    """Numbers under any format come out alike, whether the format makes dates of them or not."""
    rows: list[list[Cell]] = [["P1", 45_688, "C1", 45_688.0, 45_688], ["P2", 45_689, "C2", 45_689.0, 45_689]]
    path = written(tmp_path / "book.xlsx", rows, ["General", look, "General", look, look])

    same(*both(path)[:2])


@pytest.mark.parametrize("kind", [pl.Datetime("ms"), pl.Duration("ms")])
def test_a_number_shown_as_a_date_beyond_all_dates_is_told_as_the_number(kind: pl.DataType) -> None:
    """A number too large for a date is told as a number, whatever format it has, and stops nothing."""
    assert text(pl.Series([10**17, None]).cast(kind))[0].startswith("11574")


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
money = st.one_of(  # no further than the careful reader can bear under the format of a date
    st.integers(-(10**8), 10**8).map(lambda cents: cents / 100),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.integers(-(10**9), 10**9),
)
numbers_of_any_size = st.one_of(money, st.floats(-1e300, 1e300), st.integers(-(10**17), 10**17))
days = st.dates(dt.date(1900, 1, 1), dt.date(9999, 12, 31))


def maybe(cells: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
    """`cells`, or nothing."""
    return st.one_of(st.none(), cells)


ledgers = st.lists(
    st.tuples(
        maybe(st.one_of(texts, st.integers(0, 10**6))),
        maybe(days),
        maybe(texts),
        maybe(money),
        maybe(st.one_of(texts, money, days)),
    ),
    min_size=1,
    max_size=6,
)


@given(ledgers, st.lists(st.sampled_from(FORMATS), max_size=5))
@settings(deadline=None, max_examples=60)
def test_any_ledger_is_read_alike_both_ways(rows: list[tuple[Cell, ...]], formats: list[str]) -> None:
    """Whatever stands in a sheet, the quick way gives what the careful one gives."""
    with tempfile.TemporaryDirectory() as folder:
        same(*both(written(Path(folder) / "book.xlsx", rows, formats))[:2])


@given(st.lists(numbers_of_any_size.map(float), min_size=1, max_size=20))
def test_a_number_is_the_nearest_float(numbers: list[float]) -> None:
    """The digits of a cell become the float Python itself reads them as, to the last bit."""
    typed = [f"{one:.17g}" if at % 2 else repr(one) for at, one in enumerate(numbers)]
    xml = "".join(f'<c r="A{row}"><v>{one}</v></c>' for row, one in enumerate(typed, start=1))

    assert plain(f"<row>{xml}</row>".encode()).value.tolist() == [float(one) for one in typed]


def test_a_cell_is_found_where_it_says_it_is() -> None:
    """Row, column, style and kind are the cell's own, blank cells are passed over."""
    found = plain(
        b'<row r="9" spans="1:3"><c r="A9" s="12" t="s"><v>4</v></c><c r="B9" s="3"/><c r="C9" t="n"><v>2</v></c></row>'
        b'<row r="1048576"><c r="Z1048576" s="0"><v>7</v></c></row>'
    )

    assert found.row.tolist() == [9, 9, 1_048_576]
    assert found.column.tolist() == [1, 3, 26]
    assert found.style.tolist() == [12, 0, 0]
    assert found.shared.tolist() == [True, False, False]
    assert np.array_equal(found.value, [4, 2, 7])


@pytest.mark.parametrize(
    "rows",
    [
        b'<row><c r="A1"><f>1+1</f><v>2</v></c></row>',
        b'<row><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>',
        b'<row><c r="A1" t="b"><v>1</v></c></row>',
        b'<row><c r="A1" t="e"><v>#N/A</v></c></row>',
        b'<row><c r="A1" t="str"><v>x</v></c></row>',
        b'<row><c r="AA1"><v>1</v></c></row>',
        b'<row><c r="a1"><v>1</v></c></row>',
        b"<row><c r='A1'><v>1</v></c></row>",
        b"<row><c><v>1</v></c></row>",
        b'<row><c r="A"><v>1</v></c></row>',
        b'<row><c r="A0"><v>1</v></c></row>',
        b'<row><c r="A99999999"><v>1</v></c></row>',
        b'<row><c t="s" r="A1"><v>1</v></c></row>',
        b'<row><c r="A1" cm="1"><v>1</v></c></row>',
        b'<row><c r="A1"><v>one</v></c></row>',
        b'<row><c r="A1"><v></v></c></row>',
        b'<row><c r="A1"><v>1</v><v>2</v></c></row>',
        b'<x:row><x:c r="A1"><x:v>1</x:v></x:c></x:row>',
        b'<row><!-- <c r="A1"><v>1</v></c> --></row>',
        b'<row><c r="A1"><v>nan</v></c></row>',
        b'<row><c r="A1"><v>0x10</v></c></row>',
        b'<row><c r="A1"><v>1_0</v></c></row>',
        b'<row><c r="A1"><v>--1</v></c></row>',
        b'<row><c r="A1"><v>1.2.3</v></c></row>',
    ],
)
def test_anything_else_is_refused_by_the_quick_way(rows: bytes) -> None:
    """A formula, an error, a truth value, a text in its cell, an odd address or number: not read here."""
    with pytest.raises(NotPlain):
        plain(rows)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", Shown.NUMBER),
        ("#,##0.00 [$€-407]", Shown.NUMBER),
        ('0 "days"', Shown.NUMBER),
        ("0.00E+00", Shown.NUMBER),
        ("yyyy-mm-dd", Shown.DATE),
        ("[$-409]d-mmm-yy;@", Shown.DATE),
        ("hh:mm", Shown.UNSURE),
        ("[h]:mm:ss", Shown.UNSURE),
        ("0.00;yyyy", Shown.UNSURE),
    ],
)
def test_a_format_says_what_it_makes_of_a_number(code: str, shown: Shown) -> None:
    """A format is known to make numbers, or dates, or it is left to the careful reader."""
    assert by_code(code) is shown

"""Whether a file may be opened: what is refused before anything is unpacked, and cells far from the rest."""

import os
import re
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet.books.markup import Place, above, place
from duesheet.books.measure import measured
from duesheet.books.scan import Odd, scan
from duesheet.errors import BookRefused

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _zip(path: Path, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _sheet(rows: str) -> bytes:
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    )


def _book(path: Path, name: str, rows: bytes) -> Path:
    """A workbook of one sheet whose XML is `rows`."""
    book = openpyxl.Workbook()
    book.active.title = name  # type: ignore[union-attr]
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return _zip(path, {**parts, "xl/worksheets/sheet1.xml": rows})


def _refusal(path: Path) -> str:
    with pytest.raises(BookRefused) as refused:
        measured(path)
    return str(refused.value)


def test_a_plain_workbook_is_measured(tmp_path: Path) -> None:
    """A workbook from a spreadsheet is listed part by part."""
    path = _book(tmp_path / "Plain.xlsx", "Invoices", _sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    assert "xl/workbook.xml" in [part.filename for part in measured(path)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an Excel workbook"),
        (b"Invoice,Amount\nA-1,100\n", "not an Excel workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "old .xls"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"PK\x03\x04" + b"\0" * 100, "cut short"),
    ],
)
def test_what_is_not_a_workbook_is_called_by_its_name(tmp_path: Path, content: bytes, words: str) -> None:
    """A text file, an old .xls, a book with a password and a torn zip are each refused in their own words."""
    path = tmp_path / "Book.xlsx"
    path.write_bytes(content)
    assert words in _refusal(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """Neither a file that is not there nor a folder raises anything but a refusal."""
    assert "no file" in _refusal(tmp_path / "None.xlsx")
    assert "cannot be opened" in _refusal(tmp_path)


def test_a_truncated_workbook_is_refused_wherever_it_was_cut(tmp_path: Path) -> None:
    """A workbook cut short at any tenth of its length is refused as cut short or damaged."""
    path = _book(tmp_path / "Whole.xlsx", "Invoices", _sheet(""))
    whole = path.read_bytes()
    for tenth in range(1, 10):
        path.write_bytes(whole[: len(whole) * tenth // 10])
        assert re.search("cut short|damaged", _refusal(path))


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    """A part that unpacks to more than a hundred times its size is refused, unless it is small."""
    assert "times its size" in _refusal(
        _zip(tmp_path / "Bomb.xlsx", {"xl/sharedStrings.xml": b" " * (17 * 2**20)})
    )
    assert measured(_zip(tmp_path / "Small.xlsx", {"xl/sharedStrings.xml": b" " * (15 * 2**20)}))


def test_too_many_parts_are_refused_without_listing_them(tmp_path: Path) -> None:
    """Twenty thousand parts are the most a workbook may have."""
    path = _zip(tmp_path / "Many.xlsx", {"xl/a.xml": b"x"})
    raw = path.read_bytes()
    path.write_bytes(raw[:-12] + (20_001).to_bytes(2, "little") + raw[-10:])
    assert "more than 20,000 parts" in _refusal(path)


@pytest.mark.parametrize("name", ["/etc/xl.xml", "../xl.xml", "xl/../../x.xml", "xl\\sheet.xml", "C:/x.xml"])
def test_a_part_outside_the_book_is_refused(tmp_path: Path, name: str) -> None:
    """A part whose name leads out of the zip is refused."""
    assert "not put together as a workbook is" in _refusal(_zip(tmp_path / "Out.xlsx", {name: b"x"}))


def test_the_same_part_twice_is_refused(tmp_path: Path) -> None:
    """Two parts of one name are refused: programs disagree on which one counts."""
    path = tmp_path / "Twice.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/a.xml", "1")
        archive.writestr("XL/A.xml", "2")
    assert "same part twice" in _refusal(path)


def test_parts_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """A bomb whose parts all point at the same packed bytes is refused."""
    path = _zip(tmp_path / "Shared.xlsx", {"a.xml": b"1" * 99, "b.xml": b"2" * 99})
    raw = bytearray(path.read_bytes())
    second = raw.rfind(b"PK\x01\x02")
    raw[second + 42 : second + 46] = raw[raw.find(b"PK\x01\x02") + 42 :][:4]
    path.write_bytes(raw)
    assert re.search("shares its bytes|damaged", _refusal(path))


def test_an_encrypted_part_and_an_odd_packing_are_refused(tmp_path: Path) -> None:
    """A zip with a password is refused in words, and so is one packed with bzip2."""
    path = _zip(tmp_path / "Locked.xlsx", {"xl/a.xml": b"x"})
    raw = bytearray(path.read_bytes())
    raw[raw.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert "password" in _refusal(path)
    assert "packed in a way" in _refusal(_zip(tmp_path / "Odd.xlsx", {"a.xml": b"x"}, zipfile.ZIP_BZIP2))


@given(bound=st.integers(0, 2_000_000), number=st.integers(0, 9_999_999))
def test_the_expression_for_greater_numbers_agrees_with_arithmetic(bound: int, number: int) -> None:
    """The regular expression made for a bound matches exactly the numbers above it."""
    assert bool(re.fullmatch(above(bound), str(number))) == (number > bound)


def test_places_are_read() -> None:
    """A cell's name gives its row and column."""
    assert place("A1") == Place(1, 1)
    assert place("AB12") == Place(12, 28)
    with pytest.raises(ValueError, match="12A"):
        place("12A")


FAR = [
    '<c r="XFD1048576"><v>1</v></c>',
    '<c s="3" r="XFD1048576"><v>1</v></c>',
    "<c r='XFD1048576' t='inlineStr'><is><t>x</t></is></c>",
    '<c  r = "AAA5"><v>1</v></c>',
    '<x:c r="ABC9"><v>1</v></x:c>',
    '<c r="xfd9"><v>1</v></c>',
    '<c r="A900000"><v>1</v></c>',
    '<c r="B00900000"><v>1</v></c>',
    '<c r="ZZ900000"><v>1</v></c>',
    '<c\nr="XFD1"\n><v>1</v></c>',
]


@pytest.mark.parametrize("cell", FAR)
def test_a_far_cell_is_refused_however_it_is_written(cell: str) -> None:
    """One cell far from everything else is refused, naming sheet and cell, in every spelling XML allows."""
    with pytest.raises(BookRefused, match="Invoices has something"):
        scan([_sheet(f'<row r="1"><c r="A1"><v>1</v></c>{cell}</row>')], "Invoices")


def test_a_far_cell_is_named() -> None:
    """The refusal says which cell to delete."""
    with pytest.raises(BookRefused, match="Invoices has something in cell XFD1048576,"):
        scan([_sheet('<row r="1"><c r="XFD1048576"><v>1</v></c></row>')], "Invoices")


def test_a_far_cell_cut_in_two_is_still_seen() -> None:
    """Wherever the pieces of the sheet are cut, a far cell is found."""
    whole = _sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="XFD1048576"><v>1</v></c></row>')
    for at in range(1, len(whole)):
        with pytest.raises(BookRefused, match="XFD1048576"):
            scan([whole[:at], whole[at:]], "Invoices")


def test_far_cells_that_only_have_a_look_are_no_matter() -> None:
    """A whole row painted out to the last column holds nothing, and is read."""
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="4"/></row><row r="9"><c r="B1048576" s="4"/></row>'
    )
    assert scan([_sheet(rows)], "Invoices").first_row == 1


def test_text_that_looks_like_a_far_cell_is_no_matter() -> None:
    """A note that quotes a cell's XML is text, not a cell."""
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>c r="XFD1048576" t="e" &lt;f&gt;</t></is></c></row>'
    found = scan([_sheet(rows)], "Invoices")
    assert (found.errors, found.uncounted) == ([], [])


def test_cells_without_names_cannot_hide_a_wide_sheet() -> None:
    """Cells that do not say where they stand are counted."""
    rows = (
        "<row>"
        + "<c/>" * 16_000
        + "<c><v>1</v></c></row>"
        + "<row/>" * 100_000
        + "<row><c><v>1</v></c></row>"
    )
    with pytest.raises(BookRefused, match="columns wide"):
        scan([_sheet(rows)], "Invoices")
    assert scan([_sheet("<row><c><v>1</v></c></row>" * 1000)], "Invoices").errors == []


def test_odd_cells_are_found() -> None:
    """Error values, truth values, merged cells and formulas never calculated are found with their places."""
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        '<row r="2"><c r="A2" s="1" t="e"><v>#N/A</v></c>'
        '<c r="B2" t="b"><v>1</v></c><c t="b" r="C2"><v>0</v></c></row>'
        '<row r="3"><c r="A3"><f>B1&amp;"x"</f></c>'
        '<c r="B3"><f>1+1</f><v></v></c><c r="C3"><f>1+1</f><v>2</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>IF(1,"")</f><v></v></c>'
        '<c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    sheet = _sheet(rows).replace(
        b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A5:B6"/></mergeCells>'
    )
    for chunks in ([sheet], [sheet[at : at + 7] for at in range(0, len(sheet), 7)]):
        found = scan(chunks, "Invoices")
        assert found.errors == [Odd(Place(2, 1), "#N/A"), Odd(Place(4, 2), "#DIV/0!")]
        assert sorted(found.truths) == [Odd(Place(2, 2), "TRUE"), Odd(Place(2, 3), "FALSE")]
        assert found.uncounted == [Odd(Place(3, 1), '=B1&"x"'), Odd(Place(3, 2), "=1+1")]
        assert found.merges == ["A5:B6"]
        assert found.formulas


@pytest.mark.parametrize(
    "text",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + _sheet(""),
        "<worksheet/>".encode("utf-16"),
        b"<c " + b" " * 3_000_000,
    ],
)
def test_xml_no_spreadsheet_writes_is_refused(text: bytes) -> None:
    """Entities, a wide encoding and a tag of megabytes are refused before any reader sees them."""
    with pytest.raises(BookRefused, match="not written as spreadsheets write it"):
        scan([text[at : at + 100_000] for at in range(0, len(text), 100_000)], "Invoices")


def test_a_sheet_made_to_slow_the_search_down_is_read_or_refused_quickly() -> None:
    """Half-written tags by the thousand do not make the expressions go back and forth."""
    for piece in (
        b'<c r="A1" t',
        b"<c  ",
        b'<c r="A1"><f>',
        b'<row r="1" ',
        b'<c r="A1" t="e">',
        b"<mergeCell ",
    ):
        start = time.perf_counter()
        scan([_sheet("").replace(b"</sheetData>", b" " + piece * 40_000 + b"</sheetData>")], "Invoices")
        assert time.perf_counter() - start < 60


HOSTILE = {
    "a lone far cell": _sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>').replace(
        b"<sheetData>", b'<dimension ref="A1"/><sheetData>'
    ),
    "an entity bomb": b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
    + _sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>'),
    "a sheet of 64 MB in one": _sheet("<row/>") + b" " * 2**26,
}
_READING = """
import sys, time
from pathlib import Path
from duesheet.books.closed import ClosedBook
from duesheet.errors import BookRefused
from duesheet.layout import layout
start = time.perf_counter()
try:
    ClosedBook.open(Path(sys.argv[1])).read(layout().tables["Invoices"])
except BookRefused as refused:
    print("refused:", refused)
print(f"{time.perf_counter() - start:.2f} s")
status = Path("/proc/self/status")
if status.exists():
    print("peak", status.read_text().partition("VmHWM:")[2].split()[0])
elif sys.platform == "darwin":
    import resource
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
else:
    print("peak 0")
"""


@pytest.mark.parametrize("kind", [*HOSTILE, "huge texts"])
def test_a_hostile_workbook_costs_next_to_nothing(tmp_path: Path, kind: str) -> None:
    """A book made to hurt is refused in a process that never needs 200 MB."""
    path = _book(tmp_path / "Hostile.xlsx", "Invoices", HOSTILE.get(kind, _sheet("")))
    if kind == "huge texts":
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings2.xml", b"<si/>" * 15_000_000)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "addin")}
    done = subprocess.run(
        [sys.executable, "-c", _READING, str(path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env=environment,
    )
    sys.stdout.write(f"{kind}: {done.stdout}")
    assert "refused: " in done.stdout
    assert int(done.stdout.split()[-1]) // 1024 < 200


def test_packing_is_not_needed_to_measure(tmp_path: Path) -> None:
    """A part whose packed bytes are rubbish is measured all the same: nothing is unpacked."""
    path = _zip(tmp_path / "Rubbish.xlsx", {"xl/a.xml": b"abc" * 100})
    raw = path.read_bytes()
    packed = zlib.compressobj(-1, zlib.DEFLATED, -15)
    body = packed.compress(b"abc" * 100) + packed.flush()
    path.write_bytes(raw.replace(body, b"\xff" * len(body)))
    assert measured(path)[0].file_size == 300

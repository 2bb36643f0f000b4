"""What hangs on cells from outside: notes, links, areas."""

import re
from pathlib import Path

import pytest

from duesheet.books.anchors import fitted, moved_notes, noted_places, settled
from duesheet.books.areas import Area, Move
from duesheet.books.links import Link, linked
from duesheet.books.parts import replace_rows
from opened import SCHEDULE, by_office, by_openpyxl, opened, schedule

COMMENTS = {
    "xl/comments1.xml": b'<comments><commentList><comment ref="B3" authorId="0"/></commentList></comments>',
    "xl/threadedComments/threadedComment1.xml": b'<ThreadedComments><threadedComment ref="B3" id="{1}"/>'
    b'<threadedComment ref="B3" parentId="{1}"/></ThreadedComments>',
    "xl/drawings/vmlDrawing1.vml": b'<xml><v:shape id="a"><x:ClientData ObjectType="Note">'
    b"<x:Anchor>2, 15, 1, 10, 4, 9, 5, 4"
    b"</x:Anchor><x:Row>2</x:Row><x:Column>1</x:Column></x:ClientData></v:shape>"
    b'<v:shape id="b"><x:ClientData ObjectType="Button"><x:Row>2</x:Row><x:Column>1</x:Column></x:ClientData>'
    b"</v:shape></xml>",
}


def test_a_conversation_moves_as_one() -> None:
    """A comment, its answers and its box go to the same cell; a button in the same drawing stays."""
    assert noted_places(COMMENTS) == {(3, 2)}
    new = moved_notes(COMMENTS, {(3, 2): (7, 4)})
    assert noted_places(new) == {(7, 4)}
    drawing = new["xl/drawings/vmlDrawing1.vml"]
    assert re.findall(rb"<x:Row>(\d+)", drawing) == [b"6", b"2"]
    assert b"<x:Anchor>4, 15, 5, 10, 6, 9, 9, 4</x:Anchor>" in drawing


def test_no_two_notes_share_a_cell() -> None:
    """Where two notes would meet, the later one moves right."""
    assert settled({(2, 3), (2, 4)}, lambda _: (5, 1)) == {(2, 3): (5, 1), (2, 4): (5, 2)}


def test_areas_follow_and_the_rest_stays() -> None:
    """Areas over all data rows grow; all else is the same bytes."""
    move = Move(Area.parse("A1:C9"), 20, {}, 3)
    tail = (
        b'</sheetData><conditionalFormatting sqref="A2:A9 C2:C9 F1"><cfRule/></conditionalFormatting>'
        b'<dataValidations><dataValidation sqref="B4:B9"/></dataValidations>'
        b"<extLst><xm:sqref>B2:B9</xm:sqref></extLst></worksheet>"
    )
    wanted = tail.replace(b"A2:A9 C2:C9", b"A2:A20 C2:C20").replace(b"B2:B9", b"B2:B20")
    assert fitted(tail, move, "x") == wanted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<pageMargins/>", b"<pageMargins/></worksheet>"),
        (b"<conditionalFormatting><extLst/></conditionalFormatting>", b"<pageMargins/></worksheet>"),
        (b"<autoFilter ref='A1'/><dataValidations><dataValidation/></dataValidations>", b"</worksheet>"),
        (b"", b"<extLst><x14:conditionalFormatting></x14:conditionalFormatting></extLst></worksheet>"),
    ],
)
def test_links_stand_where_the_format_wants_them(before: bytes, after: bytes) -> None:
    """Hyperlinks come after formats and validations and before page set-up and everything behind it."""
    before = b"" if before == b"<pageMargins/>" else before
    tail, rels = linked(
        b"</sheetData>" + before + after, None, lambda place: place, [Link(2, 6, "open", "#A!B1")]
    )
    assert rels is None
    assert tail.startswith(b"</sheetData>" + before + b"<hyperlinks ")
    assert tail.endswith(b"</hyperlinks>" + after)


def test_links_beyond_the_limit_are_words() -> None:
    """A sheet holds 65,530 links; more would make Excel repair the book, so the rest have their word only."""
    links = [Link(row, 1, "open", "#A!B1") for row in range(70_000)]
    tail, _ = linked(b"</sheetData></worksheet>", None, lambda place: place, links)
    assert tail.count(b"<hyperlink ") == 65_530


def test_notes_the_office_saved_follow_too(tmp_path: Path) -> None:
    """A note in a book that LibreOffice saved follows its row, and LibreOffice reads it there."""
    start = opened(by_office(by_openpyxl(), tmp_path / "there", "xlsx").read_bytes(), "Schedule")
    new = start.with_part(replace_rows(start.part(), schedule(), SCHEDULE)).file()
    again = opened(by_office(new, tmp_path / "back", "xlsx").read_bytes(), "Schedule")
    assert noted_places(again.part().others) == {(4, 10)}

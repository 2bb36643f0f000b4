"""Characters of a cell's text."""

import pytest
import xlwings


def test_characters_are_sliced(sheet: xlwings.Sheet) -> None:
    """Characters are taken by number and by slice, counted from 0."""
    sheet["A1"].value = "Python"
    characters = sheet["A1"].characters
    texts = (
        characters.text,
        characters[:3].text,
        characters[1:3].text,
        characters[2].text,
        characters[-1].text,
    )
    assert texts == ("Python", "Pyt", "yt", "t", "n")


def test_characters_have_fonts_of_their_own(sheet: xlwings.Sheet) -> None:
    """A font set on some characters is theirs alone, and that of the whole text is then mixed."""
    sheet["A1"].value = "Python"
    sheet["A1"].characters[1:3].font.set(bold=True, color="#ff0000", size=20)
    part = sheet["A1"].characters[1:3].font
    assert (part.bold, part.color, part.size) == (True, (255, 0, 0), 20)
    assert sheet["A1"].characters[:1].font.bold is False
    assert sheet["A1"].characters.font.bold is None


@pytest.mark.parametrize("part", [slice(-2, None), slice(0, -1)])
def test_characters_refuse_negative_slices(sheet: xlwings.Sheet, part: slice) -> None:
    """A slice that counts from the end is refused, as by Excel's engine."""
    sheet["A1"].value = "Python"
    with pytest.raises(ValueError, match="negative"):
        sheet["A1"].characters[part]


def test_characters_beyond_the_text_are_refused(sheet: xlwings.Sheet) -> None:
    """A character after the last one does not exist."""
    sheet["A1"].value = "Py"
    with pytest.raises(IndexError):
        sheet["A1"].characters[2]

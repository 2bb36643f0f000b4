"""Pictures on a sheet."""

from pathlib import Path

import pytest
import xlwings
from PIL import Image
from xlwings import ShapeAlreadyExists


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A file with a red image of 40 by 20 pixels."""
    path = tmp_path / "red.png"
    Image.new("RGB", (40, 20), "red").save(path)
    return path


def place(picture: xlwings.main.Picture) -> tuple[float, float, float, float]:
    """Where a picture lies and how large it is."""
    return picture.left, picture.top, picture.width, picture.height


def test_picture_has_its_own_size(sheet: xlwings.Sheet, image: Path) -> None:
    """A picture of 40 by 20 pixels is 30 by 15 points in the corner, and is called Picture 1."""
    picture = sheet.pictures.add(image)
    assert repr(picture) == f"<Picture 'Picture 1' in {sheet.name}>"
    assert place(picture) == (0.0, 0.0, 30.0, 15.0)
    assert picture.parent == sheet
    assert sheet.pictures.add(image).name == "Picture 2"


def test_picture_size_follows_its_resolution(sheet: xlwings.Sheet, tmp_path: Path) -> None:
    """A picture that states 288 dots per inch is a third as large as on a screen of 96."""
    Image.new("RGB", (40, 20)).save(tmp_path / "fine.png", dpi=(288, 288))
    picture = sheet.pictures.add(tmp_path / "fine.png")
    assert (picture.width, picture.height) == pytest.approx((10, 5), abs=0.06)


def test_picture_is_placed(sheet: xlwings.Sheet, image: Path) -> None:
    """A picture lies where it is told, in the size it is told."""
    picture = sheet.pictures.add(image, left=20, top=10, width=100, height=80, name="Logo")
    assert picture.name == "Logo"
    assert place(picture) == (20.0, 10.0, 100.0, 80.0)


def test_picture_lies_at_its_anchor(sheet: xlwings.Sheet, image: Path) -> None:
    """A picture with an anchor lies in the corner of that cell."""
    picture = sheet.pictures.add(image, anchor=sheet["C5"])
    assert (picture.left, picture.top) == pytest.approx((sheet["C5"].left, sheet["C5"].top), abs=0.1)


def test_picture_keeps_its_proportion(sheet: xlwings.Sheet, image: Path) -> None:
    """A picture keeps its proportion until that is unlocked."""
    picture = sheet.pictures.add(image, width=60)
    assert picture.lock_aspect_ratio is True
    assert (picture.width, picture.height) == (60.0, 30.0)
    picture.lock_aspect_ratio = False
    picture.height = 90
    assert picture.lock_aspect_ratio is False
    assert (picture.width, picture.height) == (60.0, 90.0)


def test_picture_is_scaled_by_its_original(sheet: xlwings.Sheet, image: Path) -> None:
    """The scale of a new picture counts from its own size."""
    picture = sheet.pictures.add(image, scale=2)
    assert (picture.width, picture.height) == pytest.approx((60, 30), abs=0.1)


def test_picture_is_updated(sheet: xlwings.Sheet, image: Path, tmp_path: Path) -> None:
    """An updated picture shows another image in the same place, size and name."""
    Image.new("RGB", (5, 5), "blue").save(tmp_path / "blue.png")
    picture = sheet.pictures.add(image, left=5, name="Logo")
    before = place(picture)
    sheet.pictures.add(tmp_path / "blue.png", name="Logo", update=True)
    assert len(sheet.pictures) == 1
    assert place(sheet.pictures["Logo"]) == before
    assert sheet.pictures["Logo"].api.Graphic.SizePixel.Width == 5


def test_picture_names_are_not_doubled(sheet: xlwings.Sheet, image: Path) -> None:
    """A second picture of the same name is refused."""
    sheet.pictures.add(image, name="Logo")
    with pytest.raises(ShapeAlreadyExists):
        sheet.pictures.add(image, name="Logo")


def test_picture_is_deleted(sheet: xlwings.Sheet, image: Path) -> None:
    """A deleted picture is gone."""
    sheet.pictures.add(image).delete()
    assert len(sheet.pictures) == 0


def test_linked_pictures_are_refused(sheet: xlwings.Sheet, image: Path) -> None:
    """A picture that stays in its file is refused with the reason."""
    with pytest.raises(NotImplementedError, match="stored with the book"):
        sheet.pictures.add(image, link_to_file=True)


def test_picture_keeps_its_proportion_exactly(sheet: xlwings.Sheet, image: Path) -> None:
    """A picture twice as wide as high is 50 points high when it is made 100 points wide."""
    picture = sheet.pictures.add(image, width=100)
    assert (picture.width, picture.height) == (100.0, 50.0)

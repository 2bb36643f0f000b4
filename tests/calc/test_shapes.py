"""Shapes on a sheet: names, kinds, places, sizes and texts."""

from pathlib import Path

import pytest
import xlwings
from PIL import Image

from xlwings_libreoffice.uno_runtime import struct


def box(sheet: xlwings.Sheet, kind: str = "CustomShape", name: str = "") -> xlwings.Shape:
    """A shape of 100 by 50 points at 40 by 20, as it lies on the sheet."""
    made = sheet.book.api.createInstance(f"com.sun.star.drawing.{kind}")
    sheet.api.DrawPage.add(made)
    made.Name = name
    shape: xlwings.Shape = sheet.shapes[len(sheet.shapes) - 1]
    made.setSize(struct("com.sun.star.awt.Size", Width=3528, Height=1764))
    shape.left, shape.top = 40, 20
    return shape


def test_shape_has_place_and_size_in_points(sheet: xlwings.Sheet) -> None:
    """Place and size of a shape are read and written in points."""
    shape = box(sheet)
    assert (shape.left, shape.top, shape.width, shape.height) == (40.0, 20.0, 100.0, 50.0)
    shape.left, shape.top, shape.width, shape.height = 10.5, 11.25, 70, 33.3
    assert (shape.left, shape.top, shape.width, shape.height) == (10.5, 11.25, 70.0, 33.3)


def test_shapes_are_found_by_number_and_name(sheet: xlwings.Sheet) -> None:
    """Shapes are listed from back to front and found by number and by name."""
    box(sheet, name="First")
    box(sheet, "TextShape", name="Second")
    assert [one.name for one in sheet.shapes] == ["First", "Second"]
    assert sheet.shapes["second"] == sheet.shapes[1]
    assert "Third" not in sheet.shapes
    assert repr(sheet.shapes["First"]) == f"<Shape 'First' in {sheet.name}>"
    with pytest.raises(KeyError):
        sheet.shapes["Third"]


def test_shape_says_its_kind(sheet: xlwings.Sheet, tmp_path: Path) -> None:
    """A shape says whether it is a form, a text box, a line, a picture or a chart."""
    for kind in ("CustomShape", "TextShape", "LineShape"):
        box(sheet, kind)
    Image.new("RGB", (4, 4)).save(tmp_path / "dot.png")
    sheet.pictures.add(tmp_path / "dot.png")
    sheet.charts.add()
    assert [one.type for one in sheet.shapes] == ["auto_shape", "text_box", "line", "picture", "chart"]


def test_notes_are_no_shapes(sheet: xlwings.Sheet) -> None:
    """The box of a note is not listed among the shapes."""
    sheet.api.Annotations.insertNew(sheet["B2"].api.CellAddress if hasattr(sheet["B2"].api, "CellAddress")
                                    else sheet["B2"].api.getCellByPosition(0, 0).CellAddress, "a note")  # fmt: skip
    assert len(sheet.shapes) == 0


def test_shape_is_scaled(sheet: xlwings.Sheet) -> None:
    """A scaled shape keeps the corner, the middle or the far corner where it is."""
    shape = box(sheet)
    shape.scale_width(2)
    assert (shape.left, shape.width) == (40.0, 200.0)
    shape.scale_width(0.5, scale="scale_from_middle")
    assert (shape.left, shape.width) == (90.0, 100.0)
    shape.scale_height(2, scale="scale_from_bottom_right")
    assert (shape.top, shape.height) == (-30.0, 100.0)


def test_only_pictures_have_an_original_size(sheet: xlwings.Sheet) -> None:
    """A shape that is no picture cannot be scaled by its original size."""
    shape = box(sheet)
    with pytest.raises(ValueError, match="original size"):
        shape.scale_height(2, relative_to_original_size=True)


def test_shape_holds_text(sheet: xlwings.Sheet) -> None:
    """A shape has no text until it is given one, and then a font for it."""
    shape = box(sheet)
    assert shape.text is None
    shape.text = "Hello you"
    assert shape.text == "Hello you"
    shape.font.bold = True
    shape.characters[0:5].font.size = 20
    assert shape.font.bold is True
    assert shape.characters[0:5].font.size == 20


def test_shape_is_deleted(sheet: xlwings.Sheet) -> None:
    """A deleted shape is gone, and the others stay."""
    box(sheet, name="First")
    box(sheet, name="Second")
    sheet.shapes["First"].delete()
    assert [one.name for one in sheet.shapes] == ["Second"]


def test_shape_is_activated(sheet: xlwings.Sheet) -> None:
    """An activated shape is selected on its sheet, which is the active one."""
    shape = box(sheet)
    sheet.book.sheets.add(after=sheet)
    shape.activate()
    assert sheet.book.sheets.active == sheet
    assert sheet.book.api.CurrentController.Selection.getByIndex(0) == shape.api


def test_drawn_objects_are_numbered_together(sheet: xlwings.Sheet) -> None:
    """The number in the name of a new chart counts everything drawn on the sheet, whatever its name."""
    sheet.charts.add(name="Sales")
    assert sheet.charts.add().name == "Chart 2"

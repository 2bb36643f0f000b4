"""What is printed of a sheet."""

import pytest
import xlwings


def test_print_area_is_set_and_cleared(sheet: xlwings.Sheet) -> None:
    """A sheet has no print area until one is set, and none again when it is cleared."""
    assert sheet.page_setup.print_area is None
    sheet.page_setup.print_area = "A1:B3"
    assert sheet.page_setup.print_area == "$A$1:$B$3"
    sheet.page_setup.print_area = None
    assert sheet.page_setup.print_area is None


def test_print_area_of_several_ranges(sheet: xlwings.Sheet) -> None:
    """A print area may be several ranges."""
    sheet.page_setup.print_area = "$A$1:$B$3,$D$1:$D$9"
    assert sheet.page_setup.print_area == "$A$1:$B$3,$D$1:$D$9"


def test_print_area_must_be_an_address(sheet: xlwings.Sheet) -> None:
    """A print area that is no address is refused and nothing changes."""
    sheet.page_setup.print_area = "A1"
    with pytest.raises(ValueError, match="is not an address"):
        sheet.page_setup.print_area = "everything"
    assert sheet.page_setup.print_area == "$A$1"

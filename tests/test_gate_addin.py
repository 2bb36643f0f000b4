"""The Excel add-in as it is built: its macro project, its ribbon, and what other programs read in it."""

from pathlib import Path

import pyopenvba
import pytest
from oletools.olevba import VBA_Parser

import gate_project
import gate_ribbon
from duesheet import xlam
from duesheet.assets import folder
from gate_package import faults, opened


@pytest.fixture(scope="module")
def addin() -> bytes:
    """The add-in, built from its sources."""
    return xlam.built()


def test_the_addin_is_a_sound_package(addin: bytes) -> None:
    """Nothing points to nothing, and the workbook says that it is an add-in."""
    assert faults(addin, "xlam") == []


def test_the_macro_project_is_one_that_excel_opens(addin: bytes) -> None:
    """The compound file's order, the four lists of modules, the seals, the texts and the code names hold together."""
    assert gate_project.faults(opened(addin)) == []


def test_every_button_reaches_its_function(addin: bytes) -> None:
    """Each button's macro takes what Excel hands it, and hands on Python that reaches the function of its name."""
    assert gate_ribbon.faults(opened(addin)) == []


def test_three_readers_agree_on_the_macros(addin: bytes, tmp_path: Path) -> None:
    """olevba, pyOpenVBA and our own reading find the text that stands in macros/, and no other module."""
    file = tmp_path / xlam.NAME
    file.write_bytes(addin)
    ours = gate_ribbon.texts(opened(addin))
    first = {stream.rpartition("/")[2]: text for _, stream, _, text in VBA_Parser(str(file)).extract_macros()}
    with pyopenvba.ExcelFile(str(file)) as book:
        second = {name: book.get_module(name) for name in book.module_names()}
    checked = pyopenvba.check_file(str(file))

    wanted = {name: bare(text) for name, text in ours.items()}
    assert {name: bare(text) for name, text in first.items()} == wanted
    assert {name: bare(text) for name, text in second.items()} == wanted
    assert (checked.complete, list(checked.issues)) == (True, [])
    for source in folder("macros").glob("*.bas"):
        assert bare(ours[source.stem]) == bare(source.read_bytes().decode("ascii"))


def bare(text: str) -> list[str]:
    """The lines of a module without what its editor hides."""
    return [line for line in text.splitlines() if not line.startswith("Attribute VB_")]

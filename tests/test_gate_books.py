"""Every file the product makes or rewrites, before two judges: Microsoft's SDK, and our own look at packages."""

from pathlib import Path

import pytest
import xlwings

import gate_books
import gate_package
from gate_schema import allowed, findings, judged


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, calc: xlwings.App) -> list[Path]:
    """A file of every kind."""
    folder = tmp_path_factory.mktemp("books")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUESHEET_DATA", str(folder / "data"))
        return gate_books.made(folder, calc)


def test_every_file_is_what_the_sdk_takes(validator: str, files: list[Path]) -> None:
    """New, sample, refreshed, imported, users' own books, the add-in: nothing is found but what is explained."""
    wrong = judged(findings(validator, files), allowed())

    assert not wrong, "\n".join(["", *wrong])


def test_every_file_is_a_sound_package(files: list[Path]) -> None:
    """Nothing points to nothing, every part has a type, and every table's headers are its cells."""
    wrong = {
        file.name: gate_package.faults(file.read_bytes(), file.suffix[1:], ours="mine" not in file.stem)
        for file in files
    }

    assert wrong == {name: [] for name in wrong}


def test_users_own_things_were_there_to_be_judged(files: list[Path]) -> None:
    """The users' books hold a chart each, and one a pivot table, after they were refreshed."""
    held = {file.stem: " ".join(gate_package.opened(file.read_bytes())) for file in files}

    assert all("xl/charts/" in names for stem, names in held.items() if stem.startswith("mine-"))
    assert "xl/pivotTables/" in held["mine-calc"]

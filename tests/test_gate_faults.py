"""Every gate can fail: a fault is put into a sound file, and the gate that is meant for it says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

import gate_package
import gate_project
import gate_ribbon
from duesheet import xlam
from duesheet.build import new_book
from gate_faults import OF_PACKAGES, OF_PROJECTS, OF_RIBBONS, OF_SCHEMAS, OF_TABLES, Fault
from gate_package import Parts, opened, packed
from gate_schema import Allowed, Finding, findings, judged


@pytest.fixture(scope="module")
def addin() -> Parts:
    """The parts of the add-in, in which the gates find nothing."""
    return opened(xlam.built())


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The parts of a new workbook."""
    file = tmp_path_factory.mktemp("new") / "Collections.xlsx"
    new_book(file)
    return opened(file.read_bytes())


def named(faults: tuple[Fault, ...]) -> pytest.MarkDecorator:
    """One test for each fault, by its name."""
    return pytest.mark.parametrize("fault", faults, ids=[fault.name for fault in faults])


def found(parts: Parts, fault: Fault, gate: Callable[[Parts], list[str]]) -> bool:
    """Whether the gate, which finds nothing in these parts, says of them with the fault what it should."""
    assert gate(parts) == []
    said = gate(fault.change(parts))
    assert any(fault.said in one for one in said), said
    return True


@named(OF_PACKAGES)
def test_the_look_at_packages_finds(fault: Fault, addin: Parts) -> None:
    """A part, type, relationship or text that is not as it should be is found in the add-in's package."""
    assert found(addin, fault, lambda parts: gate_package.faults(packed(parts), "xlam"))


@named(OF_TABLES)
def test_the_look_at_tables_finds(fault: Fault, book: Parts) -> None:
    """A table that is not as its cells say is found in a workbook."""
    assert found(book, fault, lambda parts: gate_package.faults(packed(parts), "xlsx"))


@named(OF_PROJECTS)
def test_the_look_at_macros_finds(fault: Fault, addin: Parts) -> None:
    """What Excel would refuse in a macro project is found."""
    assert found(addin, fault, gate_project.faults)


@named(OF_RIBBONS)
def test_the_look_at_the_ribbon_finds(fault: Fault, addin: Parts) -> None:
    """A button that would do nothing, or another thing than it says, is found."""
    assert found(addin, fault, gate_ribbon.faults)


def test_the_sdk_finds_each_of_its_faults(validator: str, addin: Parts, tmp_path: Path) -> None:
    """What the schema forbids is found by Microsoft's SDK."""
    files = [tmp_path / f"{number}.xlam" for number in range(len(OF_SCHEMAS))]
    for file, fault in zip(files, OF_SCHEMAS, strict=True):
        file.write_bytes(packed(fault.change(addin)))
    said = findings(validator, files)

    for file, fault in zip(files, OF_SCHEMAS, strict=True):
        assert any(one.file == file.name and fault.said in one.message for one in said), (fault.name, said)


def test_a_file_the_sdk_cannot_open_is_a_finding(validator: str, tmp_path: Path) -> None:
    """Half a file is no file without findings."""
    (tmp_path / "half.xlsx").write_bytes(b"PK\x03\x04 and no more")

    assert findings(validator, [tmp_path / "half.xlsx"])


FINDING = Finding("mine-a.xlsx", "/xl/styles.xml", "The element has an unexpected child. /x:font[1]")
EXPLAINED = Allowed("mine-*.xlsx", "/xl/styles.xml", "unexpected child", "Another program wrote it.")


@pytest.mark.parametrize(
    ("found_now", "known", "wrong"),
    [
        ([FINDING], [EXPLAINED], ""),
        ([FINDING], [], "mine-a.xlsx, /xl/styles.xml: The element"),
        ([FINDING], [EXPLAINED._replace(file="new.xlsx")], "mine-a.xlsx, /xl/styles.xml: The element"),
        (
            [FINDING._replace(part="/xl/workbook.xml")],
            [EXPLAINED],
            "mine-a.xlsx, /xl/workbook.xml: The element",
        ),
        ([], [EXPLAINED], "no longer found"),
    ],
)
def test_only_what_is_explained_and_still_found_passes(
    found_now: list[Finding], known: list[Allowed], wrong: str
) -> None:
    """A finding without an explanation fails, and so does an explanation without its finding."""
    said = judged(found_now, known)

    assert wrong in " ".join(said)
    assert bool(said) is bool(wrong)

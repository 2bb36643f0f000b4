"""The Excel add-in built from text: others read in it what stands in macros/, and nothing a workbook says matters."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser, decompress_stream

from duesheet import functions, xlam
from duesheet.assets import folder
from duesheet.xlam.compound import compound
from duesheet.xlam.compression import CHUNK, compressed
from duesheet.xlam.modules import Kind, Module, module
from duesheet.xlam.project import project
from duesheet.xlam.runtime import runtime
from duesheet.xlam.sealing import NO_PASSWORD, sealed

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"


@pytest.fixture(scope="module")
def addin() -> bytes:
    """The add-in, built once."""
    return xlam.built()


@pytest.fixture(scope="module")
def parts(addin: bytes) -> dict[str, bytes]:
    """Its parts by name."""
    with zipfile.ZipFile(io.BytesIO(addin)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_shipped_addin_is_what_its_sources_build(addin: bytes) -> None:
    """macros/Duesheet.xlam is byte for byte what `duesheet addin build` makes of the sources beside it."""
    assert (folder("macros") / xlam.NAME).read_bytes() == addin


def test_the_same_sources_give_the_same_addin(addin: bytes) -> None:
    """Built twice, the add-in is the same to the byte."""
    assert xlam.built() == addin


def test_olevba_reads_the_modules_as_they_were_written(addin: bytes) -> None:
    """An independent reader finds every module, with the text that went in."""
    read = {
        name.rpartition("/")[2]: code for _, name, _, code in VBA_Parser("x", data=addin).extract_macros()
    }

    assert read.keys() == {one.name for one in xlam.modules()}
    for one in xlam.modules():
        assert read[one.name].splitlines() == one.text().splitlines()


def test_every_worksheet_function_has_its_wrapper_and_its_help(parts: dict[str, bytes]) -> None:
    """Each AR_ function can be called from a cell, stands in the group Duesheet, and tells of each argument."""
    code = xlam.modules()[-1].code
    book = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314  built a moment ago
    told = {
        name.get("name"): [line.text for line in name.iter(f"{X14}argumentDescription")]
        for name in book.iter(f"{X14}definedName")
    }

    assert [group.get("name") for group in book.iter(f"{MAIN}functionGroup")] == ["Duesheet"]
    for name in functions.__all__:
        assert f'XLPy.CallUDF("duesheet.functions", "{name}", Array(' in code
        assert f"Attribute {name}.VB_Description = " in code
        assert all(told[name])
        assert max(map(len, map(str, told[name]))) <= 255


def test_a_wrapper_hands_its_arguments_on() -> None:
    """An argument that may be left out may be left out in Excel too."""
    code = xlam.modules()[-1].code

    assert "Function AR_DAYS_OVERDUE(due_date, Optional as_of)" in code
    assert (
        'AR_DAYS_OVERDUE = XLPy.CallUDF("duesheet.functions", "AR_DAYS_OVERDUE", Array(due_date, as_of), '
        in code
    )


@given(st.binary(max_size=3 * CHUNK) | st.text("ab\r\n ", max_size=9000).map(str.encode))
@settings(deadline=None, max_examples=60)
def test_what_is_packed_is_unpacked_by_another_program(data: bytes) -> None:
    """Any text comes back from oletools' own unpacking as it went in."""
    unpacked = decompress_stream(bytearray(compressed(data))) if data else b""

    assert bytes(unpacked).rstrip(b"\0") == data.rstrip(b"\0")
    assert bytes(unpacked[: len(data)]) == data


@pytest.mark.parametrize("count", [1, 2, 3, 7, 30, 99, 180])
def test_a_project_of_any_size_is_a_sound_compound_file(count: int) -> None:
    """A strict reader finds every module of a project, however many there are, and no defect."""
    many = [Module(f"M{number}", Kind.STANDARD, "' x\n" * number * 20) for number in range(count)]

    with olefile.OleFileIO(project("Many", many), raise_defects=olefile.DEFECT_UNSURE) as found:
        names = {entry[-1] for entry in found.listdir()}
        assert {one.name for one in many} <= names
        for one in many:
            packed = found.openstream(f"VBA/{one.name}").read()  # type: ignore[arg-type]  # a str will do
            assert bytes(decompress_stream(bytearray(packed))).startswith(one.source())


@given(st.dictionaries(st.text("aAbB_", min_size=1, max_size=9), st.binary(max_size=9000), max_size=12))
@settings(deadline=None, max_examples=40)
def test_a_compound_file_gives_back_its_streams(streams: dict[str, bytes]) -> None:
    """Streams small and large come out of the file as they went in."""
    alone = {
        name: data for name, data in streams.items() if sum(name.upper() == n.upper() for n in streams) == 1
    }

    with olefile.OleFileIO(compound(alone), raise_defects=olefile.DEFECT_UNSURE) as found:
        assert {str(name): found.openstream(name).read() for (name,) in found.listdir()} == alone


def test_the_project_says_that_it_is_not_locked() -> None:
    """The three masked values unmask to no protection, no password, and a visible project."""
    identity = "{11111111-2222-4333-8444-555555555555}"

    assert unsealed(sealed(NO_PASSWORD, identity)) == NO_PASSWORD
    assert unsealed(sealed(b"\xff\x01secret", identity)) == b"\xff\x01secret"


def unsealed(text: str) -> bytes:
    """The decryption of [MS-OVBA] 2.4.3.3, written from the document."""
    data = bytes.fromhex(text)
    seed, _, key = data[0], data[1] ^ data[0], data[2] ^ data[0]
    plain, before, last = [], key, list(data[:3])
    for byte in data[3:]:
        plain.append(byte ^ ((last[-2] + before) & 0xFF))
        before = plain[-1]
        last.append(byte)
    body = bytes(plain[(seed & 6) // 2 :])
    return body[4 : 4 + int.from_bytes(body[:4], "little")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sub A()",
        'Attribute VB_Name = "1x"',
        'Attribute VB_Name = "' + "x" * 32 + '"',
        'Attribute VB_Name = "A"\n' + "x" * 1024,
    ],
)
def test_what_is_no_module_is_refused(text: str) -> None:
    """A text without a name that VBA takes, or with a line it cannot read, does not become a module."""
    with pytest.raises(ValueError, match=r"does not name a module|longer than VBA reads"):
        module(f"{text}\n")


def test_two_modules_of_one_name_are_refused() -> None:
    """VBA does not tell capital letters from small ones in names."""
    with pytest.raises(ValueError, match="one name"):
        project("P", [Module("A", Kind.STANDARD), Module("a", Kind.STANDARD)])


def lines_of(function: str) -> Iterator[str]:
    """The lines of one function of xlwings' module as it is shipped."""
    code = runtime().code.splitlines()
    start = next(number for number, line in enumerate(code) if line.startswith(f"Function {function}("))
    for line in code[start:]:
        yield line
        if line == "End Function":
            return


def test_the_configuration_is_the_users_own_file_only() -> None:
    """What GetConfig reads is one file in the user's folder: no sheet, no file beside a workbook."""
    text = "\n".join(lines_of("GetConfig"))
    whole = runtime().code

    assert "ActiveWorkbook" not in text
    assert "ThisWorkbook" not in text
    assert text.count("GetConfigFromFile(GetConfigFilePath()") == 1
    assert "GetConfigFromSheet" not in whole
    assert "GetDirectoryConfigFilePath" not in whole
    assert "ActiveWorkbook" not in "\n".join(lines_of("GetConfigFilePath"))


def test_no_python_is_taken_from_a_workbook() -> None:
    """Sheets called something.py are no source of code, and a workbook's folder and name are no path to look on."""
    whole = runtime().code

    assert '".py"' not in whole
    assert "runpython_embedded_code" not in whole
    assert "ActiveWorkbook.FullName" not in whole
    assert "= ThisWorkbook.FullName" not in whole
    assert all(
        " -B -P -c " in line for line in whole.splitlines() if "prepare_sys_path(" in line and "-c" in line
    )
    assert "ActiveWorkbook, Application.Caller" not in xlam.modules()[-1].code


def test_a_module_beside_the_workbook_does_not_stand_in_for_ours(tmp_path: Path) -> None:
    """Python started as the add-in starts it, from a folder full of traps, imports none of them."""
    for name in ("duesheet", "xlwings", "json"):
        (tmp_path / f"{name}.py").write_text(
            f"raise SystemExit('{name} of the folder was run')", encoding="utf-8"
        )
    told = "".join(lines_of("OwnPath"))
    command = (
        "import xlwings.utils;xlwings.utils.prepare_sys_path('false;;;;;'); "
        "import duesheet, sys; print(duesheet.__file__)"
    )

    assert 'OwnPath = "false;;;;;"' in told
    asked = subprocess.run(
        [sys.executable, "-B", "-P", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert asked.returncode == 0, asked.stderr + asked.stdout
    assert Path(asked.stdout.strip()).parent.name == "duesheet"


def test_another_xlwings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where xlwings' text is not the one that was changed for, nothing is built on it."""
    monkeypatch.setattr("duesheet.xlam.runtime._CHANGES", ((r"Not in it at all", ""),))

    with pytest.raises(ValueError, match="has changed"):
        runtime()

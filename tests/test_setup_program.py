"""The setup program for Windows: what its script says, and that NSIS packs it. It runs on Windows only."""

import re
import sys
from pathlib import Path

import pytest

from duesheet import whereabouts
from installer.windows import SCRIPT, UV, NotBuilt, Payload, packed, words

TEXT = SCRIPT.read_text(encoding="ascii")
WHEEL = "duesheet-1.2.3-py3-none-any.whl"


def payload(place: Path) -> Payload:
    """Small stand-ins for what the setup program carries."""
    for name in ("uv.exe", "LICENSE-MIT", WHEEL):
        (place / name).write_text(f"instead of {name}", encoding="ascii")
    return Payload(place / "uv.exe", place / "LICENSE-MIT", place / WHEEL)


@pytest.fixture
def nsis(request: pytest.FixtureRequest) -> str:
    """NSIS's compiler."""
    if sys.platform != "linux":
        pytest.skip("the setup program is built on Linux only")
    return str(request.getfixturevalue("makensis"))


def test_the_setup_program_is_packed(tmp_path: Path, nsis: str) -> None:
    """Without a warning NSIS packs a 64-bit program that asks for no administrator and holds the payload."""
    made = packed(payload(tmp_path), tmp_path / "Duesheet-setup.exe", nsis, "-XSetCompress off")
    held = made.read_bytes()

    assert held.startswith(b"MZ")
    assert b"PE\0\0\x64\x86" in held
    assert b'level="asInvoker"' in held
    for name in ("uv.exe", "LICENSE-MIT", WHEEL):
        assert f"instead of {name}".encode() in held


def test_a_payload_that_is_missing_is_told(tmp_path: Path, nsis: str) -> None:
    """What NSIS says goes to whoever builds, and no setup program is left."""
    gone = payload(tmp_path)
    gone.wheel.unlink()

    with pytest.raises(NotBuilt, match="duesheet-1"):
        packed(gone, tmp_path / "Duesheet-setup.exe", nsis)
    assert not (tmp_path / "Duesheet-setup.exe").exists()


def test_uv_is_pinned() -> None:
    """The uv that is carried has one version and one checksum."""
    assert re.fullmatch(r"uv==[0-9.]+ --hash=sha256:[0-9a-f]{64}", UV)


def test_every_name_the_script_needs_is_given(tmp_path: Path) -> None:
    """The builder names each value that the script does not define itself."""
    command = words(payload(tmp_path), tmp_path / "x.exe", "makensis")
    given = {word[2:].split("=")[0] for word in command if word.startswith("-D")}
    defined = set(re.findall(r"!define (?:/\w+ )?(\w+)", TEXT))
    in_macros = {"NAME", "VALUE", "VERB", "ON_CANCEL", "__LINE__"}

    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) - defined - in_macros == given


def test_the_script_stays_with_the_user() -> None:
    """No administrator, no registry but the user's own, no change to the path."""
    assert "RequestExecutionLevel user" in TEXT
    assert set(re.findall(r"^\s*(?:Write|Delete)Reg\w+ (\w+)", TEXT, re.MULTILINE)) == {"HKCU"}
    assert "EnvVar" not in TEXT
    assert "HKLM" not in TEXT


def test_the_program_lies_apart_from_the_journals(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the uninstaller takes away never holds a journal: both have folders of their own."""
    monkeypatch.delenv("DUESHEET_DATA", raising=False)
    place = re.search(r'!define PLACE "\$LOCALAPPDATA\\([^"]+)"', TEXT)

    assert place is not None
    assert place[1].replace("${PRODUCT}", "Duesheet") == "Programs\\Duesheet"
    assert (
        whereabouts.place("some-book-1").parent.parent.name.casefold() == "duesheet"
    )  # %LOCALAPPDATA%\Duesheet


def test_only_folders_of_its_own_are_taken_away() -> None:
    """Whole folders are taken away only below the one that the script itself names, wherever it was started from."""
    emptied = re.findall(r"RMDir /r (\S+)", TEXT)

    assert emptied
    assert all(re.fullmatch(r'"\$INSTDIR\\\w+"', one) for one in emptied)
    for start in ("Function .onInit", "Function un.onInit"):
        body = TEXT.split(start, 1)[1].split("FunctionEnd")[0]
        assert 'StrCpy $INSTDIR "${PLACE}"' in body


def test_a_refusal_can_be_answered() -> None:
    """Each window has an answer for setups that nobody watches, so that none waits for ever."""
    boxes = [line for line in TEXT.splitlines() if line.strip().startswith("MessageBox")]

    assert boxes
    assert all("/SD ID" in line for line in boxes)

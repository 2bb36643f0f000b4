"""Where the add-in takes its interpreter from, its own VBA run: the user's file, whatever a workbook brings along."""

import re
import shlex
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import xlsxwriter

import gate_excel
from duesheet.xlam.modules import Kind, Module, module
from duesheet.xlam.runtime import runtime

HOME = "H:\\me"
OWN = f"{HOME}\\.duesheet\\duesheet.conf"
TRAP, OURS = "C:\\trap.exe", "C:\\ours\\python.exe"
KEYS = ("INTERPRETER_WIN", "INTERPRETER_MAC", "INTERPRETER", "PYTHONPATH")
WHERE = "import duesheet, json; print(duesheet.__file__)"

# A computer on which every file exists: the user's own names the interpreter, all others set every key to the trap;
# and a shell that remembers what it was to run.
COMPUTER = f"""
Public Asked As String
Public Heard As String

Function FileExists(ByVal FileSpec As String) As Boolean
    FileExists = (FileSpec <> "")
End Function

Function GetConfigFromFile(sFile As String, sName As String, Optional sValue As String) As Boolean
    Asked = Asked & sFile & "|"
    sValue = "{TRAP}"
    If sFile = "{OWN}" Then sValue = "{OURS}"
    GetConfigFromFile = (sFile <> "{OWN}" Or sName = "INTERPRETER_WIN")
End Function

Function ExpandEnvironmentStrings(ByVal s As String)
    ExpandEnvironmentStrings = s
End Function

Function CreateGUID() As String
    CreateGUID = "1"
End Function

Function WScript() As Object
    Set WScript = New Shell
End Function

Function Answer() As String
    Answer = GetConfig("INTERPRETER_WIN", "") & "|" & Asked
End Function

Function Pressed() As String
    RunPython "{WHERE}"
    Pressed = Heard
End Function
"""
SHELL = """Public Function Run(command As String, style As Integer, wait As Boolean) As Long
    Heard = command
End Function
"""
NOT_PLAYED = (
    (r'Environ\("USERPROFILE"\)', f'"{HOME}"'.replace("\\", "\\\\")),
    (r'Environ\("Temp"\)', '"T:"'),
    (r"^ *Kill LOG_FILE$", ""),
    (r"Application\.(Path|Name|Hwnd)\b", r'"\1"'),
    # Excel compares the text False to True; pyOpenVBA does not.
    (r'(GetConfig\("SHOW CONSOLE", False\)) = True', r'\1 = "True"'),
)
REPLACED = re.findall(r"^Function (?!Answer|Pressed)(\w+)", COMPUTER, re.MULTILINE)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A collections workbook that somebody mailed, whose own sheets and folder would have other programs run."""
    file = tmp_path / "Collections & Co.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name in ("Customers", "Invoices", "Payments", "Settings"):
            book.add_worksheet(name)
        page = book.add_worksheet("duesheet.conf")
        for row, key in enumerate(KEYS):
            page.write_row(row, 0, [key, TRAP])
        book.add_worksheet("duesheet.py").write(0, 0, "raise SystemExit")
    for name in ("duesheet", "xlwings", "json"):
        file.with_name(f"{name}.py").write_text("raise SystemExit('trapped')", encoding="utf-8")
    return file


def said(book: Path, runs: Module, function: str) -> str:
    """What a function of the module says with the workbook in front."""
    shell = Module("Shell", Kind.CLASS, SHELL)
    return str(gate_excel.excel([on_that_computer(runs), shell], book).run(function))


def on_that_computer(runs: Module) -> Module:
    """The module with what reaches this computer taken over by the one above; the rest is as it is shipped."""
    code = f"{runs.code}\n"
    for name in REPLACED:
        pattern = rf"^(?:Public )?Function {name}\(.*?^End Function\n"
        code, count = re.subn(pattern, "", code, flags=re.DOTALL | re.MULTILINE)
        assert count == 1, name
    for pattern, instead in NOT_PLAYED:
        code = re.sub(pattern, instead, code, flags=re.MULTILINE)
    return runs._replace(code=code + COMPUTER)


def test_a_hostile_workbook_does_not_name_the_interpreter(hostile: Path) -> None:
    """GetConfig, run with such a workbook in front, asks for the user's own file only and believes it."""
    assert said(hostile, runtime(), "Answer") == f"{OURS}|{OWN}|"


def test_xlwings_own_module_would_have_obeyed(hostile: Path) -> None:
    """The same workbook has its way with the text as xlwings ships it: these tests can fail."""
    text = (files("xlwings") / "xlwings_custom_addin.bas").read_text(encoding="utf-8")

    assert said(hostile, module(text.replace('"myaddin"', '"duesheet"')), "Answer").startswith(TRAP)


def test_a_button_runs_our_python_whatever_lies_beside_the_workbook(hostile: Path) -> None:
    """The command line that RunPython builds, run in the workbook's folder, imports what is installed, no trap."""
    line = said(hostile, runtime(), "Pressed")
    words = words_of(line.partition(" 2> ")[0])

    assert line.startswith(f'cmd.exe /C C: & cd "C:\\ours" & "{OURS}" ')
    assert f"--wb={hostile.name}" in words
    assert str(hostile.parent) not in line
    assert TRAP not in line
    assert imported(words, hostile.parent) == "duesheet"


def test_the_functions_server_is_our_python_too(hostile: Path) -> None:
    """So does the command line of the server that answers worksheet functions."""
    line = said(hostile, runtime(), "XLPyCommand")
    words = words_of(line.removesuffix('"').replace("xlwings.serve('$(CLSID)')", WHERE))

    assert line.startswith(f'cmd.exe  /K ""{OURS}" ')
    assert TRAP not in line
    assert imported(words, hostile.parent) == "duesheet"


def words_of(line: str) -> list[str]:
    """What Python is handed by a command line of Windows."""
    return shlex.split(line.partition(f'"{OURS}"')[2])


def imported(words: list[str], folder: Path) -> str:
    """The package that Python, started with these words in a folder, takes for duesheet."""
    asked = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert asked.returncode == 0, asked.stderr
    return Path(asked.stdout.strip()).parent.name

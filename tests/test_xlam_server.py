"""The worksheet functions through xlwings' own server for Excel on Windows, its Windows put up as an empty front."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from duesheet import functions, xlam
from duesheet.xlam.wrappers import PYTHON

SERVER = Path(__file__).with_name("excel_server.py")
LEFT_OUT: dict[str, Any] = {}
DIVISION = -2146826281
"""The number by which Excel hands on the error of a division by zero."""

CALLS: list[tuple[str, list[Any], list[list[Any]]]] = [
    ("AR_DAYS_OVERDUE", [46053.0, 46083.0], [[30]]),
    ("AR_DAYS_OVERDUE", [[[46053.0], [None], [46073.0]], 46083.0], [[30], [""], [10]]),
    ("AR_BUCKET", [45.0, LEFT_OUT], [["31-60"]]),
    ("AR_BUCKET", [45.0, [[15.0, 50.0]]], [["16-50"]]),
    ("AR_BUCKET", [[[0.0], [DIVISION]], LEFT_OUT], [["Current"], ["Days overdue: the cell shows #DIV/0!"]]),
    ("AR_DSO", [100.0, 0.0, 30.0], [[""]]),
]


@pytest.fixture(scope="module")
def server() -> dict[str, Any]:
    """The server's answers to the calls, and the VBA that it would write."""
    asked = subprocess.run(
        [sys.executable, str(SERVER), PYTHON],
        input=json.dumps([(name, given) for name, given, _ in CALLS]),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    told: dict[str, Any] = json.loads(asked.stdout)
    return told


def test_excels_server_finds_the_functions_by_their_module(server: dict[str, Any]) -> None:
    """Called as the wrappers call it, the server answers in rows; what is left out in Excel takes its default."""
    assert server["answers"] == [answer for _, _, answer in CALLS]


def test_the_wrappers_are_those_that_xlwings_would_write(server: dict[str, Any]) -> None:
    """The module holds xlwings' own text for Excel, but names the add-in where xlwings names the workbook in front."""
    theirs = re.sub(
        r' *#Else\n.*?#End If\n| *#If App = "Microsoft Excel" Then\n', "", server["vba"], flags=re.DOTALL
    )
    theirs = theirs.replace("ActiveWorkbook, Application.Caller", "ThisWorkbook, Application.Caller")

    assert spoken(xlam.modules()[-1].code) == spoken(theirs)
    assert len(re.findall(r"^Function ", theirs, re.MULTILINE)) == len(functions.__all__)


def spoken(code: str) -> list[str]:
    """The lines that do something, without their indents."""
    lines = (line.strip() for line in code.splitlines())
    return [line for line in lines if line and not line.startswith(("Attribute", "'", "#Const"))]

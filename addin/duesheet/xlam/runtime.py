"""xlwings' own VBA module, made ours: it reads its interpreter from the user's own file, never from a workbook.

As it comes, it looks for its configuration first on a sheet of the active workbook, then in a file beside it, runs
Python kept on a sheet, and looks for modules in the workbook's folder: whoever mails a workbook could have any
program run when a button is pressed.
"""

import re
from importlib.resources import files

from duesheet.xlam.modules import Module, module

PROJECT = "duesheet"
"""What the user's configuration is called: .duesheet/duesheet.conf on Windows, duesheet.conf in Excel's box on Macs."""

_SOURCE = "xlwings_custom_addin.bas"

_OURS = """Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "")
    ' Changed by Duesheet: the user's own file and nothing else. A workbook comes from anybody.
    Dim configValue As String
    If FileExists(GetConfigFilePath()) Then
        If GetConfigFromFile(GetConfigFilePath(), configKey, configValue) Then
            GetConfig = ExpandEnvironmentStrings(configValue)
            Exit Function
        End If
    End If
    GetConfig = ExpandEnvironmentStrings(default)
End Function

Function OwnPath() As String
    ' Changed by Duesheet: what Python is told of folders. The workbook's folder is not among them, nor its name,
    ' for a ; in it would begin another folder.
    OwnPath = "false;;;;;"
    If GetConfig("PYTHONPATH") <> "" Then OwnPath = OwnPath & ";" & GetConfig("PYTHONPATH")
End Function
"""

_FROM_SERVER = "    ' TODO: Doesn't automatically check if code is embedded\n"
_CHANGES = (
    # From the first line of what is cut to its last, and what stands there instead.
    (r'Const PROJECT_NAME As String = "myaddin"', f'Const PROJECT_NAME As String = "{PROJECT}"'),
    (
        r"    ' Check for embedded Python code\n.*?(?=    OPTIMIZED_CONNECTION = )",
        "    PYTHONPATH = OwnPath()\n",
    ),
    (r"    ' PythonCommand with embedded code\n.*?(?=    ' Call Python)", ""),
    (r"    ' Automatically add embedded code sheets\n.*?    Next\n\n", ""),
    (_FROM_SERVER + r".*?(?=    ' Escaping backslashes and quotes)", "    PYTHONPATH = OwnPath()\n"),
    (r"Function GetDirectoryConfigFilePath\(\) As String\n.*?End Function\n\n", ""),
    (r'#If App = "Microsoft Excel" Then\nFunction GetConfigFromSheet.*?#End If\n\n', ""),
    (r"Function GetConfig\(.*?End Function\n", _OURS),
    (r'ParameterString = PYTHONPATH \+ ";"', "ParameterString = PYTHONPATH"),
    # Without -P Python would look for modules in the folder Excel happens to be in, before all others.
    (r' -B -c ""import xlwings\.utils;', ' -B -P -c ""import xlwings.utils;'),
    (r' -B -c ""import sys, os;', ' -B -P -c ""import sys, os;'),
)


def runtime() -> Module:
    """The module. Raises ValueError where xlwings' text is not the one these changes were written for."""
    text = (files("xlwings") / _SOURCE).read_text(encoding="utf-8").replace("\r\n", "\n")
    for pattern, instead in _CHANGES:
        text = _replaced(text, pattern, instead)
    return module(text)


def _replaced(text: str, pattern: str, instead: str) -> str:
    found = re.findall(pattern, text, re.DOTALL)
    if len(found) != 1:
        raise ValueError(f"xlwings' module has changed: {pattern!r} is in it {len(found)} times, not once.")
    return re.sub(pattern, lambda _: instead, text, count=1, flags=re.DOTALL)

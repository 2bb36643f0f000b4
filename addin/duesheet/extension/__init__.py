"""Duesheet.oxt: the extension of LibreOffice with the toolbar Collections and the worksheet functions in Calc.

What it holds is read from where it stands already: the buttons from macros/customUI14.xml, the functions from
`duesheet.functions`. The same sources give the same bytes.
"""

import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import version

from duesheet.extension import catalog, listing, panel, typelibrary
from duesheet.extension.names import ENTRY, IN_THE_OFFICE, TYPES
from duesheet.extension.packing import description, manifest, registration, source

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the package: the day it is built must not show."""


def built() -> bytes:
    """The extension, as a file to be installed by LibreOffice's unopkg or its Extension Manager."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _files():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, content)
    return held.getvalue()


def _files() -> Iterator[tuple[str, bytes | str]]:
    """The files of the package, the manifest first."""
    functions, groups = listing.functions(), panel.groups()
    yield "META-INF/manifest.xml", manifest()
    yield "description.xml", description(version("duesheet"))
    yield "duesheet.components", registration()
    yield TYPES, typelibrary.written(functions)
    yield "CalcAddIn.xcu", catalog.functions(functions)
    yield "Addons.xcu", catalog.toolbar(groups)
    yield "CalcWindowState.xcu", catalog.window_state()
    yield "ProtocolHandler.xcu", catalog.protocol()
    yield ENTRY, source("office.py")
    for name in ("__init__.py", "interpreter.py", "line.py", "presses.py"):
        yield f"pythonpath/{IN_THE_OFFICE}/{name}", source(name)
    yield f"pythonpath/{IN_THE_OFFICE}/labels.json", panel.labels(groups)

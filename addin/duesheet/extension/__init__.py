"""Duesheet.oxt: the extension of LibreOffice with the toolbar Collections and the worksheet functions in Calc.

What it holds is read from where it stands already: the buttons from macros/customUI14.xml, the functions from
`duesheet.functions`. The same sources give the same bytes.
"""

from collections.abc import Iterator
from importlib.metadata import version

from duesheet.extension import catalog, panel, typelibrary
from duesheet.extension.names import ENTRY, IN_THE_OFFICE, TYPES
from duesheet.extension.packing import description, manifest, registration, source
from duesheet.functions import listing
from duesheet.parcels import parcel


def built() -> bytes:
    """The extension, as a file to be installed by LibreOffice's unopkg or its Extension Manager."""
    return parcel(_files())


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

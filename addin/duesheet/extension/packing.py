"""What makes the files a package: what each file is, which version it has, and the component's Python."""

import xml.etree.ElementTree as ET
from pathlib import Path

from duesheet.extension.names import (
    BUTTONS,
    ENTRY,
    FUNCTIONS,
    HERE,
    IDENTIFIER,
    IN_THE_OFFICE,
    TYPES,
)

MANIFEST = "http://openoffice.org/2001/manifest"
DESCRIPTION = "http://openoffice.org/extensions/description/2006"
COMPONENTS = "http://openoffice.org/2010/uno-components"
SETTINGS = "application/vnd.sun.star.configuration-data"
KINDS = {
    TYPES: "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "duesheet.components": "application/vnd.sun.star.uno-components",
    "CalcAddIn.xcu": SETTINGS,
    "Addons.xcu": SETTINGS,
    "CalcWindowState.xcu": SETTINGS,
    "ProtocolHandler.xcu": SETTINGS,
}
"""What each file of the package is to the office, in the order it learns of them."""

SERVICES = {FUNCTIONS: "com.sun.star.sheet.AddIn", BUTTONS: "com.sun.star.frame.ProtocolHandler"}
EARLIEST_OFFICE = "7.0"
_COMPONENT = Path(__file__).parent / "component"


def manifest() -> bytes:
    """META-INF/manifest.xml."""
    root = ET.Element("manifest:manifest", {"xmlns:manifest": MANIFEST})
    for name, kind in KINDS.items():
        ET.SubElement(root, "manifest:file-entry", {"manifest:full-path": name, "manifest:media-type": kind})
    return _written(root)


def description(version: str) -> bytes:
    """description.xml: name, version, and the earliest office it is for."""
    root = ET.Element(
        "description",
        {"xmlns": DESCRIPTION, "xmlns:lo": "http://libreoffice.org/extensions/description/2011"},
    )
    ET.SubElement(root, "identifier", {"value": IDENTIFIER})
    ET.SubElement(root, "version", {"value": version})
    ET.SubElement(ET.SubElement(root, "display-name"), "name", {"lang": "en"}).text = "Duesheet"
    needs = ET.SubElement(root, "dependencies")
    ET.SubElement(
        needs,
        "lo:LibreOffice-minimal-version",
        {"value": EARLIEST_OFFICE, "name": f"LibreOffice {EARLIEST_OFFICE}"},
    )
    return _written(root)


def registration() -> bytes:
    """The components in the Python file, so that nothing need be run to install them."""
    root = ET.Element("components", {"xmlns": COMPONENTS})
    file = ET.SubElement(root, "component", {"loader": "com.sun.star.loader.Python", "uri": ENTRY})
    for name, service in SERVICES.items():
        implementation = ET.SubElement(file, "implementation", {"name": name})
        ET.SubElement(implementation, "service", {"name": service})
        ET.SubElement(implementation, "service", {"name": name})
    return _written(root)


def source(name: str) -> str:
    """A file of the component, under the names it has in the office."""
    text = (_COMPONENT / name).read_text(encoding="utf-8")
    return text.replace(HERE, IN_THE_OFFICE)


def _written(root: ET.Element) -> bytes:
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"

"""What the office's configuration learns of the extension: functions, menu, toolbar, and who carries out commands."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from itertools import count

from duesheet.extension.names import BUTTONS, FUNCTIONS, MENU, PROTOCOL, TITLE, TOOLBAR
from duesheet.extension.panel import Button, Group
from duesheet.functions.listing import Function

REGISTRY, SCHEMA = "http://openoffice.org/2001/registry", "http://www.w3.org/2001/XMLSchema"
CALC = "com.sun.star.sheet.SpreadsheetDocument"
LANGUAGE = "en-US"
SEPARATOR = "private:separator"
ICON_AND_TEXT = "2"
AT_THE_TOP, BELOW_THE_OTHERS = "0", "0,3"


def functions(listed: Iterable[Function]) -> bytes:
    """CalcAddIn.xcu: the functions with the help that Calc's wizard shows."""
    root, top = _component("CalcAddIns", "org.openoffice.Office", "AddInInfo", FUNCTIONS, "AddInFunctions")
    for function in listed:
        node = _node(top, function.name)
        _told(node, "DisplayName", function.name)
        _told(node, "Description", function.help)
        _set(node, "Category", "Add-In")
        _told(node, "CompatibilityName", function.name)
        parameters = _node(node, "Parameters", new=False)
        for argument in function.arguments:
            parameter = _node(parameters, argument.identifier)
            _told(parameter, "DisplayName", argument.name)
            _told(parameter, "Description", argument.help)
    return _written(root)


def toolbar(groups: Sequence[Group]) -> bytes:
    """Addons.xcu: the menu and the toolbar, with a line between two groups."""
    root, top = _component("Addons", "org.openoffice.Office", "AddonUI")
    menu = _node(_node(top, "OfficeMenuBar", new=False), MENU)
    _told(menu, "Title", TITLE)
    _set(menu, "Context", CALC)
    _entries(_node(menu, "Submenu", new=False), groups)
    _entries(_node(_node(top, "OfficeToolBar", new=False), TOOLBAR), groups)
    return _written(root)


def window_state() -> bytes:
    """CalcWindowState.xcu: the name of the toolbar, and that it shows words."""
    root, top = _component("CalcWindowState", "org.openoffice.Office.UI", "UIElements", "States")
    bar = _node(top, f"private:resource/toolbar/addon_{TOOLBAR}")
    _told(bar, "UIName", TITLE)
    _set(bar, "Style", ICON_AND_TEXT, "xs:int")
    _set(bar, "Visible", "true", "xs:boolean")
    _set(bar, "Docked", "true", "xs:boolean")
    _set(bar, "DockingArea", AT_THE_TOP, "xs:int")
    _set(bar, "DockPos", BELOW_THE_OTHERS)
    return _written(root)


def protocol() -> bytes:
    """ProtocolHandler.xcu: commands of ours are carried out by the component."""
    root, top = _component("ProtocolHandler", "org.openoffice.Office", "HandlerSet")
    handler = _node(top, BUTTONS)
    _set(handler, "Protocols", f"{PROTOCOL}*", "oor:string-list")
    return _written(root)


def _entries(parent: ET.Element, groups: Sequence[Group]) -> None:
    number = count(1)
    for place, group in enumerate(groups):
        if place:
            _set(_node(parent, f"e{next(number):03}"), "URL", SEPARATOR)
        for button in group.buttons:
            _entry(_node(parent, f"e{next(number):03}"), button)


def _entry(node: ET.Element, button: Button) -> None:
    _set(node, "URL", PROTOCOL + button.name)
    _told(node, "Title", button.label)
    _set(node, "Target", "_self")
    _set(node, "Context", CALC)


def _component(name: str, package: str, *path: str) -> tuple[ET.Element, ET.Element]:
    """The root of a configuration file, and the node that lies at `path` in it."""
    root = ET.Element(
        "oor:component-data",
        {"xmlns:oor": REGISTRY, "xmlns:xs": SCHEMA, "oor:name": name, "oor:package": package},
    )
    node = root
    for step in path:
        node = _node(node, step, new=step == FUNCTIONS)
    return root, node


def _node(parent: ET.Element, name: str, *, new: bool = True) -> ET.Element:
    return ET.SubElement(parent, "node", {"oor:name": name, **({"oor:op": "replace"} if new else {})})


def _set(node: ET.Element, name: str, value: str, kind: str = "xs:string") -> None:
    prop = ET.SubElement(node, "prop", {"oor:name": name, "oor:type": kind})
    ET.SubElement(prop, "value").text = value


def _told(node: ET.Element, name: str, value: str) -> None:
    """Sets what is told in a language."""
    prop = ET.SubElement(node, "prop", {"oor:name": name, "oor:type": "xs:string"})
    ET.SubElement(prop, "value", {"xml:lang": LANGUAGE}).text = value


def _written(root: ET.Element) -> bytes:
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"

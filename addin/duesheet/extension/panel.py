"""The buttons, as macros/customUI14.xml has them for Excel's ribbon: the same in LibreOffice, in the same order."""

import json
import xml.etree.ElementTree as ET
from typing import NamedTuple

from duesheet.assets import folder

SPACE = "{http://schemas.microsoft.com/office/2009/07/customui}"


class Button(NamedTuple):
    """A button: the function of `duesheet.buttons` that it calls, and what stands on it."""

    name: str
    label: str


class Group(NamedTuple):
    """Buttons that stand together."""

    label: str
    buttons: tuple[Button, ...]


def groups() -> list[Group]:
    """The groups of the tab Collections, from left to right."""
    ribbon = ET.fromstring((folder("macros") / "customUI14.xml").read_bytes())  # noqa: S314  our own file
    return [
        Group(group.get("label", ""), tuple(_buttons(group)))
        for group in ribbon.iter(f"{SPACE}group")
        if group.find(f".//{SPACE}button") is not None
    ]


def _buttons(group: ET.Element) -> list[Button]:
    return [Button(button.attrib["id"], button.attrib["label"]) for button in group.iter(f"{SPACE}button")]


def labels(of: list[Group]) -> str:
    """The labels by the buttons' names, as JSON."""
    return json.dumps({button.name: button.label for group in of for button in group.buttons}, indent=1)

"""What is wrong with the ribbon: its names, the macros it calls, the Python these call, and its pictures."""

import ast
import importlib
import inspect
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from gate_package import Parts, related
from gate_project import PROJECT, read

RIBBON = "customUI/customUI14.xml"
IMAGES = Path(__file__).parent / "gates" / "images.txt"
_SPACE = "{http://schemas.microsoft.com/office/2009/07/customui}"
_POINTED_TO = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_SUB = re.compile(r"^Public Sub (\w+)\(([^)]*)\)\r?\n(.*?)^End Sub", re.MULTILINE | re.DOTALL)
_LITERAL = re.compile(r'^\s*Run\w+ "((?:[^"]|"")*)"\s*$', re.MULTILINE)
_FORBIDDEN = re.compile(r'["%$`\\|&<>^\r\n]')
"""The command stands between quotation marks on a command line of Windows, and in a shell on a Mac."""
_ACTION, _LOADED = {"button": 1}, 1
_GETTER = 2
PYTHON = "duesheet.buttons"


class Macro(NamedTuple):
    """A public Sub: how many arguments it takes, and the Python that it hands on."""

    arguments: int
    python: list[str]


def macros(texts: Mapping[str, str]) -> dict[str, Macro]:
    """Every public Sub of the modules, as `Module.Sub`."""
    return {
        f"{module}.{sub[1]}": Macro(
            len([one for one in sub[2].split(",") if one.strip()]),
            [found.replace('""', '"') for found in _LITERAL.findall(sub[3])],
        )
        for module, text in texts.items()
        for sub in _SUB.finditer(text)
    }


def texts(parts: Parts) -> dict[str, str]:
    """The modules of a package's project by name."""
    project = read(parts[PROJECT])
    return {name: project.text(name) for name in project.modules}


def buttons(parts: Parts) -> dict[str, str]:
    """The macro that each button calls, by the button's id."""
    ribbon = etree.fromstring(parts[RIBBON])
    return {str(one.get("id")): str(one.get("onAction")) for one in ribbon.iter(f"{_SPACE}button")}


def images() -> set[str]:
    """The pictures that are known to exist."""
    lines = IMAGES.read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if line and not line.startswith("#")}


def faults(parts: Parts) -> list[str]:
    """What is wrong with a package's ribbon."""
    ribbon = etree.fromstring(parts[RIBBON])
    known = macros(texts(parts))
    return [
        *_found(parts),
        *_named(ribbon),
        *_called(ribbon, known),
        *_pictured(ribbon),
        *(fault for name, macro in buttons(parts).items() for fault in _handed_on(name, known.get(macro))),
    ]


def _found(parts: Parts) -> Iterator[str]:
    """Excel finds a ribbon by its relationship, whose year must be the namespace's."""
    if (RIBBON, _POINTED_TO) not in related(parts, "").values():
        yield "nothing points to the ribbon"


def _named(ribbon: etree._Element) -> Iterator[str]:
    """Ids are unique; so are the keys of a tab, none of which begins another; each button explains itself."""
    ids = Counter(str(one.get("id")) for one in ribbon.iter() if one.get("id"))
    yield from (f"the id {name} stands twice" for name, count in ids.items() if count > 1)
    for tab in ribbon.iter(f"{_SPACE}tab"):
        keys = [str(one.get("keytip")) for one in tab.iter(f"{_SPACE}button")]
        yield from (
            f"the key {key} begins {other}"
            for place, key in enumerate(keys)
            for other in keys[:place] + keys[place + 1 :]
            if other.startswith(key)
        )
    for button in ribbon.iter(f"{_SPACE}button"):
        lacks = [word for word in ("label", "keytip", "screentip", "supertip") if not button.get(word)]
        if lacks:
            yield f"{button.get('id')} has no {', '.join(lacks)}"


def _called(ribbon: etree._Element, known: Mapping[str, Macro]) -> Iterator[str]:
    """Each callback is a public Sub with as many arguments as Excel hands it."""
    for one in ribbon.iter():
        kind = etree.QName(one).localname
        for name, macro in ((str(name), str(macro)) for name, macro in one.attrib.items()):
            wanted = _handed(name, kind)
            if wanted is None:
                continue
            if macro not in known:
                yield f"{macro}, the {name} of {one.get('id') or kind}, is not a public Sub"
            elif known[macro].arguments != wanted:
                yield f"{macro} takes {known[macro].arguments} arguments, {name} hands it {wanted}"


def _handed(name: str, kind: str) -> int | None:
    if name == "onLoad":
        return _LOADED
    if name == "onAction":
        return _ACTION[kind]
    return _GETTER if name.startswith("get") else None


def _pictured(ribbon: etree._Element) -> Iterator[str]:
    known = images()
    for button in ribbon.iter(f"{_SPACE}button"):
        if button.get("imageMso") not in known:
            yield f"{button.get('id')}: nobody knows of a picture {button.get('imageMso')}"


def _handed_on(button: str, macro: Macro | None) -> Iterator[str]:
    """A button's macro hands on one line of Python, which calls the function of the button's name without arguments."""
    if macro is None:
        return
    if len(macro.python) != 1:
        yield f"{button}: {len(macro.python)} lines of Python instead of one"
        return
    (line,) = macro.python
    if _FORBIDDEN.search(line):
        yield f"{button}: a sign in {line!r} would not survive a command line"
    try:
        yield from _reached(button, line)
    except (SyntaxError, ImportError, AttributeError, TypeError) as error:
        yield f"{button}: {line!r}: {error}"


def _reached(button: str, line: str) -> Iterator[str]:
    module, function = target(line)
    reached = getattr(importlib.import_module(module), function)
    inspect.signature(reached).bind()
    if (module, function) != (PYTHON, button):
        yield f"{button}: {line!r} calls {module}.{function}"


def target(line: str) -> tuple[str, str]:
    """The module and function that `import a.b; a.b.c()` calls; SyntaxError where it is another line."""
    match ast.parse(line).body:
        case [
            ast.Import(names=[ast.alias(name=module, asname=None)]),
            ast.Expr(value=ast.Call(func=ast.Attribute(attr=function) as called, args=[], keywords=[])),
        ] if ast.unparse(called.value) == module:
            return module, function
    raise SyntaxError("not one import and one call")

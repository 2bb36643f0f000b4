"""The component: the worksheet functions, and the commands of menu and toolbar, as LibreOffice asks for them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import uno
import unohelper

from duesheet.extension.component.interpreter import Missing, command
from duesheet.extension.component.line import Line, Unanswered
from duesheet.extension.component.presses import Presses

FUNCTIONS = "org.duesheet.calc.Functions"
BUTTONS = "org.duesheet.calc.Buttons"
ADDIN = "com.sun.star.sheet.AddIn"
HANDLER = "com.sun.star.frame.ProtocolHandler"
PROTOCOL = "org.duesheet:"
TITLE = "Duesheet"

LIMIT = 60.0
"""Seconds a formula is waited for: as long as it takes, nothing else can be done in the office."""

SINCE_1904 = "This workbook counts its days from another year than Excel: see docs/libreoffice.md"
FIRST_YEAR = 1899

Rows = tuple[tuple[Any, ...], ...]

calculating = Line(command)
"""The process that answers formulas: another than that of the buttons, so that neither keeps the other waiting."""

presses = Presses(Line(command))


XFunctions: Any = uno.getClass("org.duesheet.calc.XFunctions")
XServiceInfo: Any = uno.getClass("com.sun.star.lang.XServiceInfo")
XInitialization: Any = uno.getClass("com.sun.star.lang.XInitialization")
XDispatchProvider: Any = uno.getClass("com.sun.star.frame.XDispatchProvider")
XDispatch: Any = uno.getClass("com.sun.star.frame.XDispatch")
XCallback: Any = uno.getClass("com.sun.star.awt.XCallback")


class Functions(unohelper.Base, XFunctions, XServiceInfo):
    """The worksheet functions: whatever name of ours is called is asked of Duesheet."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if not name.startswith("AR_"):
            raise AttributeError(name)
        return lambda document, *arguments: _answer(document, name, arguments)

    def getImplementationName(self) -> str:
        """The name of the component."""
        return FUNCTIONS

    def supportsService(self, name: str) -> bool:
        """Whether it does what the service does."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        """The services."""
        return (ADDIN, FUNCTIONS)


def _answer(document: Any, name: str, arguments: tuple[Any, ...]) -> Rows:
    """What the function answers, as a range; what is in the way, as text in its first cell."""
    if document is not None and document.getPropertyValue("NullDate").Year != FIRST_YEAR:
        return _range(SINCE_1904)
    try:
        told = calculating.ask({"call": name, "args": list(map(_given, arguments))}, LIMIT)
    except (Missing, Unanswered) as error:
        return _range(str(error))
    return _range(told["answer"] if "answer" in told else told["refused"])


def _given(argument: Any) -> Any:
    """An argument as it is sent: a range of one cell is that cell."""
    if isinstance(argument, tuple) and len(argument) == 1 and len(argument[0]) == 1:
        return argument[0][0]
    return argument


def _range(answer: Any) -> Rows:
    """An answer as Calc takes it."""
    rows = answer if isinstance(answer, list) else [[answer]]
    return tuple(tuple(map(_cell, row)) for row in rows)


def _cell(value: Any) -> Any:
    """A value as a cell holds it: every number the way Calc counts."""
    if value is None:
        return ""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Buttons(unohelper.Base, XDispatchProvider, XDispatch, XInitialization, XServiceInfo):
    """The commands of one window."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.frame: Any = None

    def initialize(self, arguments: tuple[Any, ...]) -> None:
        """Learns which window it is for."""
        self.frame = arguments[0] if arguments else None

    def queryDispatch(self, url: Any, _target: str, _flags: int) -> Any:
        """Itself, for a command of ours."""
        return self if url.Complete.startswith(PROTOCOL) else None

    def queryDispatches(self, requests: tuple[Any, ...]) -> tuple[Any, ...]:
        """The same for several commands."""
        return tuple(self.queryDispatch(one.FeatureURL, one.FrameName, one.SearchFlags) for one in requests)

    def dispatch(self, url: Any, _arguments: tuple[Any, ...]) -> None:
        """A button was pressed: its work is begun in the window's own document."""
        document = self.frame.getController().getModel()
        button = url.Complete[len(PROTOCOL) :]
        presses.press(button, lambda: _reachable(self.context), document.RuntimeUID, self._tell)

    def addStatusListener(self, _listener: Any, _url: Any) -> None:
        """Nothing to be told: a command is always there."""

    def removeStatusListener(self, _listener: Any, _url: Any) -> None:
        """Nothing, as above."""

    def _tell(self, text: str) -> None:
        """Shows a message in the window, when the office has time for it."""
        _make(self.context, "com.sun.star.awt.AsyncCallback").addCallback(
            Message(self.context, self.frame, text), None
        )

    def getImplementationName(self) -> str:
        """The name of the component."""
        return BUTTONS

    def supportsService(self, name: str) -> bool:
        """Whether it does what the service does."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        """The services."""
        return (HANDLER, BUTTONS)


class Message(unohelper.Base, XCallback):
    """A message to be shown by the office's own thread, the only one that may wait for an OK."""

    def __init__(self, context: Any, frame: Any, text: str) -> None:
        self.context, self.frame, self.text = context, frame, text

    def notify(self, _data: Any) -> None:
        """Shows it."""
        kind = uno.Enum("com.sun.star.awt.MessageBoxType", "MESSAGEBOX")
        toolkit = _make(self.context, "com.sun.star.awt.Toolkit")
        box = toolkit.createMessageBox(self.frame.getContainerWindow(), kind, 1, TITLE, self.text)
        box.execute()
        box.dispose()


class Door:
    """Where the office can be reached from outside, by whoever is told the name: opened at the first press."""

    where = ""
    acceptor: Any = None


def _reachable(context: Any) -> str:
    """The pipe at which the office accepts connections; its name is known to nobody else."""
    if not Door.where:
        where = f"pipe,name=duesheet-{secrets.token_hex(16)}"
        Door.acceptor = _make(context, "com.sun.star.office.Acceptor")
        Door.acceptor.initialize((f"{where};urp;StarOffice.ComponentContext", True))
        Door.where = where
    return Door.where


def _make(context: Any, service: str) -> Any:
    return context.ServiceManager.createInstanceWithContext(service, context)


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Functions, FUNCTIONS, (ADDIN, FUNCTIONS))
g_ImplementationHelper.addImplementation(Buttons, BUTTONS, (HANDLER, BUTTONS))

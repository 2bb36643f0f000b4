"""The events of documents: the macros bound to them, taken off for a while and put back."""

from typing import NamedTuple

from xlwings_libreoffice.uno_runtime import UnoObject, typed, uno

BINDING = "[]com.sun.star.beans.PropertyValue"


class Binding(NamedTuple):
    """A macro bound to an event of a document or a sheet."""

    events: UnoObject
    name: str
    macro: UnoObject

    def restore(self) -> None:
        """Binds the macro to its event again."""
        _bind(self.events, self.name, tuple(self.macro))


def muted(doc: UnoObject) -> list[Binding]:
    """The bindings of a document and its sheets, which are taken off.

    Event procedures in VBA are not bound but found by their names: Calc goes on calling them.
    """
    found = []
    for events in [doc.Events, *(doc.Sheets.getByIndex(number).Events for number in range(doc.Sheets.Count))]:
        for name in events.ElementNames:
            if macro := events.getByName(name):
                found.append(Binding(events, name, macro))
                _bind(events, name, ())
    return found


def _bind(events: UnoObject, name: str, macro: tuple[UnoObject, ...]) -> None:
    # An empty sequence would otherwise be passed without its type.
    uno().invoke(events, "replaceByName", (name, typed(BINDING, macro)))

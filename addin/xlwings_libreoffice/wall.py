"""The wall between UNO and the rest: UNO's exceptions end here, and calls under way are known here."""

import functools
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from xlwings import base_classes

from xlwings_libreoffice.errors import ObjectGone, OfficeError, OfficeGone

Class = TypeVar("Class", bound=type)
SPECIAL = {"__init__", "__call__", "__iter__", "__len__", "__contains__", "__getitem__"}
"""The methods with underscores that may speak to the office."""
CALLS: dict[int, tuple[float, object]] = {}
"""The threads that are in a call to an office: since when, and to which object."""


def walled(cls: Class) -> Class:
    """The class with every method and property turning UNO's exceptions into `OfficeError`s.

    What it inherits counts as its own, except what comes from xlwings.
    """
    own = set(vars(cls))
    for base in reversed(cls.__mro__[:-1]):
        if base.__module__ == base_classes.__name__:
            continue
        for name, member in list(vars(base).items()):
            if (base is cls or name not in own) and (not name.startswith("_") or name in SPECIAL):
                _replace(cls, name, member)
    return cls


def longest_call(office: object) -> float:
    """For how many seconds the oldest call to this office has run; 0 when there is none."""
    begun = [since for since, source in list(CALLS.values()) if _office(source) is office]
    return time.monotonic() - min(begun) if begun else 0.0


def translated(fault: Exception, source: object) -> Exception:
    """The fault as this package tells it; a fault that does not come from UNO, as it is."""
    kind = str(getattr(type(fault), "__pyunostruct__", ""))
    message = str(getattr(fault, "Message", fault))
    office = _office(source)
    suspect = kind or isinstance(fault, AttributeError)
    if suspect and office is not None and (office.why_gone() or not office.reachable()):
        gone: Exception = office.gone()
        return gone
    if not kind:
        return fault
    if "URP" in message:
        return OfficeGone(f"LibreOffice has ended or was closed ({message}).")
    if kind == "com.sun.star.lang.DisposedException" or message.startswith("cannot get value"):
        return ObjectGone("The book or object is no longer open in LibreOffice.")
    return OfficeError(f"LibreOffice refused this: {message or kind}.")


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with UNO's exceptions told as this package's, and its time watched."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (as the function)
        thread = threading.get_ident()
        outermost = thread not in CALLS
        if outermost:
            CALLS[thread] = (time.monotonic(), args[0] if args else None)
        try:
            return function(*args, **kwargs)
        except Exception as fault:
            told = translated(fault, args[0] if args else None)
            if told is fault:
                raise
            raise told from fault
        finally:
            if outermost:
                CALLS.pop(thread, None)

    return call


def _replace(cls: type, name: str, member: object) -> None:
    if isinstance(member, property):
        get, put, drop = (one and guarded(one) for one in (member.fget, member.fset, member.fdel))
        setattr(cls, name, property(get, put, drop, member.__doc__))
    elif callable(member) and not isinstance(member, type):
        setattr(cls, name, guarded(member))


def _office(source: object, depth: int = 6) -> Any:  # noqa: ANN401 (an Office, which this module must not import)
    """The office that an object belongs to, found through what it holds; None when there is none."""
    if hasattr(source, "why_gone"):
        return source
    if depth:
        for held in list(getattr(source, "__dict__", {}).values()):
            ours = type(held).__module__.startswith("xlwings_libreoffice")
            if ours and (found := _office(held, depth - 1)) is not None:
                return found
    return None

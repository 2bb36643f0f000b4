"""How the worksheet functions stand in Excel's list of functions, and the day it is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from xlwings import func

from duesheet.dates import day_number

Function = TypeVar("Function", bound=Callable[..., Any])

CATEGORY = "Duesheet"
"""Under which Excel lists the functions."""

RANGE: dict[str, Any] = {"ndim": 2, "err_to_str": True}
"""Every argument comes as rows, so that a column stays a column; errors come as their text, not as blanks."""


def worksheet(function: Function) -> Function:
    """`function` as Excel lists it: under Duesheet, told of by the first line of its docstring."""
    listed = func(category=CATEGORY)(function)
    # Only where Excel's server runs does xlwings note anything; it would show the whole docstring.
    if noted := getattr(listed, "__xlfunc__", None):
        noted["ret"]["doc"] = (function.__doc__ or "").partition("\n")[0]
    return listed


def today() -> int:
    """The day number of today, by this computer's clock."""
    return day_number(datetime.now().astimezone().date())

"""The worksheet functions as a list of functions shows them: names, arguments, and a line of help for each."""

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from duesheet import functions as worksheet


class Argument(NamedTuple):
    """An argument: its name, what it is, and whether it may be left out."""

    name: str
    help: str
    optional: bool

    @property
    def identifier(self) -> str:
        """Its name as UNO spells one.

        >>> Argument("due_date", "", False).identifier
        'dueDate'
        """
        first, *others = self.name.split("_")
        return first + "".join(map(str.capitalize, others))


class Function(NamedTuple):
    """A worksheet function."""

    name: str
    help: str
    arguments: tuple[Argument, ...]


def functions() -> list[Function]:
    """Every function of `duesheet.functions`.

    >>> [(function.name, [argument.name for argument in function.arguments]) for function in functions()][4]
    ('AR_BUCKET', ['days_overdue', 'edges'])
    """
    return [_function(getattr(worksheet, name)) for name in worksheet.__all__]


def _function(given: Callable[..., Any]) -> Function:
    told = dict(_told(given))
    arguments = tuple(
        Argument(name, told.get(name, ""), parameter.default is not parameter.empty)
        for name, parameter in inspect.signature(given).parameters.items()
    )
    return Function(given.__name__, (given.__doc__ or "").partition("\n")[0], arguments)


def _told(given: Callable[..., Any]) -> Iterator[tuple[str, str]]:
    """The arguments' help, read from the source: only on Windows does xlwings keep what `@arg` is told."""
    (definition,) = ast.parse(inspect.getsource(inspect.unwrap(given))).body
    if not isinstance(definition, ast.FunctionDef):
        return
    for call in definition.decorator_list:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "arg":
            help_text = next(keyword.value for keyword in call.keywords if keyword.arg == "doc")
            yield ast.literal_eval(call.args[0]), ast.literal_eval(help_text)

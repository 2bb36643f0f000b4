"""The paper letters are written on: templates found, filled in a sandbox, refused when something is left.

A template sees plain values only and can call nothing but its own blocks and macros, so one that came along
with a workbook can at worst write an ugly letter.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined, Template, TemplateNotFound
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from duesheet.assets import folder
from duesheet.envelope import plain
from duesheet.errors import TemplateFault
from duesheet.paper import grid, heading, html_lines, strong, text_lines, to_html, wrapped

LONGEST = 400_000
"""Characters a letter may have; a template that goes on beyond is taken for a runaway."""

LONGEST_DOCUMENT = 20_000_000
"""The same for a document, most of whose characters are marks nobody sees."""

_KEPT = (
    "default",
    "first",
    "int",
    "join",
    "last",
    "length",
    "lower",
    "replace",
    "select",
    "selectattr",
    "trim",
    "upper",
)
_ASKED = ("defined", "none", "equalto", "==", "gt", "lt", ">", "<")
_NO_VALUE = frozenset({"None", "nan", "NaN", "NaT", "<NA>", "#N/A"})
_LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_STYLE = re.compile(r"<style[^<]*+(?:<(?!/style>)[^<]*+)*+</style>")
"""From its start to the first end; put so, no sign on the way is looked at twice."""
_INLINER = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, narrowed: no methods of values, no growing of text by arithmetic."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  as the base class has it
        """As the base, which tries an attribute first and finds none: a key of a dict."""
        if type(obj) is dict and attribute in obj and not hasattr(dict, attribute):
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401  as the base class has it
        return isinstance(obj, LoopContext) and super().is_safe_attribute(obj, attr, value)

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401  as the base class has it
        return isinstance(obj, BlockReference | Macro | StrictUndefined)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401  as the base class has it
        if operator == "**" or not (isinstance(left, int) and isinstance(right, int)):
            raise SecurityError(f'"{operator}" works on whole numbers only')
        return super().call_binop(context, operator, left, right)


def _written(value: Any) -> Any:  # noqa: ANN401  whatever a template writes out
    if value is None or isinstance(value, float) or str(value).strip() in _NO_VALUE:
        raise TemplateFault(f'a value is missing here: the letter would read "{value}"')
    return value


def shipped() -> Path:
    """The folder of the letters that come with Duesheet."""
    return folder("templates")


def search_path(book: Path) -> tuple[Path, ...]:
    """Where the letters of `book` are looked for: `templates` beside it, then the shipped ones."""
    return book.resolve().parent / "templates", shipped()


@lru_cache(maxsize=32)
def _press(folders: tuple[Path, ...], *, html: bool) -> _Sandbox:
    own = [FileSystemLoader(place, encoding="utf-8-sig") for place in (*folders, shipped())]
    made = _Sandbox(
        autoescape=html,
        undefined=StrictUndefined,
        finalize=_written,
        loader=ChoiceLoader([*own, PrefixLoader({"shipped": own[-1]})]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    _narrow(made)
    made.filters |= {
        "paragraphs": to_html if html else wrapped,
        "strong": strong if html else str,
        "lines": html_lines if html else text_lines,
        "heading": heading,
        "grid": grid,
    }
    return made


def _narrow(made: _Sandbox) -> None:
    """Leave a template only what a letter can need."""
    made.globals.clear()
    filters: dict[str, Callable[..., Any]] = {name: made.filters[name] for name in _KEPT}
    made.filters = filters
    made.tests = {name: made.tests[name] for name in _ASKED}


class _Bounded(Template):
    """A template that ends, whatever it says."""

    def render(self, *args: Any, **values: Any) -> str:  # noqa: ANN401  as the base class has it
        return _bounded(self, dict(*args, **values), LONGEST_DOCUMENT)


def document_press() -> ImmutableSandboxedEnvironment:
    """The same narrow sandbox for a template that is a document: all values are escaped, no other file is read."""
    made = _Sandbox(autoescape=True, undefined=StrictUndefined, finalize=_written)
    made.template_class = _Bounded
    _narrow(made)
    return made


def chosen(folders: Sequence[Path], language: str, name: str) -> tuple[str, str]:
    """The template's path for letter `name`, and the language it is in: the customer's, else English.

    `language` is a tag such as de-AT; the region's own letter wins over the language's.

    >>> chosen([], "de-AT", "friendly"), chosen([], "xx", "friendly")
    (('de/friendly.j2', 'de'), ('en/friendly.j2', 'en'))
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise TemplateFault(f'"{name}" is not a letter\'s name; use letters, digits and _, as in friendly')
    press = _press(tuple(folders), html=False)
    for tongue in dict.fromkeys((language, language.partition("-")[0], "en")):
        path = f"{tongue}/{name}.j2"
        if re.fullmatch(r"[\w-]+", tongue) and _exists(press, path):
            return path, tongue
    raise TemplateFault(
        f'there is no letter called "{name}": templates/en/{name}.j2 was not found; see the Policy sheet'
    )


def _exists(press: _Sandbox, path: str) -> bool:
    try:
        press.get_template(path)
    except TemplateNotFound:
        return False
    except UnicodeDecodeError as error:
        raise TemplateFault(f"{path}: the file is not saved as UTF-8") from error
    except Exception:  # noqa: BLE001  it is there; what is wrong with it is told where it is filled
        return True
    return True


def filled(folders: Sequence[Path], path: str, part: str, values: Mapping[str, Any]) -> str:
    """One part (`subject`, `text` or `html`) of the template at `path`, filled with `values`.

    `values` are text, whole numbers and lists and dicts of them. What is wrong with the template is raised as
    a TemplateFault that names file and line.
    """
    press = _press(tuple(folders), html=part == "html")
    try:
        written = _bounded(press.get_template(path), {**values, "part": part})
    except Exception as error:  # a template is a program somebody else wrote: it may fail in any way
        raise TemplateFault(f"{_place(error, path)}: {reason(error, values)}") from error
    _nothing_left_over(_STYLE.sub("", written), path)
    return _INLINER.inline(written) if part == "html" else written.strip() + "\n"


def _nothing_left_over(shown: str, path: str) -> None:
    if "{" not in shown and "}" not in shown:
        return
    line = next((line for line in shown.splitlines() if _LEFT_OVER.search(line)), "")
    if line:
        raise TemplateFault(f'{path}: the letter would show "{plain(line, 80)}"')


def _bounded(template: Template, values: Mapping[str, Any], longest: int = LONGEST) -> str:
    parts: list[str] = []
    size = 0
    for piece in template.generate(values):
        size += len(piece)
        if size > longest:
            raise TemplateFault(f"the letter does not end: it is longer than {longest:,} characters")
        parts.append(piece)
    return "".join(parts)


def _place(error: BaseException, path: str) -> str:
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name or path}, line {error.lineno}"
    line, trace = 0, error.__traceback__
    while trace is not None:
        name = Path(trace.tb_frame.f_code.co_filename)
        if name.suffix == ".j2":
            path, line = f"{name.parent.name}/{name.name}", trace.tb_lineno
        trace = trace.tb_next
    return f"{path}, line {line}" if line else path


def reason(error: BaseException, values: Mapping[str, Any]) -> str:
    """Why a template could not be filled with `values`, in words."""
    if isinstance(error, UndefinedError):
        unknown = re.search(r"'(\w+)'(?= is undefined|$)", str(error))
        return _unknown(unknown[1], values) if unknown else str(error)
    if isinstance(error, TemplateNotFound):
        return f'the file "{error}" it builds on was not found'
    if isinstance(error, UnicodeDecodeError):
        return "the file is not saved as UTF-8"
    if isinstance(error, RecursionError | MemoryError):
        return "the letter does not end: it calls itself"
    return str(error) or type(error).__name__


def _unknown(name: str, values: Mapping[str, Any]) -> str:
    known = [
        *values,
        *(key for value in values.values() if isinstance(value, list) for row in value for key in row),
    ]
    near = difflib.get_close_matches(name, map(str, known), n=1)
    return f'"{name}" is not a name a letter may use' + (f'; did you mean "{near[0]}"?' if near else "")

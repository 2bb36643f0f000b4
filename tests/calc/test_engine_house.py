"""The engine for LibreOffice keeps its own house: it knows nothing of collections, and UNO has one door."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "addin" / "xlwings_libreoffice"
MOST_LINES = 300
THE_DOOR = "uno_runtime"
PAID = "xlwings" + ".pro"

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the engine, parsed, by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        dotted = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[dotted] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """The full dotted name of everything a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def at_run_time(tree: ast.Module) -> Iterator[str]:
    """What a module imports when it is loaded: what only types are checked against is left out."""
    only_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    loaded = [node for node in tree.body if id(node) not in only_types]
    yield from imported(ast.Module(loaded, []))


def public(scope: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    """Every public class, function and method."""
    for node in scope.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def test_the_engine_knows_nothing_of_collections() -> None:
    """The engine is a package of its own: it imports nothing of the product."""
    breaches = [
        name for name, tree in trees().items() if any(one.startswith("duesheet") for one in imported(tree))
    ]

    assert breaches == []


def test_the_engine_takes_nothing_of_the_paid_part() -> None:
    """The engine stands on the free part of xlwings alone."""
    breaches = [name for name, tree in trees().items() if any(one.startswith(PAID) for one in imported(tree))]

    assert breaches == []


def test_only_one_module_knows_uno() -> None:
    """UNO is imported in one place, which says in words where it is missing."""
    breaches = [
        name
        for name, tree in trees().items()
        if not name.endswith(THE_DOOR)
        and any(one.split(".")[0] in {"uno", "unohelper", "com"} for one in imported(tree))
    ]

    assert breaches == []


def test_the_engine_imports_by_full_names() -> None:
    """No module of the engine imports by dots."""
    breaches = [name for name, tree in trees().items() if any(one.startswith(".") for one in imported(tree))]

    assert breaches == []


def test_the_modules_of_the_engine_go_round_in_no_circle() -> None:
    """The modules of the engine can be put in an order."""
    graph = {
        name: {known for one in at_run_time(tree) if (known := _module(one))} - {name}
        for name, tree in trees().items()
    }
    while ready := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in ready}

    assert sorted(graph) == []


def _module(name: str) -> str:
    while name and name not in trees():
        name = name.rpartition(".")[0]
    return name


def test_the_modules_of_the_engine_are_small() -> None:
    """No module of the engine is longer than a reader can hold."""
    sizes = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}

    assert {name: size for name, size in sizes.items() if size > MOST_LINES} == {}


def test_everything_public_of_the_engine_says_what_it_is() -> None:
    """Every module, public class, function and method of the engine has a docstring."""
    breaches = [name for name, tree in trees().items() if not ast.get_docstring(tree)]
    breaches += [
        f"{name}: {node.name}"
        for name, tree in trees().items()
        for node in public(tree)
        if not ast.get_docstring(node) and not _is_setter(node)
    ]

    assert breaches == []


def _is_setter(node: Definition) -> bool:
    """A setter is told about by its property."""
    return any(ast.unparse(one).endswith(".setter") for one in node.decorator_list)

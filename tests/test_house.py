"""The house keeps its shape: rooms in a line, walls, a pure core, small modules, tests that are sentences."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "addin" / "duesheet"

# The rooms in the order a ledger walks through them: a module imports from its own room or one before it.
# A folder is one room. The ports to a spreadsheet and to the post, `books` and `carriers`, are known to all;
# what stands behind them, `books.*` and `carriers.*`, only to those who put the house together.
ROOMS = (
    "__init__",
    "errors",
    "assets",
    "whereabouts",
    "layout",
    "money",
    "dates",
    "books",
    "carriers",
    "terms",
    "keys",
    "notices",
    "kinds",
    "tables",
    "problems",
    "allowance",
    "settings",
    "hours",
    "policy",
    "sieve",
    "rates",
    "customers",
    "placing",
    "instalments",
    "invoices",
    "payments",
    "cadence",
    "schedule",
    "plans",
    "accounts",
    "records",
    "identity",
    "allocation",
    "ledger",
    "balances",
    "aging",
    "settlements",
    "punctuality",
    "risk",
    "limits",
    "reasons",
    "expected",
    "fees",
    "statutory",
    "portfolio",
    "metrics",
    "tally",
    "movements",
    "rolls",
    "cash",
    "periods",
    "figures",
    "provision",
    "signing",
    "debts",
    "pouring",
    "progress",
    "outlook",
    "planned",
    "quotes",
    "position",
    "cycles",
    "replays",
    "months",
    "debtors",
    "reminders",
    "letterhead",
    "envelope",
    "worklist",
    "drafts",
    "reports",
    "paper",
    "fields",
    "clauses",
    "stationery",
    "letters",
    "statements",
    "printout",
    "enclosures",
    "pages",
    "entries",
    "register",
    "credentials",
    "complaints",
    "vault",
    "strongbox",
    "journal",
    "brake",
    "pace",
    "memory",
    "activity",
    "prospects",
    "panels",
    "dashboard",
    "week",
    "guard",
    "writing",
    "agreements",
    "shelf",
    "dispatch",
    "outbox",
    "bounces",
    "carriers.*",
    "books.*",
    "build",
    "sample",
    "rehearsal",
    "readings",
    "profiles",
    "csvfiles",
    "standing",
    "postings",
    "intake",
    "merging",
    "billed",
    "received",
    "imports",
    "job",
    "sending",
    "results",
    "words",
    "timetable",
    "terminal",
    "arguments",
    "demo",
    "opening",
    "posting",
    "sign_in",
    "buttons",
    "functions",
    "parcels",
    "extension",
    "xlam",
    "answering",
    "installing",
    "doctor",
    "addins",
    "planning",
    "weekly",
    "cli",
    "start",
    "__main__",
)
PORTS = ("books", "carriers")

# Libraries that stay behind a wall, and the rooms that are the wall.
WALLS = {
    "xlwings": {"books.*", "build", "functions"},
    "xlwings_libreoffice": {"books.*", "installing", "doctor"},
    "openpyxl": {"books.*", "build"},
    "fastexcel": {"books.*", "build"},
    "xlsxwriter": {"books.*", "build", "xlam"},
    "lxml": {"books.*", "build", "xlam"},
    "isal": {"books.*", "build"},
    "zipfile": {"books.*", "build", "parcels", "xlam", "installing"},
    "uno": {"extension"},
    "unohelper": {"extension"},
    "yagmail": {"carriers.*"},
    "smtplib": {"carriers.*"},
    "docx": {"agreements"},
    "docxtpl": {"agreements"},
    "reportlab": {"printout"},
    "imaplib": {"carriers.*"},
    "keyring": {"credentials"},
    "msal": {"carriers.*"},
    "google": {"carriers.*"},
    "google_auth_oauthlib": {"carriers.*"},
    "oauthlib": {"carriers.*"},
    "requests": {"carriers.*"},
    "sqlalchemy": {"journal", "register", "strongbox", "complaints", "vault"},
    "pandas": {"intake"},
}

CORE = (
    "money",
    "allowance",
    "terms",
    "kinds",
    "sieve",
    "rates",
    "customers",
    "placing",
    "instalments",
    "invoices",
    "payments",
    "plans",
    "accounts",
    "allocation",
    "ledger",
    "balances",
    "aging",
    "settlements",
    "punctuality",
    "risk",
    "limits",
    "reasons",
    "expected",
    "fees",
    "cadence",
    "schedule",
    "portfolio",
    "metrics",
    "tally",
    "movements",
    "rolls",
    "cash",
    "periods",
    "figures",
    "provision",
    "signing",
    "debts",
    "pouring",
    "progress",
    "outlook",
    "policy",
    "cycles",
    "debtors",
    "reminders",
)
IMPURE_MODULES = {
    "io",
    "os",
    "pathlib",
    "random",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "time",
    "urllib",
    "uuid",
}
IMPURE_CALLS = {"open", "input", "print"}
CLOCKS = {"now", "today", "utcnow"}
CELL = re.compile(r"\$?[A-Z]{1,3}\$?[1-9]\d*(:\$?[A-Z]{1,3}\$?[1-9]\d*)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}")

MOST_LINES, MANY_LINES = 300, 200

TEXT = {
    ".bas",
    ".cfg",
    ".cls",
    ".css",
    ".csv",
    ".html",
    ".j2",
    ".jinja",
    ".md",
    ".py",
    ".toml",
    ".txt",
    ".xml",
    ".yml",
    "",
}
FOLDERS = (".ci", "addin", "benchmarks", "docs", "macros", "templates", "tests", "workbook")
MACHINE = re.compile(r"(?<![\w.*/])/(?:home|root|work|Users)/\w|\b[A-Za-z]:\\+Users")
REGISTRY = re.compile(
    r"pyp[i]\.|pythonhoste[d]\.|npmj[s]\.|de[b]\.debian\.|(?:archive|security)\.ubunt[u]\.|anacond[a]\.org"
)


class Module(NamedTuple):
    """One file of the package, parsed."""

    path: Path
    dotted: str
    tree: ast.Module
    lines: int

    @property
    def room(self) -> str:
        """The room the module is in: its first name; with `.*` for what stands behind a port."""
        first, _, rest = self.dotted.partition(".")
        return f"{first}.*" if first in PORTS and rest else first

    def place(self, node: ast.AST) -> str:
        """Where a breach stands, as an editor opens it."""
        return f"{self.path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package."""
    return tuple(_module(path) for path in sorted(PACKAGE.rglob("*.py")))


def _module(path: Path) -> Module:
    source = path.read_text(encoding="utf-8")
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    dotted = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
    return Module(path, dotted, ast.parse(source, str(path)), len(source.splitlines()))


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every import of `module` as a full dotted name, down to the name that is taken."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module or ''}.{alias.name}".lstrip(".")) for alias in node.names)


def entered(imported: str) -> Module | None:
    """The module of ours that an import enters; none for other libraries."""
    package, _, name = imported.partition(".")
    if package != "duesheet":
        return None
    known = {module.dotted: module for module in modules()}
    while name and name not in known:
        name = name.rpartition(".")[0]
    return known.get(name or "__init__")


def top_level_tests() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every test function under tests/."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield path, node


def text_files() -> Iterator[Path]:
    """Every text file of the project that a reader may open."""
    for folder in (path for name in FOLDERS if (path := ROOT / name).is_dir()):
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and _is_ours(path))
    yield from (
        path
        for path in sorted(ROOT.iterdir())
        if path.is_file() and path.suffix in TEXT and path.name != ".git"
    )


def _is_ours(path: Path) -> bool:
    return (
        path.suffix in TEXT and "__pycache__" not in path.parts and not path.name.startswith((".~lock", "~$"))
    )


def strings_outside_docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every text constant of a module that is more than a statement by itself, as a docstring is."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node


def report(breaches: list[str]) -> str:
    """Every breach on a line of its own."""
    return "\n".join(["", *breaches])


def test_every_module_has_a_place_in_the_line() -> None:
    """Every module of the package is a room of the line; a new one is given its place here first."""
    unknown = sorted({module.room for module in modules()} - set(ROOMS))

    assert not unknown, f"Give these a place in ROOMS (tests/test_house.py): {', '.join(unknown)}"


def test_imports_point_only_along_the_line() -> None:
    """A module imports only from rooms that come before its own."""
    place = {room: number for number, room in enumerate(ROOMS)}
    breaches = [
        f"{module.place(node)}: {module.room} may not import {name} (room {other.room} comes later)"
        for module in modules()
        for node, name in imports(module)
        if (other := entered(name)) and place.get(other.room, -1) > place.get(module.room, len(ROOMS))
    ]

    assert not breaches, report(breaches)


def test_imports_inside_a_room_go_round_in_no_circle() -> None:
    """The modules of one folder can be put in an order too."""
    graph = {module.dotted: set(_neighbors(module)) - {module.dotted} for module in modules()}
    while ready := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in ready}

    assert not graph, f"These import one another: {', '.join(sorted(graph))}"


def _neighbors(module: Module) -> Iterator[str]:
    return (other.dotted for _, name in imports(module) if (other := entered(name)))


def test_imports_are_absolute() -> None:
    """No module imports by dots, so that the line can be read off the first words of a file."""
    breaches = [
        module.place(node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert not breaches, report(breaches)


def test_foreign_libraries_stay_behind_their_walls() -> None:
    """Spreadsheet, mail and database libraries are known only to the rooms that wrap them."""
    breaches = [
        f"{module.place(node)}: {name} belongs in {', '.join(sorted(WALLS[name.split('.')[0]]))}"
        for module in modules()
        for node, name in imports(module)
        if module.room not in WALLS.get(name.split(".")[0], {module.room})
    ]

    assert not breaches, report(breaches)


def test_the_paid_part_of_xlwings_is_not_used() -> None:
    """Nothing imports the part of xlwings that needs a license."""
    paid = "xlwings" + ".pro"
    breaches = [
        f"{path.relative_to(ROOT).as_posix()}"
        for path in text_files()
        if path.suffix == ".py" and paid in path.read_text(encoding="utf-8")
    ]

    assert not breaches, report(breaches)


def test_the_core_knows_no_file_clock_or_network() -> None:
    """From money to reminders, frames and plain values go in and come out."""
    breaches = [
        f"{module.place(node)}: imports {name}"
        for module in modules()
        if module.room in CORE
        for node, name in imports(module)
        if name.split(".")[0] in IMPURE_MODULES
    ]
    breaches += [
        f"{module.place(node)}: calls {ast.unparse(node.func)}"
        for module in modules()
        if module.room in CORE
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _reaches_out(node.func)
    ]

    assert not breaches, report(breaches)


def _reaches_out(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in IMPURE_CALLS
    owner = getattr(called, "value", None)
    return (
        isinstance(called, ast.Attribute)
        and called.attr in CLOCKS
        and isinstance(owner, ast.Name | ast.Attribute)
    )


def test_the_core_knows_no_cell() -> None:
    """No address of a cell or column stands in the core; columns have names."""
    breaches = [
        f"{module.place(node)}: {node.value!r}"
        for module in modules()
        if module.room in CORE
        for node in strings_outside_docstrings(module.tree)
        if CELL.fullmatch(str(node.value))
    ]

    assert not breaches, report(breaches)


def test_everything_public_says_what_it_is() -> None:
    """Every module, and every public class, function and method, has a docstring."""
    breaches = [
        f"{module.place(module.tree)}: module" for module in modules() if not ast.get_docstring(module.tree)
    ]
    breaches += [
        f"{module.place(node)}: {node.name}"
        for module in modules()
        for node in _public(module.tree)
        if not ast.get_docstring(node)
    ]

    assert not breaches, report(breaches)


def _public(
    scope: ast.Module | ast.ClassDef,
) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in scope.body:
        if isinstance(
            node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def test_modules_are_small() -> None:
    """No module is longer than a reader can hold; those that grow long are named."""
    long = [
        f"{module.path.relative_to(ROOT).as_posix()}: {module.lines}"
        for module in modules()
        if module.lines > MANY_LINES
    ]
    sys.stdout.write(report(long))
    breaches = [
        f"{module.place(module.tree)}: {module.lines} lines"
        for module in modules()
        if module.lines > MOST_LINES
    ]

    assert not breaches, report(breaches)


def test_macros_are_ascii_with_windows_line_ends() -> None:
    """VBA text is stored as the editor imports it: ASCII, every line ended by CR and LF."""
    sources = [
        path for suffix in ("bas", "cls", "frm") for path in sorted((ROOT / "macros").rglob(f"*.{suffix}"))
    ]
    breaches = [
        path.name
        for path in sources
        if not path.read_bytes().isascii()
        or path.read_bytes().count(b"\n") != path.read_bytes().count(b"\r\n")
    ]

    assert not breaches, report(breaches)


def test_no_file_names_the_machine_it_was_written_on() -> None:
    """No absolute path of somebody's machine and no package registry stands in a text file."""
    breaches = [
        f"{path.relative_to(ROOT).as_posix()}:{number}: {found.group()}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := MACHINE.search(line) or REGISTRY.search(line))
    ]

    assert not breaches, report(breaches)


def test_every_test_is_a_sentence() -> None:
    """Every test says in a docstring, ended by a period, what holds."""
    breaches = [
        f"{path.name}:{node.lineno}: {node.name}"
        for path, node in top_level_tests()
        if not (ast.get_docstring(node) or "").strip().endswith(".")
    ]

    assert not breaches, report(breaches)


def test_no_two_tests_have_one_name() -> None:
    """A test's name stands once, so that a failure names one place."""
    names = Counter(node.name for _, node in top_level_tests())
    breaches = [name for name, count in names.items() if count > 1]

    assert not breaches, report(breaches)

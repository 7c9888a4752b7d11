"""The house keeps its order: who may import whom, and how long a room's files and functions may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "quizapp"

# The story of a test from left to right: each may import what stands before it.
ORDER = (
    *("domain", "importers", "exporters", "failpoints", "config", "db", "schema", "backups", "web", "audit"),
    *("accounts", "roster", "regulations", "banks", "quizzes", "attempts", "practice", "reports", "verification"),
    *("demo", "serving", "application", "__init__", "cli", "__main__"),
)
RANK = {room: rank for rank, room in enumerate(ORDER)}

# Inside a room a file stands on one of these steps and imports from lower or equal ones; other names are free.
STEPS = {"models": 0, "operations": 1, "closing": 1, "queries": 1, "forms": 2, "views": 3, "__init__": 4}

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
# "path" or "path:function" -> why it is better long. Keep it empty if it can be.
LONG_FOR_A_REASON: dict[str, str] = {}


def python_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    """``domain`` for quizapp/domain/bank.py, ``cli`` for quizapp/cli.py."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported_modules(path: Path) -> Iterator[str]:
    """Dotted names below quizapp that ``path`` imports, wherever in the file: ``quizapp.web.clock``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: write the import out in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "quizapp")


def room_imported(module: str) -> str:
    """The room a dotted name lies in; ``__init__`` where it is the package's own function."""
    first = module.split(".")[1] if "." in module else "__init__"
    return first if first in RANK else "__init__"


def may_import(room: str, other: str) -> bool:
    return RANK[other] <= RANK[room]


def test_every_room_has_its_place() -> None:
    rooms = {room_of(path) for path in python_files()}
    assert rooms <= RANK.keys(), f"write the place of {sorted(rooms - RANK.keys())} into ORDER"


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_imports_point_to_the_left(path: Path) -> None:
    room = room_of(path)
    wrong = [module for module in imported_modules(path) if not may_import(room, room_imported(module))]
    assert not wrong, f"{name_of(path)} belongs to {room} and imports {wrong}"


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_inside_a_room_imports_point_downwards(path: Path) -> None:
    room, step = room_of(path), STEPS.get(path.stem)
    if step is None or path.parent == PACKAGE:
        return
    prefix = f"quizapp.{room}."
    modules = [module.removeprefix(prefix) for module in imported_modules(path) if module.startswith(prefix)]
    inside = [module.split(".")[0] for module in modules]
    wrong = [other for other in inside if STEPS.get(other, 0) > step]
    assert not wrong, f"{name_of(path)} imports {wrong}: models <- operations, queries <- forms <- views"


PURE = {"flask", "flask_babel", "flask_login", "flask_sqlalchemy", "flask_wtf", "sqlalchemy", "werkzeug", "wtforms"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "domain").rglob("*.py")), ids=name_of)
def test_the_domain_is_pure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not {name.split(".")[0] for name in names} & PURE


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_only_operations_and_the_database_commit(path: Path) -> None:
    if room_of(path) == "db":
        return
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    lines = [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"]
    assert not lines, f"{name_of(path)}:{lines}: a change goes through quizapp.db.writing()"


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of each function of a file, decorators aside."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_files_and_functions_stay_short(path: Path) -> None:
    name = name_of(path)
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE or name in LONG_FOR_A_REASON, f"{name} has {lines} lines"
    long = [f"{name}:{function}" for function, length in functions(path) if length > LONGEST_FUNCTION]
    assert set(long) <= LONG_FOR_A_REASON.keys(), long


def test_exceptions_are_still_needed() -> None:
    long = {name_of(path) for path in python_files() if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE}
    for path in python_files():
        long |= {f"{name_of(path)}:{name}" for name, length in functions(path) if length > LONGEST_FUNCTION}
    assert LONG_FOR_A_REASON.keys() <= long

"""The house stands: a room uses only rooms on floors below its own, and certain things stand in one place only."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {"kit": 0, "storage": 1, "domain": 2, "ai": 3, "outside": 3, "work": 4, "web": 5}
ROOF = 6
"""app, cli, serving and __main__ see every room; config may be read from everywhere above the kit."""
LAZY = {"anthropic", "stripe", "pywebpush", "snowballstemmer", "markdown_it", "nh3"}
FILES = sorted((ROOT / "chatbot").rglob("*.py"))


def floor_of(module: str) -> int:
    """The floor of `chatbot.room…`; the roof for what stands on none."""
    parts = module.split(".")
    if parts[1:2] == ["config"]:
        return 0
    return FLOORS.get(parts[1] if len(parts) > 1 else "", ROOF)


def imports_of(path: Path) -> list[tuple[str, int, bool]]:
    """(module, line, inside a function) of every import of a file."""
    found: list[tuple[str, int, bool]] = []

    def walk(node: ast.AST, inside: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ImportFrom):
                found.append((child.module or "", child.lineno, inside))
            elif isinstance(child, ast.Import):
                found.extend((alias.name, child.lineno, inside) for alias in child.names)
            walk(child, inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))

    walk(ast.parse(path.read_text("utf-8")), False)
    return found


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_uses_only_floors_below(path: Path) -> None:
    own = floor_of(module_of(path))
    room = module_of(path).split(".")[1] if "." in module_of(path) else ""
    for module, line, inside in imports_of(path):
        if module.split(".")[0] != "chatbot":
            continue
        other = module.split(".")[1] if "." in module else ""
        assert floor_of(module) < own or other == room or own == ROOF, f"{path}:{line} reaches up or across to {module}"
        assert not inside, f"{path}:{line} imports our own {module} inside a function"


def test_imports_within_a_floor_have_no_cycle() -> None:
    graph = {module_of(path): {m for m, _, _ in imports_of(path) if m.startswith("chatbot")} for path in FILES}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"a cycle: {' → '.join((*trail, module))}"
        if module in graph and module not in done:
            for other in graph[module]:
                visit(other, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def test_heavy_libraries_are_imported_on_first_use() -> None:
    early = [
        f"{path}:{line} {module}"
        for path in FILES
        for module, line, inside in imports_of(path)
        if module.split(".")[0] in LAZY and not inside and not _for_types_only(path, line)
    ]
    assert not early


def _for_types_only(path: Path, line: int) -> bool:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        guard = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        if guard and node.lineno <= line <= (node.end_lineno or 0):
            return True
    return False


def test_sql_stands_on_the_storage_floor_only() -> None:
    words = ("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ")
    for path in FILES:
        if floor_of(module_of(path)) == 1:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not node.value.startswith(words), f"{path}:{node.lineno} speaks SQL"


def test_the_system_clock_is_read_in_one_file() -> None:
    for path in FILES:
        text = path.read_text("utf-8")
        if path.name != "clock.py":
            for word in ("time.time(", "time_ns(", "datetime.now(", "utcnow(", "time.monotonic("):
                assert word not in text, f"{path} reads the clock ({word})"


def test_only_these_files_look_across_workspaces() -> None:
    users = {str(path.relative_to(ROOT)) for path in FILES if "across_tenants()" in path.read_text("utf-8")}
    assert users <= {
        "chatbot/cli.py",
        "chatbot/serving.py",
        "chatbot/domain/directory.py",
        "chatbot/storage/database.py",
        "chatbot/web/account.py",
        "chatbot/web/demo.py",
        "chatbot/web/health.py",
        "chatbot/web/sessions.py",
        "chatbot/web/dashboard/widget_pages.py",
        "chatbot/work/rounds.py",
        "chatbot/work/runner.py",
    }


def test_tasks_are_started_by_the_supervisor_only() -> None:
    for path in FILES:
        if path.name != "supervisor.py":
            assert "create_task(" not in path.read_text("utf-8"), f"{path} starts a task nobody watches"


def test_files_and_functions_stay_short() -> None:
    lengths = []
    for path in FILES:
        text = path.read_text("utf-8")
        assert text.count("\n") <= 300, f"{path} is over 300 lines: is a room missing?"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths.append((node.end_lineno or 0) - node.lineno + 1)
    lengths.sort()
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[int(len(lengths) * 0.9)] <= 25
    assert lengths[-1] <= 60


def test_every_module_says_what_it_is_for() -> None:
    for path in FILES:
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path} has no docstring"

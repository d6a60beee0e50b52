"""Keeps files and functions small, parameters few and imports free of cycles.

Usage: python -m tools.size_budget [ROOT]

A function's length is counted without its docstring, because words that explain cost nothing. A signature that
a library dictates says so: `# budget: reason` on its line lifts the limit on parameters.
"""

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LARGE_FILE = 300
LARGEST_FILE = 500
LONGEST_FUNCTION = 60
DEEPEST_NESTING = 3
MOST_POSITIONAL = 4
MEDIAN_FUNCTION = 8

PACKAGES = ("api", "bots", "conversations", "core", "storage", "sunup", "web", "webhooks", "workers")
CHECKED = (*PACKAGES, "bench", "tests", "tools")

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NESTING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class Findings:
    """What one walk over the tree found: faults fail the check, remarks are shown, lengths are summed up."""

    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)


def measure_file(path: Path, shown: str, findings: Findings) -> None:
    """Add what is to be said of one file, under the name that is shown."""
    source = path.read_text(encoding="utf-8")
    lines = source.count("\n")
    if lines > LARGEST_FILE:
        findings.faults.append(f"{shown}: {lines} lines, at most {LARGEST_FILE}; give one of its nouns a file")
    elif lines > LARGE_FILE:
        findings.remarks.append(f"{shown}: {lines} lines, large from {LARGE_FILE} on")
    in_test = shown.startswith("tests/")
    for function, is_method in _functions(ast.parse(source)):
        where = f"{shown}:{function.lineno} {function.name}"
        _measure_function(function, where, findings)
        positional = _positional(function, is_method)
        # A test's parameters are its fixtures.
        if positional > MOST_POSITIONAL and not in_test and not _excused(function, source):
            findings.faults.append(f"{where}: {positional} positional parameters, at most {MOST_POSITIONAL}")


def _measure_function(function: Function, where: str, findings: Findings) -> None:
    length = _length(function)
    findings.lengths.append(length)
    if length > LONGEST_FUNCTION:
        findings.faults.append(f"{where}: {length} lines, at most {LONGEST_FUNCTION}")
    depth = _depth(function.body)
    if depth > DEEPEST_NESTING:
        findings.faults.append(f"{where}: nested {depth} deep, at most {DEEPEST_NESTING}")


def _functions(tree: ast.Module) -> Iterator[tuple[Function, bool]]:
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _FUNCTIONS):
                yield child, isinstance(node, ast.ClassDef) and not _is_static(child)


def _excused(function: Function, source: str) -> bool:
    """Whether the signature carries `# budget: reason`, for one that a library dictates."""
    signature = source.splitlines()[function.lineno - 1 : function.body[0].lineno]
    return any("# budget: " in line for line in signature)


def _is_static(function: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)


def _positional(function: Function, is_method: bool) -> int:
    return len(function.args.posonlyargs) + len(function.args.args) - is_method


def _length(function: Function) -> int:
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if not is_docstring or not ast.get_docstring(function):
        return total
    return total - ((first.end_lineno or first.lineno) - first.lineno + 1)


def _depth(body: list[ast.stmt], depth: int = 0) -> int:
    deepest = depth
    for statement in body:
        if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
            continue  # measured by itself
        inner = depth + isinstance(statement, _NESTING)
        for block in _blocks(statement):
            # An `elif` is an `if` within an `else` to the parser, and no deeper to a reader.
            is_elif = isinstance(statement, ast.If) and block is statement.orelse and _only_if(block)
            deepest = max(deepest, _depth(block, depth if is_elif else inner))
        deepest = max(deepest, inner)
    return deepest


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if block:
            yield block
    for part in [*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]:
        yield part.body


def _only_if(block: list[ast.stmt]) -> bool:
    return len(block) == 1 and isinstance(block[0], ast.If)


def import_graph(root: Path) -> dict[str, set[str]]:
    """Return which of our modules imports which others when it is loaded."""
    files = {_module(path, root): path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))}
    return {name: set(_imports(path, set(files))) - {name} for name, path in files.items()}


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, names: set[str]) -> Iterator[str]:
    for node in _loaded(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif node.module:
            wanted = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from {name if name in names else node.module for name in wanted} & names


def _loaded(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        elif isinstance(statement, ast.Try):
            yield from _loaded(statement.body)


def find_cycle(graph: dict[str, set[str]]) -> list[str]:
    """Return one circle of imports as the modules along it; empty where there is none."""
    done: set[str] = set()
    for start in sorted(graph):
        circle = _walk(start, graph, [], done)
        if circle:
            return circle
    return []


def _walk(name: str, graph: dict[str, set[str]], trail: list[str], done: set[str]) -> list[str]:
    if name in trail:
        return [*trail[trail.index(name) :], name]
    if name in done:
        return []
    for imported in sorted(graph.get(name, ())):
        circle = _walk(imported, graph, [*trail, name], done)
        if circle:
            return circle
    done.add(name)
    return []


def check(root: Path) -> Findings:
    """Measure every file of the project below this folder."""
    findings = Findings()
    for folder in CHECKED:
        for path in sorted((root / folder).rglob("*.py")):
            measure_file(path, path.relative_to(root).as_posix(), findings)
    circle = find_cycle(import_graph(root))
    if circle:
        findings.faults.append(f"imports go round: {' -> '.join(circle)}")
    return findings


def main() -> int:
    """Print what was found and return the exit status."""
    findings = check(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    for remark in findings.remarks:
        print(f"remark  {remark}")
    for fault in findings.faults:
        print(f"fault   {fault}")
    median = statistics.median(findings.lengths or [0])
    print(f"{len(findings.lengths)} functions, {median:g} lines at the median (wanted: at most {MEDIAN_FUNCTION})")
    return 1 if findings.faults else 0


if __name__ == "__main__":
    sys.exit(main())

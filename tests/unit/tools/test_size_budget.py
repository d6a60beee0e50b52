from pathlib import Path

import pytest

from tools.size_budget import Findings, find_cycle, import_graph, measure_file


def measured(tmp_path: Path, source: str, shown: str = "core/x.py") -> Findings:
    path = tmp_path / "x.py"
    path.write_text(source)
    findings = Findings()
    measure_file(path, shown, findings)
    return findings


def function(lines: int, docstring: str = "") -> str:
    return "def f() -> None:\n" + docstring + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (function(60), ""),
        (function(61), "61 lines, at most 60"),
        (function(60, '    """Say.\n\n    More.\n    """\n'), ""),
        ("x = 1\n" * 500, ""),
        ("x = 1\n" * 501, "501 lines, at most 500"),
        ("def f(a, b, c, d): ...\n", ""),
        ("def f(a, b, c, d, *, e): ...\n", ""),
        ("def f(a, b, c, d, e): ...\n", "5 positional parameters"),
        ("def f(a, b, c, d, e): ...  # budget: a library calls it so\n", ""),
        ("class A:\n    def f(self, a, b, c, d): ...\n", ""),
        ("class A:\n    def f(self, a, b, c, d, e): ...\n", "5 positional parameters"),
        ("class A:\n    @staticmethod\n    def f(a, b, c, d, e): ...\n", "5 positional parameters"),
        ("def f():\n  if a:\n    for b in c:\n      with d:\n        e()\n", ""),
        ("def f():\n  if a:\n    for b in c:\n      with d:\n        if e:\n          g()\n", "nested 4 deep"),
        ("def f():\n  if a: b()\n  elif c: d()\n  elif e: g()\n  elif h: i()\n  elif j: k()\n", ""),
        ("def f():\n  try:\n    a()\n  except E:\n    if b:\n      while c:\n        if d: e()\n", "nested 4 deep"),
    ],
)
def test_measure_file_at_the_edges_of_the_budget(tmp_path: Path, source: str, fault: str) -> None:
    faults = measured(tmp_path, source).faults
    assert len(faults) == bool(fault)
    assert all(fault in found for found in faults)


def test_measure_file_of_tests_lets_fixtures_be_many(tmp_path: Path) -> None:
    assert measured(tmp_path, "def test_f(a, b, c, d, e): ...\n", "tests/unit/test_x.py").faults == []


def test_measure_file_that_is_large_is_remarked(tmp_path: Path) -> None:
    assert measured(tmp_path, "x = 1\n" * 301).remarks == ["core/x.py: 301 lines, large from 300 on"]


def test_import_graph_knows_modules_names_and_packages(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").write_text("")
    (tmp_path / "core" / "a.py").write_text("from core import b\nfrom core.b import name\nimport os\n")
    (tmp_path / "core" / "b.py").write_text("def f():\n    from core import a\n")
    assert import_graph(tmp_path) == {"core": set(), "core.a": {"core.b"}, "core.b": set()}


@pytest.mark.parametrize(
    ("graph", "circle"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["b", "c", "b"]),
        ({"a": {"c", "b"}, "b": {"c"}, "c": set()}, []),
    ],
)
def test_find_cycle(graph: dict[str, set[str]], circle: list[str]) -> None:
    assert find_cycle(graph) == circle

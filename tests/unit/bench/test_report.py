from io import StringIO
from pathlib import Path

import orjson
from rich.console import Console

from bench.figures import Bar, Figure
from bench.report import show, write

GOOD = Figure("engine.turns", 31_000, "turns/s", None, Bar(20_000), 90)
BAD = Figure("inbound.sqlite.p99", 80, "ms", 4, Bar(60, at_least=False))


def test_show_marks_what_holds_and_what_does_not() -> None:
    words = StringIO()
    show([GOOD, BAD], Console(file=words, width=120))
    good, bad = (line for line in words.getvalue().splitlines() if "." in line.split(" ")[0])
    assert "✓" in good
    assert "31,000 turns/s" in good
    assert "✗" in bad
    assert "≤ 60" in bad
    assert "1 of 2 bars hold" in words.getvalue()


def test_write_makes_a_json_list(tmp_path: Path) -> None:
    path = tmp_path / "var" / "bench.json"
    write([GOOD, BAD], path)
    assert orjson.loads(path.read_bytes()) == [GOOD.as_plain(), BAD.as_plain()]

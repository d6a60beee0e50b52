"""The report: a table to read, and the same figures as JSON."""

from collections.abc import Sequence
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from bench.figures import Figure

RESULTS = Path("var/bench.json")

_MARKS = {True: "[green]✓[/]", False: "[bold red]✗[/]", None: ""}


def show(figures: Sequence[Figure], console: Console) -> None:
    """Print a table; a figure that does not clear its bar carries a ✗."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("figure", no_wrap=True)
    for heading in ("value", "floor", "ratio", "bar", "", "peak memory"):
        table.add_column(heading, justify="right", no_wrap=True)
    for figure in figures:
        table.add_row(*_cells(figure))
    console.print(table)
    judged = [figure for figure in figures if figure.holds is not None]
    console.print(f"\n{sum(figure.holds is True for figure in judged)} of {len(judged)} bars hold.")


def write(figures: Sequence[Figure], path: Path = RESULTS) -> None:
    """Write the figures as a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps([figure.as_plain() for figure in figures], option=orjson.OPT_INDENT_2) + b"\n")


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        f"{_number(figure.value)} {figure.unit}",
        "" if figure.floor is None else _number(figure.floor),
        "" if figure.ratio is None else f"{figure.ratio:.3f}",
        "" if figure.bar is None else str(figure.bar),
        _MARKS[figure.holds],
        "" if figure.memory_mb is None else f"{figure.memory_mb:.0f} MB",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"

"""The benchmark's command line: `python -m bench [GROUP…] [--rounds N] [--seconds S] [--share X]`."""

import argparse
import signal
import sys
from collections.abc import Sequence

import psutil
from rich.console import Console

from bench.figures import Figure
from bench.groups import GROUPS
from bench.report import RESULTS, show, write
from bench.rounds import Rounds
from bench.site import Site

_WIDTH = 112
"""Columns that the table needs; a narrower terminal wraps its lines rather than its names."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run groups and return 0, also where a bar does not hold: a busy machine is no fault of the build."""
    chosen = _parse(arguments)
    # Without this a SIGTERM would leave servers' folders behind.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    console = Console(highlight=False)
    console.width = max(console.width, _WIDTH)
    rounds = Rounds(chosen.rounds, chosen.seconds, chosen.share)
    figures: list[Figure] = []
    for name in chosen.groups or GROUPS:
        console.print(f"[dim]{name} …[/]")
        with Site() as site:
            figures += GROUPS[name](site, rounds)
        write(figures)
    show(figures, console)
    memory = psutil.virtual_memory().total / 2**30
    console.print(f"{psutil.cpu_count()} cores, {memory:.0f} GB; written to {RESULTS}")
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Sunup against its floors.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"one of {', '.join(GROUPS)}; all by default")
    parser.add_argument("--rounds", type=int, default=3, help="how often floor and measured thing alternate")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each of them runs in a round")
    parser.add_argument("--share", type=float, default=1.0, help="part of the full size of groups that count, to 1")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.groups if name not in GROUPS]
    if unknown:
        parser.error(f"there is no group {unknown[0]!r}; choose from {', '.join(GROUPS)}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())

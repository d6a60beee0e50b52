"""The screen of the demo: the time at the edge, Sunup's words, and the person's behind a mark."""

import asyncio
import shutil
import textwrap
from datetime import date, datetime

from rich.console import Console

from bots.terminal.adapter import Shown
from bots.terminal.render import Tone
from sunup.demo.stage import Watcher

_EDGE = 9
_WIDEST = 78
_STYLES = {Tone.TITLE: "dim", Tone.TEXT: "", Tone.CHOICE: "cyan", Tone.NOTICE: "dim italic"}
_PAUSE_SECONDS = 0.1
_SECONDS_A_CHARACTER = 0.0024


class DemoScreen(Watcher):
    """Prints the play.

    Args:
        console: Where to.
        paced: Whether to leave time for reading.
    """

    def __init__(self, console: Console, *, paced: bool) -> None:
        self._console = console
        self._paced = paced
        self._width = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns - 1)
        self._day: date | None = None
        self._time = ""

    async def said(self, at: datetime, shown: Shown) -> None:
        """Print what Sunup says."""
        self._turn_to(at)
        for line in shown.lines:
            self._print(line.words, _STYLES[line.tone], keep=line.tone is Tone.CHOICE)
        self._console.print()
        await self._pause(sum(len(line.words) for line in shown.lines))

    async def answered(self, at: datetime, words: str) -> None:
        """Print what the person says."""
        self._turn_to(at)
        self._print(f"› {words}", "bold green")
        self._console.print()
        await self._pause(len(words))

    async def told(self, words: str) -> None:
        """Print what those who watch are told."""
        for line in textwrap.wrap(words, self._width) or [""]:
            self._console.print(line, style="italic")
        self._console.print()
        await self._pause(len(words))

    def _turn_to(self, at: datetime) -> None:
        if at.date() != self._day:
            self._day = at.date()
            self._console.rule(f"{at:%A}, {at.day} {at:%B}", style="yellow")
            self._console.print()
        self._time = f"{at:%H:%M}"

    def _print(self, words: str, style: str, *, keep: bool = False) -> None:
        lines = [words] if keep else textwrap.wrap(words, self._width - _EDGE) or [""]
        for line in lines:
            self._console.print(f"[dim]{self._time:>6}[/dim]   ", end="", markup=True)
            self._console.print(line, style=style)
            self._time = ""

    async def _pause(self, characters: int) -> None:
        if self._paced:
            await asyncio.sleep(_PAUSE_SECONDS + characters * _SECONDS_A_CHARACTER)

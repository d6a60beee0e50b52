"""The screen of `sunup chat`: colours and a prompt for a person, plain lines for a pipe."""

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console

from bots.terminal.adapter import Shown
from bots.terminal.render import Line, Tone
from core.messages import Button

PROMPT = "› "
_STYLES = {Tone.TITLE: "dim", Tone.TEXT: "", Tone.CHOICE: "cyan", Tone.NOTICE: "dim italic"}
_CLEAR_LINE = "\r\x1b[2K"


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # Rich would end the process from whichever thread is printing


class Screen:
    """Shows messages and remembers the choices that stand there; used from two threads.

    Args:
        interactive: Whether a person sits there; a pipe gets words alone.
        out: Where to; standard output where None.
    """

    def __init__(self, *, interactive: bool, out: TextIO | None = None) -> None:
        self.interactive = interactive
        self.choices: tuple[Button, ...] = ()
        self.is_broken = False
        self._console = _Console(file=out, soft_wrap=True, highlight=False, markup=False, emoji=False)
        self._lock = threading.Lock()
        self._prompting = False

    async def show(self, shown: Shown) -> None:
        """Show a message; while somebody types, above the line that they type."""
        if shown.buttons:
            self.choices = shown.buttons
        self.write(shown.lines)

    def write(self, lines: Sequence[Line], *, faded: bool = False) -> None:
        """Write lines, and an empty one below them for the eye."""
        with self._lock:
            try:
                self._write(lines, faded)
            except BrokenPipeError:
                # Whoever read our words is gone. What was not read goes out again when the chat is opened next.
                self.is_broken = True
                raise

    def _write(self, lines: Sequence[Line], faded: bool) -> None:
        out = self._console.file
        if self._prompting:
            out.write(_CLEAR_LINE)
        for line in lines:
            self._console.print(line.words, style="dim" if faded else _STYLES[line.tone])
        if self.interactive:
            self._console.print()
        if self._prompting:
            out.write(PROMPT + _typed_so_far())
        out.flush()

    def note(self, words: str) -> None:
        """Say something that is no message, for instance that a file was not found."""
        self.write([Line(words, Tone.NOTICE)])

    def ask(self) -> str:
        """Return the next line.

        Raises:
            EOFError: There is none.
            KeyboardInterrupt: The person pressed Ctrl-C.
        """
        if not self.interactive:
            line = sys.stdin.readline()
            if not line:
                raise EOFError
            return line.rstrip("\n")
        self._prompting = True
        try:
            return input(PROMPT)
        finally:
            self._prompting = False


def mute_output() -> None:
    """Send what is left to be flushed to nowhere, so that the process of a broken pipe ends without a complaint."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _typed_so_far() -> str:
    try:
        import readline
    except ImportError:
        return ""
    return readline.get_line_buffer()

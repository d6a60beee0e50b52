"""A sitting at the terminal: lines are read, taken in, and answered on the screen."""

import asyncio
import contextlib
import shlex
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bots.terminal.parse import File, chosen
from bots.terminal.render import Line, Tone, render_content
from core import errors
from core.history import HistoryEntry
from core.messages import Content
from sunup.commands.screen import PROMPT, Screen
from sunup.composition import Foundation
from sunup.terminal import Speaker, TerminalHost

T = TypeVar("T")

_RECALLED = 8
"""Messages of an earlier chat that are shown when it is continued."""

Run = Callable[[Coroutine[Any, Any, T]], T]
"""Runs a coroutine in the event loop and waits for it."""


class Conversation:
    """One sitting at the terminal; lines are read in the calling thread, all else happens in the event loop's.

    Args:
        foundation: What every process stands on.
        speaker: Who sits there.
        screen: What they see.
        run: Runs a coroutine in the event loop.
    """

    def __init__(self, foundation: Foundation, speaker: Speaker, screen: Screen, run: "Run[Any]") -> None:
        self._foundation = foundation
        self._speaker = speaker
        self._screen = screen
        self._run = run

    def hold(self, workflow: str = "") -> None:
        """Talk until the person quits or the input ends."""
        host = TerminalHost(self._foundation, self._speaker, self._screen.show)
        self._run(host.__aenter__())
        attending: asyncio.Future[None] = self._run(_begin(host.attend()))
        try:
            self._open(host, workflow)
            self._talk(host)
        except KeyboardInterrupt:
            pass  # the person's way to leave; what they said is kept already
        finally:
            self._run(_end(attending))
            with contextlib.suppress(errors.StorageUnavailable):
                self._run(host.leave(at_once=self._screen.is_broken))
            self._run(host.__aexit__())

    def _open(self, host: TerminalHost, workflow: str) -> None:
        past = self._run(host.history())
        since = max((one.seq for one in past if one.inbound), default=0)  # what stands before it is answered
        self._screen.choices = next((one.buttons for one in reversed(past) if one.buttons and one.seq > since), ())
        if self._screen.interactive:
            self._greet(past, since)
        self._run(host.arrive())
        if workflow:
            self._run(host.take(f"/start {workflow}"))
        elif not past and self._screen.interactive:
            self._run(host.take("/start"))

    def _greet(self, past: Sequence[HistoryEntry], since: int) -> None:
        self._screen.note(f"Sunup · {self._speaker.session} · /file PATH sends a file · /quit ends")
        for entry in past[-_RECALLED:]:
            is_open = entry.seq > since
            self._screen.write(_recalled(entry, is_open), faded=not is_open)

    def _talk(self, host: TerminalHost) -> None:
        while not self._screen.is_broken:
            try:
                line = self._screen.ask().strip()
            except EOFError:
                return
            if line == "/quit":
                return
            if line:
                self._take(host, line)

    def _take(self, host: TerminalHost, line: str) -> None:
        choices = self._screen.choices
        try:
            file, caption = file_of(line)
        except ValueError as error:
            self._screen.note(str(error))
            return
        if file is None and chosen(line, choices) is not None:
            self._screen.choices = ()  # a choice is made once
        try:
            self._run(host.take(caption, choices, file))
        except errors.Malformed as error:
            self._screen.note(str(error))


def file_of(line: str) -> tuple[File | None, str]:
    """Return the file that a line sends, with its caption; None and the line itself where it sends none.

    A path with blanks is written in quotes, or with backslashes, as a terminal does for a file that is dropped on it.

    Raises:
        ValueError: There is no such file; one sentence for the person.
    """
    command, _, rest = line.partition(" ")
    if command != "/file":
        return None, line
    words = rest.strip()
    if not words:
        raise ValueError("Write the path of a file behind it: /file page.png")
    try:
        where, caption = _path_of(words)
        size = where.stat().st_size
        str(where).encode()
    except (OSError, RuntimeError, UnicodeEncodeError):
        raise ValueError(f"There is no file {words} that can be read.") from None
    if not where.is_file():
        raise ValueError(f"{words} is no file.")
    return File(str(where), size), caption


def _path_of(words: str) -> tuple[Path, str]:
    whole = Path(words).expanduser().absolute()
    if whole.is_file():
        return whole, ""
    try:
        first, *caption = shlex.split(words)
    except ValueError:
        return whole, ""
    return Path(first).expanduser().absolute(), " ".join(caption)


def _recalled(entry: HistoryEntry, is_open: bool) -> list[Line]:
    if entry.inbound:
        files = [f"({one.kind.value}: {one.name or 'a file'})" for one in entry.attachments]
        return [Line(f"{PROMPT}{word}", Tone.TEXT) for word in (*files, entry.text) if word]
    buttons = entry.buttons if is_open else ()
    return list(render_content(Content(entry.text, entry.title, buttons, entry.image, album=entry.album)))


@contextlib.contextmanager
def event_loop() -> "Iterator[Run[Any]]":
    """Run an event loop in a thread beside; the calling thread is free to wait for a line, and Ctrl-C reaches it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="terminal", daemon=True)
    thread.start()

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    try:
        yield run
    finally:
        run(loop.shutdown_default_executor())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _begin(work: Coroutine[Any, Any, None]) -> "asyncio.Future[None]":
    return asyncio.ensure_future(work)


async def _end(work: "asyncio.Future[None]") -> None:
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
